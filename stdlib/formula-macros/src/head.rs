//! The block of a formula as written: arguments, result, texts and body.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Block, Error, Expr, Ident, Lit, LitStr, Path, Result, Token, Type, Visibility,
    braced, bracketed, parenthesized, token,
};

pub(crate) mod word {
    syn::custom_keyword!(id);
    syn::custom_keyword!(name);
    syn::custom_keyword!(path);
    syn::custom_keyword!(latex);
    syn::custom_keyword!(spoken);
    syn::custom_keyword!(assumes);
    syn::custom_keyword!(fails);
    syn::custom_keyword!(source);
    syn::custom_keyword!(episode);
    syn::custom_keyword!(example);
    syn::custom_keyword!(range);
    syn::custom_keyword!(log);
    syn::custom_keyword!(at_least);
    syn::custom_keyword!(above);
    syn::custom_keyword!(between);
    syn::custom_keyword!(within);
    syn::custom_keyword!(up_to);
    syn::custom_keyword!(and);
    syn::custom_keyword!(choice);
    syn::custom_keyword!(down);
    syn::custom_keyword!(root);
    syn::custom_keyword!(table);
    syn::custom_keyword!(result);
    syn::custom_keyword!(total);
    syn::custom_keyword!(one_of);
    syn::custom_keyword!(prices);
    syn::custom_keyword!(plot);
}

/// A whole block.
pub(crate) struct Definition {
    pub(crate) root: Option<TokenStream>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) function: Ident,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) notes: Vec<Note>,
    pub(crate) result: Outcome,
    pub(crate) body: Block,
    pub(crate) texts: Texts,
}

/// What the words of the block say.
pub(crate) struct Texts {
    pub(crate) id: LitStr,
    pub(crate) name: LitStr,
    pub(crate) path: LitStr,
    pub(crate) latex: LitStr,
    pub(crate) spoken: LitStr,
    pub(crate) assumes: LitStr,
    pub(crate) fails: LitStr,
    pub(crate) source: LitStr,
    pub(crate) episode: u8,
    pub(crate) example: Option<(String, LitStr)>,
}

/// A parameter of the Rust function.
pub(crate) enum Parameter {
    /// One number, or a list of them.
    Plain(Box<Argument>),
    /// A type that is taken apart into numbers.
    Parts {
        name: Ident,
        kind: Box<Type>,
        parts: Vec<(Argument, Ident)>,
    },
}

/// A number that goes into the body.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) kind: Type,
    pub(crate) list: bool,
    pub(crate) unit: Unit,
    pub(crate) symbol: LitStr,
    pub(crate) meaning: LitStr,
    pub(crate) allowed: Allowed,
    pub(crate) default: Vec<Number>,
    pub(crate) low: Number,
    pub(crate) high: Number,
    pub(crate) logarithmic: bool,
}

/// The unit of the numbers in the head.
pub(crate) enum Unit {
    /// None.
    Plain,
    /// None, but a word for what is counted.
    Word(LitStr),
    /// The literal method of the type, such as `km`.
    Method(Ident),
}

/// A number of the head.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) text: String,
    /// The label of a choice, which stands for its number.
    pub(crate) label: Option<LitStr>,
    pub(crate) span: Span,
}

/// Which values an argument may have.
pub(crate) enum Allowed {
    All,
    Choice,
    AtLeast(Number, LitStr),
    Above(Number, LitStr),
    Between(Number, Number, LitStr),
    Within(Number, Number, LitStr),
    AboveUpTo(Number, Number, LitStr),
}

/// A constant that the body uses.
pub(crate) struct Constant {
    pub(crate) name: Ident,
    pub(crate) path: Path,
    pub(crate) unit: Unit,
    pub(crate) symbol: LitStr,
    pub(crate) meaning: LitStr,
    /// The value in words; always there in a formula.
    pub(crate) domain: Option<LitStr>,
}

/// A symbol of the equation that is neither argument nor result.
pub(crate) struct Note {
    pub(crate) symbol: LitStr,
    pub(crate) meaning: LitStr,
    pub(crate) unit: LitStr,
    pub(crate) domain: LitStr,
}

/// The result.
pub(crate) struct Outcome {
    pub(crate) kind: Type,
    /// The body computes what is missing to 1.
    pub(crate) down: bool,
    pub(crate) unit: Unit,
    pub(crate) symbol: LitStr,
    pub(crate) meaning: LitStr,
    pub(crate) domain: LitStr,
}

impl Parameter {
    /// The numbers of this parameter.
    pub(crate) fn arguments(&self) -> Vec<&Argument> {
        match self {
            Self::Plain(argument) => vec![&**argument],
            Self::Parts { parts, .. } => parts.iter().map(|(argument, _)| argument).collect(),
        }
    }
}

impl Definition {
    /// All numbers that go into the body, in order.
    pub(crate) fn arguments(&self) -> Vec<&Argument> {
        self.parameters
            .iter()
            .flat_map(Parameter::arguments)
            .collect()
    }
}

impl Parse for Definition {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let root = root(input)?;
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![fn]>()?;
        let function: Ident = input.parse()?;
        let content;
        parenthesized!(content in input);
        let (mut parameters, mut constants, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        while !content.is_empty() {
            if content.peek(Token![const]) {
                let constant: Constant = content.parse()?;
                if constant.domain.is_none() {
                    return Err(content.error("the value of the constant in words is missing"));
                }
                constants.push(constant);
            } else if content.peek(Token![where]) {
                notes.push(content.parse()?);
            } else {
                parameters.push(content.parse()?);
            }
            if content.is_empty() {
                break;
            }
            content.parse::<Token![;]>()?;
        }
        input.parse::<Token![->]>()?;
        let result = input.parse()?;
        let body = input.parse()?;
        let definition = Self {
            root,
            attributes,
            visibility,
            function,
            parameters,
            constants,
            notes,
            result,
            body,
            texts: input.parse()?,
        };
        definition.check()?;
        Ok(definition)
    }
}

impl Definition {
    fn check(&self) -> Result<()> {
        let mut seen: Vec<String> = Vec::new();
        let arguments = self.arguments();
        let names = arguments
            .iter()
            .map(|argument| &argument.name)
            .chain(self.constants.iter().map(|constant| &constant.name));
        for name in names {
            let text = name.to_string();
            if seen.contains(&text) {
                return Err(Error::new(name.span(), format!("`{text}` is there twice")));
            }
            seen.push(text);
        }
        let documented = self.attributes.iter().any(|a| a.path().is_ident("doc"));
        if !documented {
            return Err(Error::new(
                self.function.span(),
                "a formula begins with a doc comment: one sentence that says what it computes",
            ));
        }
        let last = self.texts.path.value();
        if last.rsplit("::").next() != Some(&self.function.to_string())
            && !matches!(self.visibility, Visibility::Inherited)
        {
            return Err(Error::new(
                self.texts.path.span(),
                format!(
                    "the path ends with the name of the function, `{}`",
                    self.function
                ),
            ));
        }
        Ok(())
    }
}

impl Parse for Parameter {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            let kind = content.parse()?;
            return Argument::rest(name, kind, true, input).map(|list| Self::Plain(Box::new(list)));
        }
        let kind: Type = input.parse()?;
        if !input.peek(token::Brace) {
            return Argument::rest(name, kind, false, input).map(|one| Self::Plain(Box::new(one)));
        }
        let content;
        braced!(content in input);
        let mut parts = Vec::new();
        while !content.is_empty() {
            let part: Ident = content.parse()?;
            content.parse::<Token![:]>()?;
            let accessor: Ident = content.parse()?;
            let number: Type = syn::parse_quote!(f64);
            parts.push((Argument::rest(part, number, false, &content)?, accessor));
            if !content.is_empty() {
                content.parse::<Token![;]>()?;
            }
        }
        Ok(Self::Parts {
            name,
            kind: Box::new(kind),
            parts,
        })
    }
}

impl Argument {
    /// What follows the type.
    fn rest(name: Ident, kind: Type, list: bool, input: ParseStream<'_>) -> Result<Self> {
        let unit = input.parse()?;
        comma(input)?;
        let symbol = input.parse()?;
        comma(input)?;
        let meaning = input.parse()?;
        comma(input)?;
        let allowed: Allowed = input.parse()?;
        if !matches!(allowed, Allowed::All) {
            comma(input)?;
        }
        input.parse::<Token![default]>()?;
        let choice = matches!(allowed, Allowed::Choice);
        let default = defaults(list, choice, input)?;
        let (mut low, mut high) = (default[0].clone(), default[0].clone());
        let mut logarithmic = false;
        if matches!(allowed, Allowed::Choice) {
            return Ok(Self {
                name,
                kind,
                list,
                unit,
                symbol,
                meaning,
                allowed,
                default,
                low,
                high,
                logarithmic,
            });
        }
        comma(input)?;
        input.parse::<word::range>()?;
        if input.peek(Lit) || input.peek(Token![-]) {
            low = input.parse()?;
            input.parse::<Token![..=]>()?;
            high = input.parse()?;
        }
        if input.peek(word::log) {
            let log = input.parse::<word::log>()?;
            logarithmic = true;
            if low.value <= 0.0 {
                return Err(Error::new(log.span(), "a logarithmic range begins above 0"));
            }
        }
        if low.value >= high.value {
            return Err(Error::new(
                low.span,
                "the range is empty: it ends where it begins",
            ));
        }
        let argument = Self {
            name,
            kind,
            list,
            unit,
            symbol,
            meaning,
            allowed,
            default,
            low,
            high,
            logarithmic,
        };
        argument.check()?;
        Ok(argument)
    }

    /// Defaults and ranges lie within what is allowed.
    fn check(&self) -> Result<()> {
        for number in self.default.iter().chain([&self.low, &self.high]) {
            let inside = match &self.allowed {
                Allowed::All | Allowed::Choice => true,
                Allowed::AtLeast(low, _) => number.value >= low.value,
                Allowed::Above(low, _) => number.value > low.value,
                Allowed::Between(low, high, _) => {
                    number.value >= low.value && number.value <= high.value
                }
                Allowed::Within(low, high, _) => {
                    number.value >= low.value && number.value < high.value
                }
                Allowed::AboveUpTo(low, high, _) => {
                    number.value > low.value && number.value <= high.value
                }
            };
            if !inside {
                return Err(Error::new(
                    number.span,
                    format!(
                        "{} is not allowed for `{}`: {}",
                        number.text,
                        self.name,
                        self.allowed.in_words().unwrap_or_default()
                    ),
                ));
            }
        }
        for number in &self.default {
            if number.value < self.low.value || number.value > self.high.value {
                return Err(Error::new(
                    number.span,
                    format!(
                        "the default {} is outside the range, {} to {}",
                        number.text, self.low.text, self.high.text
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn defaults(list: bool, choice: bool, input: ParseStream<'_>) -> Result<Vec<Number>> {
    let number = if choice {
        number_or_label
    } else {
        Number::parse
    };
    if !list {
        return Ok(vec![number(input)?]);
    }
    let content;
    bracketed!(content in input);
    let numbers = content.parse_terminated(number, Token![,])?;
    if numbers.is_empty() {
        return Err(content.error("a list has at least one value as its default"));
    }
    Ok(numbers.into_iter().collect())
}

/// The default of a choice.
fn number_or_label(input: ParseStream<'_>) -> Result<Number> {
    if !input.peek(LitStr) {
        return input.parse();
    }
    let label: LitStr = input.parse()?;
    Ok(Number {
        value: 0.0,
        text: label.value(),
        span: label.span(),
        label: Some(label),
    })
}

pub(crate) fn comma(input: ParseStream<'_>) -> Result<()> {
    input.parse::<Token![,]>().map(|_| ())
}

impl Parse for Unit {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(Token![in]) {
            return Ok(Self::Plain);
        }
        input.parse::<Token![in]>()?;
        if input.peek(LitStr) {
            return input.parse().map(Self::Word);
        }
        input.parse().map(Self::Method)
    }
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let minus = input.parse::<Option<Token![-]>>()?;
        let literal: Lit = input.parse()?;
        let value = match &literal {
            Lit::Int(number) => number.base10_parse::<f64>()?,
            Lit::Float(number) => number.base10_parse::<f64>()?,
            other => return Err(Error::new(other.span(), "a number is expected")),
        };
        let sign = if minus.is_some() { "-" } else { "" };
        let digits = match &literal {
            Lit::Int(number) => number.to_string(),
            Lit::Float(number) => number.to_string(),
            _ => String::new(),
        };
        Ok(Self {
            value: if minus.is_some() { -value } else { value },
            text: format!("{sign}{}", digits.replace('_', ",")),
            label: None,
            span: minus.map_or_else(|| literal.span(), |minus| minus.span()),
        })
    }
}

impl Parse for Allowed {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(word::choice) {
            input.parse::<word::choice>()?;
            return Ok(Self::Choice);
        }
        if input.peek(word::at_least) {
            input.parse::<word::at_least>()?;
            return Ok(Self::AtLeast(input.parse()?, input.parse()?));
        }
        if input.peek(word::above) {
            input.parse::<word::above>()?;
            let low = input.parse()?;
            if input.peek(word::up_to) {
                input.parse::<word::up_to>()?;
                return Ok(Self::AboveUpTo(low, input.parse()?, input.parse()?));
            }
            return Ok(Self::Above(low, input.parse()?));
        }
        let between = input.peek(word::between);
        if between || input.peek(word::within) {
            input.parse::<Ident>()?;
            let low: Number = input.parse()?;
            input.parse::<word::and>()?;
            let high: Number = input.parse()?;
            if low.value >= high.value {
                return Err(Error::new(low.span, "nothing lies between these two"));
            }
            let why = input.parse()?;
            return Ok(if between {
                Self::Between(low, high, why)
            } else {
                Self::Within(low, high, why)
            });
        }
        if input.peek(Token![default]) {
            return Ok(Self::All);
        }
        Err(input.error(
            "the values allowed are expected: `at_least`, `above`, `between ... and ...`, \
             `within ... and ...`, `above ... up_to ...` or `choice`; or `default` without any",
        ))
    }
}

impl Allowed {
    /// The range in words; none when the type alone decides.
    pub(crate) fn in_words(&self) -> Option<String> {
        Some(match self {
            Self::All | Self::Choice => return None,
            Self::AtLeast(low, _) => format!("at least {}", low.text),
            Self::Above(low, _) => format!("above {}", low.text),
            Self::Between(low, high, _) => format!("{} to {}", low.text, high.text),
            Self::Within(low, high, _) => format!("at least {} and below {}", low.text, high.text),
            Self::AboveUpTo(low, high, _) => format!("above {}, up to {}", low.text, high.text),
        })
    }

    /// Why the range is what it is.
    pub(crate) fn why(&self) -> Option<&LitStr> {
        match self {
            Self::All | Self::Choice => None,
            Self::AtLeast(_, why)
            | Self::Above(_, why)
            | Self::Between(_, _, why)
            | Self::Within(_, _, why)
            | Self::AboveUpTo(_, _, why) => Some(why),
        }
    }

    /// The upper limit, if there is one.
    pub(crate) fn upper(&self) -> Option<&Number> {
        match self {
            Self::Between(_, high, _) | Self::Within(_, high, _) | Self::AboveUpTo(_, high, _) => {
                Some(high)
            }
            _ => None,
        }
    }
}

impl Parse for Constant {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![const]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let path = input.parse()?;
        let unit = input.parse()?;
        comma(input)?;
        let symbol = input.parse()?;
        comma(input)?;
        let meaning = input.parse()?;
        let domain = if input.peek(Token![,]) {
            comma(input)?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self {
            name,
            path,
            unit,
            symbol,
            meaning,
            domain,
        })
    }
}

impl Parse for Note {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![where]>()?;
        let symbol = input.parse()?;
        input.parse::<Token![:]>()?;
        let meaning = input.parse()?;
        comma(input)?;
        let unit = input.parse()?;
        comma(input)?;
        let domain = input.parse()?;
        Ok(Self {
            symbol,
            meaning,
            unit,
            domain,
        })
    }
}

impl Parse for Outcome {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
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
        let symbol = input.parse()?;
        comma(input)?;
        let meaning = input.parse()?;
        comma(input)?;
        let domain = input.parse()?;
        Ok(Self {
            kind,
            down,
            unit,
            symbol,
            meaning,
            domain,
        })
    }
}

/// One text that is not empty, for instance `name: "...";`.
macro_rules! text {
    ($input:ident, $word:ident) => {{
        $input.parse::<$crate::head::word::$word>()?;
        $input.parse::<syn::Token![:]>()?;
        $crate::head::sentence($input)?
    }};
}

pub(crate) use text;

/// A text that is not empty and has no stray spaces, with its semicolon.
pub(crate) fn sentence(input: ParseStream<'_>) -> Result<LitStr> {
    let text: LitStr = input.parse()?;
    if text.value().trim().is_empty() {
        return Err(Error::new(text.span(), "this text is empty"));
    }
    if text.value().contains("  ") || text.value().contains('\n') {
        return Err(Error::new(
            text.span(),
            "this text has stray spaces; end a line with a backslash to go on",
        ));
    }
    input.parse::<Token![;]>()?;
    Ok(text)
}

/// An id: one of the capital letters and three digits.
pub(crate) fn id(input: ParseStream<'_>, letters: &str, example: &str) -> Result<LitStr> {
    let id = text!(input, id);
    let digits = id.value();
    let well_formed = digits.len() == 4
        && digits.starts_with(|c: char| letters.contains(c))
        && digits[1..].bytes().all(|byte| byte.is_ascii_digit());
    if well_formed {
        return Ok(id);
    }
    Err(Error::new(
        id.span(),
        format!("an id is a capital letter and three digits, such as {example}"),
    ))
}

/// The number of an episode of the course, with its semicolon.
pub(crate) fn episode(input: ParseStream<'_>) -> Result<u8> {
    input.parse::<word::episode>()?;
    input.parse::<Token![:]>()?;
    let number: syn::LitInt = input.parse()?;
    let episode = number.base10_parse()?;
    if !(1..=41).contains(&episode) {
        return Err(Error::new(number.span(), "there are episodes 1 to 41"));
    }
    input.parse::<Token![;]>()?;
    Ok(episode)
}

impl Parse for Texts {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let id = id(input, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "F004")?;
        let name = text!(input, name);
        let path = text!(input, path);
        let latex = text!(input, latex);
        balanced(&latex)?;
        let spoken = text!(input, spoken);
        let assumes = text!(input, assumes);
        let fails = text!(input, fails);
        let source = text!(input, source);
        let episode = episode(input)?;
        let mut example = None;
        if input.peek(word::example) {
            input.parse::<word::example>()?;
            input.parse::<Token![:]>()?;
            let content;
            parenthesized!(content in input);
            let call = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
            let call: Vec<String> = call.iter().map(source_text).collect();
            input.parse::<Token![=>]>()?;
            example = Some((call.join(", "), input.parse()?));
            input.parse::<Token![;]>()?;
        }
        if !input.is_empty() {
            return Err(input.error("nothing comes after the example"));
        }
        Ok(Self {
            id,
            name,
            path,
            latex,
            spoken,
            assumes,
            fails,
            source,
            episode,
            example,
        })
    }
}

/// The text of an expression, close to how it was written.
fn source_text(expression: &Expr) -> String {
    use quote::ToTokens as _;
    let tokens = expression.to_token_stream().to_string();
    let mut text = tokens;
    for (from, to) in [
        (" . ", "."),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" ?", "?"),
        (" :: ", "::"),
        ("& ", "&"),
        (" [", "["),
        ("[ ", "["),
        (" ]", "]"),
        (".. =", "..="),
    ] {
        text = text.replace(from, to);
    }
    text.replace(",[", ", [")
}

/// The braces of a LaTeX text match.
fn balanced(latex: &LitStr) -> Result<()> {
    let mut depth = 0i32;
    let mut escaped = false;
    for c in latex.value().chars() {
        match c {
            '{' if !escaped => depth += 1,
            '}' if !escaped => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if depth < 0 {
            break;
        }
    }
    if depth != 0 {
        return Err(Error::new(
            latex.span(),
            "the braces of this LaTeX do not match",
        ));
    }
    if latex.value().contains('$') {
        return Err(Error::new(
            latex.span(),
            "LaTeX goes here without dollar signs",
        ));
    }
    Ok(())
}

/// `@root PATH;` at the head of a block: where `units` and `sheets` are.
pub(crate) fn root(input: ParseStream<'_>) -> Result<Option<TokenStream>> {
    if !input.peek(Token![@]) {
        return Ok(None);
    }
    input.parse::<Token![@]>()?;
    input.parse::<word::root>()?;
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        let token: TokenTree = input.parse()?;
        path.extend([token]);
    }
    input.parse::<Token![;]>()?;
    Ok(Some(path))
}

/// The last part of a type's name.
pub(crate) fn type_name(kind: &Type) -> String {
    match kind {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |segment| segment.ident.to_string()),
        _ => String::new(),
    }
}
