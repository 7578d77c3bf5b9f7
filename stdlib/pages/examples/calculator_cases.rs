//! Writes the pages, and what Rust computes over the range of every input, for the
//! test that compares the two in a browser:
//!
//! `calculator_cases FOLDER` makes `calculators.html`, `one.html`, `reference/` and
//! `cases.json` in the folder.

use std::path::PathBuf;

use lightcone_pages::{Content, Source, calculator_page, calculators_page, code, reference};
use lightcone_sheets::{Sheet, Worksheet};
use lightcone_units::{Input, Kind, Scale, shown};
use serde_json::{Value, json};

/// Random points of each entry.
const RANDOM: usize = 12;

/// A small generator, so that the test is the same each time.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let content = Content::all();
    std::fs::create_dir_all(folder.join("reference"))?;
    std::fs::write(folder.join("calculators.html"), calculators_page(&content)?)?;
    std::fs::write(folder.join("one.html"), calculator_page(&content, "F004")?)?;
    for file in reference(&content)? {
        std::fs::write(folder.join("reference").join(file.name), file.text)?;
    }
    let mut random = Random(7);
    let mut cases = Vec::new();
    for entry in content.entries() {
        let inputs: Vec<&Input> = match entry.source {
            Source::Formula(formula) => formula.inputs().map(|(_, input)| input).collect(),
            Source::Sheet(sheet) => sheet.inputs().map(|(_, input)| input).collect(),
        };
        for point in points(&inputs, &mut random) {
            cases.push(json!({
                "id": entry.id(),
                "address": address(entry.id(), &inputs, &point),
                "code": code_of(&entry.source, &inputs, &point),
                "answers": answers(&entry.source, &inputs, &point),
            }));
        }
    }
    std::fs::write(folder.join("cases.json"), Value::from(cases).to_string())?;
    Ok(())
}

/// The defaults, the ends of each input, all at their ends, points between, and points
/// beyond the ends. Numbers are in the unit of the page.
fn points(inputs: &[&Input], random: &mut Random) -> Vec<Vec<Vec<f64>>> {
    let start: Vec<Vec<f64>> = inputs.iter().map(|input| input.default.to_vec()).collect();
    let at = |part: f64| -> Vec<Vec<f64>> {
        let each = |input: &&Input| vec![value(input, part); input.default.len()];
        inputs.iter().map(each).collect()
    };
    let mut points = vec![start.clone(), at(0.0), at(1.0)];
    for (place, input) in inputs.iter().enumerate() {
        let span = input.high - input.low;
        let mut ends = vec![value(input, 0.0), value(input, 1.0)];
        if !matches!(input.kind, Kind::Choice(_)) {
            let beyond = [
                input.low - 1.0,
                input.low - span,
                input.high + span,
                input.low + 0.5,
            ];
            ends.extend(beyond.map(short));
        }
        for end in ends {
            let mut point = start.clone();
            point[place] = vec![end; input.default.len()];
            points.push(point);
        }
    }
    for _ in 0..RANDOM {
        let mut point: Vec<Vec<f64>> = Vec::new();
        let length = 1 + (random.next() * 4.0) as usize;
        for input in inputs {
            let length = if input.list { length } else { 1 };
            point.push((0..length).map(|_| value(input, random.next())).collect());
        }
        points.push(point);
    }
    points
}

/// The value at a part of the way along the slider.
fn value(input: &Input, part: f64) -> f64 {
    if let Kind::Choice(choices) = input.kind {
        let place = (part * choices.len() as f64) as usize;
        return choices[place.min(choices.len() - 1)].1;
    }
    let (low, high) = (input.low, input.high);
    let value = if input.scale == Scale::Logarithmic && low > 0.0 {
        (low * (high / low).powf(part)).clamp(low, high)
    } else {
        low + (high - low) * part
    };
    if input.kind == Kind::Whole {
        return value.round();
    }
    short(value).clamp(low, high)
}

/// As many digits as people write.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

fn address(id: &str, inputs: &[&Input], point: &[Vec<f64>]) -> String {
    let mut parts = Vec::new();
    for (input, values) in inputs.iter().zip(point) {
        let texts: Vec<String> = values
            .iter()
            .map(|value| encoded(&text(input, *value)))
            .collect();
        parts.push(format!("{}={}", input.argument, texts.join(",")));
    }
    format!("#{id}?{}", parts.join("&"))
}

fn text(input: &Input, value: f64) -> String {
    match input.kind {
        Kind::Choice(choices) => {
            let found = choices.iter().find(|(_, number)| *number == value);
            found.map_or("", |(label, _)| label).to_owned()
        }
        _ => value.to_string(),
    }
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn in_base(inputs: &[&Input], point: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let base = |(input, values): (&&Input, &Vec<f64>)| {
        let base = |value: &f64| match input.kind {
            Kind::Choice(_) => *value,
            _ => input.in_base(*value),
        };
        values.iter().map(base).collect()
    };
    inputs.iter().zip(point).map(base).collect()
}

fn worksheet(sheet: &'static Sheet, inputs: &[&Input], point: &[Vec<f64>]) -> Worksheet {
    let mut worksheet = Worksheet::new(sheet);
    for (input, values) in inputs.iter().zip(in_base(inputs, point)) {
        worksheet
            .set(input.argument, &values)
            .expect("an input of the sheet");
    }
    worksheet
}

fn code_of(source: &Source<'_>, inputs: &[&Input], point: &[Vec<f64>]) -> String {
    match source {
        Source::Formula(formula) => code(formula, point),
        Source::Sheet(sheet) => worksheet(sheet, inputs, point).code(),
    }
}

fn answers(source: &Source<'_>, inputs: &[&Input], point: &[Vec<f64>]) -> Value {
    match source {
        Source::Formula(formula) => {
            let flat: Vec<f64> = in_base(inputs, point).concat();
            match formula.evaluate(&flat) {
                Ok(value) => {
                    let text = shown::in_short(formula.result_quantity(), value);
                    json!([{ "name": "result", "value": value, "text": text }])
                }
                Err(error) => json!([{ "name": "result", "error": error.to_string() }]),
            }
        }
        Source::Sheet(sheet) => {
            let computed = worksheet(sheet, inputs, point).compute();
            let answer = |line: &lightcone_sheets::Line| match computed.answer(line.name) {
                Ok(value) => json!({
                    "name": line.name, "value": value, "text": line.text(value),
                }),
                Err(error) => json!({ "name": line.name, "error": error.to_string() }),
            };
            sheet.lines.iter().map(answer).collect()
        }
    }
}
