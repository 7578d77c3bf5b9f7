//! Writes the source of one cell's crate.
//!
//! The learner's text goes in as it is, in pieces; between the pieces stands
//! glue. A list of segments says where each piece came from, so that a message
//! about the generated source can be told in terms of the learner's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definitions::{CellText, Definition, Definitions};
use super::parse::{Bytes, Edit, Kind, ParsedCell};

/// What one cell is compiled from.
#[derive(Debug)]
pub(crate) struct Generated {
    /// The source of the crate.
    pub(crate) source: String,
    /// Its segments, in order.
    pub(crate) segments: Vec<Segment>,
    /// Variables it loads.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) loads: BTreeSet<String>,
    /// It defines statics that later cells link to.
    pub(crate) global: bool,
    /// The cell, and which of its statements binds which variables.
    pub(crate) binds: Vec<(Bytes, Vec<String>)>,
}

/// A piece of generated source.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// Where a piece of generated source came from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// The text of a cell, from this offset on.
    Text {
        /// The cell.
        cell: Arc<CellText>,
        /// Offset in its text.
        offset: usize,
    },
    /// Glue that loads a variable.
    Load(String),
    /// Glue that puts a variable back.
    PutBack(String),
    /// Glue that keeps a variable bound by the cell.
    Keep(String),
    /// Glue that shows the trailing expression.
    Show,
}

/// What earlier attempts at the same cell have shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Adjustments {
    /// Variables that the cell moves in a way that cannot be followed: they are
    /// loaded by the statements themselves and gone if those fail.
    pub(crate) moved: BTreeSet<String>,
    /// Variables that the cell moves, and where: each place takes the value and
    /// says so, and what was not taken in the end is put back.
    pub(crate) moved_at: BTreeMap<String, Vec<(usize, usize)>>,
    /// Variables bound by the cell that cannot outlive it.
    pub(crate) unkept: BTreeSet<String>,
    /// Variables bound by the cell that are kept behind a box or pointer:
    /// the type to coerce to, and whether a box is needed.
    pub(crate) coerced: BTreeMap<String, (String, bool)>,
    /// Why each unkept variable cannot outlive the cell, as a sentence.
    pub(crate) reasons: BTreeMap<String, String>,
    /// A trait of the learner's has the method `evcxr_display` for the value.
    pub(crate) shown_by_trait: bool,
    /// The trailing expression's value cannot be shown.
    pub(crate) unshown: bool,
}

impl Adjustments {
    /// For the cache.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// From the cache; `None` if it was written by another version.
    pub(crate) fn from_json(value: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }
}

/// Turns text with `edits` into generated source.
struct Writer {
    source: String,
    segments: Vec<Segment>,
}

impl Writer {
    fn glue(&mut self, text: &str) {
        self.source.push_str(text);
    }

    fn marked(&mut self, text: &str, origin: Origin) {
        let start = self.source.len();
        self.source.push_str(text);
        self.segments.push(Segment {
            at: start..self.source.len(),
            origin,
        });
    }

    /// Copies a range of a cell's text with its edits.
    fn copy(&mut self, cell: &Arc<CellText>, range: &Bytes, edits: &[Edit]) {
        let mut position = range.start;
        for edit in edits {
            if edit.at.start < range.start || edit.at.end > range.end {
                continue;
            }
            // An insertion right at the end belongs to what follows, unless it closes
            // something that this range opened.
            if edit.at.is_empty() && edit.at.start == range.end && !edit.text.starts_with(')') {
                continue;
            }
            if edit.at.start < position {
                continue;
            }
            self.text(cell, position..edit.at.start);
            self.source.push_str(&edit.text);
            position = edit.at.end;
        }
        self.text(cell, position..range.end);
    }

    fn text(&mut self, cell: &Arc<CellText>, range: Bytes) {
        if !range.is_empty() {
            let start = self.source.len();
            self.source.push_str(&cell.code[range.clone()]);
            let origin = Origin::Text {
                cell: Arc::clone(cell),
                offset: range.start,
            };
            self.segments.push(Segment {
                at: start..self.source.len(),
                origin,
            });
        }
    }

    /// Copies an item; `here` when its storage, if it has any, is made by this cell.
    fn item(&mut self, definition: &Definition, here: bool) {
        let cell = &definition.text;
        let item = &definition.item;
        let mut edits: Vec<Edit> = cell
            .edits
            .iter()
            .filter(|edit| edit.at.start >= item.range.start && edit.at.end <= item.range.end)
            .cloned()
            .collect();
        for cut in &definition.cut {
            edits.retain(|edit| edit.at.start < cut.start || edit.at.end > cut.end);
            edits.push(Edit {
                at: cut.clone(),
                text: String::new(),
            });
        }
        for inner in &item.inner_statics {
            let symbol = inner_symbol(definition, &inner.name);
            edits.retain(|edit| edit.at.start < inner.range.start || edit.at.end > inner.range.end);
            if here {
                let start = inner.range.start;
                edits.push(Edit {
                    at: start..start,
                    text: format!("#[unsafe(export_name = \"{symbol}\")] "),
                });
            } else {
                let visibility = if inner.public { "pub " } else { "" };
                let keyword = if inner.mutable {
                    "static mut"
                } else {
                    "safe static"
                };
                let type_name = static_type(&cell.code[inner.type_range.clone()]);
                edits.push(Edit {
                    at: inner.range.clone(),
                    text: format!(
                        "unsafe extern \"C\" {{ #[link_name = \"{symbol}\"] {visibility}{keyword} {}: {type_name}; }}",
                        inner.name
                    ),
                });
            }
        }
        edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
        match &item.kind {
            Kind::Type { openings } | Kind::Trait { openings, .. } if definition.version > 0 => {
                let name = item.defines.first().map_or("", |(_, name)| name.as_str());
                let module = format!("{name}_{}", definition.version);
                edits.extend(openings.iter().map(|&at| Edit {
                    at: at..at,
                    text: "pub(super) ".to_owned(),
                }));
                edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
                self.glue(&format!("#[allow(non_snake_case)] mod {module} {{ #[allow(unused_imports)] use super::*;\n"));
                self.copy(cell, &item.range, &edits);
                self.glue(&format!(
                    "\n}}\n#[allow(unused_imports)] use {module}::{name};\n"
                ));
            }
            Kind::Static {
                type_range,
                mutable,
                keyword,
            } => {
                let name = item.defines.first().map_or("", |(_, name)| name.as_str());
                let symbol = format!("lightcone_static_{name}_{}", definition.storage);
                if here {
                    self.glue(&format!("#[unsafe(export_name = \"{symbol}\")]\n"));
                    self.copy(cell, &item.range, &edits);
                    self.glue("\n");
                } else {
                    // Attributes of the definition do not apply to a declaration.
                    let visibility = cell.code[item.range.start..*keyword]
                        .rsplit(']')
                        .next()
                        .unwrap_or("")
                        .trim();
                    let visibility = if visibility.starts_with("pub") {
                        "pub "
                    } else {
                        ""
                    };
                    let keyword = if *mutable {
                        "static mut"
                    } else {
                        "safe static"
                    };
                    self.glue(&format!(
                        "unsafe extern \"C\" {{ #[link_name = \"{symbol}\"] {visibility}{keyword} {name}: "
                    ));
                    self.glue(&static_type(&cell.code[type_range.clone()]));
                    self.glue("; }\n");
                }
            }
            Kind::ThreadLocal { keys } => {
                if here {
                    self.copy(cell, &item.range, &edits);
                    self.glue("\n");
                }
                for (name, type_range) in keys {
                    let symbol = format!("lightcone_local_{name}_{}", definition.storage);
                    if here {
                        self.glue(&format!(
                            "#[unsafe(export_name = \"{symbol}\")] static LIGHTCONE_LOCAL_{name}: ::lightcone::cell::Local<"
                        ));
                        self.copy(cell, type_range, &[]);
                        self.glue(&format!("> = ::lightcone::cell::Local(&{name});\n"));
                    } else {
                        self.glue(&format!(
                            "unsafe extern \"C\" {{ #[link_name = \"{symbol}\"] safe static {name}: ::lightcone::cell::Local<"
                        ));
                        self.copy(cell, type_range, &[]);
                        self.glue(">; }\n");
                    }
                }
            }
            _ => {
                edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
                self.copy(cell, &item.range, &edits);
                self.glue("\n");
            }
        }
    }
}

/// The exported name of a static inside an item.
fn inner_symbol(definition: &Definition, name: &str) -> String {
    let owner = definition
        .item
        .defines
        .first()
        .map_or("", |(_, owner)| owner.as_str());
    let owner: String = owner
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect();
    format!("lightcone_static_{owner}_{name}_{}", definition.storage)
}

/// A static's type as a declaration needs it: references say `'static`.
fn static_type(text: &str) -> String {
    if text.contains("fn(") || text.contains("Fn(") || text.contains("FnMut(") {
        return text.to_owned();
    }
    let mut written = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        written.push(letter);
        if letter == '&' {
            while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
            if letters.peek() != Some(&'\'') {
                written.push_str("'static ");
            }
        }
    }
    written
}

/// Statements that let errors of the learner's own types tell their story.
fn stories(reached: &[&Definition]) -> String {
    let mut text = String::new();
    for definition in reached {
        let Kind::Impl {
            trait_name: Some(trait_name),
            ..
        } = &definition.item.kind
        else {
            continue;
        };
        let tell = match trait_name.as_str() {
            "Error" => "tell_errors",
            "Display" => "tell_display",
            _ => continue,
        };
        let Some((_, head)) = definition.item.defines.first() else {
            continue;
        };
        let Some((before, type_name)) = head.split_once(" for ") else {
            continue;
        };
        // A generic type is many types; which of them fails is not known here.
        if before.starts_with("impl<")
            || type_name.contains(['<', '&', '[', '('])
            || type_name.contains("where")
        {
            continue;
        }
        text.push_str(&format!(
            "::lightcone::cell::{tell}::<{}>();\n",
            type_name.trim()
        ));
    }
    text
}

/// Lints that make no sense in a notebook, and those that glue would trip.
const ALLOWED: &str = "#![allow(unused, dead_code, unreachable_code, unreachable_patterns, improper_ctypes, \
    static_mut_refs, private_interfaces, private_bounds, unused_parens, unused_braces, non_local_definitions, \
    redundant_semicolons, non_snake_case, clashing_extern_declarations, non_upper_case_globals)]\n#![warn(unused_must_use)]\n";

/// The name of the cell's own number, for the print macros.
const HEAD: &str = "#[allow(unused_imports)] use ::lightcone::prelude::*;\n\
    #[allow(unused_imports)] use ::lightcone::{dbg, eprint, eprintln, print, println};\n\
    #[doc(hidden)] pub static LIGHTCONE_CELL: ::core::sync::atomic::AtomicU64 = ::core::sync::atomic::AtomicU64::new(0);\n";

const ENTRY: &str = "#[unsafe(no_mangle)] pub fn lightcone_cell(lightcone_context: &mut ::lightcone::cell::Context, lightcone_number: u64) {\n\
    LIGHTCONE_CELL.store(lightcone_number, ::core::sync::atomic::Ordering::Relaxed);\n";

/// Writes the crate of a cell. `session` already holds the cell's own items.
pub(crate) fn generate(
    session: &Definitions,
    cell: &Arc<CellText>,
    parsed: &ParsedCell,
    adjustments: &Adjustments,
) -> Generated {
    let mut loads: BTreeSet<String> = BTreeSet::new();
    let mut bound: BTreeMap<String, bool> = BTreeMap::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for statement in &parsed.statements {
        for name in &statement.variables {
            let known = session
                .variables
                .get(name)
                .is_some_and(|variable| variable.type_name.is_some());
            if known && !bound.contains_key(name) {
                loads.insert(name.clone());
            }
        }
        for binding in &statement.binds {
            bound.insert(binding.name.clone(), binding.mutable);
        }
        names.extend(statement.names.iter().cloned());
    }
    for item in &parsed.items {
        names.extend(item.names.iter().cloned());
        names.extend(item.defines.iter().map(|(_, name)| name.clone()));
    }
    for name in &loads {
        if let Some(type_name) = session
            .variables
            .get(name)
            .and_then(|variable| variable.type_name.as_deref())
        {
            names.extend(super::definitions::words(type_name));
        }
    }

    let mut writer = Writer {
        source: String::new(),
        segments: Vec::new(),
    };
    writer.glue(ALLOWED);
    for lint in &parsed.lints {
        writer.glue(&cell.code[lint.clone()]);
        writer.glue("\n");
    }
    writer.glue(HEAD);
    let mut reached = session.reached(names.iter());
    for definition in &parsed.items {
        // Items without names (glob imports, impls) of this cell belong to it in any case.
        let missing = !reached
            .iter()
            .any(|found| Arc::ptr_eq(&found.text, cell) && found.item.range == definition.range);
        if missing && let Some(found) = session.in_cell(cell, &definition.range) {
            reached.push(found);
        }
    }
    let defines_storage = |definition: &Definition| {
        !definition.item.storage_names().is_empty()
            && (Arc::ptr_eq(&definition.text, cell) || !session.is_loaded(definition))
    };
    let global = reached.iter().any(|definition| defines_storage(definition));
    let stories = if cell.code.contains('?') {
        stories(&reached)
    } else {
        String::new()
    };
    // Macros work only after their definition, so they come first.
    let (macros, others): (Vec<_>, Vec<_>) = reached
        .into_iter()
        .partition(|definition| matches!(definition.item.kind, Kind::Macro));
    for definition in macros.into_iter().chain(others) {
        writer.item(definition, defines_storage(definition));
    }

    let mut edits = parsed.edits.clone();
    for (name, places) in &adjustments.moved_at {
        edits.extend(places.iter().map(|&(start, end)| Edit {
            at: start..end,
            text: format!(
                "(unsafe {{ ::lightcone::cell::move_out(&{name}, &lightcone_moved_{name}) }})"
            ),
        }));
    }
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));

    writer.glue(ENTRY);
    writer.glue(&stories);
    let load = |writer: &mut Writer, name: &String| {
        if let Some(variable) = session.variables.get(name) {
            let mutable = if variable.mutable { "mut " } else { "" };
            let type_name = variable.type_name.as_deref().unwrap_or("_");
            writer.marked(
                &format!(
                    "let {mutable}{name}: {type_name} = ::lightcone::cell::Context::take(lightcone_context, \"{name}\");\n"
                ),
                Origin::Load(name.clone()),
            );
        }
    };
    for name in loads
        .iter()
        .filter(|name| !adjustments.moved.contains(*name))
    {
        load(&mut writer, name);
        if adjustments.moved_at.contains_key(name) {
            writer.glue(&format!(
                "let lightcone_moved_{name} = ::core::cell::Cell::new(false);\n"
            ));
        }
    }
    // A loaded variable that the cell moves is loaded inside the closure, which
    // needs the context there.
    let moves: Vec<&String> = loads
        .iter()
        .filter(|name| adjustments.moved.contains(*name))
        .collect();
    if moves.is_empty() {
        writer.glue("{ let mut lightcone_body = ::core::option::Option::Some(|| -> ::lightcone::cell::CellResult {\n");
    } else {
        writer.glue("{ let mut lightcone_inside = ::lightcone::cell::Context::default();\n");
        writer.glue("let mut lightcone_body = ::core::option::Option::Some(|| -> ::lightcone::cell::CellResult {\n");
        writer.glue("let lightcone_context = &mut lightcone_inside;\n");
    }
    let mut moves: BTreeSet<String> = moves.into_iter().cloned().collect();
    if parsed.awaits {
        writer.glue("::lightcone::cell::block_on(async {\n");
    }
    for statement in &parsed.statements {
        // As late as can be: what fails before loses nothing.
        for name in moves.iter().filter(|name| statement.names.contains(*name)) {
            load(&mut writer, name);
        }
        moves.retain(|name| !statement.names.contains(name));
        if statement.trailing {
            if adjustments.unshown {
                writer.glue("let _ = { ");
                writer.copy(cell, &statement.range, &edits);
                writer.glue("\n};\n");
            } else {
                // In brackets, not braces: a block would move a variable that is only shown.
                writer.glue("match (");
                writer.copy(cell, &statement.range, &edits);
                writer.marked("\n) { ref lightcone_value => { ", Origin::Show);
                let show = if adjustments.shown_by_trait {
                    "let _ = (*lightcone_value).evcxr_display();"
                } else {
                    "#[allow(unused_imports)] use ::lightcone::choose::*; ::lightcone::cell::result((&&&&&&&Chooser(lightcone_value, &|| (*lightcone_value).evcxr_display())).media());"
                };
                writer.marked(show, Origin::Show);
                writer.glue(" } }\n");
            }
        } else {
            writer.copy(cell, &statement.range, &edits);
            writer.glue("\n");
        }
    }
    if let Some(main) = parsed.main {
        let awaiting = if main.is_async { ".await" } else { "" };
        if main.returns {
            writer.marked(
                &format!("::lightcone::cell::main_result(main(){awaiting})?;\n"),
                Origin::Show,
            );
        } else {
            writer.marked(&format!("main(){awaiting};\n"), Origin::Show);
        }
    }
    for name in bound.keys() {
        if adjustments.unkept.contains(name) {
            continue;
        }
        let value = match adjustments.coerced.get(name) {
            Some((type_name, true)) => format!("::std::boxed::Box::new({name}) as {type_name}"),
            Some((type_name, false)) => format!("{name} as {type_name}"),
            None => name.clone(),
        };
        writer.marked(
            &format!("::lightcone::cell::keep(\"{name}\", {value});\n"),
            Origin::Keep(name.clone()),
        );
    }
    // A variable that was moved and then given a new value is kept with that.
    for name in adjustments
        .moved
        .iter()
        .filter(|name| loads.contains(*name))
    {
        let mutable = session
            .variables
            .get(name)
            .is_some_and(|variable| variable.mutable);
        let given_up = bound.contains_key(name) || adjustments.unkept.contains(name);
        if mutable && !given_up && assigns(&cell.code, name) {
            writer.marked(
                &format!("::lightcone::cell::keep(\"{name}\", {name});\n"),
                Origin::Keep(name.clone()),
            );
        }
    }
    writer.glue("::core::result::Result::<(), ::lightcone::cell::CellError>::Ok(())\n");
    if parsed.awaits {
        writer.glue("})\n");
    }
    writer.glue("});\n::lightcone::cell::Context::guard(lightcone_context, &mut || (::core::option::Option::unwrap(::core::option::Option::take(&mut lightcone_body)))()); }\n");
    for name in loads
        .iter()
        .filter(|name| !adjustments.moved.contains(*name))
    {
        let text = if adjustments.moved_at.contains_key(name) {
            format!(
                "if lightcone_moved_{name}.get() {{ ::core::mem::forget({name}) }} else {{ ::lightcone::cell::Context::put_back(lightcone_context, \"{name}\", {name}) }};\n"
            )
        } else {
            format!(
                "::lightcone::cell::Context::put_back(lightcone_context, \"{name}\", {name});\n"
            )
        };
        writer.marked(&text, Origin::PutBack(name.clone()));
    }
    writer.glue("}\n");
    Generated {
        source: writer.source,
        segments: writer.segments,
        loads,
        global,
        binds: parsed
            .statements
            .iter()
            .map(|statement| {
                let names = statement.binds.iter().map(|binding| binding.name.clone());
                (statement.range.clone(), names.collect())
            })
            .collect(),
    }
}

/// Whether a text assigns to a name, as far as a glance tells.
fn assigns(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(start, _)| {
        let rest = code[start + name.len()..].trim_start();
        rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
    })
}

/// Wraps text that does not parse, so that the compiler explains why.
/// Unbalanced text stands alone: the compiler complains before it parses.
pub(crate) fn bare(cell: &Arc<CellText>, unbalanced: bool) -> Generated {
    let mut writer = Writer {
        source: String::new(),
        segments: Vec::new(),
    };
    if unbalanced {
        writer.text(cell, 0..cell.code.len());
    } else {
        writer.glue("fn lightcone_cell() {\n");
        writer.text(cell, 0..cell.code.len());
        writer.glue("\n}\n");
    }
    Generated {
        source: writer.source,
        segments: writer.segments,
        loads: BTreeSet::new(),
        global: false,
        binds: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::definitions::Variable;
    use super::super::parse;
    use super::*;

    fn source(session: &mut Definitions, code: &str) -> Generated {
        let parsed = parse::parse(code).unwrap();
        let text = Arc::new(CellText {
            execution_count: 1,
            code: code.to_owned(),
            edits: parsed.edits.clone(),
        });
        session.define(&text, &parsed.items);
        generate(session, &text, &parsed, &Adjustments::default())
    }

    fn variable(type_name: &str) -> Variable {
        Variable {
            type_name: Some(type_name.to_owned()),
            mutable: false,
            bound_in: 1,
            made_of: BTreeMap::new(),
        }
    }

    #[test]
    fn a_cell_loads_only_what_it_names_and_does_not_bind_first() {
        let mut session = Definitions::default();
        for name in ["a", "b", "c"] {
            session.variables.insert(name.to_owned(), variable("i32"));
        }
        let generated = source(&mut session, "let b = 1; let d = a + b;");
        assert_eq!(generated.loads.iter().collect::<Vec<_>>(), ["a"]);
        assert!(!generated.source.contains("\"c\")"));
        assert!(
            generated
                .source
                .contains("put_back(lightcone_context, \"a\"")
        );
    }

    #[test]
    fn segments_lead_back_to_the_learners_text() {
        let mut session = Definitions::default();
        let code = "let a = 1;\nfor i in 0..3 { a; }";
        let generated = source(&mut session, code);
        for segment in &generated.segments {
            if let Origin::Text { offset, .. } = &segment.origin {
                let text = &generated.source[segment.at.clone()];
                assert_eq!(text, &code[*offset..*offset + text.len()]);
            }
        }
    }

    #[test]
    fn later_cells_declare_statics_that_earlier_ones_define() {
        let mut session = Definitions::default();
        let first = source(&mut session, "pub static N: AtomicU8 = AtomicU8::new(0);");
        assert!(
            first.global
                && first
                    .source
                    .contains("export_name = \"lightcone_static_N_1\"")
        );
        session.loaded([&"N".to_owned()].into_iter());
        let second = source(&mut session, "N.load(Relaxed)");
        assert!(!second.global);
        assert!(
            second
                .source
                .contains("#[link_name = \"lightcone_static_N_1\"] pub safe static N: AtomicU8; }")
        );
    }

    #[test]
    fn a_redefined_type_lives_in_a_module_of_its_own() {
        let mut session = Definitions::default();
        source(&mut session, "struct P { x: u8 }");
        let second = source(&mut session, "struct P { x: u16 }\nP { x: 1 };");
        assert!(second.source.contains("mod P_1 {"), "{}", second.source);
        assert!(
            second
                .source
                .contains("pub(super) struct P { pub(super) x: u16 }")
        );
        assert!(second.source.contains("use P_1::P;"));
    }

    #[test]
    fn the_source_does_not_depend_on_the_number_of_the_cell() {
        let mut session = Definitions::default();
        let first = source(&mut session, "1 + 1").source;
        source(&mut session, "fn unrelated() {}");
        assert_eq!(source(&mut session, "1 + 1").source, first);
    }
}
