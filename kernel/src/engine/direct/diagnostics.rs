//! Tells the compiler's messages in terms of the learner's text.
//!
//! `rustc` speaks about generated source. Each of its places is led back
//! through the list of segments to the cell it came from, and the message is
//! drawn anew over the learner's lines, in the form that `rustc` gives it.
//! Places in glue are never shown; what they mean is told in a sentence.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::compile::{Message, Span};
use super::definitions::CellText;
use super::generate::{Generated, Origin};

/// The name that `rustc` gives to source from its standard input.
const SOURCE_NAME: &str = "<anon>";

/// A place in a cell.
#[derive(Clone, Debug)]
struct Place {
    cell: Arc<CellText>,
    at: Range<usize>,
}

/// What an error that touches glue tells about the variable there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The cell moves the variable, so it cannot be put back: the places in its
    /// text where it does, if all of them are plain uses of the name.
    Moved(String, Option<Vec<(usize, usize)>>),
    /// The variable cannot outlive the cell.
    Unkept(String, Unkept),
    /// The variable is borrowed by another that is kept too; giving that one up is
    /// enough, unless nothing says which it is.
    Blocked(String),
    /// The variable's type cannot be written in this cell.
    Unloadable(String),
    /// Two methods `evcxr_display` fit the trailing expression's value, one of them
    /// the learner's.
    ShownByTrait,
    /// The trailing expression's value cannot be shown.
    Unshown,
}

/// Why a variable cannot outlive its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unkept {
    /// It borrows from something of the cell.
    Borrows,
    /// It was never given a value, or moved by the cell that bound it.
    Empty,
    /// A coerced type turned out not to fit.
    Misfit,
}

/// The segment that a byte of the generated source belongs to.
fn segment(generated: &Generated, byte: usize) -> Option<(&Range<usize>, &Origin)> {
    let index = generated
        .segments
        .partition_point(|segment| segment.at.end <= byte);
    let segment = generated.segments.get(index)?;
    (segment.at.start <= byte).then_some((&segment.at, &segment.origin))
}

/// The part of a span that lies in generated source: macros of libraries are
/// followed out to their call.
fn outermost(span: &Span) -> &Span {
    let mut span = span;
    while span.file_name != SOURCE_NAME {
        match &span.expansion {
            Some(expansion) => span = &expansion.span,
            None => break,
        }
    }
    span
}

fn place(generated: &Generated, start: usize, end: usize) -> Option<Place> {
    // A span may begin or end in inserted text; take the nearest learner's text inside it.
    let first = generated.segments.iter().find(|segment| {
        matches!(segment.origin, Origin::Text { .. })
            && (segment.at.end > start || segment.at.end == start && start == end)
    })?;
    let Origin::Text { cell, offset } = &first.origin else {
        return None;
    };
    if first.at.start > start && first.at.start >= end.max(start + 1) {
        return None;
    }
    let source_start = offset + start.saturating_sub(first.at.start);
    let mut source_end = source_start;
    for segment in &generated.segments {
        if let Origin::Text {
            cell: other,
            offset,
        } = &segment.origin
            && Arc::ptr_eq(cell, other)
            && segment.at.start < end
            && segment.at.end >= start
        {
            source_end = source_end.max(offset + end.min(segment.at.end) - segment.at.start);
        }
    }
    let length = cell.code.len();
    let (mut from, mut to) = (
        source_start.min(length),
        source_end.clamp(source_start, length),
    );
    while !cell.code.is_char_boundary(from) {
        from -= 1;
    }
    while !cell.code.is_char_boundary(to) {
        to += 1;
    }
    Some(Place {
        cell: Arc::clone(cell),
        at: from..to,
    })
}

fn place_of(generated: &Generated, span: &Span) -> Option<Place> {
    let span = outermost(span);
    if span.file_name != SOURCE_NAME {
        return None;
    }
    // A span that starts in marked glue is glue, whatever it reaches over.
    if let Some((_, origin)) = segment(generated, span.byte_start)
        && !matches!(origin, Origin::Text { .. })
    {
        return None;
    }
    place(generated, span.byte_start, span.byte_end)
}

fn glue_of<'a>(generated: &'a Generated, span: &Span) -> Option<&'a Origin> {
    let span = outermost(span);
    if span.file_name != SOURCE_NAME {
        return None;
    }
    match segment(generated, span.byte_start) {
        Some((_, Origin::Text { .. })) | None => None,
        Some((_, origin)) => Some(origin),
    }
}

/// What the glue's part in an error tells, if it has one.
pub(crate) fn findings(generated: &Generated, message: &Message) -> Vec<Finding> {
    let mut code = message.code.as_ref().map_or("", |code| code.code.as_str());
    if code.is_empty()
        && (message.message.contains("may not live long enough")
            || message.message.contains("escape"))
    {
        // The borrow checker's errors about regions have no number.
        code = "E0521";
    }
    let mut findings = Vec::new();
    let primary_in_text = message
        .spans
        .iter()
        .any(|span| span.is_primary && place_of(generated, span).is_some());
    let mut spans: Vec<&Span> = message.spans.iter().collect();
    spans.extend(message.children.iter().flat_map(|child| &child.spans));
    let glue: Vec<(&Origin, &Span)> = spans
        .into_iter()
        .filter_map(|span| Some((glue_of(generated, span)?, span)))
        .collect();
    let mut add = |finding| {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    // Where keeping one variable is why another place is wrong (it borrows from what
    // is moved, changed or dropped there), that variable is the one to give up.
    if BORROW_ERRORS.contains(&code) {
        let mut culprits = glue
            .iter()
            .filter_map(|(origin, span)| match origin {
                Origin::Keep(name) if !span.is_primary => Some(name.clone()),
                _ => None,
            })
            .peekable();
        if culprits.peek().is_some() {
            culprits.for_each(|name| add(Finding::Unkept(name, Unkept::Borrows)));
            return findings;
        }
    }
    if BORROW_ERRORS.contains(&code) && glue.is_empty() {
        // What must live for ever is said of a place inside the statement that binds it.
        for span in &message.spans {
            let for_ever = span
                .label
                .as_deref()
                .is_some_and(|label| label.contains("`'static`"));
            let Some(place) = place_of(generated, span).filter(|_| for_ever) else {
                continue;
            };
            for (range, names) in &generated.binds {
                if range.contains(&place.at.start) {
                    names
                        .iter()
                        .for_each(|name| add(Finding::Unkept(name.clone(), Unkept::Borrows)));
                }
            }
        }
        return findings;
    }
    for (origin, span) in glue {
        match origin {
            Origin::PutBack(name) if span.is_primary && !primary_in_text => {
                let places = if code == "E0382" {
                    move_places(generated, message, name)
                } else {
                    None
                };
                add(Finding::Moved(name.clone(), places));
            }
            // The cell keeps hold of the variable, in a thread or in another variable.
            Origin::PutBack(name) if matches!(code, "E0505" | "E0373" | "E0521" | "E0597") => {
                add(Finding::Moved(name.clone(), None));
            }
            Origin::Keep(name)
                if span.is_primary
                    && (matches!(code, "E0381" | "E0382")
                        || message.message.starts_with("cannot find value")) =>
            {
                add(Finding::Unkept(name.clone(), Unkept::Empty));
            }
            Origin::Keep(name) if span.is_primary && code == "E0505" => {
                add(Finding::Blocked(name.clone()));
            }
            Origin::Keep(name) if BORROW_ERRORS.contains(&code) => {
                add(Finding::Unkept(name.clone(), Unkept::Borrows));
            }
            Origin::Keep(name) if span.is_primary && !primary_in_text => {
                add(Finding::Unkept(name.clone(), Unkept::Misfit));
            }
            Origin::Load(name) if span.is_primary && !primary_in_text => {
                add(Finding::Unloadable(name.clone()))
            }
            Origin::Show if span.is_primary && code == "E0034" => add(Finding::ShownByTrait),
            Origin::Show if span.is_primary && !primary_in_text => add(Finding::Unshown),
            _ => {}
        }
    }
    findings
}

/// Errors of the borrow checker about something that does not live long enough or
/// is used while borrowed.
const BORROW_ERRORS: &[&str] = &[
    "E0310", "E0373", "E0499", "E0502", "E0503", "E0505", "E0506", "E0515", "E0521", "E0597",
    "E0621", "E0712", "E0713", "E0716", "E0759",
];

/// Where a cell moves a variable; `None` if a move is no plain use of its name
/// (into a closure, out of a field, inside a pattern).
fn move_places(
    generated: &Generated,
    message: &Message,
    name: &str,
) -> Option<Vec<(usize, usize)>> {
    let mut places = Vec::new();
    for span in &message.spans {
        let label = span.label.as_deref().unwrap_or_default();
        if span.is_primary || !label.contains("moved") {
            continue;
        }
        if span.file_name != SOURCE_NAME {
            return None;
        }
        // The statements stand in a closure of the glue, which is said to move too.
        if label.contains("moved into closure") && place_of(generated, span).is_none() {
            continue;
        }
        let place = place_of(generated, span)?;
        let code = &place.cell.code;
        if &code[place.at.clone()] == name {
            places.push((place.at.start, place.at.end));
        } else if label.contains("method call") {
            let receiver = code[..place.at.start]
                .trim_end()
                .strip_suffix('.')?
                .trim_end();
            let start = receiver.len().checked_sub(name.len())?;
            let stands_alone = receiver.ends_with(name)
                && !receiver[..start].ends_with(|letter: char| {
                    letter.is_alphanumeric() || letter == '_' || letter == '.'
                });
            if !stands_alone {
                return None;
            }
            places.push((start, start + name.len()));
        } else {
            return None;
        }
    }
    (!places.is_empty()).then_some(places)
}

/// A borrow checker's error about a variable of an earlier cell being assigned
/// or borrowed mutably, though it was declared without `mut`.
fn needs_mut<'a>(generated: &'a Generated, message: &Message) -> Option<&'a str> {
    let code = message.code.as_ref().map_or("", |code| code.code.as_str());
    if !matches!(code, "E0384" | "E0594" | "E0596") {
        return None;
    }
    let in_children = message.children.iter().flat_map(|child| &child.spans);
    message
        .spans
        .iter()
        .chain(in_children)
        .find_map(|span| match glue_of(generated, span) {
            Some(Origin::Load(name)) => Some(name.as_str()),
            _ => None,
        })
}

/// The learner's text that an error is about.
pub(crate) fn primary_text(generated: &Generated, message: &Message) -> Option<String> {
    let primary = message.spans.iter().find(|span| span.is_primary)?;
    let place = place_of(generated, primary)?;
    Some(place.cell.code[place.at].to_owned())
}

/// Where an error about the text of an earlier cell stands.
pub(crate) fn place_in_earlier_cell(
    generated: &Generated,
    here: &Arc<CellText>,
    message: &Message,
) -> Option<(Arc<CellText>, usize)> {
    let primary = message.spans.iter().find(|span| span.is_primary)?;
    let place = place_of(generated, primary)?;
    (!Arc::ptr_eq(&place.cell, here)).then_some((place.cell, place.at.start))
}

/// One message in the learner's terms, or nothing if it is about glue only.
pub(crate) fn render(
    generated: &Generated,
    here: &Arc<CellText>,
    message: &Message,
    advice: &[String],
) -> Option<String> {
    if message.message.starts_with("aborting due to") || message.message.contains("warning emitted")
    {
        return None;
    }
    let level = match message.level.as_str() {
        "error" | "error: internal compiler error" => Level::ERROR,
        "warning" => Level::WARNING,
        _ => return None,
    };
    let texts: Vec<(Place, &Span)> = message
        .spans
        .iter()
        .filter_map(|span| place_of(generated, span).map(|place| (place, span)))
        .collect();
    if texts.is_empty() && level_is_warning(message) {
        return None;
    }
    if texts.is_empty() && message.message.ends_with("found `}`") {
        // The brace is the glue's; for the learner the cell ends there.
        let sentence = message
            .message
            .replace("found `}`", "found the end of the cell");
        let end = here.code.trim_end().len();
        let last = here.code[..end]
            .char_indices()
            .next_back()
            .map_or(0, |(index, _)| index);
        let snippet = Snippet::source(here.code.as_str())
            .path(cell_name(here))
            .annotation(
                AnnotationKind::Primary
                    .span(last..end)
                    .label("something is missing after this"),
            );
        return Some(draw(&[
            Group::with_title(level.primary_title(sentence)).element(snippet)
        ]));
    }
    // A warning about another cell's item was shown when that cell ran.
    if level_is_warning(message)
        && !texts
            .iter()
            .any(|(place, span)| span.is_primary && Arc::ptr_eq(&place.cell, here))
    {
        return None;
    }
    let mut title = level.primary_title(learner_words(&message.message));
    if let Some(code) = message
        .code
        .as_ref()
        .filter(|code| code.code.starts_with('E'))
    {
        title = title.id(code.code.clone());
    }
    let mut group = Group::with_title(title);
    let mut cells: Vec<&Arc<CellText>> = Vec::new();
    for (place, span) in &texts {
        if span.is_primary && !cells.iter().any(|cell| Arc::ptr_eq(cell, &place.cell)) {
            cells.push(&place.cell);
        }
    }
    for (place, _) in &texts {
        if !cells.iter().any(|cell| Arc::ptr_eq(cell, &place.cell)) {
            cells.push(&place.cell);
        }
    }
    for cell in cells {
        let annotations = texts
            .iter()
            .filter(|(place, _)| Arc::ptr_eq(&place.cell, cell))
            .map(|(place, span)| {
                let kind = if span.is_primary {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                kind.span(place.at.clone())
                    .label(span.label.as_deref().map(learner_words))
            });
        group = group.element(
            Snippet::source(cell.code.as_str())
                .path(cell_name(cell))
                .annotations(annotations),
        );
    }
    let mut report = Vec::new();
    let mut suggestions = Vec::new();
    let mut seen = BTreeSet::new();
    for child in &message.children {
        // What the session knows of a name is better than a guess.
        let guess = child.message.contains("similar name") && !advice.is_empty();
        if guess || speaks_of_glue(&child.message) || !seen.insert(child.message.clone()) {
            continue;
        }
        let level = match child.level.as_str() {
            "note" => Level::NOTE,
            "help" => Level::HELP,
            _ => continue,
        };
        let patches: Vec<(Place, &str)> = child
            .spans
            .iter()
            .filter_map(|span| {
                let replacement = span.suggested_replacement.as_deref()?;
                Some((place_of(generated, span)?, replacement))
            })
            .collect();
        if !patches.is_empty()
            && patches.len() == child.spans.len()
            && patches
                .iter()
                .all(|(place, _)| Arc::ptr_eq(&place.cell, &patches[0].0.cell))
        {
            let cell = &patches[0].0.cell;
            if speaks_of_glue(patches[0].1) {
                continue;
            }
            let snippet = Snippet::source(cell.code.clone())
                .path(cell_name(cell))
                .patches(
                    patches
                        .iter()
                        .map(|(place, text)| Patch::new(place.at.clone(), (*text).to_owned())),
                );
            suggestions.push(
                Group::with_title(level.secondary_title(learner_words(&child.message)))
                    .element(snippet),
            );
        } else if child.spans.is_empty() {
            if !child.message.contains("on by default") {
                group = group.element(level.message(learner_words(&child.message)));
            }
        } else if child
            .spans
            .iter()
            .all(|span| span.suggested_replacement.is_some())
        {
            // A suggestion to change glue speaks of a place the learner cannot see; only
            // an import can stand anywhere.
            let imports: Vec<&str> = child
                .spans
                .iter()
                .filter_map(|span| span.suggested_replacement.as_deref())
                .map(str::trim)
                .filter(|text| text.starts_with("use "))
                .take(3)
                .collect();
            if !imports.is_empty() {
                let sentence = format!(
                    "{}: `{}`",
                    learner_words(&child.message),
                    imports.join("` or `")
                );
                group = group.element(level.message(sentence));
            }
        } else {
            let places: Vec<(Place, &Span)> = child
                .spans
                .iter()
                .filter_map(|span| place_of(generated, span).map(|place| (place, span)))
                .collect();
            if let Some((first, _)) = places.first() {
                let cell = Arc::clone(&first.cell);
                let annotations = places
                    .iter()
                    .filter(|(place, _)| Arc::ptr_eq(&place.cell, &cell))
                    .map(|(place, span)| {
                        AnnotationKind::Context
                            .span(place.at.clone())
                            .label(span.label.as_deref().map(learner_words))
                    });
                suggestions.push(
                    Group::with_title(level.secondary_title(learner_words(&child.message)))
                        .element(
                            Snippet::source(cell.code.clone())
                                .path(cell_name(&cell))
                                .annotations(annotations),
                        ),
                );
            } else if child
                .spans
                .iter()
                .all(|span| outermost(span).file_name != SOURCE_NAME)
            {
                group = group.element(level.message(learner_words(&child.message)));
            }
        }
    }
    for advice in advice {
        group = group.element(Level::HELP.message(advice.clone()));
    }
    if let Some(name) = needs_mut(generated, message) {
        group = group.element(Level::HELP.message(format!(
            "`{name}` was declared without `mut` in an earlier cell; declare it there as `let mut {name} = ...`, or start here with `let mut {name} = {name};`"
        )));
    }
    report.push(group);
    report.extend(suggestions);
    Some(draw(&report))
}

fn draw(report: &[Group<'_>]) -> String {
    Renderer::styled().render(report)
}

fn level_is_warning(message: &Message) -> bool {
    message.level == "warning"
}

/// The name that a reader knows a cell by.
pub(crate) fn cell_name(cell: &CellText) -> String {
    format!("cell [{}]", cell.execution_count)
}

fn speaks_of_glue(text: &str) -> bool {
    [
        "lightcone_",
        "LIGHTCONE_",
        "lightcone::cell",
        "CellError",
        "<anon>",
        "closure may outlive",
        "`cell` crate",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Takes the crate's own name and glue's types out of a sentence.
fn learner_words(text: &str) -> String {
    text.replace("lightcone::prelude::", "")
        .replace("std::result::Result<(), CellError>", "the cell's result")
        .replace(
            "Result<(), lightcone::cell::CellError>",
            "the cell's result",
        )
        .replace("Result<(), CellError>", "the cell's result")
        .replace(
            "lightcone_notebook::runtime::cell::CellError",
            "the cell's error",
        )
        .replace(
            " to provide an error compatible with `the cell's result`",
            "",
        )
        .replace("CellError", "the cell's error")
        .replace("`break` inside of a closure", "`break` outside of a loop")
        .replace(
            "`continue` inside of a closure",
            "`continue` outside of a loop",
        )
        .replace(
            "`break` inside of an `async` block",
            "`break` outside of a loop",
        )
}

/// Draws a panic over the learner's text.
pub(crate) fn render_panic(
    generated: &Generated,
    title: &str,
    line: u32,
    column: u32,
) -> Option<String> {
    let mut start = 0;
    for (number, text) in generated.source.split_inclusive('\n').enumerate() {
        if number + 1 == line as usize {
            let column = text
                .char_indices()
                .nth(column.saturating_sub(1) as usize)
                .map_or(0, |(index, _)| index);
            let byte = start + column;
            let (segment, origin) = segment(generated, byte)?;
            let Origin::Text { cell, offset } = origin else {
                return None;
            };
            let at = offset + byte - segment.start;
            let end = expression_end(&cell.code, at);
            let snippet = Snippet::source(cell.code.as_str())
                .path(cell_name(cell))
                .annotation(AnnotationKind::Primary.span(at..end).label("here"));
            let report = [Group::with_title(
                Level::ERROR
                    .with_name("panic")
                    .primary_title(title.to_owned()),
            )
            .element(snippet)];
            return Some(draw(&report));
        }
        start += text.len();
    }
    None
}

/// The end of what looks like one word or call at a place, to underline it.
fn expression_end(code: &str, start: usize) -> usize {
    let rest = &code[start..];
    let word = rest
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '!')
        .unwrap_or(rest.len());
    if word > 0 {
        start + word
    } else {
        start + rest.chars().next().map_or(0, char::len_utf8)
    }
}
