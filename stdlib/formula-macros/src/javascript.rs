//! The body of a formula in JavaScript.

use std::fmt::Write as _;

use crate::body::{Block, Bounds, Operator, Statement, Term};
use crate::head::{Definition, type_name};

/// The function of a formula, without the checks of single arguments and without
/// constants: `Formula::javascript` writes those at its head.
pub(crate) fn function(definition: &Definition, block: &Block) -> String {
    let path = definition.texts.path.value();
    let name = path.rsplit("::").next().unwrap_or_default();
    let arguments: Vec<String> = definition
        .arguments()
        .iter()
        .map(|argument| argument.name.to_string())
        .collect();
    let availabilities: Vec<String> = definition
        .arguments()
        .iter()
        .filter(|argument| type_name(&argument.kind) == "Availability")
        .map(|argument| argument.name.to_string())
        .collect();
    function_of(
        name,
        &arguments,
        &availabilities,
        block,
        &definition.result.meaning.value(),
        definition.result.down,
    )
}

/// A function with a body. Each name in `availabilities` gets its `_down`; `result` is
/// what a message calls the value, and `down` says that the body computes what is
/// missing to 1.
pub(crate) fn function_of(
    name: &str,
    arguments: &[String],
    availabilities: &[String],
    block: &Block,
    result: &str,
    down: bool,
) -> String {
    let mut writer = Writer {
        text: format!("function {name}({}) {{\n", arguments.join(", ")),
        result: result.to_owned(),
        down,
    };
    for name in availabilities {
        let _ = writeln!(writer.text, "  const {name}_down = 1 - {name};");
    }
    writer.statements(&block.statements, 1);
    if let Some(value) = &block.value {
        writer.give_back(value, 1);
    }
    writer.text.push_str("}\n");
    writer.text
}

struct Writer {
    text: String,
    result: String,
    down: bool,
}

impl Writer {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:width$}{text}", "", width = depth * 2);
    }

    fn give_back(&mut self, value: &Term, depth: usize) {
        if let Term::If(condition, then, otherwise) = value
            && !(then.statements.is_empty() && otherwise.statements.is_empty())
        {
            self.line(depth, &format!("if ({}) {{", term(condition)));
            self.give_back_block(then, depth + 1);
            self.line(depth, "} else {");
            self.give_back_block(otherwise, depth + 1);
            self.line(depth, "}");
            return;
        }
        let value = if self.down {
            format!("1 - {}", term(value))
        } else {
            term(value)
        };
        let line = format!("return finite({}, {value});", quoted(&self.result));
        self.line(depth, &line);
    }

    fn give_back_block(&mut self, block: &Block, depth: usize) {
        self.statements(&block.statements, depth);
        if let Some(value) = &block.value {
            self.give_back(value, depth);
        }
    }

    fn block(&mut self, block: &Block, depth: usize) {
        self.statements(&block.statements, depth);
    }

    /// Gives the value of a block to a name.
    fn assign(&mut self, name: &str, block: &Block, depth: usize) {
        self.statements(&block.statements, depth);
        match &block.value {
            Some(Term::If(condition, then, otherwise)) if !plain(then) || !plain(otherwise) => {
                self.line(depth, &format!("if ({}) {{", term(condition)));
                self.assign(name, then, depth + 1);
                self.line(depth, "} else {");
                self.assign(name, otherwise, depth + 1);
                self.line(depth, "}");
            }
            Some(value) => self.line(depth, &format!("{name} = {};", term(value))),
            None => {}
        }
    }

    fn statements(&mut self, statements: &[Statement], depth: usize) {
        for statement in statements {
            self.statement(statement, depth);
        }
    }

    fn statement(&mut self, statement: &Statement, depth: usize) {
        match statement {
            Statement::Let {
                name,
                mutable,
                value,
            } => match value {
                Term::If(condition, then, otherwise) if !plain(then) || !plain(otherwise) => {
                    let name = name.to_string();
                    self.line(depth, &format!("let {name};"));
                    self.line(depth, &format!("if ({}) {{", term(condition)));
                    self.assign(&name, then, depth + 1);
                    self.line(depth, "} else {");
                    self.assign(&name, otherwise, depth + 1);
                    self.line(depth, "}");
                }
                value => {
                    let word = if *mutable { "let" } else { "const" };
                    self.line(depth, &format!("{word} {name} = {};", term(value)));
                }
            },
            Statement::Assign {
                name,
                operator,
                value,
            } => {
                let sign = operator.map_or("", Operator::sign);
                self.line(depth, &format!("{name} {sign}= {};", term(value)));
            }
            Statement::If(condition, then, otherwise) => {
                self.line(depth, &format!("if ({}) {{", term(condition)));
                self.block(then, depth + 1);
                if let Some(otherwise) = otherwise {
                    self.line(depth, "} else {");
                    self.block(otherwise, depth + 1);
                }
                self.line(depth, "}");
            }
            Statement::Count {
                name,
                from,
                to,
                inclusive,
                block,
            } => {
                let compare = if *inclusive { "<=" } else { "<" };
                let (from, to) = (term(from), term(to));
                let head =
                    format!("for (let {name} = {from}; {name} {compare} {to}; {name} += 1) {{");
                self.line(depth, &head);
                self.block(block, depth + 1);
                self.line(depth, "}");
            }
            Statement::Each { name, list, block } => {
                self.line(depth, &format!("for (const {name} of {list}) {{"));
                self.block(block, depth + 1);
                self.line(depth, "}");
            }
            Statement::Break => self.line(depth, "break;"),
            Statement::Return(value) => self.give_back(value, depth),
            Statement::Check {
                bounds,
                argument,
                why,
            } => {
                let (inside, allowed) = match bounds {
                    Bounds::AtLeast(low) => {
                        let low = term(low);
                        (
                            format!("{argument} >= {low}"),
                            format!("\"at least \" + wordsOf(\"{argument}\", {low})"),
                        )
                    }
                    Bounds::Above(low) => {
                        let low = term(low);
                        (
                            format!("{argument} > {low}"),
                            format!("\"above \" + wordsOf(\"{argument}\", {low})"),
                        )
                    }
                    Bounds::Between(low, high) => {
                        let (low, high) = (term(low), term(high));
                        (
                            format!("{argument} >= {low} && {argument} <= {high}"),
                            format!(
                                "\"between \" + wordsOf(\"{argument}\", {low}) + \" and \" + wordsOf(\"{argument}\", {high})"
                            ),
                        )
                    }
                };
                let (name, why) = (quoted(&argument.to_string()), quoted(&why.value()));
                let line = format!("if (!({inside})) refuse({name}, {allowed}, {why});");
                self.line(depth, &line);
            }
            Statement::Require {
                condition,
                argument,
                allowed,
                why,
            } => {
                let line = format!(
                    "if (!{}) refuse({}, {}, {});",
                    bracketed(&term(condition)),
                    quoted(&argument.to_string()),
                    quoted(&allowed.value()),
                    quoted(&why.value()),
                );
                self.line(depth, &line);
            }
        }
    }
}

/// A block that is just a value.
fn plain(block: &Block) -> bool {
    block.statements.is_empty()
        && match &block.value {
            Some(Term::If(_, then, otherwise)) => plain(then) && plain(otherwise),
            value => value.is_some(),
        }
}

fn bracketed(text: &str) -> String {
    if text.starts_with('(') && text.ends_with(')') {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

fn term(value: &Term) -> String {
    match value {
        Term::Number(number, _) => number.to_string(),
        Term::Name(name) => name.to_string(),
        Term::Negative(inner) => format!("(-{})", term(inner)),
        Term::Not(inner) => format!("(!{})", term(inner)),
        Term::Binary(operator, left, right) => {
            let sign = match operator {
                Operator::Equal => "===",
                Operator::Unequal => "!==",
                other => other.sign(),
            };
            format!("({} {sign} {})", term(left), term(right))
        }
        Term::Power(base, exponent) => format!("Math.pow({}, {exponent})", term(base)),
        Term::Call(function, terms, _) => fill(function.javascript, terms, term),
        Term::Formula(path, terms) => {
            let name = path.segments.last().map(|last| last.ident.to_string());
            let terms: Vec<String> = terms.iter().map(term).collect();
            format!("{}({})", name.unwrap_or_default(), terms.join(", "))
        }
        Term::If(condition, then, otherwise) => {
            let side = |block: &Block| match &block.value {
                Some(value) if block.statements.is_empty() => term(value),
                _ => block_in_place(block),
            };
            format!(
                "({} ? {} : {})",
                term(condition),
                side(then),
                side(otherwise)
            )
        }
        Term::List(list) => list.to_string(),
        Term::Item {
            list,
            place,
            checked,
        } => {
            let place = term(place);
            if *checked {
                format!("item(\"{list}\", {list}, {place})")
            } else {
                format!("{list}[{place}]")
            }
        }
    }
}

/// A block with statements in the middle of an expression.
fn block_in_place(block: &Block) -> String {
    let mut writer = Writer {
        text: String::new(),
        result: String::new(),
        down: false,
    };
    writer.text.push_str("(() => {\n");
    writer.statements(&block.statements, 2);
    if let Some(value) = &block.value {
        writer.line(2, &format!("return {};", term(value)));
    }
    writer.text.push_str("  })()");
    writer.text
}

/// Puts terms into the places `#0`, `#1` of a template.
pub(crate) fn fill(template: &str, terms: &[Term], write: impl Fn(&Term) -> String) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('#') {
        text.push_str(&rest[..at]);
        let place = rest[at + 1..].chars().next().and_then(|c| c.to_digit(10));
        if let Some(value) = place.and_then(|place| terms.get(place as usize)) {
            text.push_str(&write(value));
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// A text as a JavaScript literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("{text:?}")
}
