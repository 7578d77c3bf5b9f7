//! From a definition to the function and its entry in the registry.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Ident, Result, Type};

use crate::body::{Block, Statement, Term};
use crate::head::{Allowed, Argument, Definition, Number, Parameter, Unit, type_name};
use crate::{body, documentation, javascript, rust, spreadsheet};

/// The literal methods of the quantities and how their units are written.
const UNITS: &[(&str, &str)] = &[
    ("nanos", "ns"),
    ("micros", "\u{b5}s"),
    ("ms", "ms"),
    ("seconds", "s"),
    ("minutes", "min"),
    ("hours", "h"),
    ("days", "days"),
    ("mm", "mm"),
    ("meters", "m"),
    ("km", "km"),
    ("m_per_s", "m/s"),
    ("km_per_s", "km/s"),
    ("bits", "bit"),
    ("bytes", "B"),
    ("kbit", "kbit"),
    ("kb", "kB"),
    ("kib", "KiB"),
    ("mbit", "Mbit"),
    ("mb", "MB"),
    ("mib", "MiB"),
    ("gbit", "Gbit"),
    ("gb", "GB"),
    ("gib", "GiB"),
    ("tb", "TB"),
    ("tib", "TiB"),
    ("pb", "PB"),
    ("eb", "EB"),
    ("bit_per_s", "bit/s"),
    ("bytes_per_s", "B/s"),
    ("kbit_per_s", "kbit/s"),
    ("kb_per_s", "kB/s"),
    ("mbit_per_s", "Mbit/s"),
    ("mb_per_s", "MB/s"),
    ("gbit_per_s", "Gbit/s"),
    ("gb_per_s", "GB/s"),
    ("tbit_per_s", "Tbit/s"),
    ("per_second", "/s"),
    ("per_minute", "/min"),
    ("per_hour", "/h"),
    ("per_day", "/day"),
    ("percent", "%"),
    ("ratio", "1"),
    ("usd", "USD"),
    ("usd_per_hour", "USD/h"),
    ("usd_per_gb", "USD/GB"),
    ("usd_per_gib", "USD/GiB"),
    ("usd_per_gb_month", "USD/GB-month"),
    ("usd_per_gib_month", "USD/GiB-month"),
    ("usd_per_month", "USD/month"),
];

/// Types that check their range themselves and are written in percent or as shares.
const SHARES: &[&str] = &["Probability", "Availability", "Utilization"];

/// The unit as a symbol's text.
pub(crate) fn unit_text(unit: &Unit) -> String {
    match unit {
        Unit::Plain => "1".to_owned(),
        Unit::Word(word) => word.value(),
        Unit::Method(method) => {
            let known = UNITS.iter().find(|(name, _)| method == name);
            known.map_or_else(|| method.to_string(), |(_, text)| (*text).to_owned())
        }
    }
}

/// The values allowed as a symbol's text.
pub(crate) fn domain(argument: &Argument) -> String {
    let words = argument.allowed.in_words().unwrap_or_else(|| {
        match (&argument.allowed, type_name(&argument.kind).as_str()) {
            (Allowed::Choice, _) => "one of the choices",
            (_, "Probability" | "Availability") => "0 to 1",
            (_, "Utilization") => "at least 0 and below 1",
            (_, "u32" | "u64") => "whole, at least 0",
            (_, "bool") => "yes or no",
            _ => "any",
        }
        .to_owned()
    });
    let unit = match &argument.unit {
        Unit::Method(_) if words.chars().any(|c| c.is_ascii_digit()) => {
            match unit_text(&argument.unit).as_str() {
                "1" => String::new(),
                _ if words == "at least 0" || words == "above 0" || words == "0 to 1" => {
                    String::new()
                }
                unit => format!(" {unit}"),
            }
        }
        _ => String::new(),
    };
    let each = if argument.list { "each " } else { "" };
    format!("{each}{words}{unit}")
}

/// All that is generated from a block.
pub(crate) fn expand(definition: &Definition) -> Result<TokenStream> {
    let block = body::read(definition)?;
    let function = function(definition, &block)?;
    let entry = entry(definition, &block)?;
    Ok(rooted(quote!(#function #entry), definition.root.as_ref()))
}

/// The generated code names two crates, `::lightcone_units` and `::lightcone_sheets`.
/// Below a root, as in a cell, they are its modules `units` and `sheets`.
pub(crate) fn rooted(code: TokenStream, root: Option<&TokenStream>) -> TokenStream {
    let Some(root) = root else {
        return code;
    };
    let mut out: Vec<TokenTree> = Vec::new();
    for token in code {
        let module = match &token {
            TokenTree::Ident(name) if name == "lightcone_units" => Some("units"),
            TokenTree::Ident(name) if name == "lightcone_sheets" => Some("sheets"),
            _ => None,
        };
        let colons = out
            .iter()
            .rev()
            .take(2)
            .all(|before| matches!(before, TokenTree::Punct(colon) if colon.as_char() == ':'));
        match (module, token) {
            (Some(module), token) if colons && out.len() >= 2 => {
                out.truncate(out.len() - 2);
                let module = Ident::new(module, token.span());
                out.extend(quote!(#root::#module));
            }
            (_, TokenTree::Group(group)) => {
                let inner = rooted(group.stream(), Some(root));
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                out.push(TokenTree::Group(copy));
            }
            (_, token) => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn function(definition: &Definition, block: &Block) -> Result<TokenStream> {
    let documentation = documentation::text(definition, block);
    let visibility = &definition.visibility;
    let name = &definition.function;
    let result = &definition.result.kind;
    let outcome = definition.result.meaning.value();

    let mut inputs = Vec::new();
    let mut checks = Vec::new();
    let mut lists: Vec<&Ident> = Vec::new();
    let mut takes = Vec::new();
    let mut gives = Vec::new();
    for parameter in &definition.parameters {
        match parameter {
            Parameter::Plain(argument) => {
                let (name, kind) = (&argument.name, &argument.kind);
                if argument.list {
                    inputs.push(quote!(#name: &[#kind]));
                    takes.push(quote!(#name: &[f64]));
                    gives.push(quote!(&#name));
                    lists.push(name);
                    let text = name.to_string();
                    let each = check(
                        argument,
                        &quote!(format!("{}[{place}]", #text)),
                        &quote!(*value),
                    )?;
                    let checked = (!matches!(argument.allowed, Allowed::Choice))
                        .then(|| quote!(for (place, value) in #name.iter().enumerate() { #each; }));
                    checks.push(quote! {
                        #checked
                        let #name: ::std::vec::Vec<f64> =
                            #name.iter().map(|value| ::lightcone_units::Scalar::to_base(*value)).collect();
                    });
                } else {
                    inputs.push(quote!(#name: #kind));
                    takes.push(quote!(#name: f64));
                    gives.push(quote!(::lightcone_units::Scalar::to_base(#name)));
                    if !matches!(argument.allowed, Allowed::Choice) {
                        let text = name.to_string();
                        let check = check(argument, &quote!(#text), &quote!(#name))?;
                        checks.push(quote!(let #name = #check;));
                    }
                    if type_name(kind) == "Availability" {
                        let down = format_ident!("{name}_down");
                        takes.push(quote!(#down: f64));
                        gives.push(quote!(#name.unavailability().in_ratio()));
                    }
                }
            }
            Parameter::Parts { name, kind, parts } => {
                inputs.push(quote!(#name: #kind));
                for (part, accessor) in parts {
                    let part = &part.name;
                    takes.push(quote!(#part: f64));
                    gives.push(quote!(#name.#accessor()));
                }
            }
        }
    }
    if let Some((first, others)) = lists.split_first() {
        let text = first.to_string();
        for other in others {
            let other_text = other.to_string();
            checks.insert(0, quote!(::lightcone_units::same_length(#text, #first.len(), #other_text, #other.len())?;));
        }
    }
    let constants = definition.constants.iter().map(|constant| {
        let (name, path) = (&constant.name, &constant.path);
        quote!(let #name: f64 = ::lightcone_units::Scalar::to_base(#path);)
    });
    let statements = rust::body(definition, block);
    let value = if definition.result.down {
        quote!(::lightcone_units::Availability::from_unavailability(
            <::lightcone_units::Probability as ::lightcone_units::Scalar>::from_base(#outcome, value)?
        ))
    } else {
        quote!(<#result as ::lightcone_units::Scalar>::from_base(#outcome, value)?)
    };
    let needless = if definition.down_unused(block) {
        quote!(#[allow(unused_variables)])
    } else {
        TokenStream::new()
    };
    Ok(quote! {
        #[doc = #documentation]
        #visibility fn #name(#(#inputs),*)
            -> ::core::result::Result<#result, ::lightcone_units::DomainError>
        {
            #[allow(unused_parens, clippy::all)]
            #needless
            fn body(#(#takes),*) -> ::core::result::Result<f64, ::lightcone_units::DomainError> {
                #(#constants)*
                #statements
            }
            #(#checks)*
            let value = body(#(#gives),*)?;
            ::lightcone_units::result(#outcome, #value)
        }
    })
}

impl Definition {
    /// Whether an availability goes into the body in two forms, of which it may use
    /// one.
    fn down_unused(&self, _: &Block) -> bool {
        self.arguments()
            .iter()
            .any(|argument| type_name(&argument.kind) == "Availability")
    }
}

/// The check of one value, which gives it back.
fn check(argument: &Argument, name: &TokenStream, value: &TokenStream) -> Result<TokenStream> {
    let kind = &argument.kind;
    let base = base(kind, &argument.unit)?;
    let begin = quote_spanned!(kind.span()=> ::lightcone_units::argument(#name, #value));
    let text = argument.name.to_string();
    let limit = |number: &Number| {
        let number = number.tokens();
        quote!(<#kind as ::lightcone_units::Scalar>::from_base(#text, #number * (#base))?)
    };
    Ok(match &argument.allowed {
        Allowed::All | Allowed::Choice => {
            quote!(#begin.finite("a formula computes with numbers")?)
        }
        Allowed::AtLeast(low, why) => {
            let low = limit(low);
            quote!(#begin.at_least(#low, #why)?)
        }
        Allowed::Above(low, why) => {
            let low = limit(low);
            quote!(#begin.above(#low, #why)?)
        }
        Allowed::Between(low, high, why) => {
            let (low, high) = (limit(low), limit(high));
            quote!(#begin.between(#low, #high, #why)?)
        }
        Allowed::Within(low, high, why) => {
            let (low, high) = (limit(low), limit(high));
            quote!(#begin.within(#low, #high, #why)?)
        }
        Allowed::AboveUpTo(low, high, why) => {
            let (low, high) = (limit(low), limit(high));
            quote!(#begin.above_up_to(#low, #high, #why)?)
        }
    })
}

impl Number {
    /// The number as an `f64` literal.
    pub(crate) fn tokens(&self) -> TokenStream {
        let mut literal = Literal::f64_suffixed(self.value.abs());
        literal.set_span(self.span);
        if self.value.is_sign_negative() && self.value != 0.0 {
            quote!((-#literal))
        } else {
            quote!(#literal)
        }
    }
}

/// How many base units one unit is, as a constant expression.
pub(crate) fn base(kind: &Type, unit: &Unit) -> Result<TokenStream> {
    let Unit::Method(method) = unit else {
        return Ok(quote!(1.0));
    };
    if !UNITS.iter().any(|(name, _)| method == name) {
        let known: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
        return Err(Error::new(
            method.span(),
            format!(
                "there is no unit `{method}`; there are {}",
                known.join(", ")
            ),
        ));
    }
    let name = type_name(kind);
    if SHARES.contains(&name.as_str()) {
        return match method.to_string().as_str() {
            "percent" => Ok(quote!(0.01)),
            "ratio" => Ok(quote!(1.0)),
            _ => Err(Error::new(
                method.span(),
                format!("a {name} is in `percent` or, without a unit, a share of 1"),
            )),
        };
    }
    if matches!(name.as_str(), "f64" | "u32" | "u64" | "bool") {
        return Err(Error::new(
            method.span(),
            format!("`{name}` has no unit; name what it counts in quotes: in \"packet\""),
        ));
    }
    let from = format_ident!("from_{method}", span = method.span());
    Ok(quote_spanned!(method.span()=> <#kind>::#from(1.0).in_base_unit()))
}

fn entry(definition: &Definition, block: &Block) -> Result<TokenStream> {
    let texts = &definition.texts;
    let (id, name, path) = (&texts.id, &texts.name, &texts.path);
    let (latex, spoken) = (&texts.latex, &texts.spoken);
    let (assumes, fails, source) = (&texts.assumes, &texts.fails, &texts.source);
    let episode = texts.episode;
    let function = &definition.function;
    let entry = format_ident!(
        "{}",
        function.to_string().to_uppercase(),
        span = function.span()
    );
    let documentation = format!(
        "The entry of `{}` in the registry of formulas.",
        path.value()
    );

    let mut symbols = Vec::new();
    let result = &definition.result;
    symbols.push(symbol(
        &result.symbol.value(),
        &result.meaning.value(),
        &unit_text(&result.unit),
        &result.domain.value(),
        &quote!(::core::option::Option::None),
    ));
    for argument in definition.arguments() {
        let input = input(argument)?;
        symbols.push(symbol(
            &argument.symbol.value(),
            &argument.meaning.value(),
            &unit_text(&argument.unit),
            &domain(argument),
            &quote!(::core::option::Option::Some(#input)),
        ));
    }
    for constant in &definition.constants {
        symbols.push(symbol(
            &constant.symbol.value(),
            &constant.meaning.value(),
            &unit_text(&constant.unit),
            &constant
                .domain
                .as_ref()
                .map_or_else(String::new, syn::LitStr::value),
            &quote!(::core::option::Option::None),
        ));
    }
    for note in &definition.notes {
        symbols.push(symbol(
            &note.symbol.value(),
            &note.meaning.value(),
            &note.unit.value(),
            &note.domain.value(),
            &quote!(::core::option::Option::None),
        ));
    }
    let evaluate = evaluate(definition);
    let signature = signature(definition);
    let result_base = base(&result.kind, &result.unit)?;
    let result_kind = &result.kind;
    let javascript = javascript::function(definition, block);
    let called = called(block);
    let calls = called.iter().map(|path| {
        let entry = rust::entry(path);
        quote!(&#entry)
    });
    let none = quote!(::core::option::Option::None);
    let (spreadsheet, linked) = match spreadsheet::expression(definition, block, &called) {
        Ok(expression) => {
            let text = expression.text;
            if expression.calls {
                (
                    quote!(::lightcone_units::Spreadsheet::Computed(
                        "it calls another formula"
                    )),
                    quote!(::core::option::Option::Some(#text)),
                )
            } else {
                (quote!(::lightcone_units::Spreadsheet::Live(#text)), none)
            }
        }
        Err(why) => (quote!(::lightcone_units::Spreadsheet::Computed(#why)), none),
    };
    let constants = definition.constants.iter().map(|constant| {
        let (name, path) = (constant.name.to_string(), &constant.path);
        quote!(::lightcone_units::Constant {
            name: #name,
            value: || ::lightcone_units::Scalar::to_base(#path),
        })
    });
    Ok(quote! {
        #[doc = #documentation]
        #[allow(unreachable_pub)]
        pub const #entry: ::lightcone_units::Formula = ::lightcone_units::Formula {
            id: #id,
            name: #name,
            path: #path,
            latex: #latex,
            spoken: #spoken,
            symbols: &[#(#symbols),*],
            assumptions: #assumes,
            fails: #fails,
            source: #source,
            episode: #episode,
            computation: ::core::option::Option::Some(::lightcone_units::Computation {
                signature: #signature,
                evaluate: #evaluate,
                base: #result_base,
                limits: <#result_kind as ::lightcone_units::Scalar>::LIMITS,
                kind: <#result_kind as ::lightcone_units::Scalar>::KIND,
                read: <#result_kind as ::lightcone_units::Scalar>::read,
                javascript: #javascript,
                calls: &[#(#calls),*],
                spreadsheet: #spreadsheet,
                linked: #linked,
                constants: &[#(#constants),*],
            }),
        };
    })
}

pub(crate) fn symbol(
    symbol: &str,
    name: &str,
    unit: &str,
    domain: &str,
    input: &TokenStream,
) -> TokenStream {
    quote!(::lightcone_units::Symbol {
        symbol: #symbol,
        name: #name,
        unit: #unit,
        domain: #domain,
        input: #input,
    })
}

pub(crate) fn input(argument: &Argument) -> Result<TokenStream> {
    let kind = &argument.kind;
    let (name, quantity) = (argument.name.to_string(), type_name(kind));
    let list = argument.list;
    let base = base(kind, &argument.unit)?;
    let limit = |number: &Number| {
        let number = number.tokens();
        quote!(#number * (#base))
    };
    let limits = match &argument.allowed {
        Allowed::All | Allowed::Choice => quote!(::lightcone_units::Limits::NONE),
        Allowed::AtLeast(low, _) => {
            let low = limit(low);
            quote!(::lightcone_units::Limits::at_least(#low))
        }
        Allowed::Above(low, _) => {
            let low = limit(low);
            quote!(::lightcone_units::Limits::above(#low))
        }
        Allowed::Between(low, high, _) => {
            let (low, high) = (limit(low), limit(high));
            quote!(::lightcone_units::Limits::between(#low, #high))
        }
        Allowed::Within(low, high, _) => {
            let (low, high) = (limit(low), limit(high));
            quote!(::lightcone_units::Limits::within(#low, #high))
        }
        Allowed::AboveUpTo(low, high, _) => {
            let (low, high) = (limit(low), limit(high));
            quote!(::lightcone_units::Limits::above_up_to(#low, #high))
        }
    };
    let why = argument
        .allowed
        .why()
        .map_or_else(String::new, syn::LitStr::value);
    let default = argument.default.iter().map(|number| match &number.label {
        Some(label) => quote_spanned! {label.span()=>
            ::lightcone_units::choice_number(<#kind as ::lightcone_units::Scalar>::KIND, #label)
        },
        None => number.tokens(),
    });
    let (low, high) = (argument.low.tokens(), argument.high.tokens());
    let scale = if argument.logarithmic {
        quote!(::lightcone_units::Scale::Logarithmic)
    } else {
        quote!(::lightcone_units::Scale::Linear)
    };
    Ok(quote!(::lightcone_units::Input {
        argument: #name,
        quantity: #quantity,
        kind: <#kind as ::lightcone_units::Scalar>::KIND,
        list: #list,
        base: #base,
        limits: <#kind as ::lightcone_units::Scalar>::LIMITS.and(#limits),
        why: #why,
        default: &[#(#default),*],
        low: #low,
        high: #high,
        scale: #scale,
        read: <#kind as ::lightcone_units::Scalar>::read,
    }))
}

/// The head of the function as people read it.
fn signature(definition: &Definition) -> String {
    let text = |kind: &Type| quote!(#kind).to_string().replace(' ', "");
    let parameters: Vec<String> = definition
        .parameters
        .iter()
        .map(|parameter| match parameter {
            Parameter::Plain(argument) if argument.list => {
                format!("{}: &[{}]", argument.name, text(&argument.kind))
            }
            Parameter::Plain(argument) => format!("{}: {}", argument.name, text(&argument.kind)),
            Parameter::Parts { name, kind, .. } => format!("{name}: {}", text(kind)),
        })
        .collect();
    let path = definition.texts.path.value();
    format!(
        "{path}({}) -> Result<{}, DomainError>",
        parameters.join(", "),
        text(&definition.result.kind)
    )
}

/// A function that takes plain numbers apart into the arguments.
fn evaluate(definition: &Definition) -> TokenStream {
    let function = &definition.function;
    let text = function.to_string();
    let (mut scalars, mut lists) = (0usize, 0usize);
    for argument in definition.arguments() {
        if argument.list {
            lists += 1;
        } else {
            scalars += 1;
        }
    }
    let mut takes = Vec::new();
    let mut gives = Vec::new();
    for parameter in &definition.parameters {
        match parameter {
            Parameter::Plain(argument) => {
                let (name, kind) = (&argument.name, &argument.kind);
                let text = name.to_string();
                if argument.list {
                    takes.push(quote!(let #name: ::std::vec::Vec<#kind> = values.list(#text)?;));
                    gives.push(quote!(&#name));
                } else {
                    takes.push(quote!(let #name: #kind = values.scalar(#text)?;));
                    gives.push(quote!(#name));
                }
            }
            Parameter::Parts { name, kind, parts } => {
                let numbers = parts.iter().map(|(part, _)| {
                    let text = part.name.to_string();
                    quote!(values.scalar(#text)?)
                });
                takes.push(quote!(let #name = <#kind>::new(#(#numbers),*)?;));
                gives.push(quote!(#name));
            }
        }
    }
    quote! {{
        fn evaluate(
            values: &[f64],
        ) -> ::core::result::Result<f64, ::lightcone_units::DomainError> {
            let mut values = ::lightcone_units::Values::new(#text, values, #scalars, #lists)?;
            #(#takes)*
            let value = #function(#(#gives),*)?;
            ::core::result::Result::Ok(::lightcone_units::Scalar::to_base(value))
        }
        evaluate
    }}
}

/// The formulas that a body calls, each once.
pub(crate) fn called(block: &Block) -> Vec<syn::Path> {
    let mut found = Vec::new();
    formulas(&block.statements, block.value.as_ref(), &mut found);
    found
}

fn formulas(statements: &[Statement], value: Option<&Term>, found: &mut Vec<syn::Path>) {
    for statement in statements {
        match statement {
            Statement::Let { value, .. }
            | Statement::Assign { value, .. }
            | Statement::Return(value) => in_term(value, found),
            Statement::If(condition, then, otherwise) => {
                in_term(condition, found);
                formulas(&then.statements, then.value.as_ref(), found);
                if let Some(block) = otherwise {
                    formulas(&block.statements, block.value.as_ref(), found);
                }
            }
            Statement::Count {
                from, to, block, ..
            } => {
                in_term(from, found);
                in_term(to, found);
                formulas(&block.statements, block.value.as_ref(), found);
            }
            Statement::Each { block, .. } => {
                formulas(&block.statements, block.value.as_ref(), found);
            }
            Statement::Require { condition, .. } => in_term(condition, found),
            Statement::Check { bounds, .. } => match bounds {
                body::Bounds::AtLeast(low) | body::Bounds::Above(low) => in_term(low, found),
                body::Bounds::Between(low, high) => {
                    in_term(low, found);
                    in_term(high, found);
                }
            },
            Statement::Break => {}
        }
    }
    if let Some(value) = value {
        in_term(value, found);
    }
}

fn in_term(term: &Term, found: &mut Vec<syn::Path>) {
    match term {
        Term::Formula(path, terms) => {
            if !found.contains(path) {
                found.push(path.clone());
            }
            terms.iter().for_each(|term| in_term(term, found));
        }
        Term::Call(_, terms, _) => terms.iter().for_each(|term| in_term(term, found)),
        Term::Negative(inner) | Term::Not(inner) | Term::Power(inner, _) => {
            in_term(inner, found);
        }
        Term::Item { place, .. } => in_term(place, found),
        Term::Binary(_, left, right) => {
            in_term(left, found);
            in_term(right, found);
        }
        Term::If(condition, then, otherwise) => {
            in_term(condition, found);
            formulas(&then.statements, then.value.as_ref(), found);
            formulas(&otherwise.statements, otherwise.value.as_ref(), found);
        }
        Term::Number(..) | Term::Name(_) | Term::List(_) => {}
    }
}
