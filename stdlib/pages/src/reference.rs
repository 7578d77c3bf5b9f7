//! The reference: one page for each entry, and an index that searches without a
//! network.
//!
//! The pages hold nothing that changes by itself, such as a date: the same registries
//! give the same files.

use std::fmt::Write as _;

use lightcone_sheets::{Role, Worksheet};
use lightcone_units::{Input, Kind, Symbol, shown};

use crate::calculators::{LOGO, TOKENS, fill};
use crate::code::code;
use crate::content::{Content, Entry, PageError, Source};
use crate::html::escaped;
use crate::mathml;

const PAGE: &str = include_str!("../assets/reference.html");
const STYLE: &str = include_str!("../assets/reference.css");
const SCRIPT: &str = include_str!("../assets/reference.js");

/// A file of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the folder.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// The files of the reference: `index.html`, a page such as `F004.html` for each entry,
/// and the style and script that they share.
///
/// # Errors
/// [`PageError::Equation`] when an equation cannot be drawn.
///
/// ```
/// let content = lightcone_pages::Content::new(lightcone_formulas::FORMULAS.iter(), []);
/// let files = lightcone_pages::reference(&content)?;
/// let page = files.iter().find(|file| file.name == "F004.html").ok_or("no page")?;
/// assert!(page.text.contains("latency::fiber_rtt("));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reference(content: &Content<'_>) -> Result<Vec<File>, PageError> {
    let entries = content.entries();
    let mut files = vec![
        file("index.html", &index(entries)?),
        file("style.css", &format!("{TOKENS}{STYLE}")),
        file("reference.js", SCRIPT),
    ];
    for (place, entry) in entries.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| entries.get(place));
        let text = entry_page(content, entry, before, entries.get(place + 1))?;
        files.push(file(&address(entry), &text));
    }
    Ok(files)
}

fn file(name: &str, text: &str) -> File {
    File {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

fn address(entry: &Entry<'_>) -> String {
    format!("{}.html", entry.id())
}

fn link(entry: &Entry<'_>) -> String {
    format!(
        "<a href=\"{}\"><span class=\"id\">{}</span> {}</a>",
        address(entry),
        entry.id(),
        escaped(entry.name())
    )
}

fn page(title: &str, class: &str, body: &str) -> String {
    fill(
        PAGE,
        &[
            ("TITLE", &escaped(title)),
            ("CLASS", class),
            ("LOGO", LOGO),
            ("BODY", body),
        ],
    )
}

/// A text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let text = format!("{}{}", first.unwrap_or_default(), letters.as_str());
    let end = if text.ends_with(['.', '!', '?']) || text.is_empty() {
        ""
    } else {
        "."
    };
    escaped(&format!("{text}{end}"))
}

fn index(entries: &[Entry<'_>]) -> Result<String, PageError> {
    let mut body = String::from("<h1>Reference</h1>\n");
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind() == kind).count();
    let counts: Vec<String> = ["formula", "calculator", "cost model"]
        .iter()
        .map(|kind| (count(kind), *kind))
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let _ = write!(
        body,
        "<p class=\"lead\">{}: what each says, takes for granted, and comes from.</p>\n\
         <div class=\"finder\"><label class=\"hidden\" for=\"search\">Search the reference</label>\n\
         <input type=\"search\" id=\"search\" placeholder=\"Search names, symbols, sources\" \
         autocomplete=\"off\" spellcheck=\"false\"><p class=\"count\" role=\"status\"></p></div>\n",
        escaped(&counts.join(", "))
    );
    let mut episode = None;
    for entry in entries {
        if episode != Some(entry.episode()) {
            if episode.is_some() {
                body.push_str("</ul>\n</section>\n");
            }
            episode = Some(entry.episode());
            let _ = write!(
                body,
                "<section>\n<h2>Episode {}</h2>\n<ul class=\"entries\">\n",
                entry.episode()
            );
        }
        let _ = writeln!(
            body,
            "<li data-words=\"{}\"><a href=\"{}\"><span class=\"id\">{}</span>\
             <span class=\"entry-name\">{}</span><span class=\"kind\">{}</span>\
             <span class=\"drawn\">{}</span></a></li>",
            escaped(&words(entry)),
            address(entry),
            entry.id(),
            escaped(entry.name()),
            entry.kind(),
            inline_equation(entry)?,
        );
    }
    if episode.is_some() {
        body.push_str("</ul>\n</section>\n");
    }
    Ok(page("Lightcone reference", "index", &body))
}

/// What the search of the index looks at.
fn words(entry: &Entry<'_>) -> String {
    let mut list = vec![
        entry.id().to_owned(),
        entry.name().to_owned(),
        entry.path().to_owned(),
        entry.kind().to_owned(),
        entry.about().to_owned(),
        entry.assumptions().to_owned(),
        entry.fails().to_owned(),
        entry.reference().to_owned(),
    ];
    for (symbol, input) in entry.inputs() {
        list.push(format!(
            "{} {} {}",
            symbol.symbol, input.argument, symbol.name
        ));
    }
    for answer in entry.answers() {
        list.push(format!("{} {}", answer.name, answer.symbol.name));
    }
    list.join(" ").to_lowercase()
}

fn inline_equation(entry: &Entry<'_>) -> Result<String, PageError> {
    match entry.latex() {
        Some(latex) => math(entry, latex),
        None => Ok(String::new()),
    }
}

fn math(entry: &Entry<'_>, latex: &str) -> Result<String, PageError> {
    mathml::inline(latex).map_err(|source| PageError::Equation {
        id: entry.id(),
        source,
    })
}

fn entry_page(
    content: &Content<'_>,
    entry: &Entry<'_>,
    before: Option<&Entry<'_>>,
    after: Option<&Entry<'_>>,
) -> Result<String, PageError> {
    let mut body = String::new();
    let _ = write!(
        body,
        "<p class=\"eyebrow\">{} · {} · episode {}</p>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n",
        entry.id(),
        entry.kind(),
        entry.episode(),
        escaped(entry.name()),
        sentence(entry.about()),
    );
    if let Some(latex) = entry.latex() {
        let drawn = mathml::block(latex).map_err(|source| PageError::Equation {
            id: entry.id(),
            source,
        })?;
        let _ = write!(
            body,
            "<div class=\"equation\" tabindex=\"0\" role=\"group\" aria-label=\"Equation\">{drawn}</div>\n\
             <details class=\"latex\"><summary>LaTeX</summary><pre><code>{}</code></pre></details>\n",
            escaped(latex)
        );
    }
    body.push_str(&symbols(entry)?);
    body.push_str(&example(entry));
    for (title, text) in [
        ("What it takes for granted", entry.assumptions()),
        ("When it fails", entry.fails()),
        ("Prices", entry.prices()),
        ("Source", entry.reference()),
    ] {
        if !text.is_empty() {
            let text = match title {
                "Source" | "Prices" => escaped(text),
                _ => sentence(text),
            };
            let _ = write!(body, "<h2>{title}</h2>\n<p>{text}</p>\n");
        }
    }
    body.push_str(&elsewhere(entry));
    body.push_str(&related(content, entry));
    body.push_str("<nav class=\"steps\" aria-label=\"Neighbours\">");
    for (neighbour, word) in [(before, "Before"), (after, "After")] {
        if let Some(neighbour) = neighbour {
            let _ = write!(body, "<p><span>{word}</span>{}</p>", link(neighbour));
        }
    }
    body.push_str("</nav>\n");
    Ok(page(
        &format!("{} – Lightcone reference", entry.name()),
        "entry",
        &body,
    ))
}

/// The tables of inputs, answers, and other symbols.
fn symbols(entry: &Entry<'_>) -> Result<String, PageError> {
    let mut text = String::new();
    let inputs = entry.inputs();
    if !inputs.is_empty() {
        text.push_str(
            "<h2>Inputs</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Symbol</th>\
             <th scope=\"col\">Meaning</th><th scope=\"col\">Unit</th><th scope=\"col\">Allowed</th>\
             <th scope=\"col\">Argument</th><th scope=\"col\">Default</th>\
             <th scope=\"col\">Slider</th></tr></thead>\n<tbody>\n",
        );
    }
    for (symbol, input) in &inputs {
        let kind = if input.list {
            format!("&[{}]", input.quantity)
        } else {
            input.quantity.to_owned()
        };
        let why = if input.why.is_empty() {
            String::new()
        } else {
            format!("<span class=\"why\">{}</span>", sentence(input.why))
        };
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}{why}</td>\
             <td><code>{}: {}</code></td><td>{}</td><td>{}</td></tr>",
            math(entry, symbol.symbol)?,
            escaped(symbol.name),
            unit(symbol),
            escaped(symbol.domain),
            escaped(input.argument),
            escaped(&kind),
            escaped(&default_text(symbol, input)),
            escaped(&range_text(symbol, input)),
        );
    }
    if !inputs.is_empty() {
        text.push_str("</tbody></table></div>\n");
    }
    text.push_str(&answers(entry)?);
    let others = entry.other_symbols();
    if !others.is_empty() {
        text.push_str(
            "<h2>Also in it</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Symbol</th>\
             <th scope=\"col\">Meaning</th><th scope=\"col\">Unit</th><th scope=\"col\">Value or range</th></tr></thead>\n<tbody>\n",
        );
        for (symbol, value) in &others {
            let _ = writeln!(
                text,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                math(entry, symbol.symbol)?,
                escaped(symbol.name),
                unit(symbol),
                escaped(value),
            );
        }
        text.push_str("</tbody></table></div>\n");
    }
    Ok(text)
}

/// The answers, each with what it is at the defaults.
fn answers(entry: &Entry<'_>) -> Result<String, PageError> {
    let values = at_defaults(entry);
    let title = if values.len() > 1 { "Lines" } else { "Result" };
    let mut text = format!(
        "<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Symbol</th>\
         <th scope=\"col\">Meaning</th><th scope=\"col\">Unit</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">At the defaults</th></tr></thead>\n<tbody>\n"
    );
    for (answer, value) in entry.answers().iter().zip(&values) {
        let class = match answer.role {
            Role::Step => "step",
            Role::Result => "result",
            Role::Total => "total",
        };
        let note = if answer.note.is_empty() {
            String::new()
        } else {
            format!("<span class=\"why\">{}</span>", sentence(answer.note))
        };
        let kind = if answer.words.is_empty() {
            format!("<code>{}</code>", escaped(answer.quantity))
        } else {
            escaped(&format!("one of {}", answer.words.join(", ")))
        };
        let _ = writeln!(
            text,
            "<tr class=\"{class}\"><th scope=\"row\">{}</th><td>{}{note}</td><td>{}</td><td>{kind}</td>\
             <td class=\"number\">{}</td></tr>",
            math(entry, answer.symbol.symbol)?,
            escaped(answer.symbol.name),
            unit(&answer.symbol),
            escaped(value),
        );
    }
    text.push_str("</tbody></table></div>\n");
    Ok(text)
}

/// The answers at the defaults, as Rust shows them.
fn at_defaults(entry: &Entry<'_>) -> Vec<String> {
    match entry.source {
        Source::Formula(formula) => {
            let answer = formula.evaluate(&formula.defaults());
            vec![match answer {
                Ok(value) => shown::in_short(formula.result_quantity(), value),
                Err(error) => error.to_string(),
            }]
        }
        Source::Sheet(sheet) => {
            let computed = Worksheet::new(sheet).compute();
            let text = |line: &lightcone_sheets::Line| match computed.text(line.name) {
                Ok(text) => text,
                Err(error) => error.to_string(),
            };
            sheet.lines.iter().map(text).collect()
        }
    }
}

fn example(entry: &Entry<'_>) -> String {
    let (call, outcome) = match entry.source {
        Source::Formula(formula) => {
            let values: Vec<Vec<f64>> = formula
                .inputs()
                .map(|(_, input)| input.default.to_vec())
                .collect();
            let answer = at_defaults(entry).concat();
            (code(formula, &values), format!("// {answer}"))
        }
        Source::Sheet(sheet) => (Worksheet::new(sheet).code(), String::new()),
    };
    let signature = match entry.source {
        Source::Formula(formula) => formula.computation.map_or("", |one| one.signature),
        Source::Sheet(_) => "",
    };
    let mut text = String::from("<h2>In a cell</h2>\n<pre tabindex=\"0\"><code>");
    if !signature.is_empty() {
        let _ = write!(
            text,
            "<span class=\"quiet\">{}</span>\n\n",
            escaped(signature)
        );
    }
    text.push_str(&escaped(&call));
    if !outcome.is_empty() {
        let _ = write!(text, "\n<span class=\"quiet\">{}</span>", escaped(&outcome));
    }
    text.push_str("</code></pre>\n");
    text
}

/// JavaScript and spreadsheet.
fn elsewhere(entry: &Entry<'_>) -> String {
    let mut text = String::from("<h2>Outside of Rust</h2>\n");
    let functions: Vec<&str> = match entry.source {
        Source::Formula(formula) => formula
            .computation
            .iter()
            .map(|one| one.javascript)
            .collect(),
        Source::Sheet(sheet) => sheet.lines.iter().map(|line| line.javascript).collect(),
    };
    if functions.is_empty() {
        text.push_str("<p>It is a description and is not computed.</p>\n");
        return text;
    }
    let _ = writeln!(
        text,
        "<details><summary>JavaScript, in base units, without the checks of inputs</summary>\
         <pre><code>{}</code></pre></details>",
        escaped(functions.join("\n").trim_end())
    );
    let cells = entry.spreadsheet();
    let live = cells.iter().filter(|(_, cell)| cell.is_ok()).count();
    let _ = match (live, cells.len()) {
        (0, _) => write!(text, "<p>A spreadsheet holds computed values: "),
        (live, all) if live == all => {
            writeln!(text, "<p>A spreadsheet computes it by itself.</p>")
        }
        (live, all) => write!(
            text,
            "<p>A spreadsheet computes {live} of {all} lines by itself; the others hold values: "
        ),
    };
    if live < cells.len() {
        let mut reasons: Vec<String> = Vec::new();
        for (name, cell) in &cells {
            if let Err(why) = cell {
                reasons.push(if cells.len() == 1 {
                    escaped(why)
                } else {
                    format!("<code>{}</code> ({})", escaped(name), escaped(why))
                });
            }
        }
        let _ = writeln!(text, "{}.</p>", reasons.join(", "));
    }
    if live > 0 {
        text.push_str(
            "<details><summary>Spreadsheet, with named cells in base units</summary><pre><code>",
        );
        for (name, cell) in &cells {
            if let Ok(expression) = cell {
                let name = if cells.len() == 1 { "" } else { *name };
                let _ = writeln!(text, "{}", escaped(&format!("{name}={expression}")));
            }
        }
        text.push_str("</code></pre></details>\n");
    }
    text
}

/// What it calls, and what calls it.
fn related(content: &Content<'_>, entry: &Entry<'_>) -> String {
    let calls: Vec<&Entry<'_>> = entry
        .calls()
        .iter()
        .filter_map(|path| content.by_path(path))
        .collect();
    let called_by: Vec<&Entry<'_>> = content
        .entries()
        .iter()
        .filter(|other| other.calls().contains(&entry.path()))
        .collect();
    let mut text = String::new();
    for (title, list) in [("It uses", calls), ("It is used by", called_by)] {
        if list.is_empty() {
            continue;
        }
        let _ = write!(text, "<h2>{title}</h2>\n<ul class=\"related\">\n");
        for other in list {
            let _ = writeln!(text, "<li>{}</li>", link(other));
        }
        text.push_str("</ul>\n");
    }
    text
}

fn unit(symbol: &Symbol) -> String {
    match symbol.unit {
        "1" | "" => "–".to_owned(),
        unit => escaped(unit),
    }
}

fn value_text(symbol: &Symbol, input: &Input, value: f64) -> String {
    match input.kind {
        Kind::Choice(choices) => {
            let found = choices.iter().find(|(_, number)| *number == value);
            found.map_or_else(String::new, |(label, _)| (*label).to_owned())
        }
        _ if symbol.unit == shown::YEAR => shown::with_unit(input.quantity, symbol.unit, value),
        _ => shown::in_words(input.quantity, input.in_base(value)),
    }
}

fn default_text(symbol: &Symbol, input: &Input) -> String {
    let texts: Vec<String> = input
        .default
        .iter()
        .map(|value| value_text(symbol, input, *value))
        .collect();
    texts.join(", ")
}

fn range_text(symbol: &Symbol, input: &Input) -> String {
    match input.kind {
        Kind::Choice(choices) if choices.len() > 8 => format!("{} choices", choices.len()),
        Kind::Choice(choices) => {
            let labels: Vec<&str> = choices.iter().map(|(label, _)| *label).collect();
            labels.join(", ")
        }
        _ => format!(
            "{} to {}",
            value_text(symbol, input, input.low),
            value_text(symbol, input, input.high)
        ),
    }
}
