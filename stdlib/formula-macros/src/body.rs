//! The body of a formula: the part of Rust that can be said in JavaScript and, when
//! it is a closed form, in a spreadsheet.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{BinOp, Error, Expr, Ident, Lit, LitStr, Pat, Path, Result, Stmt, UnOp};

use crate::head::{Argument, Definition, type_name};

/// A block: statements, and the value at its end if it has one.
pub(crate) struct Block {
    pub(crate) statements: Vec<Statement>,
    pub(crate) value: Option<Term>,
}

/// A statement.
pub(crate) enum Statement {
    Let {
        name: Ident,
        mutable: bool,
        value: Term,
    },
    Assign {
        name: Ident,
        operator: Option<Operator>,
        value: Term,
    },
    If(Term, Block, Option<Block>),
    /// `for name in from..to` or `from..=to`.
    Count {
        name: Ident,
        from: Term,
        to: Term,
        inclusive: bool,
        block: Block,
    },
    /// `for name in list`.
    Each {
        name: Ident,
        list: Ident,
        block: Block,
    },
    Break,
    Return(Term),
    Check {
        bounds: Bounds,
        argument: Ident,
        why: LitStr,
    },
    Require {
        condition: Term,
        argument: Ident,
        allowed: LitStr,
        why: LitStr,
    },
}

/// What a check statement demands.
pub(crate) enum Bounds {
    AtLeast(Term),
    Above(Term),
    Between(Term, Term),
}

/// An expression.
pub(crate) enum Term {
    Number(f64, Span),
    Name(Ident),
    Negative(Box<Term>),
    Not(Box<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    Power(Box<Term>, i32),
    Call(&'static Function, Vec<Term>, Span),
    Formula(Path, Vec<Term>),
    /// A list that goes whole into a formula.
    List(Ident),
    If(Box<Term>, Box<Block>, Box<Block>),
    Item {
        list: Ident,
        place: Box<Term>,
        /// Whether a missing value is an error of its own, as in sheets.
        checked: bool,
    },
}

/// An operator between two terms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    And,
    Or,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Operator {
    /// The sign in Rust; JavaScript differs in `===` and `!==` only.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::And => "&&",
            Self::Or => "||",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }
}

/// A function that a body may call. In the templates `#0` is the first argument.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// Whether it is a method of `f64`; else it is in `lightcone_units::mathematics`.
    pub(crate) method: bool,
    pub(crate) arguments: usize,
    /// How many of its first arguments are lists.
    pub(crate) lists: usize,
    pub(crate) javascript: &'static str,
    /// None where spreadsheets have nothing like it.
    pub(crate) spreadsheet: Option<&'static str>,
}

const fn method(
    name: &'static str,
    arguments: usize,
    javascript: &'static str,
    spreadsheet: &'static str,
) -> Function {
    Function {
        name,
        method: true,
        arguments,
        lists: 0,
        javascript,
        spreadsheet: Some(spreadsheet),
    }
}

/// All functions that a body may call.
const FUNCTIONS: &[Function] = &[
    method("sqrt", 1, "Math.sqrt(#0)", "SQRT(#0)"),
    method("cbrt", 1, "Math.cbrt(#0)", "((#0)^(1/3))"),
    method("exp", 1, "Math.exp(#0)", "EXP(#0)"),
    // Spreadsheets have neither of the two, and EXP(x)-1 and LN(1+x) lose the digits of a
    // small x. Below -80 the first is -1, and the hyperbolic sine must not overflow.
    method(
        "exp_m1",
        1,
        "Math.expm1(#0)",
        "(2*SINH(MAX(#0,-80)/2)*EXP(MAX(#0,-80)/2))",
    ),
    method("ln", 1, "Math.log(#0)", "LN(#0)"),
    // The hyperbolic sine of ln(1+x) is x(2+x)/(2(1+x)).
    method(
        "ln_1p",
        1,
        "Math.log1p(#0)",
        "ASINH((#0)*((2+(#0))/(2*(1+(#0)))))",
    ),
    method("log2", 1, "Math.log2(#0)", "LOG(#0,2)"),
    method("log10", 1, "Math.log10(#0)", "LOG10(#0)"),
    method("powf", 2, "Math.pow(#0, #1)", "((#0)^(#1))"),
    method("abs", 1, "Math.abs(#0)", "ABS(#0)"),
    method("floor", 1, "Math.floor(#0)", "INT(#0)"),
    method("ceil", 1, "Math.ceil(#0)", "(-INT(-(#0)))"),
    method("min", 2, "Math.min(#0, #1)", "MIN(#0,#1)"),
    method("max", 2, "Math.max(#0, #1)", "MAX(#0,#1)"),
    method("sin", 1, "Math.sin(#0)", "SIN(#0)"),
    method("cos", 1, "Math.cos(#0)", "COS(#0)"),
    method("tan", 1, "Math.tan(#0)", "TAN(#0)"),
    method("asin", 1, "Math.asin(#0)", "ASIN(#0)"),
    method("acos", 1, "Math.acos(#0)", "ACOS(#0)"),
    method("atan", 1, "Math.atan(#0)", "ATAN(#0)"),
    method("atan2", 2, "Math.atan2(#0, #1)", "ATAN2(#1,#0)"),
    method("hypot", 2, "Math.hypot(#0, #1)", "SQRT((#0)^2+(#1)^2)"),
    method("to_radians", 1, "(#0 * (Math.PI / 180))", "RADIANS(#0)"),
    method("tanh", 1, "Math.tanh(#0)", "TANH(#0)"),
    Function {
        name: "sum",
        method: false,
        arguments: 1,
        lists: 1,
        javascript: "sum(#0)",
        spreadsheet: Some("SUM(#0)"),
    },
    Function {
        name: "product",
        method: false,
        arguments: 1,
        lists: 1,
        javascript: "product(#0)",
        spreadsheet: Some("PRODUCT(#0)"),
    },
    Function {
        name: "count",
        method: false,
        arguments: 1,
        lists: 1,
        javascript: "count(#0)",
        spreadsheet: Some("COUNT(#0)"),
    },
    Function {
        name: "kth_smallest",
        method: false,
        arguments: 2,
        lists: 1,
        javascript: "kth_smallest(#0, #1)",
        spreadsheet: Some("SMALL(#0,#1)"),
    },
    Function {
        name: "sum_of_products",
        method: false,
        arguments: 2,
        lists: 2,
        javascript: "sum_of_products(#0, #1)",
        spreadsheet: Some("SUMPRODUCT(#0,#1)"),
    },
    Function {
        name: "sum_of_first",
        method: false,
        arguments: 2,
        lists: 1,
        javascript: "sum_of_first(#0, #1)",
        spreadsheet: Some("IF((#1)<1,0,SUM(INDEX(#0,1):INDEX(#0,MIN(#1,COUNT(#0)))))"),
    },
    Function {
        name: "binomial",
        method: false,
        arguments: 2,
        lists: 0,
        javascript: "binomial(#0, #1)",
        spreadsheet: Some("ROUND(COMBIN(#0,#1),0)"),
    },
    Function {
        name: "ln_gamma",
        method: false,
        arguments: 1,
        lists: 0,
        javascript: "ln_gamma(#0)",
        spreadsheet: Some("GAMMALN(#0)"),
    },
    Function {
        name: "ln_binomial",
        method: false,
        arguments: 2,
        lists: 0,
        javascript: "ln_binomial(#0, #1)",
        spreadsheet: None,
    },
];

/// Words that JavaScript or the generated code keeps for itself.
const TAKEN: &[&str] = &[
    "arguments",
    "await",
    "body",
    "case",
    "catch",
    "checked_result",
    "class",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "eval",
    "export",
    "extends",
    "finally",
    "finite",
    "function",
    "import",
    "in",
    "instanceof",
    "item",
    "new",
    "null",
    "refuse",
    "super",
    "switch",
    "this",
    "throw",
    "try",
    "typeof",
    "undefined",
    "values",
    "var",
    "void",
    "whole",
    "with",
    "yield",
    "Math",
    "Number",
    "NaN",
    "Infinity",
];

/// A name that all languages can use.
pub(crate) fn check_name(name: &Ident) -> Result<()> {
    let text = name.to_string();
    let function = FUNCTIONS.iter().any(|f| !f.method && f.name == text);
    if function || TAKEN.contains(&text.as_str()) || text.starts_with('_') {
        return Err(Error::new(
            name.span(),
            format!(
                "`{text}` has a meaning of its own in JavaScript or in the generated code; use another name"
            ),
        ));
    }
    Ok(())
}

/// A name that a body sees from outside: an argument, a constant, an earlier line.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) shape: Shape,
    /// Whether a check may be about it.
    pub(crate) checked: bool,
    /// The upper limit of a whole number.
    pub(crate) most: Option<f64>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Number,
    List,
    /// A list that is only read at a place.
    Table,
}

impl Name {
    pub(crate) fn number(text: impl Into<String>, checked: bool) -> Self {
        Self {
            text: text.into(),
            shape: Shape::Number,
            checked,
            most: None,
        }
    }

    pub(crate) fn argument(argument: &Argument) -> Self {
        let whole = matches!(type_name(&argument.kind).as_str(), "u32" | "u64" | "Count");
        let upper = argument.allowed.upper().map(|upper| upper.value);
        Self {
            text: argument.name.to_string(),
            shape: if argument.list {
                Shape::List
            } else {
                Shape::Number
            },
            checked: true,
            most: upper.filter(|_| whole),
        }
    }
}

/// What is known while the body is read.
struct Reader<'n> {
    outside: &'n [Name],
    /// Names in scope, each with whether it may be assigned to.
    names: Vec<(String, bool)>,
    /// The names from outside that were read, each once.
    used: Vec<String>,
    /// Whether the body belongs to a sheet.
    sheet: bool,
    loops: usize,
}

/// Reads the body of `definition`.
pub(crate) fn read(definition: &Definition) -> Result<Block> {
    let mut names = Vec::new();
    for argument in definition.arguments() {
        check_name(&argument.name)?;
        names.push(Name::argument(argument));
        if type_name(&argument.kind) == "Availability" {
            names.push(Name::number(format!("{}_down", argument.name), false));
        }
    }
    for constant in &definition.constants {
        check_name(&constant.name)?;
        names.push(Name::number(constant.name.to_string(), false));
    }
    read_block(&names, &definition.body, false).map(|(block, _)| block)
}

/// Reads a body that sees `names`; the answer includes which of them it uses, in the
/// order of their first use.
pub(crate) fn read_block(
    names: &[Name],
    body: &syn::Block,
    sheet: bool,
) -> Result<(Block, Vec<String>)> {
    let mut reader = Reader {
        outside: names,
        names: names
            .iter()
            .map(|name| (name.text.clone(), false))
            .collect(),
        used: Vec::new(),
        sheet,
        loops: 0,
    };
    let block = reader.block(body)?;
    if block.value.is_none() && !matches!(block.statements.last(), Some(Statement::Return(_))) {
        let what = if sheet {
            "a line"
        } else {
            "the body of a formula"
        };
        return Err(Error::new(
            body.span(),
            format!("{what} ends with its value"),
        ));
    }
    Ok((block, reader.used))
}

impl Reader<'_> {
    fn block(&mut self, block: &syn::Block) -> Result<Block> {
        let scope = self.names.len();
        let mut statements = Vec::new();
        let mut value = None;
        let count = block.stmts.len();
        for (place, statement) in block.stmts.iter().enumerate() {
            let last = place + 1 == count;
            match statement {
                Stmt::Expr(expression, None) if last && !is_statement(expression) => {
                    value = Some(self.term(expression)?);
                }
                Stmt::Expr(Expr::If(branch), None) if last && has_value(branch) => {
                    value = Some(self.term(&Expr::If(branch.clone()))?);
                }
                other => statements.push(self.statement(other)?),
            }
        }
        self.names.truncate(scope);
        Ok(Block { statements, value })
    }

    fn statement(&mut self, statement: &Stmt) -> Result<Statement> {
        match statement {
            Stmt::Local(local) => {
                let Pat::Ident(pattern) = &local.pat else {
                    return Err(unknown(&local.pat, "a `let` names one number"));
                };
                let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else {
                    return Err(unknown(local, "a `let` gives its name a value"));
                };
                let value = self.term(&init.expr)?;
                let mutable = pattern.mutability.is_some();
                self.declare(&pattern.ident, mutable)?;
                Ok(Statement::Let {
                    name: pattern.ident.clone(),
                    mutable,
                    value,
                })
            }
            Stmt::Expr(expression, _) => self.effect(expression),
            other => Err(unknown(other, "this is no part of a formula's body")),
        }
    }

    fn declare(&mut self, name: &Ident, mutable: bool) -> Result<()> {
        check_name(name)?;
        let text = name.to_string();
        if self.names.iter().any(|(known, _)| *known == text) {
            return Err(Error::new(
                name.span(),
                format!("`{text}` is taken; JavaScript cannot use a name twice"),
            ));
        }
        self.names.push((text, mutable));
        Ok(())
    }

    fn effect(&mut self, expression: &Expr) -> Result<Statement> {
        match expression {
            Expr::Assign(assign) => {
                let name = self.assigned(&assign.left)?;
                let value = self.term(&assign.right)?;
                Ok(Statement::Assign {
                    name,
                    operator: None,
                    value,
                })
            }
            Expr::Binary(binary) => {
                let operator = match binary.op {
                    BinOp::AddAssign(_) => Operator::Add,
                    BinOp::SubAssign(_) => Operator::Sub,
                    BinOp::MulAssign(_) => Operator::Mul,
                    BinOp::DivAssign(_) => Operator::Div,
                    _ => return Err(unknown(binary, "this value is not used")),
                };
                let name = self.assigned(&binary.left)?;
                let value = self.term(&binary.right)?;
                Ok(Statement::Assign {
                    name,
                    operator: Some(operator),
                    value,
                })
            }
            Expr::If(branch) => {
                let condition = self.term(&branch.cond)?;
                let then = self.block(&branch.then_branch)?;
                let otherwise = match &branch.else_branch {
                    None => None,
                    Some((_, expression)) => Some(self.branch(expression)?),
                };
                let stray = then.value.is_some()
                    || otherwise
                        .as_ref()
                        .is_some_and(|block| block.value.is_some());
                if stray {
                    return Err(unknown(branch, "the value of this `if` is not used"));
                }
                Ok(Statement::If(condition, then, otherwise))
            }
            Expr::ForLoop(looped) => self.for_loop(looped),
            Expr::Break(stop) if stop.expr.is_none() && stop.label.is_none() => {
                if self.loops == 0 {
                    return Err(unknown(stop, "`break` outside of a loop"));
                }
                Ok(Statement::Break)
            }
            Expr::Return(back) => match &back.expr {
                Some(value) => self.term(value).map(Statement::Return),
                None => Err(unknown(back, "a formula returns a number")),
            },
            Expr::Call(call) => self.check(call),
            Expr::While(_) | Expr::Loop(_) => Err(unknown(
                expression,
                "a loop in a formula has a bound: use `for` over a range",
            )),
            other => Err(unknown(other, "this is no part of a formula's body")),
        }
    }

    /// The `else` of an `if`: a block or another `if`.
    fn branch(&mut self, expression: &Expr) -> Result<Block> {
        match expression {
            Expr::Block(block) => self.block(&block.block),
            Expr::If(branch) if has_value(branch) => Ok(Block {
                statements: Vec::new(),
                value: Some(self.term(expression)?),
            }),
            Expr::If(_) => Ok(Block {
                statements: vec![self.effect(expression)?],
                value: None,
            }),
            other => Err(unknown(other, "a block or another `if` comes after `else`")),
        }
    }

    fn assigned(&self, target: &Expr) -> Result<Ident> {
        let name = single(target).ok_or_else(|| unknown(target, "only a name is assigned to"))?;
        match self.names.iter().find(|(known, _)| *name == known) {
            Some((_, true)) => Ok(name.clone()),
            Some((_, false)) => Err(Error::new(
                name.span(),
                format!("`{name}` is not declared with `let mut`"),
            )),
            None => Err(self.no_name(name)),
        }
    }

    fn no_name(&self, name: &Ident) -> Error {
        let known: Vec<&str> = self.names.iter().map(|(name, _)| name.as_str()).collect();
        Error::new(
            name.span(),
            format!("there is no `{name}` here; there are {}", known.join(", ")),
        )
    }

    /// A name from outside, if it is one.
    fn outside(&self, name: &Ident) -> Option<&Name> {
        self.outside
            .iter()
            .find(|known| name == known.text.as_str())
    }

    fn shape(&self, name: &Ident) -> Shape {
        self.outside(name)
            .map_or(Shape::Number, |known| known.shape)
    }

    /// Keeps in mind that a name is read.
    fn note(&mut self, name: &Ident) {
        let text = name.to_string();
        if self.outside(name).is_some() && !self.used.contains(&text) {
            self.used.push(text);
        }
    }

    fn list(&mut self, expression: &Expr) -> Result<Ident> {
        let name = single(expression).ok_or_else(|| unknown(expression, "a list is expected"))?;
        if self.shape(name) == Shape::List {
            self.note(name);
            return Ok(name.clone());
        }
        Err(Error::new(name.span(), format!("`{name}` is not a list")))
    }

    /// A list or a table of which one value is read.
    fn item(&mut self, list: &Expr, place: &Expr) -> Result<Term> {
        let name = single(list).ok_or_else(|| unknown(list, "a list is expected"))?;
        if self.shape(name) == Shape::Number {
            return Err(Error::new(name.span(), format!("`{name}` is not a list")));
        }
        self.note(name);
        Ok(Term::Item {
            list: name.clone(),
            place: Box::new(self.term(place)?),
            checked: self.sheet,
        })
    }

    fn for_loop(&mut self, looped: &syn::ExprForLoop) -> Result<Statement> {
        let Pat::Ident(pattern) = &*looped.pat else {
            return Err(unknown(&looped.pat, "a loop counts in one name"));
        };
        let name = pattern.ident.clone();
        let scope = self.names.len();
        let Expr::Range(range) = &*looped.expr else {
            let list = self.list(&looped.expr)?;
            self.declare(&name, false)?;
            self.loops += 1;
            let block = self.block(&looped.body)?;
            self.loops -= 1;
            self.names.truncate(scope);
            return Ok(Statement::Each { name, list, block });
        };
        let (Some(from), Some(to)) = (&range.start, &range.end) else {
            return Err(unknown(range, "a range in a formula has both ends"));
        };
        self.bounded(to)?;
        let (from, to) = (self.term(from)?, self.term(to)?);
        let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
        self.declare(&name, false)?;
        self.loops += 1;
        let block = self.block(&looped.body)?;
        self.loops -= 1;
        self.names.truncate(scope);
        Ok(Statement::Count {
            name,
            from,
            to,
            inclusive,
            block,
        })
    }

    /// The end of a range is made of whole numbers and of counts with a limit, so
    /// that every loop ends.
    fn bounded(&mut self, end: &Expr) -> Result<()> {
        const LONGEST: f64 = 10_000_000.0;
        match end {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) if number.base10_parse::<f64>()? <= LONGEST => Ok(()),
                _ => Err(unknown(
                    literal,
                    "a loop ends at a whole number up to 10,000,000",
                )),
            },
            Expr::Paren(inner) => self.bounded(&inner.expr),
            Expr::Binary(binary) if matches!(binary.op, BinOp::Add(_) | BinOp::Sub(_)) => {
                self.bounded(&binary.left)?;
                self.bounded(&binary.right)
            }
            Expr::Call(call) => match call.args.first().map(|list| self.list(list)) {
                Some(Ok(_)) => Ok(()),
                _ => Err(unknown(
                    call,
                    "a loop ends at a count: a number, an argument with an upper limit, or `count(list)`",
                )),
            },
            other => {
                let name = single(other).ok_or_else(|| {
                    unknown(other, "a loop ends at a count: a number, an argument with an upper limit, or `count(list)`")
                })?;
                let bounded = self
                    .outside(name)
                    .and_then(|known| known.most)
                    .is_some_and(|most| most <= LONGEST);
                if bounded {
                    return Ok(());
                }
                Err(Error::new(
                    name.span(),
                    format!(
                        "`{name}` has no upper limit, so the loop might never end; give the argument `between ... and ...`"
                    ),
                ))
            }
        }
    }

    /// `require(...)`, `check_between(...)` and their like.
    fn check(&mut self, call: &syn::ExprCall) -> Result<Statement> {
        let name = single(&call.func).map_or_else(String::new, Ident::to_string);
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let text = |expression: &Expr| match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Ok(text.clone()),
                other => Err(Error::new(other.span(), "a text is expected")),
            },
            other => Err(unknown(other, "a text is expected")),
        };
        let argument = |expression: &Expr| {
            let name = single(expression)
                .ok_or_else(|| unknown(expression, "the name of an argument is expected"))?;
            if self.outside(name).is_some_and(|known| known.checked) {
                Ok(name.clone())
            } else {
                Err(Error::new(
                    name.span(),
                    format!("`{name}` is not an argument"),
                ))
            }
        };
        match (name.as_str(), &arguments[..]) {
            ("require", [condition, about, allowed, why]) => {
                let (about, allowed, why) = (argument(about)?, text(allowed)?, text(why)?);
                self.note(&about);
                Ok(Statement::Require {
                    condition: self.term(condition)?,
                    argument: about,
                    allowed,
                    why,
                })
            }
            ("check_between", [about, low, high, why]) => {
                let (about, why) = (argument(about)?, text(why)?);
                self.note(&about);
                Ok(Statement::Check {
                    bounds: Bounds::Between(self.term(low)?, self.term(high)?),
                    argument: about,
                    why,
                })
            }
            ("check_at_least", [about, low, why]) => {
                let (about, why) = (argument(about)?, text(why)?);
                self.note(&about);
                Ok(Statement::Check {
                    bounds: Bounds::AtLeast(self.term(low)?),
                    argument: about,
                    why,
                })
            }
            ("check_above", [about, low, why]) => {
                let (about, why) = (argument(about)?, text(why)?);
                self.note(&about);
                Ok(Statement::Check {
                    bounds: Bounds::Above(self.term(low)?),
                    argument: about,
                    why,
                })
            }
            _ => Err(unknown(
                call,
                "as a statement there are `require(condition, argument, \"allowed\", \"why\")`, \
                 `check_between(argument, low, high, \"why\")`, `check_at_least(argument, low, \
                 \"why\")` and `check_above(argument, low, \"why\")`",
            )),
        }
    }

    fn term(&mut self, expression: &Expr) -> Result<Term> {
        match expression {
            Expr::Paren(inner) => self.term(&inner.expr),
            Expr::Group(inner) => self.term(&inner.expr),
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => Ok(Term::Number(number.base10_parse()?, number.span())),
                Lit::Float(number) => Ok(Term::Number(number.base10_parse()?, number.span())),
                other => Err(Error::new(other.span(), "a formula computes with numbers")),
            },
            Expr::Path(_) => {
                let name = single(expression).ok_or_else(|| {
                    unknown(
                        expression,
                        "a constant is named in the head: `const name: PATH in unit, ...`",
                    )
                })?;
                if !self.names.iter().any(|(known, _)| name == known) {
                    return Err(self.no_name(name));
                }
                match self.shape(name) {
                    Shape::Number => {}
                    Shape::List => {
                        return Err(Error::new(
                            name.span(),
                            format!(
                                "`{name}` is a list and not a number; \
                                 use `{name}[0]`, `sum({name})`, `count({name})` or a loop"
                            ),
                        ));
                    }
                    Shape::Table => {
                        return Err(Error::new(
                            name.span(),
                            format!("`{name}` is a table; read one value: `{name}[choice]`"),
                        ));
                    }
                }
                self.note(name);
                Ok(Term::Name(name.clone()))
            }
            Expr::Unary(unary) => {
                let inner = Box::new(self.term(&unary.expr)?);
                match unary.op {
                    UnOp::Neg(_) => Ok(Term::Negative(inner)),
                    UnOp::Not(_) => Ok(Term::Not(inner)),
                    _ => Err(unknown(unary, "a formula computes with numbers only")),
                }
            }
            Expr::Binary(binary) => {
                let operator = match binary.op {
                    BinOp::Add(_) => Operator::Add,
                    BinOp::Sub(_) => Operator::Sub,
                    BinOp::Mul(_) => Operator::Mul,
                    BinOp::Div(_) => Operator::Div,
                    BinOp::And(_) => Operator::And,
                    BinOp::Or(_) => Operator::Or,
                    BinOp::Eq(_) => Operator::Equal,
                    BinOp::Ne(_) => Operator::Unequal,
                    BinOp::Lt(_) => Operator::Less,
                    BinOp::Le(_) => Operator::LessEqual,
                    BinOp::Gt(_) => Operator::Greater,
                    BinOp::Ge(_) => Operator::GreaterEqual,
                    _ => {
                        return Err(unknown(
                            binary,
                            "the operators of a formula are + - * / && || == != < <= > >=",
                        ));
                    }
                };
                let left = self.term(&binary.left)?;
                let right = self.term(&binary.right)?;
                Ok(Term::Binary(operator, Box::new(left), Box::new(right)))
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::If(branch) => {
                let condition = self.term(&branch.cond)?;
                let then = self.block(&branch.then_branch)?;
                let Some((_, otherwise)) = &branch.else_branch else {
                    return Err(unknown(branch, "an `if` with a value has an `else`"));
                };
                let otherwise = self.branch(otherwise)?;
                if then.value.is_none() || otherwise.value.is_none() {
                    return Err(unknown(branch, "both sides of this `if` need a value"));
                }
                Ok(Term::If(
                    Box::new(condition),
                    Box::new(then),
                    Box::new(otherwise),
                ))
            }
            Expr::Index(index) => self.item(&index.expr, &index.index),
            Expr::Cast(cast) => Err(unknown(cast, "all numbers are `f64` here; leave out `as`")),
            other => Err(unknown(other, "this is no part of a formula's body")),
        }
    }

    fn method(&mut self, call: &syn::ExprMethodCall) -> Result<Term> {
        let name = call.method.to_string();
        if name == "powi" && call.args.len() == 1 {
            let base = self.term(&call.receiver)?;
            let exponent = match &call.args[0] {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Int(number) => number.base10_parse::<i32>().ok(),
                    _ => None,
                },
                _ => None,
            };
            return exponent
                .map(|exponent| Term::Power(Box::new(base), exponent))
                .ok_or_else(|| {
                    unknown(
                        &call.args[0],
                        "the exponent of `powi` is a whole number; use `powf`",
                    )
                });
        }
        let Some(function) = FUNCTIONS.iter().find(|f| f.method && f.name == name) else {
            return Err(no_function(&call.method));
        };
        let mut terms = vec![self.term(&call.receiver)?];
        for argument in &call.args {
            terms.push(self.term(argument)?);
        }
        counted(function, terms.len(), call.method.span())?;
        Ok(Term::Call(function, terms, call.method.span()))
    }

    fn call(&mut self, call: &syn::ExprCall) -> Result<Term> {
        let Expr::Path(path) = &*call.func else {
            return Err(unknown(&call.func, "a function is called by its name"));
        };
        if single(&call.func).is_some_and(|name| name == "item") {
            let [list, place] = [0, 1].map(|at| call.args.get(at));
            return match (list, place, call.args.len()) {
                (Some(list), Some(place), 2) => self.item(list, place),
                _ => Err(unknown(call, "`item` takes a list and a place, from 0")),
            };
        }
        let known = single(&call.func).and_then(|name| FUNCTIONS.iter().find(|f| *name == f.name));
        let mut terms = Vec::new();
        for (place, argument) in call.args.iter().enumerate() {
            let list = single(argument).filter(|name| self.shape(name) == Shape::List);
            if known.is_some_and(|function| place < function.lists) {
                terms.push(Term::Name(self.list(argument)?));
            } else if let (None, Some(list)) = (known, list) {
                self.note(list);
                terms.push(Term::List(list.clone()));
            } else {
                terms.push(self.term(argument)?);
            }
        }
        match known {
            Some(function) => {
                counted(function, terms.len(), call.func.span())?;
                Ok(Term::Call(function, terms, call.func.span()))
            }
            None => Ok(Term::Formula(path.path.clone(), terms)),
        }
    }
}

fn counted(function: &Function, given: usize, span: Span) -> Result<()> {
    if function.arguments == given {
        return Ok(());
    }
    Err(Error::new(
        span,
        format!(
            "`{}` takes {} numbers, with the one before the point, and not {given}",
            function.name, function.arguments
        ),
    ))
}

fn no_function(name: &Ident) -> Error {
    let known: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    Error::new(
        name.span(),
        format!(
            "a formula cannot call `{name}`; there are powi, {}",
            known.join(", ")
        ),
    )
}

/// Whether an expression at the end of a block is a statement all the same.
fn is_statement(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::If(_)
            | Expr::ForLoop(_)
            | Expr::Return(_)
            | Expr::Break(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::Assign(_)
    )
}

/// Whether the first block of an `if` ends with a value.
fn has_value(branch: &syn::ExprIf) -> bool {
    match branch.then_branch.stmts.last() {
        Some(Stmt::Expr(Expr::If(inner), None)) => has_value(inner),
        Some(Stmt::Expr(expression, None)) => !is_statement(expression),
        _ => false,
    }
}

/// The name when an expression is just that.
fn single(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Paren(inner) => single(&inner.expr),
        _ => None,
    }
}

fn unknown(place: &impl syn::spanned::Spanned, message: &str) -> Error {
    Error::new(place.span(), message)
}
