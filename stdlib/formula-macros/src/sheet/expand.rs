//! From the block of a sheet to its type, its function and its entry.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitStr, Path, Result};

use crate::body::{Block, Name, Shape, Statement, read_block};
use crate::expand::{base, called, domain, input, rooted, symbol, unit_text};
use crate::head::{Unit, type_name};
use crate::sheet::documentation;
use crate::sheet::head::{Definition, Kind, Line, Role, Value};
use crate::{javascript, rust, spreadsheet};

/// The unit of a number that names a year, as in `lightcone_units::shown::YEAR`.
const YEAR: &str = "CE";

/// All that is generated from a block.
pub(crate) fn expand(definition: &Definition) -> Result<TokenStream> {
    let bodies = bodies(definition)?;
    let kind = kind(definition);
    let entry = entry(definition, &bodies)?;
    Ok(rooted(quote!(#kind #entry), definition.root.as_ref()))
}

/// A line's body, and the names that it reads.
struct Body {
    block: Block,
    used: Vec<String>,
    calls: Vec<Path>,
}

/// Reads the bodies of all lines. Each sees what is above it.
fn bodies(definition: &Definition) -> Result<Vec<Body>> {
    let mut names = Vec::new();
    for input in &definition.inputs {
        names.push(Name::argument(input));
        if type_name(&input.kind) == "Availability" && !input.list {
            names.push(Name::number(format!("{}_down", input.name), false));
        }
    }
    for constant in &definition.constants {
        names.push(Name::number(constant.name.to_string(), false));
    }
    for table in &definition.tables {
        names.push(Name {
            shape: Shape::Table,
            ..Name::number(table.name.to_string(), false)
        });
    }
    let mut bodies = Vec::new();
    let mut all: Vec<String> = Vec::new();
    for line in &definition.lines {
        let (block, used) = read_block(&names, &line.body, true)?;
        let calls = called(&block);
        check_calls(&block, &used, &calls)?;
        all.extend(
            used.iter()
                .map(|name| without_down(name, &names).to_owned()),
        );
        bodies.push(Body { block, used, calls });
        names.push(Name::number(line.name.to_string(), true));
        if availability(line) {
            names.push(Name::number(format!("{}_down", line.name), false));
        }
    }
    let inputs = definition.inputs.iter().map(|input| &input.name);
    let constants = definition.constants.iter().map(|constant| &constant.name);
    let tables = definition.tables.iter().map(|table| &table.name);
    for name in inputs.chain(constants).chain(tables) {
        if !all.iter().any(|used| name == used) {
            return Err(Error::new(
                name.span(),
                format!("no line uses `{name}`; leave it out or use it"),
            ));
        }
    }
    Ok(bodies)
}

fn availability(line: &Line) -> bool {
    matches!(&line.value, Value::Number { kind, .. } if type_name(kind) == "Availability")
}

/// `node` for its companion `node_down`.
fn without_down<'t>(text: &'t str, names: &[Name]) -> &'t str {
    match text.strip_suffix("_down") {
        Some(node)
            if names
                .windows(2)
                .any(|pair| pair[0].text == node && pair[1].text == text && !pair[1].checked) =>
        {
            node
        }
        _ => text,
    }
}

/// In JavaScript a name hides the function of the same name.
fn check_calls(block: &Block, used: &[String], calls: &[Path]) -> Result<()> {
    let mut names = used.to_vec();
    declared(&block.statements, &mut names);
    for path in calls {
        let Some(last) = path.segments.last() else {
            continue;
        };
        if names.iter().any(|name| last.ident == name) {
            return Err(Error::new(
                last.ident.span(),
                format!(
                    "`{0}` is a name in this line and a formula, too; JavaScript cannot tell \
                     them apart, so give the name another",
                    last.ident
                ),
            ));
        }
    }
    Ok(())
}

fn declared(statements: &[Statement], names: &mut Vec<String>) {
    for statement in statements {
        match statement {
            Statement::Let { name, .. } => names.push(name.to_string()),
            Statement::Count { name, block, .. } | Statement::Each { name, block, .. } => {
                names.push(name.to_string());
                declared(&block.statements, names);
            }
            Statement::If(_, then, otherwise) => {
                declared(&then.statements, names);
                if let Some(block) = otherwise {
                    declared(&block.statements, names);
                }
            }
            _ => {}
        }
    }
}

/// The type of the worksheet with its setters and answers, and the function.
fn kind(definition: &Definition) -> TokenStream {
    let visibility = &definition.visibility;
    let function = &definition.function;
    let kind = type_of(function);
    let entry = entry_of(function);
    let documentation = documentation::function(definition);
    let words = definition.kind.words();
    let about = format!(
        "The {words} [`{function}`](fn@{function}) with its values: one method an input sets it, \
         one method a line gives its answer."
    );
    let setters = definition.inputs.iter().enumerate().map(|(place, input)| {
        let (name, kind) = (&input.name, &input.kind);
        let text = documentation::setter(input);
        let (takes, values) = if input.list {
            (
                quote!(&[#kind]),
                quote!(#name.iter().map(|value| ::lightcone_units::Scalar::to_base(*value)).collect()),
            )
        } else {
            (
                quote!(#kind),
                quote!(::std::vec::Vec::from([::lightcone_units::Scalar::to_base(#name)])),
            )
        };
        quote! {
            #[doc = #text]
            #[must_use]
            pub fn #name(mut self, #name: #takes) -> Self {
                self.0.put(#place, #values);
                self
            }
        }
    });
    let answers = definition.lines.iter().enumerate().map(|(place, line)| {
        let name = &line.name;
        let text = documentation::answer(line);
        match &line.value {
            Value::Number { kind, .. } => quote! {
                #[doc = #text]
                pub fn #name(&self)
                    -> ::core::result::Result<#kind, ::lightcone_units::DomainError>
                {
                    self.0.typed(#place)
                }
            },
            Value::Word(_) => quote! {
                #[doc = #text]
                pub fn #name(&self)
                    -> ::core::result::Result<&'static str, ::lightcone_units::DomainError>
                {
                    self.0.word(#place)
                }
            },
        }
    });
    quote! {
        #[doc = #documentation]
        #[must_use]
        #visibility fn #function() -> #kind {
            #kind(::lightcone_sheets::Worksheet::new(&#entry))
        }

        #[doc = #about]
        #[derive(Clone, PartialEq)]
        #visibility struct #kind(::lightcone_sheets::Worksheet);

        #[allow(clippy::wrong_self_convention, clippy::should_implement_trait)]
        impl #kind {
            #(#setters)*
            #(#answers)*
        }

        ::lightcone_sheets::worksheet_type!(#kind, ::lightcone_sheets::Worksheet);
    }
}

/// `BdpWindow` for `bdp_window`.
fn type_of(function: &Ident) -> Ident {
    let mut text = String::new();
    for part in function.to_string().split('_') {
        let mut letters = part.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.extend(letters);
    }
    Ident::new(&text, function.span())
}

/// `BDP_WINDOW` for `bdp_window`.
fn entry_of(function: &Ident) -> Ident {
    let text = function.to_string().to_uppercase();
    Ident::new(&text, function.span())
}

fn entry(definition: &Definition, bodies: &[Body]) -> Result<TokenStream> {
    let texts = &definition.texts;
    let (id, name, path) = (&texts.id, &texts.name, &texts.path);
    let (assumes, fails, source) = (&texts.assumes, &texts.fails, &texts.source);
    let episode = texts.episode;
    let entry = entry_of(&definition.function);
    let about = documentation::about(definition);
    let documentation = format!(
        "The entry of `{}` in the registry of {}s.",
        path.value(),
        definition.kind.words()
    );
    let kind = match definition.kind {
        Kind::Calculator => quote!(Calculator),
        Kind::CostModel => quote!(CostModel),
    };
    let mut inputs = Vec::new();
    for argument in &definition.inputs {
        let input = input(argument)?;
        inputs.push(symbol(
            &argument.symbol.value(),
            &argument.meaning.value(),
            &unit_text(&argument.unit),
            &domain(argument),
            &quote!(::core::option::Option::Some(#input)),
        ));
    }
    let literals = definition.inputs.iter().map(|input| match &input.unit {
        Unit::Method(method) => method.to_string(),
        Unit::Plain | Unit::Word(_) => String::new(),
    });
    let none = quote!(::core::option::Option::None);
    let mut constants = Vec::new();
    for constant in &definition.constants {
        let (name, path) = (constant.name.to_string(), &constant.path);
        let value = constant
            .domain
            .as_ref()
            .map_or_else(String::new, LitStr::value);
        let unit = unit_text(&constant.unit);
        let symbol = symbol(
            &constant.symbol.value(),
            &constant.meaning.value(),
            &unit,
            &value,
            &none,
        );
        constants.push(quote!(::lightcone_sheets::Constant {
            name: #name,
            symbol: #symbol,
            value: || ::lightcone_units::Scalar::to_base(#path),
        }));
    }
    let tables = definition.tables.iter().map(|table| {
        let (name, values) = (table.name.to_string(), &table.values);
        quote_spanned!(values.span()=> ::lightcone_sheets::Table { name: #name, values: #values })
    });
    let mut lines = Vec::new();
    for (line, body) in definition.lines.iter().zip(bodies) {
        lines.push(line_entry(definition, line, body)?);
    }
    let prices = texts
        .prices
        .as_ref()
        .map_or_else(String::new, LitStr::value);
    let plot = match &texts.plot {
        Some((x, curves)) => {
            let x = x.to_string();
            let curves = curves.iter().map(Ident::to_string);
            quote!(::core::option::Option::Some(::lightcone_sheets::Plot {
                x: #x,
                lines: &[#(#curves),*],
            }))
        }
        None => none,
    };
    Ok(quote! {
        #[doc = #documentation]
        #[allow(unreachable_pub)]
        pub const #entry: ::lightcone_sheets::Sheet = ::lightcone_sheets::Sheet {
            id: #id,
            name: #name,
            path: #path,
            kind: ::lightcone_sheets::SheetKind::#kind,
            about: #about,
            inputs: &[#(#inputs),*],
            literals: &[#(#literals),*],
            constants: &[#(#constants),*],
            tables: &[#(#tables),*],
            lines: &[#(#lines),*],
            assumptions: #assumes,
            fails: #fails,
            source: #source,
            prices: #prices,
            episode: #episode,
            plot: #plot,
        };
    })
}

fn line_entry(definition: &Definition, line: &Line, body: &Body) -> Result<TokenStream> {
    let name = line.name.to_string();
    let note = &line.note;
    let role = match line.role {
        Role::Step => quote!(Step),
        Role::Result => quote!(Result),
        Role::Total => quote!(Total),
    };
    let reads = reads(definition, body);
    let uses: Vec<&str> = reads.iter().map(|read| read.name.as_str()).collect();
    let none = quote!(::core::option::Option::None);
    let typed = match &line.value {
        Value::Number { kind, unit, .. } => {
            let base = base(kind, unit)?;
            let quantity = type_name(kind);
            let text = unit_text(unit);
            let domain = match quantity.as_str() {
                "Probability" | "Availability" => "0 to 1",
                "Utilization" => "at least 0 and below 1",
                "u32" | "u64" | "Count" => "whole, at least 0",
                "bool" => "yes or no",
                _ => "any",
            };
            let symbol = symbol(&line.symbol, &line.meaning.value(), &text, domain, &none);
            let show = if text == YEAR {
                quote!(|value| ::lightcone_units::shown::with_unit(#quantity, #text, value))
            } else if quantity == "f64" {
                quote!(::lightcone_units::format_number)
            } else {
                quote!(::lightcone_sheets::show::<#kind>)
            };
            quote_spanned! {kind.span()=>
                symbol: #symbol,
                quantity: #quantity,
                words: &[],
                base: #base,
                kind: <#kind as ::lightcone_units::Scalar>::KIND,
                limits: <#kind as ::lightcone_units::Scalar>::LIMITS,
                check: ::lightcone_sheets::check::<#kind>,
                show: #show,
            }
        }
        Value::Word(words) => {
            let last = words.len().saturating_sub(1) as f64;
            let domain: Vec<String> = words.iter().map(LitStr::value).collect();
            let domain = domain.join(", ");
            let symbol = symbol(&line.symbol, &line.meaning.value(), "1", &domain, &none);
            quote! {
                symbol: #symbol,
                quantity: "",
                words: &[#(#words),*],
                base: 1.0,
                kind: ::lightcone_units::Kind::Whole,
                limits: ::lightcone_units::Limits::between(0.0, #last),
                check: ::lightcone_sheets::check::<f64>,
                show: |value| ::std::string::String::from(
                    ::lightcone_sheets::word(&[#(#words),*], value)
                ),
            }
        }
    };
    let evaluate = evaluate(definition, line, body, &reads);
    let down = matches!(line.value, Value::Number { down: true, .. });
    let availabilities: Vec<String> = body
        .used
        .iter()
        .filter_map(|used| used.strip_suffix("_down").map(|node| (used, node)))
        .filter(|(used, node)| uses.contains(node) && !uses.contains(&used.as_str()))
        .map(|(_, node)| node.to_owned())
        .collect();
    let arguments: Vec<String> = uses.iter().map(|name| (*name).to_owned()).collect();
    let javascript = javascript::function_of(
        &format!("{name}_line"),
        &arguments,
        &availabilities,
        &body.block,
        &name,
        down,
    );
    let calls = body.calls.iter().map(|path| {
        let entry = rust::entry(path);
        quote!(&#entry)
    });
    let expression = spreadsheet::expression_of(&availabilities, &body.block, down, &body.calls);
    let spreadsheet = match expression {
        Ok(expression) => {
            let text = expression.text;
            quote!(::lightcone_units::Spreadsheet::Live(#text))
        }
        Err(why) => quote!(::lightcone_units::Spreadsheet::Computed(#why)),
    };
    Ok(quote!(::lightcone_sheets::Line {
        name: #name,
        #typed
        role: ::lightcone_sheets::Role::#role,
        note: #note,
        uses: &[#(#uses),*],
        evaluate: #evaluate,
        javascript: #javascript,
        calls: &[#(#calls),*],
        spreadsheet: #spreadsheet,
    }))
}

/// A name that a line reads, and how the generated code gets it.
struct Read {
    name: String,
    /// The name as written in the head, where a cell's names belong.
    ident: Ident,
    get: TokenStream,
}

/// What a line reads, each once; `node_down` counts as `node`.
fn reads(definition: &Definition, body: &Body) -> Vec<Read> {
    let cells = Ident::new("cells", Span::mixed_site());
    let mut reads: Vec<Read> = Vec::new();
    for used in &body.used {
        for name in [Some(used.as_str()), used.strip_suffix("_down")]
            .into_iter()
            .flatten()
        {
            let input = definition
                .inputs
                .iter()
                .position(|input| input.name == name);
            let line = definition.lines.iter().position(|line| line.name == name);
            let constant = definition
                .constants
                .iter()
                .find(|constant| constant.name == name);
            let table = definition.tables.iter().find(|table| table.name == name);
            let (ident, get) = if let Some(place) = input {
                let input = &definition.inputs[place];
                let get = if input.list {
                    quote!(#cells.list(#place))
                } else {
                    quote!(#cells.input(#place))
                };
                (&input.name, get)
            } else if let Some(place) = line {
                (&definition.lines[place].name, quote!(#cells.line(#place)))
            } else if let Some(constant) = constant {
                let path = &constant.path;
                let get = quote!(::lightcone_units::Scalar::to_base(#path));
                (&constant.name, get)
            } else if let Some(table) = table {
                let values = &table.values;
                (&table.name, quote!(#values))
            } else {
                continue;
            };
            if !reads.iter().any(|read| read.name == name) {
                reads.push(Read {
                    name: name.to_owned(),
                    ident: ident.clone(),
                    get,
                });
            }
            break;
        }
    }
    reads
}

/// The line as a function of the cells.
fn evaluate(definition: &Definition, line: &Line, body: &Body, reads: &[Read]) -> TokenStream {
    let cells = Ident::new("cells", Span::mixed_site());
    let lets = reads.iter().map(|read| {
        let (name, get) = (&read.ident, &read.get);
        let input = definition
            .inputs
            .iter()
            .find(|input| input.name == read.name);
        let list = input.is_some_and(|input| input.list)
            || definition
                .tables
                .iter()
                .any(|table| table.name == read.name);
        if list {
            quote!(let #name: &[f64] = #get;)
        } else {
            quote!(let #name: f64 = #get;)
        }
    });
    let downs = body.used.iter().filter_map(|used| {
        let node = used.strip_suffix("_down")?;
        if reads.iter().any(|read| read.name == *used) {
            return None;
        }
        let node = &reads.iter().find(|read| read.name == node)?.ident;
        let down = format_ident!("{node}_down");
        Some(quote!(let #down: f64 = 1.0 - #node;))
    });
    let kinds: Vec<syn::Type> = definition
        .lines
        .iter()
        .map(|line| match &line.value {
            Value::Number { kind, .. } => (**kind).clone(),
            Value::Word(_) => syn::parse_quote!(f64),
        })
        .collect();
    let mut checked: Vec<rust::Checked<'_>> = definition
        .inputs
        .iter()
        .map(|input| rust::Checked {
            name: &input.name,
            kind: &input.kind,
            list: input.list,
        })
        .collect();
    for (line, kind) in definition.lines.iter().zip(&kinds) {
        checked.push(rust::Checked {
            name: &line.name,
            kind,
            list: false,
        });
    }
    let statements = rust::body_of(&checked, &body.block);
    let statements = match &line.value {
        Value::Number { down: true, .. } => quote! {
            let down: ::core::result::Result<f64, ::lightcone_units::DomainError> =
                (|| { #statements })();
            down.map(|down| 1.0 - down)
        },
        _ => statements,
    };
    // A line without cells, such as a constant, leaves them unused.
    quote! {{
        #[allow(unused_parens, unused_variables, clippy::all)]
        fn evaluate(
            #cells: &::lightcone_sheets::Cells<'_>,
        ) -> ::core::result::Result<f64, ::lightcone_units::DomainError> {
            #(#lets)*
            #(#downs)*
            #statements
        }
        evaluate
    }}
}
