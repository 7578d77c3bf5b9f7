//! Reads a file of worked values and compares each with its sheet.

use lightcone_sheets::{Sheet, Worksheet};

/// Checks every row, that each sheet has at least two, and that every sheet answers all
/// its lines at its defaults.
pub(crate) fn check(text: &str, sheets: &'static [Sheet]) {
    let mut lines = text.lines().map(fields);
    let header = lines.next().unwrap();
    assert_eq!(
        header,
        [
            "sheet",
            "inputs",
            "line",
            "expected",
            "tolerance",
            "tag",
            "source"
        ]
    );
    let mut seen = vec![0; sheets.len()];
    let mut wrong = Vec::new();
    for row in lines {
        let [id, inputs, line, expected, tolerance, tag, source] = &row[..] else {
            panic!("seven fields: {row:?}");
        };
        assert!(
            ["A", "B", "C"].contains(&tag.as_str()) && !source.is_empty(),
            "{row:?}"
        );
        let place = sheets.iter().position(|sheet| sheet.id == id);
        let place = place.unwrap_or_else(|| panic!("no sheet {id}"));
        seen[place] += 1;
        let mut worksheet = Worksheet::new(&sheets[place]);
        for input in inputs.split("; ").filter(|input| !input.is_empty()) {
            let (name, value) = input.split_once('=').unwrap();
            if let Err(error) = worksheet.set_text(name, value) {
                panic!("{row:?}: {error}");
            }
        }
        let line = sheets[place].line(line).unwrap();
        match worksheet.answer(line.name) {
            Err(error) => wrong.push(format!("{row:?}: {error}")),
            Ok(value) if !line.words.is_empty() => {
                let word = line.text(value);
                if word != *expected {
                    wrong.push(format!("{row:?}: {word}"));
                }
            }
            Ok(value) => {
                let number: f64 = expected.parse().unwrap();
                let tolerance: f64 = tolerance.parse().unwrap();
                let value = value / line.base;
                // A tolerance of 0 leaves room for the conversion of the unit only.
                let room = tolerance.max(number.abs() * 1e-14);
                let near = (value - number).abs() <= room;
                if !near {
                    wrong.push(format!("{row:?}: {value}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (sheet, rows) in sheets.iter().zip(seen) {
        assert!(rows >= 2, "{} has {rows} worked values, not two", sheet.id);
        let answers = Worksheet::new(sheet).compute();
        for line in sheet.lines {
            if let Err(error) = answers.answer(line.name) {
                panic!("{} {} at the defaults: {error}", sheet.id, line.name);
            }
        }
    }
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut().unwrap();
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => field.push(letter),
        }
    }
    fields
}
