//! What the session has defined so far: items of earlier cells and variables.
//!
//! Later cells see earlier items by having their text compiled again, so only
//! those that a cell reaches are handed out: editing one cell must not
//! recompile those that do not depend on it.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::parse::{self, Bytes, Kind, Namespace};

/// The text of one cell, shared by all that was defined in it.
#[derive(Debug)]
pub(crate) struct CellText {
    /// The prompt number that the reader knows it by.
    pub(crate) execution_count: u32,
    /// The learner's text.
    pub(crate) code: String,
    /// The edits that its items are compiled with.
    pub(crate) edits: Vec<parse::Edit>,
}

/// An item of this or an earlier cell.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// The cell that holds its text.
    pub(crate) text: Arc<CellText>,
    /// The item as parsed.
    pub(crate) item: parse::Item,
    /// Ranges of associated items that a later `impl` replaced.
    pub(crate) cut: Vec<Bytes>,
    /// Counts definitions of the same static, so that each has its own storage.
    pub(crate) storage: u32,
    /// Zero, or the number of the module that keeps a redefined type apart from
    /// an earlier one of the same name.
    pub(crate) version: u32,
    /// Order of definition over the session.
    order: u64,
}

impl Definition {
    /// The learner's text of the item.
    pub(crate) fn source(&self) -> &str {
        &self.text.code[self.item.range.clone()]
    }

    fn defines(&self, namespace: Namespace, name: &str) -> bool {
        self.item
            .defines
            .iter()
            .any(|(space, defined)| *space == namespace && defined == name)
    }
}

/// A variable of the session.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// Its type, as a later cell can write it; `None` if it has no such name.
    pub(crate) type_name: Option<String>,
    /// Declared `mut`.
    pub(crate) mutable: bool,
    /// The prompt number of the cell that bound it.
    pub(crate) bound_in: u32,
    /// The session's types that its type is made of, with their identities.
    pub(crate) made_of: BTreeMap<String, u64>,
}

/// All definitions of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definitions {
    items: Vec<Definition>,
    /// Variables by name.
    pub(crate) variables: BTreeMap<String, Variable>,
    /// How often each static has been defined.
    storages: BTreeMap<String, u32>,
    /// Versions of each type name: identity to number.
    versions: BTreeMap<String, BTreeMap<u64, u32>>,
    next_order: u64,
    /// Statics that the worker has, by name and number.
    loaded: BTreeSet<(String, u32)>,
}

impl Definitions {
    /// Adds the items of a cell, replacing what they redefine.
    pub(crate) fn define(&mut self, cell: &Arc<CellText>, items: &[parse::Item]) {
        for item in items {
            self.replace(cell, item);
            let mut storage = 0;
            let names = item.storage_names();
            for name in &names {
                let count = self.storages.entry(name.clone()).or_default();
                *count += 1;
                storage = storage.max(*count);
            }
            for name in names {
                self.storages.insert(name, storage);
            }
            self.next_order += 1;
            self.items.push(Definition {
                text: Arc::clone(cell),
                item: item.clone(),
                cut: Vec::new(),
                storage,
                version: 0,
                order: self.next_order,
            });
        }
        self.number_versions();
    }

    fn replace(&mut self, cell: &CellText, item: &parse::Item) {
        if let Kind::Impl {
            trait_name,
            members,
            ..
        } = &item.kind
        {
            let Some((_, head)) = item.defines.first() else {
                return;
            };
            self.items.retain_mut(|old| {
                if !old.defines(Namespace::Impl, head) {
                    return true;
                }
                if trait_name.is_some() {
                    return false;
                }
                let Kind::Impl {
                    members: earlier, ..
                } = &old.item.kind
                else {
                    return true;
                };
                let replaced: Vec<Bytes> = earlier
                    .iter()
                    .filter(|(name, _)| members.iter().any(|(new, _)| new == name))
                    .map(|(_, range)| range.clone())
                    .collect();
                old.cut.extend(replaced);
                old.cut.len() < earlier.len() || earlier.is_empty()
            });
            return;
        }
        let same_text = |old: &Definition| old.source() == &cell.code[item.range.clone()];
        // A glob import, `use x as _` and the like define no name: keep one copy.
        if item.defines.is_empty() {
            self.items
                .retain(|old| !old.item.defines.is_empty() || !same_text(old));
        }
        for (namespace, name) in &item.defines {
            self.items.retain(|old| {
                let clash = match namespace {
                    // An import takes the place of whatever had the name.
                    Namespace::Import => old
                        .item
                        .defines
                        .iter()
                        .any(|(space, defined)| *space != Namespace::Impl && defined == name),
                    _ => old.defines(*namespace, name) || old.defines(Namespace::Import, name),
                };
                // One `use` with several names goes only when all are replaced or it
                // would clash; the newest definition wins, so it goes.
                !clash
            });
        }
    }

    /// Gives each type its version: types of one name but of different content
    /// must not share a `TypeId`.
    fn number_versions(&mut self) {
        let identities: Vec<Option<(String, u64)>> = self
            .items
            .iter()
            .map(|definition| match definition.item.kind {
                Kind::Type { .. } | Kind::Trait { .. } => {
                    let (_, name) = definition.item.defines.first()?;
                    Some((name.clone(), self.identity(name)))
                }
                _ => None,
            })
            .collect();
        for (definition, identity) in self.items.iter_mut().zip(identities) {
            if let Some((name, identity)) = identity {
                let versions = self.versions.entry(name).or_default();
                let next = u32::try_from(versions.len()).unwrap_or(u32::MAX);
                definition.version = *versions.entry(identity).or_insert(next);
            }
        }
    }

    fn type_named(&self, name: &str) -> Option<&Definition> {
        self.items
            .iter()
            .find(|definition| definition.defines(Namespace::Type, name))
    }

    /// All of the session's types and traits that a set of names reaches.
    fn types_reached<'a>(&self, names: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<String> = names.cloned().collect();
        while let Some(name) = waiting.pop() {
            if reached.contains(&name) {
                continue;
            }
            if let Some(definition) = self.type_named(&name) {
                waiting.extend(definition.item.names.iter().cloned());
                reached.insert(name);
            }
        }
        reached
    }

    /// A number that changes when a type, or one it is made of, changes.
    fn identity(&self, name: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        for reached in self.types_reached(std::iter::once(&name.to_owned())) {
            if let Some(definition) = self.type_named(&reached) {
                reached.hash(&mut hasher);
                // Layout and vtables follow from the tokens, not from comments or spacing,
                // but text is what we have: at worst a reformatted type counts as new.
                definition
                    .source()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// What a type is made of, to notice later that one of them changed.
    pub(crate) fn made_of(&self, type_name: &str) -> BTreeMap<String, u64> {
        let names = words(type_name);
        self.types_reached(names.iter())
            .into_iter()
            .map(|name| (name.clone(), self.identity(&name)))
            .collect()
    }

    /// Variables whose types have been redefined since.
    pub(crate) fn outdated_variables(&self) -> Vec<(String, String)> {
        let mut outdated = Vec::new();
        for (name, variable) in &self.variables {
            let changed = variable.made_of.iter().find(|(made_of, identity)| {
                self.type_named(made_of).is_some() && self.identity(made_of) != **identity
            });
            if let Some((changed, _)) = changed {
                outdated.push((name.clone(), changed.clone()));
            }
        }
        outdated
    }

    /// The items that a set of names reaches, in the order of definition.
    pub(crate) fn reached<'a>(&self, names: impl Iterator<Item = &'a String>) -> Vec<&Definition> {
        let mut taken = vec![false; self.items.len()];
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut waiting: Vec<String> = names.cloned().collect();
        for (index, definition) in self.items.iter().enumerate() {
            if matches!(definition.item.kind, Kind::Use { always: true }) {
                taken[index] = true;
                waiting.extend(definition.item.names.iter().cloned());
            }
        }
        loop {
            while let Some(name) = waiting.pop() {
                if !seen.insert(name.clone()) {
                    continue;
                }
                for (index, definition) in self.items.iter().enumerate() {
                    if taken[index] {
                        continue;
                    }
                    let named = definition.item.defines.iter().any(|(namespace, defined)| {
                        *namespace != Namespace::Impl && *defined == name
                    });
                    // A method call needs its trait in scope without naming it.
                    let by_member = match &definition.item.kind {
                        Kind::Trait { members, .. } => members.contains(&name),
                        _ => false,
                    };
                    let by_expansion = matches!(definition.item.kind, Kind::Expansion)
                        && definition.item.names.contains(&name);
                    if named || by_member || by_expansion {
                        taken[index] = true;
                        waiting.extend(definition.item.names.iter().cloned());
                    }
                }
            }
            // Implementations whose type and trait are both there, or foreign.
            for (index, definition) in self.items.iter().enumerate() {
                if taken[index] {
                    continue;
                }
                let Kind::Impl {
                    self_names,
                    trait_name,
                    ..
                } = &definition.item.kind
                else {
                    continue;
                };
                let ours = |name: &String| self.type_named(name).is_some();
                let mut local = self_names.iter().filter(|name| ours(name)).peekable();
                let wanted = if local.peek().is_some() {
                    local.all(|name| seen.contains(name))
                } else {
                    trait_name
                        .as_ref()
                        .is_some_and(|name| ours(name) && seen.contains(name))
                };
                if wanted {
                    taken[index] = true;
                    waiting.extend(definition.item.names.iter().cloned());
                }
            }
            if waiting.iter().all(|name| seen.contains(name)) {
                break;
            }
        }
        let mut reached: Vec<&Definition> = self
            .items
            .iter()
            .zip(taken)
            .filter_map(|(definition, taken)| taken.then_some(definition))
            .collect();
        reached.sort_by_key(|definition| definition.order);
        reached
    }

    /// Whether the worker has the storage of a static already.
    pub(crate) fn is_loaded(&self, definition: &Definition) -> bool {
        definition
            .item
            .storage_names()
            .into_iter()
            .all(|name| self.loaded.contains(&(name, definition.storage)))
    }

    /// The worker has loaded a cell: the storage of all statics it reached is there.
    pub(crate) fn loaded<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        let found: Vec<(String, u32)> = self
            .reached(names)
            .iter()
            .flat_map(|definition| {
                let names = definition.item.storage_names();
                names.into_iter().map(|name| (name, definition.storage))
            })
            .collect();
        self.loaded.extend(found);
    }

    /// The worker is gone, and the storage of statics with it.
    pub(crate) fn unload(&mut self) {
        self.loaded.clear();
    }

    /// The item of a cell at a range of its text.
    pub(crate) fn in_cell(&self, cell: &Arc<CellText>, range: &Bytes) -> Option<&Definition> {
        self.items.iter().find(|definition| {
            Arc::ptr_eq(&definition.text, cell) && definition.item.range == *range
        })
    }

    /// Takes away an `impl` of an earlier cell that stands at a place of its text;
    /// returns its head.
    pub(crate) fn remove_impl(&mut self, cell: &Arc<CellText>, at: usize) -> Option<String> {
        let index = self.items.iter().position(|definition| {
            Arc::ptr_eq(&definition.text, cell)
                && definition.item.range.contains(&at)
                && matches!(definition.item.kind, Kind::Impl { .. })
        })?;
        let definition = self.items.remove(index);
        definition
            .item
            .defines
            .first()
            .map(|(_, head)| head.clone())
    }

    /// Whether a macro of the session makes items.
    pub(crate) fn makes_items(&self, name: &str) -> bool {
        self.items.iter().any(|definition| {
            definition.defines(Namespace::Macro, name)
                && parse::macro_makes_items(definition.source())
        })
    }

    /// All names of items with what they are, for completion and inspection.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &Definition)> {
        self.items.iter().flat_map(|definition| {
            definition
                .item
                .defines
                .iter()
                .filter(|(namespace, _)| *namespace != Namespace::Impl)
                .map(move |(_, name)| (name.as_str(), definition))
        })
    }
}

/// The words of a type's text.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(definitions: &mut Definitions, code: &str) {
        let parsed = parse::parse(code).unwrap();
        let text = Arc::new(CellText {
            execution_count: 1,
            code: code.to_owned(),
            edits: parsed.edits.clone(),
        });
        definitions.define(&text, &parsed.items);
    }

    fn reached(definitions: &Definitions, names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        definitions
            .reached(names.iter())
            .iter()
            .map(|definition| definition.source().to_owned())
            .collect()
    }

    #[test]
    fn only_what_is_named_is_reached() {
        let mut session = Definitions::default();
        run(&mut session, "fn a() { b() } fn b() {} fn c() {}");
        assert_eq!(reached(&session, &["a"]), ["fn a() { b() }", "fn b() {}"]);
    }

    #[test]
    fn implementations_follow_their_types_and_traits() {
        let mut session = Definitions::default();
        run(
            &mut session,
            "struct P; trait Area { fn area(&self) -> f64; } impl Area for P { fn area(&self) -> f64 { 1.0 } } impl Area for f64 { fn area(&self) -> f64 { 2.0 } }",
        );
        assert_eq!(
            reached(&session, &["P"]).len(),
            4,
            "the trait comes with its impl for P"
        );
        assert_eq!(
            reached(&session, &["area"]).len(),
            2,
            "the trait and the impl for f64"
        );
        assert!(reached(&session, &["other"]).is_empty());
    }

    #[test]
    fn an_impl_run_again_replaces_itself() {
        let mut session = Definitions::default();
        run(
            &mut session,
            "struct P; impl P { fn a(&self) {} fn b(&self) {} }",
        );
        run(&mut session, "impl P { fn a(&self) { } }");
        let source = reached(&session, &["P"]);
        assert_eq!(source.len(), 3);
        let cut: usize = session
            .items
            .iter()
            .map(|definition| definition.cut.len())
            .sum();
        assert_eq!(cut, 1, "only the method that was written anew goes");
    }

    #[test]
    fn a_redefined_type_outdates_variables_made_of_it() {
        let mut session = Definitions::default();
        run(&mut session, "struct P { x: u8 } struct L { a: P }");
        let variable = |made_of| Variable {
            type_name: None,
            mutable: false,
            bound_in: 1,
            made_of,
        };
        session
            .variables
            .insert("l".into(), variable(session.made_of("Vec<L>")));
        run(&mut session, "struct P { x: u8 } struct L { a: P }");
        assert!(
            session.outdated_variables().is_empty(),
            "the same text is the same type"
        );
        run(&mut session, "struct P { x: u16 }");
        assert_eq!(
            session.outdated_variables(),
            [("l".to_owned(), "L".to_owned())]
        );
        assert_eq!(session.type_named("P").unwrap().version, 1);
        assert_eq!(
            session.type_named("L").unwrap().version,
            1,
            "a type made of it is another type too"
        );
        run(&mut session, "struct P { x: u8 }");
        assert_eq!(session.type_named("P").unwrap().version, 0);
    }

    #[test]
    fn each_definition_of_a_static_has_its_own_storage() {
        let mut session = Definitions::default();
        run(&mut session, "static N: u8 = 1;");
        run(&mut session, "static N: u8 = 1;");
        assert_eq!(session.items.len(), 1);
        assert_eq!(session.items[0].storage, 2);
    }
}
