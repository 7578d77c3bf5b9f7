//! What holds for every entry of the registry.

use std::str::FromStr;

use lightcone_formulas::{
    CALCULATORS, COST_MODELS, FORMULAS, entries, find, find_formula, sheets, spreadsheet_coverage,
};
use lightcone_sheets::{Role, Sheet, Worksheet};
use lightcone_units::{Formula, Input, Kind, Scalar, Scale, Spreadsheet};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[test]
fn ids_paths_and_functions_are_unique_and_in_order() {
    assert!(FORMULAS.is_sorted_by_key(|formula| formula.id));
    let ids: Vec<&str> = entries().map(|entry| entry.id()).collect();
    let paths: Vec<&str> = entries().map(|entry| entry.path()).collect();
    // JavaScript needs different function names.
    let functions: Vec<&str> = FORMULAS.iter().map(Formula::function).collect();
    let sheet_functions: Vec<&str> = sheets().map(Sheet::function).collect();
    for mut names in [ids, paths, functions, sheet_functions] {
        names.sort_unstable();
        for pair in names.windows(2) {
            assert_ne!(pair[0], pair[1], "that is there twice");
        }
    }
    // Episodes 1 to 5 are whole.
    for (letter, last) in [('F', 45), ('C', 20), ('M', 7)] {
        for number in 1..=last {
            let id = format!("{letter}{number:03}");
            assert!(find(&id).is_some(), "{id} is missing");
        }
    }
    assert!(FORMULAS.iter().all(|formula| formula.id.starts_with('F')));
    assert!(CALCULATORS.iter().all(|sheet| sheet.id.starts_with('C')));
    assert!(COST_MODELS.iter().all(|model| model.id.starts_with('M')));
}

#[test]
fn every_sheet_is_described_and_computes_with_its_defaults() {
    for sheet in sheets() {
        let id = sheet.id;
        let texts = [
            sheet.name,
            sheet.path,
            sheet.about,
            sheet.assumptions,
            sheet.fails,
            sheet.source,
        ];
        for text in texts {
            assert!(!text.is_empty() && !text.contains("  "), "{id}: `{text}`");
        }
        for text in [sheet.about, sheet.assumptions, sheet.fails] {
            assert!(text.ends_with('.'), "{id}: `{text}` is no sentence");
        }
        assert!(sheet.inputs().count() > 0, "{id} has no input");
        assert!(sheet.results().count() > 0, "{id} has no answer");
        let totals = sheet.lines.iter().filter(|line| line.role == Role::Total);
        let wanted = usize::from(id.starts_with('M'));
        assert_eq!(totals.count(), wanted, "{id}");

        let worksheet = Worksheet::new(sheet);
        let computed = worksheet.compute();
        for line in sheet.lines {
            let answer = computed.answer(line.name);
            assert!(
                answer.as_ref().is_ok_and(|value| value.is_finite()),
                "{id} {}: {answer:?}",
                line.name
            );
            assert!(
                !line.text(answer.unwrap_or(0.0)).is_empty(),
                "{id} {}",
                line.name
            );
        }
        if sheet.plot.is_some() {
            let curve = worksheet
                .curve(41)
                .unwrap_or_else(|error| panic!("{id}: {error}"));
            for (line, values) in &curve.lines {
                assert!(
                    values.iter().any(Option::is_some),
                    "{id}: {line} has no point"
                );
            }
        }
    }
}

/// Whatever goes into a sheet, each line is a finite number or a sentence.
#[test]
fn no_input_of_a_sheet_leads_to_nan_or_panic() {
    for sheet in sheets() {
        let mut runner = TestRunner::new(ProptestConfig {
            cases: cases_of(sheet),
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&sheet_values(sheet), |values| {
            let mut worksheet = Worksheet::new(sheet);
            let mut inside = true;
            for ((_, input), values) in sheet.inputs().zip(&values) {
                worksheet
                    .set(input.argument, values)
                    .expect("one value, or a list");
                inside &= values.iter().all(|value| {
                    let whole = input.kind != Kind::Whole || value.fract() == 0.0;
                    input.limits.hold(*value) && whole
                });
            }
            let computed = worksheet.compute();
            for (line, answer) in sheet.lines.iter().zip(computed.answers()) {
                match answer {
                    Ok(value) => {
                        prop_assert!(value.is_finite(), "{} {values:?}", sheet.id);
                        prop_assert!(
                            line.limits.hold(*value),
                            "{} {}: {value}",
                            sheet.id,
                            line.name
                        );
                    }
                    Err(error) => {
                        prop_assert!(error.to_string().contains("must be"), "{error}");
                    }
                }
            }
            // An input out of its limits is told, whichever lines need it.
            if !inside {
                let told = sheet
                    .inputs()
                    .any(|(_, input)| computed.problem(input.argument).is_some());
                prop_assert!(told, "{} {values:?}", sheet.id);
            }
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{}: {error}", sheet.id);
        }
    }
}

/// 10,000 inputs; fewer for the bandit simulator, which plays up to 160,000 games each
/// time.
fn cases_of(sheet: &'static Sheet) -> u32 {
    if sheet.id == "C018" { 1_000 } else { 10_000 }
}

fn sheet_values(sheet: &'static Sheet) -> BoxedStrategy<Vec<Vec<f64>>> {
    let all: Vec<BoxedStrategy<Vec<f64>>> = sheet
        .inputs()
        .map(|(_, input)| {
            let lengths = if input.list { 0..6 } else { 1..2 };
            proptest::collection::vec(number(input), lengths).boxed()
        })
        .collect();
    all.boxed()
}

#[test]
fn every_entry_is_described() {
    for formula in FORMULAS.iter() {
        let id = formula.id;
        let texts = [
            formula.name,
            formula.path,
            formula.latex,
            formula.spoken,
            formula.assumptions,
            formula.fails,
            formula.source,
        ];
        for text in texts {
            assert!(!text.is_empty() && !text.contains("  "), "{id}: `{text}`");
        }
        for text in [formula.assumptions, formula.fails] {
            assert!(text.ends_with('.'), "{id}: `{text}` is no sentence");
        }
        assert!(
            !formula.spoken.ends_with('.'),
            "{id}: the spoken form has no full stop"
        );
        assert!(
            formula.symbols[0].input.is_none(),
            "{id}: the result comes first"
        );
        assert!(formula.inputs().count() > 0, "{id} has no argument");
        for symbol in formula.symbols {
            for text in [symbol.symbol, symbol.name, symbol.unit, symbol.domain] {
                assert!(!text.is_empty(), "{id}: {symbol:?}");
            }
        }
        assert!(formula.path.contains("::"), "{id}: {}", formula.path);
    }
}

/// The number of a label, read by the `FromStr` of its type as a cell does.
fn parsed(quantity: &str, label: &str) -> f64 {
    fn number<T: FromStr + Scalar>(label: &str) -> f64 {
        let value = label.parse::<T>();
        value.map_or(f64::NAN, Scalar::to_base)
    }
    match quantity {
        "Handshake" => number::<lightcone_latency::Handshake>(label),
        "Offspring" => number::<lightcone_chaos::cascade::Offspring>(label),
        "Place" => number::<lightcone_tables::Place>(label),
        "Policy" => number::<lightcone_learning::bandit::Policy>(label),
        other => panic!("no test reads the labels of `{other}`"),
    }
}

/// A list of labels tells its choices apart, and each reads back as what it stands for.
#[test]
fn labels_of_choices_read_back() {
    let formulas = FORMULAS.iter().flat_map(Formula::inputs);
    let mut read = 0;
    for (_, input) in formulas.chain(sheets().flat_map(Sheet::inputs)) {
        let Kind::Choice(choices) = input.kind else {
            continue;
        };
        for (place, (label, value)) in choices.iter().enumerate() {
            let others = &choices[place + 1..];
            assert!(
                others.iter().all(|(_, other)| other != value),
                "{}: {label} has the number of another",
                input.argument
            );
            if input.quantity != "bool" {
                assert_eq!(parsed(input.quantity, label), *value, "{label}");
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read}");
}

/// The code of a worksheet names each choice by a text that reads back.
#[test]
fn code_of_worksheets_reads_back() {
    let mut read = 0;
    for sheet in sheets() {
        for (_, input) in sheet.inputs() {
            let Kind::Choice(choices) = input.kind else {
                continue;
            };
            for (_, value) in choices {
                let mut worksheet = Worksheet::new(sheet);
                let before = worksheet.value(input.argument).map(<[f64]>::to_vec);
                worksheet.set(input.argument, &[*value]).unwrap();
                if before == Some(vec![*value]) {
                    continue;
                }
                let code = worksheet.code();
                let setter = format!(".{}(", input.argument);
                let (_, given) = code.split_once(&setter).expect("a setter");
                let number = if input.quantity == "bool" {
                    let word = given.trim_matches(['&', '[', ']', ')']);
                    f64::from(u8::from(word.parse::<bool>().unwrap()))
                } else {
                    let label = given.strip_suffix(".parse()?)").expect("a text");
                    parsed(input.quantity, label.trim_matches('"'))
                };
                assert_eq!(number, *value, "{code}");
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read}");
}

/// A year is no amount: nothing separates its thousands.
#[test]
fn years_are_written_as_years() {
    let mut worksheet = Worksheet::new(find_sheet("C013"));
    let shown = worksheet.to_string();
    assert!(
        shown.contains("2026") && !shown.contains("2,026"),
        "{shown}"
    );
    assert_eq!(worksheet.input_text("start_year").unwrap(), "2026");
    worksheet.set_text("start_year", "2031").unwrap();
    assert_eq!(worksheet.code(), "calc::toil_payback().start_year(2031)");
    assert_eq!(worksheet.compute().text("year").unwrap(), "2031");
}

fn find_sheet(id: &str) -> &'static Sheet {
    sheets().find(|sheet| sheet.id == id).expect("a sheet")
}

/// All that the total of the deployment needs is live, so its tornado is.
#[test]
fn the_cost_of_a_deployment_is_live() {
    let sheet = find_sheet("M001");
    for line in sheet.lines {
        assert!(sheet.spreadsheet(line).is_ok(), "{}", line.name);
    }
    let mut worksheet = Worksheet::new(sheet);
    worksheet.set("instances", &[1.0; 3]).unwrap();
    worksheet.set("instance_price", &[0.1; 3]).unwrap();
    worksheet.set("storage_price", &[0.1, 0.2, 0.4]).unwrap();
    // A terabyte at the price of the second region, and of the third.
    for (copies, cost) in [(1.0, 0.0), (2.0, 200.0), (3.0, 600.0)] {
        worksheet.set("replication_factor", &[copies]).unwrap();
        let further = worksheet.answer("further_copies").unwrap();
        assert!((further - cost).abs() < 1e-9, "{copies}: {further}");
    }
}

/// Every sheet shows a curve, and its defaults have answers along it.
#[test]
fn every_sheet_has_a_curve() {
    for sheet in sheets() {
        let plot = sheet
            .plot
            .unwrap_or_else(|| panic!("{}: no plot", sheet.id));
        let worksheet = Worksheet::new(sheet);
        let curve = worksheet.curve_of(plot.x, plot.lines, 9).unwrap();
        for (line, answers) in &curve.lines {
            let known = answers.iter().flatten().count();
            assert!(known >= 4, "{} {line}: {known}", sheet.id);
        }
    }
}

/// A constant's domain says its value, and says it right.
#[test]
fn constants_are_what_their_symbols_say() {
    for formula in FORMULAS.iter() {
        let computation = formula.computation.expect("every entry is computed");
        for constant in computation.constants {
            let value = (constant.value)();
            let said = formula
                .symbols
                .iter()
                .filter(|symbol| symbol.input.is_none())
                .any(|symbol| {
                    let number: f64 = symbol.domain.parse().unwrap_or(f64::NAN);
                    (number / value - 1.0).abs() < 1e-9
                        || (number * 3600.0 / value - 1.0).abs() < 1e-9 && symbol.unit == "h"
                });
            assert!(
                said,
                "{}: no symbol says that {} is {value}",
                formula.id, constant.name
            );
        }
    }
}

#[test]
fn defaults_and_slider_ends_are_allowed() {
    for formula in FORMULAS.iter() {
        let id = formula.id;
        let value = formula.evaluate(&formula.defaults());
        assert!(
            value.is_ok_and(f64::is_finite),
            "{id}: {:?}",
            formula.evaluate(&formula.defaults())
        );
        for (_, input) in formula.inputs() {
            let name = input.argument;
            for value in input.default.iter().chain([&input.low, &input.high]) {
                let base = input.in_base(*value);
                assert!(input.limits.hold(base), "{id}: {name} {value}");
            }
            match input.kind {
                Kind::Choice(choices) => {
                    for value in input.default {
                        assert!(
                            choices.iter().any(|(_, choice)| choice == value),
                            "{id}: {name}"
                        );
                    }
                }
                Kind::Whole => assert!(
                    input.default.iter().all(|value| value.fract() == 0.0),
                    "{id}: {name}"
                ),
                Kind::Number => {}
            }
        }
    }
}

#[test]
fn a_wrong_number_of_values_is_refused() {
    for formula in FORMULAS.iter() {
        let has_list = formula.inputs().any(|(_, input)| input.list);
        // A formula of nothing but a list may have an answer for an empty one.
        if formula.inputs().any(|(_, input)| !input.list) {
            assert!(formula.evaluate(&[]).is_err(), "{}", formula.id);
        }
        if !has_list {
            let mut values = formula.defaults();
            values.push(1.0);
            assert!(formula.evaluate(&values).is_err(), "{}", formula.id);
        }
    }
}

#[test]
fn signatures_are_those_of_the_functions() {
    for (id, signature) in [
        (
            "F001",
            "geo::haversine(from: Point, to: Point, radius: Length) -> Result<Length, DomainError>",
        ),
        (
            "F038",
            "quorum::raft_commit_latency(followers: &[Time], fsync: Time) -> Result<Time, DomainError>",
        ),
    ] {
        assert_eq!(
            find_formula(id).unwrap().computation.unwrap().signature,
            signature
        );
    }
}

#[test]
fn a_formula_is_computed_along_one_argument() {
    let rtt = find_formula("F004").unwrap();
    let along = rtt.along("distance", &[1e6, 2e6], &rtt.defaults()).unwrap();
    assert_eq!(along[1], 2.0 * along[0]);
    // The argument after a list is found, too.
    let commit = find_formula("F038").unwrap();
    let along = commit
        .along("fsync", &[0.0, 0.25], &[0.125, 0.5, 0.75, 0.0])
        .unwrap();
    assert_eq!(along, [0.5, 0.75]);
    assert_eq!(
        rtt.along("speed", &[1.0], &rtt.defaults())
            .unwrap_err()
            .to_string(),
        "`argument` is `speed`, but must be one of distance, index, stretch: \
         the others are fixed while it varies"
    );
    assert!(rtt.along("index", &[0.5], &rtt.defaults()).is_err());
    assert!(commit.along("fsync", &[0.0], &[]).is_err());
}

#[test]
fn what_a_spreadsheet_cannot_compute_is_counted() {
    let (live, computed) = spreadsheet_coverage();
    let names: Vec<&str> = computed.iter().map(|(name, _)| name.as_str()).collect();
    let expected: Vec<&str> = include_str!("computed.txt").lines().collect();
    assert_eq!(
        names, expected,
        "these iterate, all others are closed forms; they are listed in computed.txt"
    );
    assert!(
        live > 3 * computed.len(),
        "{live} of {}",
        live + computed.len()
    );
}

/// A spreadsheet expression names nothing but arguments, constants and functions,
/// and its brackets match.
#[test]
fn spreadsheet_expressions_are_well_formed() {
    const FUNCTIONS: &[&str] = &[
        "ABS",
        "AND",
        "ASIN",
        "ASINH",
        "COS",
        "COUNT",
        "EXP",
        "IF",
        "INT",
        "LN",
        "MAX",
        "MIN",
        "NA",
        "NOT",
        "OR",
        "PRODUCT",
        "RADIANS",
        "SIN",
        "SINH",
        "SMALL",
        "SQRT",
        "SUM",
        "SUMPRODUCT",
    ];
    for formula in FORMULAS.iter() {
        let computation = formula.computation.expect("every entry is computed");
        let Spreadsheet::Live(text) = computation.spreadsheet else {
            continue;
        };
        let opened = text.matches('(').count();
        assert_eq!(opened, text.matches(')').count(), "{}: {text}", formula.id);
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')) {
            if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let known = FUNCTIONS.contains(&word)
                || formula.inputs().any(|(_, input)| input.argument == word)
                || computation
                    .constants
                    .iter()
                    .any(|constant| constant.name == word);
            assert!(known, "{}: `{word}` in {text}", formula.id);
        }
    }
}

/// Numbers for one argument: ordinary ones, the edges, and what breaks careless code.
fn number(input: &'static Input) -> BoxedStrategy<f64> {
    let (low, high) = (input.in_base(input.low), input.in_base(input.high));
    let mut edges = vec![
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        2.0,
        1e-300,
        1e300,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1.0 - f64::EPSILON / 2.0,
        1.0 + f64::EPSILON,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        4_294_967_295.0,
        100_000.0,
        low,
        high,
    ];
    for limit in [input.limits.low, input.limits.high].into_iter().flatten() {
        edges.extend([limit.value, limit.value.next_up(), limit.value.next_down()]);
    }
    let ordinary = match (input.kind, input.scale) {
        (Kind::Whole, _) => (low..=high.max(low)).prop_map(f64::round).boxed(),
        (_, Scale::Logarithmic) => (low.ln()..=high.ln())
            .prop_map(move |value| value.exp().clamp(low, high))
            .boxed(),
        (Kind::Choice(choices), _) => {
            let values: Vec<f64> = choices.iter().map(|(_, value)| *value).collect();
            proptest::sample::select(values).boxed()
        }
        _ => (low..=high.max(low)).boxed(),
    };
    prop_oneof![
        6 => ordinary,
        2 => proptest::sample::select(edges),
        1 => proptest::num::f64::ANY,
        1 => (0.0f64..=1.0).boxed(),
    ]
    .boxed()
}

/// Values for all arguments, in base units.
fn values(formula: &'static Formula) -> BoxedStrategy<Vec<f64>> {
    let inputs: Vec<&'static Input> = formula.inputs().map(|(_, input)| input).collect();
    (0usize..6)
        .prop_flat_map(move |length| {
            let mut all: Vec<BoxedStrategy<f64>> = Vec::new();
            for input in &inputs {
                let count = if input.list { length } else { 1 };
                all.extend((0..count).map(|_| number(input)));
            }
            all
        })
        .boxed()
}

/// Whatever goes in, what comes out is a finite number or a sentence, and what is
/// outside of the documented limits is always refused: nothing is held at a limit in
/// silence.
#[test]
fn no_input_leads_to_nan_panic_or_a_silent_clamp() {
    for formula in FORMULAS.iter() {
        let scalars = formula.inputs().filter(|(_, input)| !input.list).count();
        let lists = formula.inputs().count() - scalars;
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 10_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&values(formula), |values| {
            let length = (values.len() - scalars).checked_div(lists).unwrap_or(0);
            let mut inside = true;
            let mut rest = &values[..];
            for (_, input) in formula.inputs() {
                let count = if input.list { length } else { 1 };
                let (mine, others) = rest.split_at(count);
                rest = others;
                inside &= mine.iter().all(|value| {
                    let whole = input.kind != Kind::Whole || value.fract() == 0.0;
                    input.limits.hold(*value) && whole
                });
            }
            match formula.evaluate(&values) {
                Ok(result) => {
                    prop_assert!(result.is_finite(), "{} {values:?}: {result}", formula.id);
                    prop_assert!(inside, "{} takes {values:?}: {result}", formula.id);
                }
                Err(error) => {
                    let text = error.to_string();
                    prop_assert!(
                        text.contains("but must be") && !error.meaning().is_empty(),
                        "{}: {text}",
                        formula.id
                    );
                }
            }
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{}: {error}", formula.id);
        }
    }
}
