//! LibreOffice computes what Rust computes.
//!
//! The files are written without any values in formula cells, so a number can only come
//! from LibreOffice. One run of it opens all of them; every line is compared, at the
//! defaults, at random inputs within the ranges of the sliders, and at absurd ones, which
//! both must refuse.

mod sheets;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lightcone_formulas::FORMULAS;
use lightcone_sheets::Worksheet;
use lightcone_spreadsheets::Workbook;
use lightcone_units::{DomainError, Formula, Input, Kind, Scale};

/// Workbooks with random inputs, and workbooks with absurd ones.
const RANDOM: usize = 12;
const ABSURD: usize = 5;

/// Columns of a page.
const VALUE: usize = 1;
const STATE: usize = 3;
const NAME: usize = 6;
const BASE: usize = 7;

/// All sheets, with those of this test, at their defaults.
fn worksheets() -> Vec<Worksheet> {
    lightcone_formulas::sheets()
        .map(Worksheet::new)
        .chain(sheets::SHEETS.iter().map(|sheet| Worksheet::new(sheet)))
        .collect()
}

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

    /// A whole number below `end`.
    fn below(&mut self, end: usize) -> usize {
        ((self.next() * end as f64) as usize).min(end - 1)
    }
}

/// A value of the slider, in base units.
fn value(input: &Input, random: &mut Random) -> f64 {
    if let Kind::Choice(choices) = input.kind {
        return choices[random.below(choices.len())].1;
    }
    let place = match random.below(12) {
        0 => 0.0,
        1 => 1.0,
        _ => random.next(),
    };
    let (low, high) = (input.low, input.high);
    let value = match input.scale {
        Scale::Linear => low + (high - low) * place,
        Scale::Logarithmic => (low.ln() + (high.ln() - low.ln()) * place)
            .exp()
            .clamp(low, high),
    };
    let base = input.in_base(value);
    if input.kind == Kind::Whole {
        base.round()
    } else {
        base
    }
}

/// A value that may be refused.
fn absurd(input: &Input, random: &mut Random) -> f64 {
    let low = input.limits.low.map_or(-1e9, |low| low.value);
    // What a type can count is beyond what a cell computes with.
    let high = input.limits.high.filter(|high| high.value < 1e9);
    let high = high.map_or(input.in_base(input.high), |high| high.value);
    let choices = [low, high, low - 1.0, high + 1.0, -0.5, 0.0, 0.5, f64::NAN];
    choices[random.below(choices.len())]
}

/// Values for all inputs.
fn values<'i>(
    inputs: impl Iterator<Item = &'i Input>,
    random: &mut Random,
    is_absurd: bool,
) -> Vec<Vec<f64>> {
    let length = 1 + random.below(6);
    inputs
        .map(|input| {
            let count = if input.list { length } else { 1 };
            let mut list: Vec<f64> = (0..count).map(|_| value(input, random)).collect();
            if is_absurd && random.next() < 0.4 {
                list[0] = absurd(input, random);
            } else if input.argument == "weights" {
                let total: f64 = list.iter().sum();
                list.iter_mut().for_each(|weight| *weight /= total);
            }
            list
        })
        .collect()
}

/// What a page of a file must show.
struct Expected {
    file: String,
    sheet: String,
    lines: Vec<Line>,
}

/// What a line must show.
struct Line {
    name: &'static str,
    /// How many base units one of its unit is.
    base: f64,
    /// Whether people read it as a number, not as a word.
    number: bool,
    live: bool,
    /// What Rust says, in base units.
    answer: Result<f64, DomainError>,
}

impl Expected {
    fn formula(file: &str, sheet: &str, formula: &'static Formula, values: &[f64]) -> Self {
        let computation = formula.computation.expect("every entry is computed");
        Self {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            lines: vec![Line {
                name: formula.function(),
                base: computation.base,
                number: true,
                live: formula.expression().is_ok(),
                answer: formula.evaluate(values),
            }],
        }
    }

    fn worksheet(
        file: &str,
        sheet: &str,
        worksheet: &Worksheet,
        live: &dyn Fn(&str) -> bool,
    ) -> Self {
        let computed = worksheet.compute();
        let lines = worksheet.sheet().lines.iter().zip(computed.answers());
        Self {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            lines: lines
                .map(|(line, answer)| Line {
                    name: line.name,
                    base: line.base,
                    number: line.words.is_empty() && !matches!(line.kind, Kind::Choice(_)),
                    live: live(line.name),
                    answer: answer.clone(),
                })
                .collect(),
        }
    }
}

/// One workbook with a page for every entry.
fn write_round(
    folder: &Path,
    file: &str,
    random: Option<(&mut Random, bool)>,
    expected: &mut Vec<Expected>,
) {
    let mut book = Workbook::new().uncomputed();
    let mut random = random;
    for formula in FORMULAS.iter() {
        let values = match &mut random {
            None => formula.defaults(),
            Some((random, is_absurd)) => {
                let inputs = formula.inputs().map(|(_, input)| input);
                values(inputs, random, *is_absurd).concat()
            }
        };
        book = book.formula_at(formula, &values).expect("values fit");
        expected.push(Expected::formula(file, formula.id, formula, &values));
    }
    let mut sheets = worksheets();
    for sheet in &mut sheets {
        if let Some((random, is_absurd)) = &mut random {
            let inputs = sheet.sheet().inputs().map(|(_, input)| input);
            let values = values(inputs, random, *is_absurd);
            for ((_, input), values) in sheet.sheet().inputs().zip(values) {
                sheet.set(input.argument, &values).expect("a known input");
            }
        }
        book = book.sheet(sheet);
    }
    let written = book
        .save(folder.join(format!("{file}.xlsx")))
        .expect("written");
    let computed: Vec<(&str, &str)> = written
        .coverage
        .computed
        .iter()
        .map(|known| (known.page, known.line))
        .collect();
    for sheet in &sheets {
        let id = sheet.sheet().id;
        let live = |line: &str| !computed.contains(&(id, line));
        expected.push(Expected::worksheet(file, id, sheet, &live));
    }
}

/// The files of one formula and of one sheet.
fn write_singles(folder: &Path, expected: &mut Vec<Expected>) {
    let formula = lightcone_formulas::find_formula("handshake_time").expect("a formula");
    let values = formula.defaults();
    let book = Workbook::new().formula(formula).uncomputed();
    book.save(folder.join("one-formula.xlsx")).expect("written");
    expected.push(Expected::formula(
        "one-formula",
        formula.id,
        formula,
        &values,
    ));

    // The same sheet twice, with other inputs.
    let first = Worksheet::new(&sheets::FLEET);
    let mut second = first.clone();
    second.set("servers", &[7.0]).expect("a known input");
    let book = Workbook::new().sheet(&first).sheet(&second).uncomputed();
    book.save(folder.join("twice.xlsx")).expect("written");
    for (sheet, name) in [(&first, "M990"), (&second, "M990 (2)")] {
        expected.push(Expected::worksheet("twice", name, sheet, &|_| true));
    }
    assert_ne!(first.answer("cost"), second.answer("cost"));
}

/// The file as readers get it, and the same without values.
fn write_cached(folder: &Path) {
    let book = || {
        let book = FORMULAS.iter().fold(Workbook::new(), Workbook::formula);
        worksheets()
            .iter()
            .fold(book, |book, sheet| book.sheet(sheet))
    };
    fs::create_dir_all(folder.join("cached")).expect("a folder");
    book()
        .save(folder.join("cached/values.xlsx"))
        .expect("written");
    book()
        .uncomputed()
        .save(folder.join("values.xlsx"))
        .expect("written");
}

/// The program, or why the test is skipped.
fn libreoffice() -> Option<PathBuf> {
    let mut names: Vec<PathBuf> = vec!["soffice".into(), "libreoffice".into()];
    if let Some(program) = std::env::var_os("LIGHTCONE_TEST_SOFFICE") {
        names.insert(0, program.into());
    }
    let found = names.into_iter().find(|name| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        assert!(
            std::env::var_os("LIGHTCONE_WITHOUT_LIBREOFFICE").is_some(),
            "LibreOffice is not installed, so no spreadsheet is compared with Rust: install the \
             package libreoffice-calc-nogui, name the program in LIGHTCONE_TEST_SOFFICE, or \
             set LIGHTCONE_WITHOUT_LIBREOFFICE=1 to go without"
        );
        println!("LibreOffice is not installed: the spreadsheets are not compared with Rust");
    }
    found
}

/// Opens all workbooks of a folder and writes each worksheet as `FILE-SHEET.csv`.
fn compute(program: &Path, folder: &Path, again: bool) {
    // By default LibreOffice shows the values that a file brings.
    let profile = folder.join(if again { "again" } else { "as-is" });
    fs::create_dir_all(profile.join("user")).expect("a folder");
    let mode = if again { "0" } else { "1" };
    fs::write(
        profile.join("user/registrymodifications.xcu"),
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop></item>
</oor:items>
"#
        ),
    )
    .expect("written");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx"))
        .collect();
    files.sort();
    let output = Command::new(program)
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--norestore", "--convert-to"])
        // Comma, quote, UTF-8; numbers in full; all worksheets.
        .arg("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
        .arg("--outdir")
        .arg(folder)
        .args(&files)
        .output()
        .expect("LibreOffice starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The rows of a CSV file.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("LibreOffice has not written {}: {error}", path.display()));
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

/// The same number to 1e-9. LibreOffice writes 18 decimals at most.
fn close(cell: f64, expected: f64) -> bool {
    (cell - expected).abs() <= 1e-9 * expected.abs().max(cell.abs()) + 1e-18
}

#[derive(Default)]
struct Counts {
    live: usize,
    computed: usize,
    refused: usize,
    wrong: Vec<String>,
}

fn compare(folder: &Path, expected: &Expected, counts: &mut Counts) {
    let Expected { file, sheet, lines } = expected;
    let rows = rows(&folder.join(format!("{file}-{sheet}.csv")));
    let found: Vec<&Vec<String>> = rows
        .iter()
        .filter(|row| matches!(row[STATE].as_str(), "live" | "computed") && !row[NAME].is_empty())
        .collect();
    assert_eq!(found.len(), lines.len(), "{file} {sheet}");
    for (line, row) in lines.iter().zip(found) {
        let Line {
            name,
            base,
            number,
            live,
            answer,
        } = line;
        assert!(row[NAME].starts_with(name), "{file} {sheet}: {}", row[NAME]);
        let state = if *live { "live" } else { "computed" };
        assert_eq!(row[STATE], state, "{file} {sheet} {name}");
        let (base_cell, value): (Option<f64>, Option<f64>) =
            (row[BASE].parse().ok(), row[VALUE].parse().ok());
        let right = match answer {
            Ok(answer) => {
                base_cell.is_some_and(|cell| close(cell, *answer))
                    && (!number || value.is_some_and(|cell| close(cell, answer / base)))
            }
            Err(_) => base_cell.is_none(),
        };
        match (answer, live) {
            (Err(_), _) => counts.refused += 1,
            (Ok(_), true) => counts.live += 1,
            (Ok(_), false) => counts.computed += 1,
        }
        if !right {
            let inputs: Vec<String> = rows
                .iter()
                .filter(|row| matches!(row[STATE].as_str(), "input" | "not allowed"))
                .map(|row| format!("{} {} = {}", row[NAME], row[VALUE], row[BASE]))
                .collect();
            counts.wrong.push(format!(
                "{file} {sheet} {name}: Rust {answer:?}, cells {} and {}; {}",
                row[BASE],
                row[VALUE],
                inputs.join(", ")
            ));
        }
    }
}

/// The tornado of a cost model has the bars that Rust finds.
fn compare_tornados(folder: &Path) -> usize {
    let mut compared = 0;
    for sheet in worksheets() {
        let Some(total) = sheet.sheet().total() else {
            continue;
        };
        let id = sheet.sheet().id;
        let tornado = sheet
            .tornado(total.name, &[])
            .expect("the defaults have an answer");
        let rows = rows(&folder.join(format!("defaults-{id} tornado.csv")));
        for bar in &tornado.bars {
            let (symbol, _) = sheet.sheet().input(bar.input).expect("an input");
            let row = rows
                .iter()
                .find(|row| row[0] == symbol.name && !row[8].is_empty())
                .unwrap_or_else(|| panic!("{id}: no row for {}", bar.input));
            for (cell, expected) in [
                (5, bar.at_low / total.base),
                (6, bar.at_high / total.base),
                (7, bar.swing() / total.base),
            ] {
                let number: f64 = row[cell].parse().unwrap_or(f64::NAN);
                // A swing is a difference: its last digits are lost.
                let scale = (tornado.base / total.base).abs();
                let right = (number - expected).abs() <= 1e-9 * scale.max(expected.abs());
                assert!(right, "{id} {}: {row:?}, not {bar:?}", bar.input);
            }
            compared += 1;
        }
        // The sorted table begins with the widest swing.
        let widest = rows.iter().find(|row| row[8] == "1").expect("a first rank");
        let sorted = rows
            .iter()
            .position(|row| row[1].starts_with("Change of"))
            .expect("the sorted table");
        assert_eq!(rows[sorted + 1][0], widest[0], "{id}");
    }
    compared
}

/// What a file says before anything computes it is what LibreOffice computes.
fn compare_cached(program: &Path, folder: &Path) -> usize {
    let cached = folder.join("cached");
    compute(program, &cached, false);
    let mut compared = 0;
    for entry in fs::read_dir(&cached).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let name = path.file_name().expect("a name");
        let (before, after) = (rows(&path), rows(&folder.join(name)));
        assert_eq!(before.len(), after.len(), "{name:?}");
        for (before, after) in before.iter().zip(&after) {
            for (before, after) in before.iter().zip(after) {
                let same = match (before.parse::<f64>(), after.parse::<f64>()) {
                    // Differences of two totals lose digits.
                    (Ok(one), Ok(other)) => close(one, other) || (one - other).abs() < 1e-8,
                    (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
                    // Rust does not tell kinds of errors apart.
                    (Err(_), Err(_)) => before == after || (is_error(before) && is_error(after)),
                };
                assert!(same, "{name:?}: {before:?} is written, {after:?} computed");
                compared += usize::from(!before.is_empty());
            }
        }
    }
    compared
}

fn is_error(cell: &str) -> bool {
    cell.starts_with('#') || cell.starts_with("Err:")
}

#[test]
fn libreoffice_computes_what_rust_computes() {
    let Some(program) = libreoffice() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut expected = Vec::new();
    write_round(folder, "defaults", None, &mut expected);
    let mut random = Random(16);
    for round in 0..RANDOM {
        let file = format!("random{round}");
        write_round(folder, &file, Some((&mut random, false)), &mut expected);
    }
    for round in 0..ABSURD {
        let file = format!("absurd{round}");
        write_round(folder, &file, Some((&mut random, true)), &mut expected);
    }
    write_singles(folder, &mut expected);
    write_cached(folder);
    compute(&program, folder, true);
    let mut counts = Counts::default();
    for page in &expected {
        compare(folder, page, &mut counts);
    }
    let Counts {
        live,
        computed,
        refused,
        wrong,
    } = counts;
    println!(
        "{live} live, {computed} computed, {refused} refused, {} wrong",
        wrong.len()
    );
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let bars = compare_tornados(folder);
    println!("{bars} bars of tornados");
    let cells = compare_cached(&program, folder);
    println!("{cells} values of cells as written and as computed");
    assert!(bars > 10 && cells > 3_000, "{bars} bars, {cells} cells");
    assert!(
        live > 2_000 && computed > 200 && refused > 500,
        "{live} {computed} {refused}"
    );
}
