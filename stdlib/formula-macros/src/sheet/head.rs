//! The block of a sheet as written: inputs, lines and texts.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Block, Error, Expr, Ident, LitStr, Result, Token, Type, Visibility, braced,
    parenthesized, token,
};

use crate::body::check_name;
use crate::documentation;
use crate::head::{
    Allowed, Argument, Constant, Parameter, Unit, comma, episode, id, root, text, type_name, word,
};

/// Which macro was called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Calculator,
    CostModel,
}

/// A whole block.
pub(crate) struct Definition {
    pub(crate) kind: Kind,
    pub(crate) root: Option<TokenStream>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) function: Ident,
    pub(crate) inputs: Vec<Argument>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) tables: Vec<Table>,
    pub(crate) lines: Vec<Line>,
    pub(crate) texts: Texts,
}

/// A column of numbers.
pub(crate) struct Table {
    pub(crate) name: Ident,
    pub(crate) values: Expr,
}

/// What part a line plays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Step,
    Result,
    Total,
}

/// One line.
pub(crate) struct Line {
    pub(crate) note: String,
    pub(crate) role: Role,
    pub(crate) name: Ident,
    pub(crate) value: Value,
    pub(crate) symbol: String,
    pub(crate) meaning: LitStr,
    pub(crate) body: Block,
}

/// What a line computes.
pub(crate) enum Value {
    /// A quantity or a number; `down` says that the body computes what is missing to 1.
    Number {
        kind: Box<Type>,
        down: bool,
        unit: Unit,
    },
    /// One of a few words.
    Word(Vec<LitStr>),
}

/// What the words of the block say.
pub(crate) struct Texts {
    pub(crate) id: LitStr,
    pub(crate) name: LitStr,
    pub(crate) path: LitStr,
    pub(crate) assumes: LitStr,
    pub(crate) fails: LitStr,
    pub(crate) source: LitStr,
    pub(crate) episode: u8,
    pub(crate) prices: Option<LitStr>,
    pub(crate) plot: Option<(Ident, Vec<Ident>)>,
}

/// Reads a block.
pub(crate) fn parse(kind: Kind, input: proc_macro::TokenStream) -> Result<Definition> {
    let read = |input: ParseStream<'_>| Definition::read(kind, input);
    read.parse(input)
}

impl Definition {
    fn read(kind: Kind, input: ParseStream<'_>) -> Result<Self> {
        let root = root(input)?;
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![fn]>()?;
        let function: Ident = input.parse()?;
        let content;
        parenthesized!(content in input);
        let (mut inputs, mut constants, mut tables) = (Vec::new(), Vec::new(), Vec::new());
        while !content.is_empty() {
            if content.peek(Token![const]) {
                constants.push(content.parse()?);
            } else if content.peek(word::table) && content.peek2(Ident) {
                tables.push(content.parse()?);
            } else {
                match content.parse()? {
                    Parameter::Plain(argument) => inputs.push(*argument),
                    Parameter::Parts { name, .. } => {
                        return Err(Error::new(
                            name.span(),
                            "each input of a sheet is a number or a list; write one for each part",
                        ));
                    }
                }
            }
            if content.is_empty() {
                break;
            }
            content.parse::<Token![;]>()?;
        }
        let content;
        braced!(content in input);
        let mut lines = Vec::new();
        while !content.is_empty() {
            lines.push(content.parse()?);
        }
        let definition = Self {
            kind,
            root,
            attributes,
            visibility,
            function,
            inputs,
            constants,
            tables,
            lines,
            texts: Texts::read(kind, input)?,
        };
        definition.check()?;
        Ok(definition)
    }

    fn check(&self) -> Result<()> {
        self.check_names()?;
        let written = documentation::author(&self.attributes);
        if written.trim().is_empty() || written.trim_start().starts_with("# ") {
            return Err(Error::new(
                self.function.span(),
                "a sheet begins with a doc comment: one sentence that says what it tells",
            ));
        }
        if !written.contains("```") {
            return Err(Error::new(
                self.function.span(),
                "the doc comment of a sheet has an example that runs, below `# Examples`",
            ));
        }
        let path = &self.texts.path;
        if path.value().rsplit("::").next() != Some(&self.function.to_string()) {
            return Err(Error::new(
                path.span(),
                format!(
                    "the path ends with the name of the function, `{}`",
                    self.function
                ),
            ));
        }
        let totals: Vec<&Line> = self
            .lines
            .iter()
            .filter(|l| l.role == Role::Total)
            .collect();
        match (self.kind, &totals[..]) {
            (Kind::Calculator, []) => {
                if !self.lines.iter().any(|line| line.role == Role::Result) {
                    return Err(Error::new(
                        self.function.span(),
                        "a calculator has a line that begins with `result`: its answer",
                    ));
                }
            }
            (Kind::Calculator, [first, ..]) => {
                return Err(Error::new(
                    first.name.span(),
                    "only a cost model has a `total`; write `result`",
                ));
            }
            (Kind::CostModel, []) => {
                return Err(Error::new(
                    self.function.span(),
                    "a cost model has a line that begins with `total`",
                ));
            }
            (Kind::CostModel, [_]) => {}
            (Kind::CostModel, [_, second, ..]) => {
                return Err(Error::new(
                    second.name.span(),
                    "a cost model has one `total`, and there is one before",
                ));
            }
        }
        self.check_plot()
    }

    fn check_names(&self) -> Result<()> {
        // Methods that the generated type has already.
        const METHODS: &[&str] = &[
            "as_ref",
            "borrow",
            "clone",
            "deref",
            "deref_mut",
            "eq",
            "fmt",
            "into",
            "to_owned",
            "to_string",
        ];
        let mut seen: Vec<String> = Vec::new();
        let inputs = self.inputs.iter().map(|input| &input.name);
        let constants = self.constants.iter().map(|constant| &constant.name);
        let tables = self.tables.iter().map(|table| &table.name);
        let lines = self.lines.iter().map(|line| &line.name);
        for name in inputs.chain(constants).chain(tables).chain(lines) {
            check_name(name)?;
            let text = name.to_string();
            if seen.contains(&text) {
                return Err(Error::new(name.span(), format!("`{text}` is there twice")));
            }
            if METHODS.contains(&text.as_str()) {
                return Err(Error::new(
                    name.span(),
                    format!("every Rust type may have a method `{text}`; use another name"),
                ));
            }
            if text.to_lowercase() != text {
                return Err(Error::new(
                    name.span(),
                    "names are in small letters: spreadsheets do not tell `A` from `a`",
                ));
            }
            seen.push(text);
        }
        Ok(())
    }

    fn check_plot(&self) -> Result<()> {
        let Some((x, curves)) = &self.texts.plot else {
            return Ok(());
        };
        let Some(input) = self.inputs.iter().find(|input| input.name == *x) else {
            return Err(Error::new(x.span(), format!("`{x}` is not an input")));
        };
        if input.list || matches!(input.allowed, Allowed::Choice) {
            return Err(Error::new(
                x.span(),
                format!("`{x}` is not one number, so nothing goes along it"),
            ));
        }
        let mut first: Option<(String, String)> = None;
        for curve in curves {
            let Some(line) = self.lines.iter().find(|line| line.name == *curve) else {
                return Err(Error::new(curve.span(), format!("`{curve}` is not a line")));
            };
            let Value::Number { kind, unit, .. } = &line.value else {
                return Err(Error::new(
                    curve.span(),
                    format!("`{curve}` is a word, which is no curve"),
                ));
            };
            let own = (type_name(kind), crate::expand::unit_text(unit));
            if first.as_ref().is_some_and(|first| *first != own) {
                return Err(Error::new(
                    curve.span(),
                    "the curves of one plot have the same type and unit",
                ));
            }
            first = Some(own);
        }
        Ok(())
    }
}

impl Parse for Table {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<word::table>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            name,
            values: input.parse()?,
        })
    }
}

impl Parse for Line {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        if let Some(other) = attributes.iter().find(|a| !a.path().is_ident("doc")) {
            return Err(Error::new(
                other.span(),
                "before a line there is at most a doc comment, which is its note",
            ));
        }
        let mut role = Role::Step;
        if input.peek(word::result) && input.peek2(Ident) {
            input.parse::<word::result>()?;
            role = Role::Result;
        } else if input.peek(word::total) && input.peek2(Ident) {
            input.parse::<word::total>()?;
            role = Role::Total;
        }
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let (value, symbol, meaning) = if input.peek(word::one_of) && input.peek2(LitStr) {
            let begin = input.parse::<word::one_of>()?;
            let mut texts: Vec<LitStr> = vec![input.parse()?];
            while input.peek(Token![,]) {
                comma(input)?;
                texts.push(input.parse()?);
            }
            let meaning = texts.pop().filter(|_| texts.len() >= 2);
            let meaning = meaning.ok_or_else(|| {
                Error::new(
                    begin.span(),
                    "`one_of` takes at least two words and the meaning of the line",
                )
            })?;
            if role == Role::Total {
                return Err(Error::new(begin.span(), "a total is a number"));
            }
            (Value::Word(texts), String::new(), meaning)
        } else {
            let kind: Type = input.call(Type::without_plus)?;
            let mut down = false;
            if input.peek(token::Paren) {
                let content;
                parenthesized!(content in input);
                content.parse::<word::down>()?;
                down = true;
                if type_name(&kind) != "Availability" {
                    return Err(Error::new(
                        kind.span(),
                        "only an `Availability` is computed from its `down`time",
                    ));
                }
            }
            let unit = input.parse()?;
            comma(input)?;
            let symbol: LitStr = input.parse()?;
            comma(input)?;
            (
                Value::Number {
                    kind: Box::new(kind),
                    down,
                    unit,
                },
                symbol.value(),
                input.parse()?,
            )
        };
        input.parse::<Token![=]>()?;
        let body = if input.peek(token::Brace) {
            let block = input.parse()?;
            input.parse::<Option<Token![;]>>()?;
            block
        } else {
            let value: Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            syn::parse_quote_spanned!(value.span()=> { #value })
        };
        Ok(Self {
            note: documentation::author(&attributes)
                .replace('\n', " ")
                .trim()
                .to_owned(),
            role,
            name,
            value,
            symbol,
            meaning,
            body,
        })
    }
}

impl Texts {
    fn read(kind: Kind, input: ParseStream<'_>) -> Result<Self> {
        let id = match kind {
            Kind::Calculator => id(input, "C", "C002")?,
            Kind::CostModel => id(input, "M", "M004")?,
        };
        let name = text!(input, name);
        let path = text!(input, path);
        let assumes = text!(input, assumes);
        let fails = text!(input, fails);
        let source = text!(input, source);
        let episode = episode(input)?;
        let mut prices = None;
        if input.peek(word::prices) {
            let begin = input.span();
            prices = Some(text!(input, prices));
            if kind == Kind::Calculator {
                return Err(Error::new(begin, "only a cost model names its `prices`"));
            }
        }
        let mut plot = None;
        if input.peek(word::plot) {
            input.parse::<word::plot>()?;
            input.parse::<Token![:]>()?;
            let x = input.parse()?;
            input.parse::<Token![=>]>()?;
            let mut curves = vec![input.parse()?];
            while input.peek(Token![,]) {
                comma(input)?;
                curves.push(input.parse()?);
            }
            input.parse::<Token![;]>()?;
            plot = Some((x, curves));
        }
        if !input.is_empty() {
            return Err(input.error("the block ends after `episode`, `prices` and `plot`"));
        }
        Ok(Self {
            id,
            name,
            path,
            assumes,
            fails,
            source,
            episode,
            prices,
            plot,
        })
    }
}
