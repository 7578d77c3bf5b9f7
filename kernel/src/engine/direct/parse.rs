//! Reads the text of a cell: which items it defines, which variables it binds,
//! which names it mentions, and where interrupts may be noticed.
//!
//! Nothing is ever printed back from the syntax tree. All results are byte
//! ranges of the learner's own text, so that every error of the compiler can
//! be mapped back to what the learner wrote.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ImplItem, Item as Syntax, Pat, Stmt, UseTree, Visibility};

/// A byte range of the cell's text.
pub(crate) type Bytes = Range<usize>;

/// What a cell holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParsedCell {
    /// Items in the order of the text.
    pub(crate) items: Vec<Item>,
    /// Statements in the order of the text; the last may be a trailing expression.
    pub(crate) statements: Vec<Statement>,
    /// Text to put in (or in place of an attribute) before compiling.
    pub(crate) edits: Vec<Edit>,
    /// Whether the statements await at top level.
    pub(crate) awaits: bool,
    /// A `fn main` to call, for a cell that is a whole program.
    pub(crate) main: Option<Main>,
    /// Lint levels at the top of the cell, `#![allow(...)]`.
    pub(crate) lints: Vec<Bytes>,
    /// Whether the text reaches for the raw streams beside the print macros.
    pub(crate) raw_streams: bool,
}

impl ParsedCell {
    /// All names in the cell.
    pub(crate) fn all_names(&self) -> BTreeSet<String> {
        let statements = self
            .statements
            .iter()
            .flat_map(|statement| &statement.names);
        let items = self.items.iter().flat_map(|item| {
            item.names
                .iter()
                .chain(item.defines.iter().map(|(_, name)| name))
        });
        statements.chain(items).cloned().collect()
    }
}

/// A replacement in the learner's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// What is replaced; empty for an insertion.
    pub(crate) at: Bytes,
    /// What stands there instead.
    pub(crate) text: String,
}

/// How a cell's `fn main` is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Main {
    /// It is an `async fn`.
    pub(crate) is_async: bool,
    /// It returns something, so `?` is applied.
    pub(crate) returns: bool,
}

/// One statement that runs.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// Its text, with the semicolon.
    pub(crate) range: Bytes,
    /// Variables that it binds for later statements and cells.
    pub(crate) binds: Vec<Binding>,
    /// Names in it that may be variables.
    pub(crate) variables: BTreeSet<String>,
    /// All names in it.
    pub(crate) names: BTreeSet<String>,
    /// It is the expression whose value the cell shows.
    pub(crate) trailing: bool,
}

/// A variable of a top-level `let`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    /// Its name.
    pub(crate) name: String,
    /// Whether it was declared `mut`.
    pub(crate) mutable: bool,
}

/// The namespaces that names of items live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Namespace {
    /// Types, traits and modules.
    Type,
    /// Functions, constants and statics.
    Value,
    /// Macros.
    Macro,
    /// Imported names, whatever they are.
    Import,
    /// An `impl`, by its head.
    Impl,
}

/// What an item is, as far as the engine treats it differently.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `macro_rules!`, which must stand before its uses.
    Macro,
    /// `use`; `always` when it may bring a trait into scope.
    Use {
        /// Emit it in every later cell.
        always: bool,
    },
    /// A struct, enum or union: has layout, hence an identity to guard.
    Type {
        /// Where `pub(super) ` can be put to open inherited visibility.
        openings: Vec<usize>,
    },
    /// A trait, with the names of its methods.
    Trait {
        /// Where `pub(super) ` can be put to open inherited visibility.
        openings: Vec<usize>,
        /// Methods, constants and types it declares.
        members: Vec<String>,
    },
    /// An implementation.
    Impl {
        /// Names in the self type.
        self_names: BTreeSet<String>,
        /// The last segment of the trait's path.
        trait_name: Option<String>,
        /// Associated items with their ranges.
        members: Vec<(String, Bytes)>,
    },
    /// A `static`, whose storage all later cells share.
    Static {
        /// Its type.
        type_range: Bytes,
        /// `static mut`.
        mutable: bool,
        /// Where `static` stands (attributes and visibility come before).
        keyword: usize,
    },
    /// A `thread_local!` block: name and type of each key.
    ThreadLocal {
        /// The keys.
        keys: Vec<(String, Bytes)>,
    },
    /// A call of a macro that makes items; its names are those that it mentions.
    Expansion,
    /// Anything else: emitted as it stands.
    Plain,
}

/// An item of a cell.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Its text, attributes and doc comments included.
    pub(crate) range: Bytes,
    /// What it is.
    pub(crate) kind: Kind,
    /// What it defines.
    pub(crate) defines: Vec<(Namespace, String)>,
    /// All names in it.
    pub(crate) names: BTreeSet<String>,
    /// Statics inside its functions or modules.
    pub(crate) inner_statics: Vec<InnerStatic>,
}

/// A static inside a function or module.
#[derive(Clone, Debug)]
pub(crate) struct InnerStatic {
    /// Its text.
    pub(crate) range: Bytes,
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) type_range: Bytes,
    /// `static mut`.
    pub(crate) mutable: bool,
    /// It is visible outside its module.
    pub(crate) public: bool,
}

impl Item {
    /// Names under which the storage of its statics is counted.
    pub(crate) fn storage_names(&self) -> Vec<String> {
        let owner = self.defines.first().map_or("", |(_, name)| name.as_str());
        let inner = self
            .inner_statics
            .iter()
            .map(|inner| format!("{owner}::{}", inner.name));
        match self.kind {
            Kind::Static { .. } | Kind::ThreadLocal { .. } => self
                .defines
                .iter()
                .map(|(_, name)| name.clone())
                .chain(inner)
                .collect(),
            _ => inner.collect(),
        }
    }
}

/// Why a text is not a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unparsed {
    /// Brackets, quotes or comments do not close.
    Unbalanced,
    /// Tokens that are no Rust.
    Syntax {
        /// The parser gave up at the end of the text, so more may mend it.
        at_end: bool,
    },
}

/// Parses a cell.
///
/// # Errors
/// Says whether the tokens or the grammar failed; `rustc` explains it better,
/// so no message is made here.
pub(crate) fn parse(code: &str) -> Result<ParsedCell, Unparsed> {
    parse_with(code, &|_| false)
}

/// As [`parse`]; `makes_items` knows the macros of earlier cells that make items.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_with(
    code: &str,
    makes_items: &dyn Fn(&str) -> bool,
) -> Result<ParsedCell, Unparsed> {
    // Each parse adds its text to a per-thread map that is never read again.
    proc_macro2::extra::invalidate_current_thread_spans();
    let stream: TokenStream = code.parse().map_err(|_| Unparsed::Unbalanced)?;
    let end = code.trim_end().len();
    // Inner attributes and `//!` comments may stand at the top, as in a copied program.
    let whole = |input: syn::parse::ParseStream<'_>| {
        let attributes = input.call(syn::Attribute::parse_inner)?;
        Ok((attributes, Block::parse_within(input)?))
    };
    let (attributes, statements) =
        syn::parse::Parser::parse2(whole, stream.clone()).map_err(|error| {
            let at = error.span().byte_range();
            Unparsed::Syntax {
                at_end: at.start >= end
                    || at.is_empty()
                    || error.to_string().contains("unexpected end of input"),
            }
        })?;
    let tokens = flatten(stream);
    let mut cell = ParsedCell {
        raw_streams: names_in(&tokens, &(0..code.len()), code)
            .iter()
            .any(|name| matches!(name.as_str(), "stdout" | "stderr" | "libc")),
        ..ParsedCell::default()
    };
    cell.lints = attributes
        .iter()
        .filter(|attribute| {
            ["allow", "warn", "deny", "expect"]
                .iter()
                .any(|level| attribute.path().is_ident(level))
        })
        .map(|attribute| attribute.span().byte_range())
        .collect();
    let own_macros: Vec<String> = statements
        .iter()
        .filter_map(|statement| match statement {
            Stmt::Item(Syntax::Macro(item)) => {
                let makes = macro_makes_items(&code[item.span().byte_range()]);
                item.ident
                    .as_ref()
                    .filter(|_| makes)
                    .map(ToString::to_string)
            }
            _ => None,
        })
        .collect();
    let count = statements.len();
    for (index, statement) in statements.into_iter().enumerate() {
        let last = index + 1 == count;
        match statement {
            Stmt::Item(item) => add_item(&mut cell, item, &tokens, code),
            Stmt::Macro(call)
                if call.mac.path.is_ident("thread_local")
                    || ends_with(&call.mac.path, "thread_local") =>
            {
                let range = call.span().byte_range();
                add_thread_local(&mut cell, &call.mac, range, &tokens, code);
            }
            Stmt::Macro(call) if defining(&call.mac).is_some() => {
                let range = call.span().byte_range();
                add_definition(&mut cell, &call.mac, range, &tokens, code);
            }
            Stmt::Local(local) => {
                let range = local.span().byte_range();
                let mut binds = Bindings::default();
                binds.visit_pat(&local.pat);
                // The names of the pattern are bound, not read.
                let read = local.init.as_ref().map_or(range.end..range.end, |init| {
                    init.eq_token.span().byte_range().end..range.end
                });
                add_statement(
                    &mut cell,
                    &Stmt::Local(local),
                    range,
                    binds.found,
                    false,
                    &tokens,
                    code,
                );
                if let Some(statement) = cell.statements.last_mut() {
                    statement.variables = variables_in(&tokens, &read, code);
                }
            }
            Stmt::Expr(expression, semicolon) => {
                let range = Stmt::Expr(expression.clone(), semicolon)
                    .span()
                    .byte_range();
                let trailing = last && semicolon.is_none();
                add_statement(
                    &mut cell,
                    &Stmt::Expr(expression, semicolon),
                    range,
                    Vec::new(),
                    trailing,
                    &tokens,
                    code,
                );
            }
            Stmt::Macro(call)
                if !(last && is_expression(&call))
                    && names_item_macro(&call, &own_macros, makes_items) =>
            {
                let range = Stmt::Macro(call).span().byte_range();
                cell.items.push(Item {
                    names: names_in(&tokens, &range, code),
                    defines: Vec::new(),
                    kind: Kind::Expansion,
                    inner_statics: Vec::new(),
                    range,
                });
            }
            Stmt::Macro(call) => {
                let range = Stmt::Macro(call.clone()).span().byte_range();
                let trailing = last && call.semi_token.is_none();
                add_statement(
                    &mut cell,
                    &Stmt::Macro(call),
                    range,
                    Vec::new(),
                    trailing,
                    &tokens,
                    code,
                );
            }
        }
    }
    if !cell.statements.is_empty() {
        cell.main = None;
    }
    if cell.main.is_some_and(|main| main.is_async) {
        cell.awaits = true;
    }
    cell.edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    Ok(cell)
}

fn add_statement(
    cell: &mut ParsedCell,
    statement: &Stmt,
    range: Bytes,
    binds: Vec<Binding>,
    trailing: bool,
    tokens: &[Token],
    code: &str,
) {
    let mut marks = Checkpoints::default();
    marks.visit_stmt(statement);
    cell.awaits |= marks.awaits;
    cell.edits.append(&mut marks.edits);
    if !cell.statements.is_empty() && !trailing {
        cell.edits.push(Edit {
            at: range.start..range.start,
            text: CHECKPOINT.to_owned(),
        });
    }
    cell.statements.push(Statement {
        binds,
        variables: variables_in(tokens, &range, code),
        names: names_in(tokens, &range, code),
        trailing,
        range,
    });
}

/// Whether a macro call at the end of a cell can only be its value.
fn is_expression(call: &syn::StmtMacro) -> bool {
    call.semi_token.is_none() && !matches!(call.mac.delimiter, syn::MacroDelimiter::Brace(_))
}

fn names_item_macro(
    call: &syn::StmtMacro,
    own: &[String],
    makes_items: &dyn Fn(&str) -> bool,
) -> bool {
    call.mac.path.get_ident().is_some_and(|name| {
        let name = name.to_string();
        own.contains(&name) || makes_items(&name)
    })
}

/// Whether the arms of a `macro_rules!` begin with an item.
pub(crate) fn macro_makes_items(source: &str) -> bool {
    source.split("=>").skip(1).any(|arm| {
        let body = arm
            .trim_start()
            .trim_start_matches(['{', '(', '[', '$', ' ', '\n']);
        let mut words = body.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        let starts = |word: &str| {
            matches!(
                word,
                "fn" | "struct"
                    | "enum"
                    | "impl"
                    | "trait"
                    | "mod"
                    | "const"
                    | "static"
                    | "type"
                    | "use"
                    | "pub"
            )
        };
        starts(first) || (first == "unsafe" && starts(second)) || body.starts_with("#[")
    })
}

/// What a checkpoint looks like in generated source.
pub(crate) const CHECKPOINT: &str = "::lightcone::checkpoint();";

fn add_item(cell: &mut ParsedCell, item: Syntax, tokens: &[Token], code: &str) {
    let range = item.span().byte_range();
    let mut marks = Checkpoints::default();
    marks.visit_item(&item);
    cell.edits.append(&mut marks.edits);
    let mut defines = Vec::new();
    let mut define = |namespace, name: String| defines.push((namespace, name));
    let kind = match &item {
        Syntax::Macro(item) => {
            if let Some(name) = &item.ident {
                define(Namespace::Macro, name.to_string());
                Kind::Macro
            } else if ends_with(&item.mac.path, "thread_local") {
                add_thread_local(cell, &item.mac, range, tokens, code);
                return;
            } else if defining(&item.mac).is_some() {
                add_definition(cell, &item.mac, range, tokens, code);
                return;
            } else {
                Kind::Plain
            }
        }
        Syntax::Use(item) => {
            let mut imports = Imports::default();
            imports.collect(&item.tree, None);
            for name in imports.names {
                define(Namespace::Import, name);
            }
            Kind::Use {
                always: imports.always,
            }
        }
        Syntax::Struct(item) => {
            define(Namespace::Type, item.ident.to_string());
            let mut openings = Vec::new();
            opening(
                &item.vis,
                item.struct_token.span.byte_range().start,
                &mut openings,
            );
            for field in &item.fields {
                let start = field
                    .ident
                    .as_ref()
                    .map_or_else(|| field.ty.span(), |name| name.span());
                opening(&field.vis, start.byte_range().start, &mut openings);
            }
            Kind::Type { openings }
        }
        Syntax::Enum(item) => {
            define(Namespace::Type, item.ident.to_string());
            let mut openings = Vec::new();
            opening(
                &item.vis,
                item.enum_token.span.byte_range().start,
                &mut openings,
            );
            Kind::Type { openings }
        }
        Syntax::Union(item) => {
            define(Namespace::Type, item.ident.to_string());
            let mut openings = Vec::new();
            opening(
                &item.vis,
                item.union_token.span.byte_range().start,
                &mut openings,
            );
            for field in &item.fields.named {
                let start = field
                    .ident
                    .as_ref()
                    .map_or_else(|| field.ty.span(), |name| name.span());
                opening(&field.vis, start.byte_range().start, &mut openings);
            }
            Kind::Type { openings }
        }
        Syntax::Trait(item) => {
            define(Namespace::Type, item.ident.to_string());
            let mut openings = Vec::new();
            let start = item
                .unsafety
                .map_or(item.trait_token.span, |token| token.span);
            opening(&item.vis, start.byte_range().start, &mut openings);
            let members = item
                .items
                .iter()
                .filter_map(|member| match member {
                    syn::TraitItem::Fn(member) => Some(member.sig.ident.to_string()),
                    syn::TraitItem::Const(member) => Some(member.ident.to_string()),
                    _ => None,
                })
                .collect();
            Kind::Trait { openings, members }
        }
        Syntax::Impl(item) => {
            let head = range.start..item.brace_token.span.open().byte_range().start;
            let self_range = item.self_ty.span().byte_range();
            let text: String = code[head].split_whitespace().collect::<Vec<_>>().join(" ");
            define(Namespace::Impl, text);
            let members = item
                .items
                .iter()
                .filter_map(|member| {
                    let name = match member {
                        ImplItem::Fn(member) => member.sig.ident.to_string(),
                        ImplItem::Const(member) => member.ident.to_string(),
                        ImplItem::Type(member) => member.ident.to_string(),
                        _ => return None,
                    };
                    Some((name, member.span().byte_range()))
                })
                .collect();
            Kind::Impl {
                self_names: names_in(tokens, &self_range, code),
                trait_name: item
                    .trait_
                    .as_ref()
                    .and_then(|(path, _)| path.segments.last())
                    .map(|segment| segment.ident.to_string()),
                members,
            }
        }
        Syntax::Static(item) => {
            define(Namespace::Value, item.ident.to_string());
            Kind::Static {
                type_range: item.ty.span().byte_range(),
                mutable: !matches!(item.mutability, syn::StaticMutability::None),
                keyword: item.static_token.span.byte_range().start,
            }
        }
        Syntax::Fn(item) => {
            let name = item.sig.ident.to_string();
            if name == "main" && item.sig.inputs.is_empty() {
                for attribute in &item.attrs {
                    if ends_with(attribute.path(), "main") {
                        cell.edits.push(Edit {
                            at: attribute.span().byte_range(),
                            text: String::new(),
                        });
                    }
                }
                cell.main = Some(Main {
                    is_async: item.sig.asyncness.is_some(),
                    returns: match &item.sig.output {
                        syn::ReturnType::Default => false,
                        syn::ReturnType::Type(_, output) => {
                            !matches!(**output, syn::Type::Never(_))
                        }
                    },
                });
            }
            define(Namespace::Value, name);
            Kind::Plain
        }
        Syntax::Const(item) => {
            let name = item.ident.to_string();
            if name != "_" {
                define(Namespace::Value, name);
            }
            Kind::Plain
        }
        Syntax::Type(item) => {
            define(Namespace::Type, item.ident.to_string());
            Kind::Plain
        }
        Syntax::Mod(item) => {
            define(Namespace::Type, item.ident.to_string());
            Kind::Plain
        }
        Syntax::ForeignMod(item) => {
            for member in &item.items {
                match member {
                    syn::ForeignItem::Fn(member) => {
                        define(Namespace::Value, member.sig.ident.to_string())
                    }
                    syn::ForeignItem::Static(member) => {
                        define(Namespace::Value, member.ident.to_string())
                    }
                    _ => {}
                }
            }
            Kind::Plain
        }
        Syntax::ExternCrate(item) => {
            let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
            define(Namespace::Import, name.to_string());
            Kind::Use { always: true }
        }
        _ => Kind::Plain,
    };
    let mut inner = InnerStatics::default();
    if !matches!(item, Syntax::Static(_)) {
        inner.visit_item(&item);
    }
    cell.items.push(Item {
        names: names_in(tokens, &range, code),
        range,
        kind,
        defines,
        inner_statics: inner.found,
    });
}

/// Finds statics inside functions and modules.
#[derive(Default)]
struct InnerStatics {
    found: Vec<InnerStatic>,
}

impl<'ast> Visit<'ast> for InnerStatics {
    fn visit_item_static(&mut self, node: &'ast syn::ItemStatic) {
        self.found.push(InnerStatic {
            range: node.span().byte_range(),
            name: node.ident.to_string(),
            type_range: node.ty.span().byte_range(),
            mutable: !matches!(node.mutability, syn::StaticMutability::None),
            public: !matches!(node.vis, Visibility::Inherited),
        });
    }
}

fn add_thread_local(
    cell: &mut ParsedCell,
    call: &syn::Macro,
    range: Bytes,
    tokens: &[Token],
    code: &str,
) {
    let inside: Vec<&Token> = {
        let body = call.delimiter.span().join().byte_range();
        tokens
            .iter()
            .filter(|token| token.at.start >= body.start && token.at.end <= body.end)
            .collect()
    };
    let mut keys = Vec::new();
    let mut index = 0;
    while index + 2 < inside.len() {
        let is_key = inside[index].is_name("static") && inside[index + 2].is_punctuation(':');
        if let (true, Kinds::Name(name)) = (is_key, &inside[index + 1].kind) {
            let start = inside[index + 3].at.start;
            let mut end = start;
            let mut cursor = index + 3;
            while cursor < inside.len() && !inside[cursor].is_punctuation('=') {
                end = inside[cursor].at.end;
                cursor += 1;
            }
            keys.push((name.clone(), start..end));
            index = cursor;
        }
        index += 1;
    }
    cell.items.push(Item {
        names: names_in(tokens, &range, code),
        defines: keys
            .iter()
            .map(|(name, _)| (Namespace::Value, name.clone()))
            .collect(),
        kind: Kind::ThreadLocal { keys },
        inner_statics: Vec::new(),
        range,
    });
}

/// The macros of the stdlib that define items.
const DEFINING: [&str; 3] = ["formula", "calculator", "cost_model"];

/// The function that a call of such a macro defines.
fn defining(call: &syn::Macro) -> Option<String> {
    if !DEFINING.iter().any(|name| ends_with(&call.path, name)) {
        return None;
    }
    let mut tokens = call.tokens.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

/// Adds what such a macro defines: the function, its entry in capitals, and for a
/// sheet the type.
fn add_definition(
    cell: &mut ParsedCell,
    call: &syn::Macro,
    range: Bytes,
    tokens: &[Token],
    code: &str,
) {
    let Some(name) = defining(call) else { return };
    let type_name = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    cell.items.push(Item {
        names: names_in(tokens, &range, code),
        defines: vec![
            (Namespace::Value, name.clone()),
            (Namespace::Value, name.to_uppercase()),
            (Namespace::Type, type_name.collect()),
        ],
        kind: Kind::Plain,
        inner_statics: Vec::new(),
        range,
    });
}

fn opening(visibility: &Visibility, start: usize, openings: &mut Vec<usize>) {
    if matches!(visibility, Visibility::Inherited) {
        openings.push(start);
    }
}

fn ends_with(path: &syn::Path, name: &str) -> bool {
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// Collects the names that a `use` brings in.
#[derive(Default)]
struct Imports {
    names: Vec<String>,
    always: bool,
}

impl Imports {
    fn collect(&mut self, tree: &UseTree, parent: Option<&str>) {
        match tree {
            UseTree::Path(path) => self.collect(&path.tree, Some(&path.ident.to_string())),
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let name = if name == "self" {
                    parent.unwrap_or("self").to_owned()
                } else {
                    name
                };
                self.add(&name.clone(), name);
            }
            UseTree::Rename(rename) => {
                let name = rename.rename.to_string();
                if name == "_" {
                    self.always = true;
                } else {
                    self.add(&rename.ident.to_string(), name);
                }
            }
            UseTree::Glob(_) => self.always = true,
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.collect(tree, parent);
                }
            }
        }
    }

    fn add(&mut self, original: &str, name: String) {
        self.always |= !never_a_trait(original);
        self.names.push(name);
    }
}

/// Whether an imported name is surely no trait: a function, module, constant
/// or a well-known type. An import that might be a trait is needed by cells
/// that never name it.
fn never_a_trait(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_lowercase)
        || name
            .chars()
            .all(|letter| letter.is_uppercase() || letter == '_' || letter.is_numeric())
        || matches!(
            name,
            "Arc"
                | "AtomicBool"
                | "AtomicI32"
                | "AtomicI64"
                | "AtomicU32"
                | "AtomicU64"
                | "AtomicUsize"
                | "BTreeMap"
                | "BTreeSet"
                | "Barrier"
                | "BinaryHeap"
                | "Cell"
                | "Condvar"
                | "Cow"
                | "Duration"
                | "HashMap"
                | "HashSet"
                | "Instant"
                | "LazyLock"
                | "Mutex"
                | "NonZeroU32"
                | "OnceCell"
                | "OnceLock"
                | "Ordering"
                | "PathBuf"
                | "PhantomData"
                | "Rc"
                | "RefCell"
                | "Reverse"
                | "RwLock"
                | "SystemTime"
                | "VecDeque"
                | "Weak"
                | "Wrapping"
                | "File"
                | "Path"
                | "DataFrame"
                | "Series"
                | "LazyFrame"
        )
}

/// Collects the variables of a pattern.
#[derive(Default)]
struct Bindings {
    found: Vec<Binding>,
    nested: usize,
}

impl<'ast> Visit<'ast> for Bindings {
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Ident(ident) = pattern {
            let name = ident.ident.to_string();
            // `None`, `MAX`: a path to a constant or unit variant, no binding.
            let is_path =
                self.nested > 0 && name.starts_with(char::is_uppercase) && ident.subpat.is_none();
            if !is_path {
                self.found.retain(|binding| binding.name != name);
                self.found.push(Binding {
                    name,
                    mutable: ident.mutability.is_some(),
                });
            }
        }
        // `let Vec2 = 1` binds, however it is written; inside a pattern it would be a path.
        let inside = !matches!(pattern, Pat::Type(_) | Pat::Paren(_));
        self.nested += usize::from(inside);
        visit::visit_pat(self, pattern);
        self.nested -= usize::from(inside);
    }
    fn visit_expr(&mut self, _: &'ast Expr) {}
}

/// Finds where checkpoints go, and whether the top level awaits.
#[derive(Default)]
struct Checkpoints {
    edits: Vec<Edit>,
    awaits: bool,
    nested: usize,
}

impl Checkpoints {
    fn enter(&mut self, block: &Block) {
        let after = block.brace_token.span.open().byte_range().end;
        self.edits.push(Edit {
            at: after..after,
            text: CHECKPOINT.to_owned(),
        });
    }
}

impl<'ast> Visit<'ast> for Checkpoints {
    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.enter(&node.body);
        visit::visit_expr_loop(self, node);
    }
    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.enter(&node.body);
        visit::visit_expr_while(self, node);
    }
    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.enter(&node.body);
        visit::visit_expr_for_loop(self, node);
    }
    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        if node.constness.is_some() {
            return;
        }
        self.nested += 1;
        match &*node.body {
            Expr::Block(body) if body.label.is_none() && body.attrs.is_empty() => {
                self.enter(&body.block)
            }
            body => {
                let at = body.span().byte_range();
                self.edits.push(Edit {
                    at: at.start..at.start,
                    text: format!("{{ {CHECKPOINT} ("),
                });
                // The nested edits come first, so that both may end at one byte.
                visit::visit_expr(self, body);
                self.edits.push(Edit {
                    at: at.end..at.end,
                    text: ") }".to_owned(),
                });
                self.nested -= 1;
                return;
            }
        }
        visit::visit_expr(self, &node.body);
        self.nested -= 1;
    }
    fn visit_expr_async(&mut self, node: &'ast syn::ExprAsync) {
        self.nested += 1;
        visit::visit_expr_async(self, node);
        self.nested -= 1;
    }
    fn visit_expr_await(&mut self, node: &'ast syn::ExprAwait) {
        self.awaits |= self.nested == 0;
        visit::visit_expr_await(self, node);
    }
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if self.nested == 0 {
            let joins = ["join", "try_join", "select"]
                .iter()
                .any(|name| ends_with(&node.path, name));
            self.awaits |= joins || mentions_await(node.tokens.clone());
        }
    }
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.sig, &node.block);
    }
    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.sig, &node.block);
    }
    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.sig, block);
        }
    }
    // Constant contexts cannot call a checkpoint.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_expr_repeat(&mut self, node: &'ast syn::ExprRepeat) {
        self.visit_expr(&node.expr);
    }
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
}

impl Checkpoints {
    fn function(&mut self, signature: &syn::Signature, block: &Block) {
        // Unwinding out of a foreign ABI would abort the process.
        if signature.constness.is_some() || signature.abi.is_some() {
            return;
        }
        self.nested += 1;
        self.enter(block);
        visit::visit_block(self, block);
        self.nested -= 1;
    }
}

fn mentions_await(stream: TokenStream) -> bool {
    let mut previous_dot = false;
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                if mentions_await(group.stream()) {
                    return true;
                }
                previous_dot = false;
            }
            TokenTree::Ident(name) => {
                if previous_dot && name == "await" {
                    return true;
                }
                previous_dot = false;
            }
            TokenTree::Punct(mark) => previous_dot = mark.as_char() == '.',
            TokenTree::Literal(_) => previous_dot = false,
        }
    }
    false
}

/// One token, with groups opened up.
#[derive(Debug)]
struct Token {
    at: Bytes,
    kind: Kinds,
}

#[derive(Debug)]
enum Kinds {
    Name(String),
    Punctuation(char),
    Literal,
    Bracket,
}

impl Token {
    fn is_name(&self, name: &str) -> bool {
        matches!(&self.kind, Kinds::Name(text) if text == name)
    }
    fn is_punctuation(&self, mark: char) -> bool {
        matches!(self.kind, Kinds::Punctuation(found) if found == mark)
    }
}

fn flatten(stream: TokenStream) -> Vec<Token> {
    fn walk(stream: TokenStream, tokens: &mut Vec<Token>) {
        for tree in stream {
            let at = tree.span().byte_range();
            match tree {
                TokenTree::Group(group) => {
                    let bracketed = group.delimiter() != Delimiter::None;
                    if bracketed {
                        tokens.push(Token {
                            at: group.span_open().byte_range(),
                            kind: Kinds::Bracket,
                        });
                    }
                    walk(group.stream(), tokens);
                    if bracketed {
                        tokens.push(Token {
                            at: group.span_close().byte_range(),
                            kind: Kinds::Bracket,
                        });
                    }
                }
                TokenTree::Ident(name) => tokens.push(Token {
                    at,
                    kind: Kinds::Name(name.to_string()),
                }),
                TokenTree::Punct(mark) => tokens.push(Token {
                    at,
                    kind: Kinds::Punctuation(mark.as_char()),
                }),
                TokenTree::Literal(_) => tokens.push(Token {
                    at,
                    kind: Kinds::Literal,
                }),
            }
        }
    }
    let mut tokens = Vec::new();
    walk(stream, &mut tokens);
    tokens
}

fn within<'a>(tokens: &'a [Token], range: &Bytes) -> &'a [Token] {
    let start = tokens.partition_point(|token| token.at.start < range.start);
    let end = tokens.partition_point(|token| token.at.start < range.end);
    &tokens[start..end.max(start)]
}

/// All names in a range, also those inside format strings.
fn names_in(tokens: &[Token], range: &Bytes, code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for token in within(tokens, range) {
        match &token.kind {
            Kinds::Name(name) => {
                names.insert(name.clone());
            }
            Kinds::Literal => format_names(&code[token.at.clone()], &mut names),
            _ => {}
        }
    }
    names
}

/// Names in a range that stand where a variable can stand.
fn variables_in(tokens: &[Token], range: &Bytes, code: &str) -> BTreeSet<String> {
    let tokens = within(tokens, range);
    let punctuation = |index: usize| match tokens.get(index).map(|token| &token.kind) {
        Some(Kinds::Punctuation(mark)) => Some(*mark),
        _ => None,
    };
    let mut names = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kinds::Literal => format_names(&code[token.at.clone()], &mut names),
            Kinds::Name(name) => {
                let before = index.checked_sub(1).and_then(punctuation);
                let before_that = index.checked_sub(2).and_then(punctuation);
                let member = before == Some('.') && before_that != Some('.');
                let path =
                    (before == Some(':') && before_that == Some(':')) || before == Some('\'');
                // `name: value` in a struct literal, `name: Type` in a pattern, `name::` in a path.
                let labelled = punctuation(index + 1) == Some(':');
                if !member && !path && !labelled {
                    names.insert(name.clone());
                }
            }
            _ => {}
        }
    }
    names
}

/// Names in the holes of a format string: `{name}`, `{name:>8.3}`, `{:width$}`.
fn format_names(literal: &str, names: &mut BTreeSet<String>) {
    if !literal.contains('{') {
        return;
    }
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    for hole in literal.split('{').skip(1) {
        let hole = hole.split('}').next().unwrap_or_default();
        for word in hole.split(|letter: char| !is_name(letter)) {
            if word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
                names.insert(word.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(code: &str) -> ParsedCell {
        parse(code).unwrap_or_else(|error| panic!("{code}: {error:?}"))
    }

    fn edited(code: &str) -> String {
        let mut text = code.to_owned();
        for edit in parsed(code).edits.iter().rev() {
            text.replace_range(edit.at.clone(), &edit.text.replace(CHECKPOINT, "!"));
        }
        text
    }

    #[test]
    fn a_formula_written_in_a_cell_is_an_item() {
        let cell =
            parsed("cost_model! { /// Rent.\npub fn office_rent(area: f64) { } }\noffice_rent()");
        let names: Vec<&str> = cell.items[0]
            .defines
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        assert_eq!(names, ["office_rent", "OFFICE_RENT", "OfficeRent"]);
        assert!(cell.statements[0].trailing);
    }

    #[test]
    fn statements_items_and_the_trailing_expression_are_told_apart() {
        let cell = parsed(
            "use std::fmt::Write;\nstruct P { x: f64 }\nlet p = P { x: 1.0 };\nfor i in 0..2 { }\np.x",
        );
        assert_eq!(cell.items.len(), 2);
        assert_eq!(cell.statements.len(), 3);
        assert_eq!(
            cell.statements[0].binds,
            [Binding {
                name: "p".into(),
                mutable: false
            }]
        );
        assert!(cell.statements[2].trailing);
        assert!(!cell.statements[1].trailing);
    }

    #[test]
    fn patterns_bind_each_of_their_variables_once() {
        let cell = parsed("let (mut a, Some(b), P { c, d: e, .. }, None) = x else { return };");
        let names: Vec<_> = cell.statements[0]
            .binds
            .iter()
            .map(|b| (b.name.as_str(), b.mutable))
            .collect();
        assert_eq!(
            names,
            [("a", true), ("b", false), ("c", false), ("e", false)]
        );
    }

    #[test]
    fn variables_are_not_fields_paths_or_labels() {
        let cell =
            parsed("println!(\"{total:>8.3} {}\", p.x + std::f64::consts::PI + q..r, P { y: s })");
        let variables = &cell.statements[0].variables;
        for name in ["total", "p", "q", "r", "s"] {
            assert!(variables.contains(name), "{name}");
        }
        for name in ["x", "std", "consts", "PI", "y"] {
            assert!(!variables.contains(name), "{name}");
        }
    }

    #[test]
    fn checkpoints_stand_in_loops_functions_and_closures() {
        assert_eq!(edited("loop { break }"), "loop {! break }");
        assert_eq!(
            edited("fn f() { while true { } }"),
            "fn f() {! while true {! } }"
        );
        assert_eq!(
            edited("const fn f() { loop { } }"),
            "const fn f() { loop { } }"
        );
        assert_eq!(
            edited("(0..9).map(|x| x + 1).sum::<i32>()"),
            "(0..9).map(|x| { ! (x + 1) }).sum::<i32>()"
        );
        assert_eq!(
            edited("f(|x| |y| x + y)"),
            "f(|x| { ! (|y| { ! (x + y) }) })"
        );
        assert_eq!(
            edited("let a = 1; let b = 2; a"),
            "let a = 1; !let b = 2; a"
        );
        assert_eq!(edited("extern \"C\" fn f() { }"), "extern \"C\" fn f() { }");
    }

    #[test]
    fn awaits_count_at_top_level_only() {
        assert!(parsed("f().await").awaits);
        assert!(parsed("println!(\"{}\", f().await)").awaits);
        assert!(parsed("tokio::join!(a, b);").awaits);
        assert!(!parsed("let f = async { g().await };").awaits);
        assert!(!parsed("async fn f() { g().await }").awaits);
    }

    #[test]
    fn a_whole_program_is_recognised() {
        let cell = parsed("#[tokio::main]\nasync fn main() -> Result<(), String> { Ok(()) }");
        assert_eq!(
            cell.main,
            Some(Main {
                is_async: true,
                returns: true
            })
        );
        assert!(cell.awaits);
        assert_eq!(parsed("fn main() {}\nmain();").main, None);
    }

    #[test]
    fn thread_local_keys_have_their_types() {
        let code = "thread_local! { static A: Cell<u32> = const { Cell::new(1) }; pub static B: RefCell<Vec<u8>> = RefCell::default(); }";
        let cell = parsed(code);
        let Kind::ThreadLocal { keys } = &cell.items[0].kind else {
            panic!("no thread_local")
        };
        let keys: Vec<_> = keys
            .iter()
            .map(|(name, at)| (name.as_str(), &code[at.clone()]))
            .collect();
        assert_eq!(keys, [("A", "Cell<u32>"), ("B", "RefCell<Vec<u8>>")]);
    }

    #[test]
    fn imports_that_may_be_traits_are_always_emitted() {
        let always = |code: &str| matches!(parsed(code).items[0].kind, Kind::Use { always: true });
        assert!(always("use std::fmt::Write;"));
        assert!(always("use std::io::*;"));
        assert!(!always("use std::collections::{HashMap, hash_map};"));
        assert!(!always("use std::time::Duration as D;"));
    }

    #[test]
    fn incomplete_and_invalid_texts_are_told_apart() {
        assert_eq!(parse("fn f( {").unwrap_err(), Unparsed::Unbalanced);
        assert_eq!(
            parse("let x =").unwrap_err(),
            Unparsed::Syntax { at_end: true }
        );
        assert_eq!(
            parse("let = 3;").unwrap_err(),
            Unparsed::Syntax { at_end: false }
        );
    }
}
