//! What holds for every entry of the registry.

use lightcone_formulas::{COST_MODELS, FORMULAS, entries, find, spreadsheet_coverage};
use lightcone_units::{Formula, Input, Kind, Scale, Spreadsheet};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[test]
fn ids_paths_and_functions_are_unique_and_in_order() {
    let mut ids: Vec<&str> = entries().map(|formula| formula.id).collect();
    let count = ids.len();
    assert!(FORMULAS.is_sorted_by_key(|formula| formula.id));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is there twice");
    let mut functions: Vec<&str> = entries().map(Formula::function).collect();
    functions.sort_unstable();
    functions.dedup();
    assert_eq!(
        functions.len(),
        count,
        "JavaScript needs different function names"
    );
    let wanted: Vec<String> = (1..=38).map(|number| format!("F{number:03}")).collect();
    for id in &wanted {
        assert!(find(id).is_some(), "{id} is missing");
    }
    assert!(FORMULAS.iter().all(|formula| formula.id.starts_with('F')));
    assert!(COST_MODELS.iter().all(|model| model.id.starts_with('M')));
}

#[test]
fn every_entry_is_described() {
    for formula in entries() {
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

/// A constant's domain says its value, and says it right.
#[test]
fn constants_are_what_their_symbols_say() {
    for formula in entries() {
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
    for formula in entries() {
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
    for formula in entries() {
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
        assert_eq!(find(id).unwrap().computation.unwrap().signature, signature);
    }
}

#[test]
fn a_formula_is_computed_along_one_argument() {
    let rtt = find("F004").unwrap();
    let along = rtt.along("distance", &[1e6, 2e6], &rtt.defaults()).unwrap();
    assert_eq!(along[1], 2.0 * along[0]);
    // The argument after a list is found, too.
    let commit = find("F038").unwrap();
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
    let ids: Vec<&str> = computed.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ids,
        [
            "F002", "F010", "F014", "F015", "F020", "F025", "F029", "F036", "M001"
        ],
        "these iterate, all others are closed forms"
    );
    assert_eq!(live, 30);
}

/// A spreadsheet expression names nothing but arguments, constants and functions,
/// and its brackets match.
#[test]
fn spreadsheet_expressions_are_well_formed() {
    const FUNCTIONS: &[&str] = &[
        "ABS", "AND", "ASIN", "COS", "COUNT", "EXP", "IF", "INT", "LN", "MAX", "MIN", "NA", "NOT",
        "OR", "PRODUCT", "RADIANS", "SIN", "SMALL", "SQRT", "SUM",
    ];
    for formula in entries() {
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
    for formula in entries() {
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
