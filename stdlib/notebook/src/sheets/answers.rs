//! What a sheet answers, as tables and charts: its lines, which input matters, where a
//! line meets a target, scenarios side by side, and a simulation.

use std::fmt::Write as _;

use lightcone_sheets::{BreakEven, Comparison, Computed, Role, Sheet, Simulation, Tornado};
use lightcone_spreadsheets::Written;
use lightcone_units::format_number;
use lightcone_wire::Media;

use crate::display::{NO_MATHS, Rich, Show, escape};
use crate::figure::histogram;

/// Classes of all that stands here, and how numbers stand in it.
const STYLE: &str = "<style>.lightcone-answers td,.lightcone-answers th{text-align:left}\
    .lightcone-answers td.number{text-align:right;font-variant-numeric:tabular-nums}\
    .lightcone-answers tr.total td{font-weight:bold;border-top:1px solid currentColor}\
    .lightcone-answers .bar{display:inline-block;height:0.8em;background:#1f77b4}\
    .lightcone-answers .before{display:inline-block;height:0.8em}</style>";

fn table(caption: &str, head: &[&str], rows: &str) -> String {
    let mut html = format!(
        "{STYLE}<table class=\"lightcone-answers {NO_MATHS}\"><caption>{}</caption><thead><tr>",
        escape(caption)
    );
    for title in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(title));
    }
    let _ = write!(html, "</tr></thead><tbody>{rows}</tbody></table>");
    html
}

fn with_html(text: &impl ToString, html: String) -> Media {
    Media::plain(text.to_string()).with("text/html", html)
}

impl Show for Computed {
    fn media(&self) -> Media {
        let sheet = self.sheet();
        let (mut text, mut rows) = (sheet.name.to_owned(), String::new());
        for line in sheet.lines {
            let name = line.symbol.name;
            let answer = match self.text(line.name) {
                Ok(answer) => answer,
                Err(error) => error.to_string(),
            };
            let _ = write!(text, "\n{name}: {answer}");
            let class = if line.role == Role::Total {
                " class=\"total\""
            } else {
                ""
            };
            let _ = write!(
                rows,
                "<tr{class}><td>{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
                escape(name),
                escape(&answer),
                escape(line.note)
            );
        }
        with_html(&text, table(sheet.name, &["line", "value", ""], &rows))
    }
}

/// A value of an input in the sheet's unit.
fn input_text(sheet: &Sheet, input: &str, value: f64) -> String {
    let Ok((symbol, input)) = sheet.input(input) else {
        return format_number(value);
    };
    let number = format_number(value / input.base);
    match symbol.unit {
        "1" | "" => number,
        unit => format!("{number} {unit}"),
    }
}

fn input_name(sheet: &Sheet, input: &str) -> String {
    sheet
        .input(input)
        .map_or_else(|_| input.to_owned(), |(symbol, _)| symbol.name.to_owned())
}

impl Show for Tornado {
    fn media(&self) -> Media {
        let sheet = self.sheet();
        let Ok(line) = sheet.line(self.line) else {
            return Media::plain(self.to_string());
        };
        let ends = || self.bars.iter().flat_map(|bar| [bar.at_low, bar.at_high]);
        let low = ends().fold(self.base, f64::min);
        let high = ends().fold(self.base, f64::max);
        let share = |value: f64| 100.0 * value / (high - low).max(f64::MIN_POSITIVE);
        let mut rows = String::new();
        for bar in &self.bars {
            let left = bar.at_low.min(bar.at_high);
            let _ = write!(
                rows,
                "<tr><td>{}</td><td class=\"number\">{} to {}</td>\
                 <td class=\"number\">{} to {}</td>\
                 <td style=\"width:16em;white-space:nowrap\" aria-hidden=\"true\">\
                 <span class=\"before\" style=\"width:{:.1}%\"></span>\
                 <span class=\"bar\" style=\"width:{:.1}%\"></span></td></tr>",
                escape(&input_name(sheet, bar.input)),
                escape(&input_text(sheet, bar.input, bar.low)),
                escape(&input_text(sheet, bar.input, bar.high)),
                escape(&line.text(bar.at_low)),
                escape(&line.text(bar.at_high)),
                share(left - low),
                share(bar.swing()),
            );
        }
        for (input, why) in &self.without {
            let _ = write!(
                rows,
                "<tr><td>{}</td><td colspan=\"3\">{}</td></tr>",
                escape(&input_name(sheet, input)),
                escape(why)
            );
        }
        let caption = format!(
            "What moves “{}”, which is {}",
            line.symbol.name,
            line.text(self.base)
        );
        let head = ["input", "from … to", "gives", ""];
        with_html(self, table(&caption, &head, &rows))
    }
}

impl Show for BreakEven {
    fn media(&self) -> Media {
        Media::plain(self.to_string())
    }
}

impl Show for Written {
    fn media(&self) -> Media {
        Media::plain(self.to_string())
    }
}

impl Show for Comparison {
    fn media(&self) -> Media {
        let sheet = self.sheet();
        let mut head = vec![""];
        head.extend(self.scenarios.iter().map(|scenario| scenario.name.as_str()));
        let mut rows = String::new();
        for row in &self.rows {
            let line = sheet
                .lines
                .iter()
                .find(|line| !row.input && line.name == row.name);
            let name = line.map_or_else(
                || input_name(sheet, row.name),
                |line| line.symbol.name.to_owned(),
            );
            let total = line.is_some_and(|line| line.role == Role::Total);
            let class = if total { " class=\"total\"" } else { "" };
            let _ = write!(rows, "<tr{class}><td>{}</td>", escape(&name));
            for (place, text) in row.texts.iter().enumerate() {
                let change = row
                    .change(place)
                    .filter(|change| place > 0 && *change != 0.0);
                let change = change.map_or_else(String::new, |change| {
                    let plus = if change > 0.0 { "+" } else { "" };
                    format!(" ({plus}{} %)", format_number(100.0 * change))
                });
                let _ = write!(rows, "<td class=\"number\">{}{change}</td>", escape(text));
            }
            rows.push_str("</tr>");
        }
        with_html(self, table(sheet.name, &head, &rows))
    }
}

impl Show for Simulation {
    fn media(&self) -> Media {
        let text = self.to_string();
        let Ok(line) = self.sheet().line(self.line) else {
            return Media::plain(text);
        };
        let values = self.answers.iter().map(|value| value / line.base);
        let alt = text.lines().next().unwrap_or_default();
        let unit = if line.symbol.unit == "1" {
            ""
        } else {
            line.symbol.unit
        };
        let mut figure =
            histogram(alt, values.collect::<Vec<f64>>()).x_label(line.symbol.name, unit);
        for (name, value) in [("5 %", self.p5), ("half", self.p50), ("95 %", self.p95)] {
            if let Some(value) = value {
                figure = figure.reference_line_x(name, value / line.base);
            }
        }
        let Ok(svg) = figure.svg() else {
            return Media::plain(text);
        };
        let rest: Vec<String> = text.lines().map(escape).collect();
        let html = format!(
            "<figure style=\"margin:0\">{svg}<figcaption class=\"{NO_MATHS}\">{}</figcaption></figure>",
            rest.join("<br>")
        );
        with_html(&text, html)
    }
}

impl Rich for Computed {}
impl Rich for Tornado {}
impl Rich for BreakEven {}
impl Rich for Comparison {}
impl Rich for Simulation {}
impl Rich for Written {}
