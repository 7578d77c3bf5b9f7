//! Whatever is put in: no panic, no NaN, no infinity.

mod sheets;

use lightcone_sheets::{Sheet, Worksheet};
use lightcone_units::{Input, Kind};
use proptest::prelude::*;
use sheets::SHEETS;

/// A number between the ends of a slider, at the ends of what is allowed, or absurd.
fn value(input: &'static Input) -> BoxedStrategy<f64> {
    let (low, high) = (input.in_base(input.low), input.in_base(input.high));
    let limits = [input.limits.low, input.limits.high];
    let mut special = vec![
        0.0,
        -0.0,
        low,
        high,
        -1.0,
        1.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        9_007_199_254_740_993.0,
    ];
    for limit in limits.into_iter().flatten() {
        special.extend([
            limit.value,
            limit.value.next_up(),
            limit.value.next_down(),
            limit.value + 1.0,
        ]);
    }
    if let Kind::Choice(choices) = input.kind {
        special.extend(choices.iter().map(|(_, number)| *number));
    }
    let usual = (0.0..=1.0f64).prop_map(move |share| {
        let value = low + (high - low) * share;
        if input.kind == Kind::Whole {
            value.round()
        } else {
            value
        }
    });
    prop_oneof![
        5 => usual,
        2 => proptest::sample::select(special),
        1 => any::<f64>(),
    ]
    .boxed()
}

fn worksheet(sheet: &'static Sheet) -> impl Strategy<Value = Worksheet> {
    let values: Vec<BoxedStrategy<Vec<f64>>> = sheet
        .inputs()
        .map(|(_, input)| {
            let count = if input.list { 0..5 } else { 1..2 };
            proptest::collection::vec(value(input), count).boxed()
        })
        .collect();
    values.prop_map(move |values| {
        let mut worksheet = Worksheet::new(sheet);
        for ((_, input), values) in sheet.inputs().zip(&values) {
            worksheet.set(input.argument, values).expect("it fits");
        }
        worksheet
    })
}

fn any_worksheet() -> impl Strategy<Value = Worksheet> {
    (0..SHEETS.len()).prop_flat_map(|place| worksheet(SHEETS[place]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_input_gives_nan_or_a_panic(worksheet in any_worksheet()) {
        let computed = worksheet.compute();
        for (line, answer) in worksheet.sheet().lines.iter().zip(computed.answers()) {
            match answer {
                Ok(value) => {
                    prop_assert!(value.is_finite(), "{}: {value}", line.name);
                    prop_assert!(line.limits.hold(*value), "{}: {value}", line.name);
                    prop_assert!(!line.text(*value).contains("NaN"), "{}", line.name);
                    prop_assert!(!line.text(*value).contains("unknown"), "{}", line.name);
                }
                Err(error) => prop_assert!(error.to_string().contains(", but must be ")),
            }
            // Alone, a line gives what it gives among the others, or what was wrong first.
            prop_assert_eq!(worksheet.answer(line.name).ok(), answer.clone().ok());
        }
        prop_assert!(!worksheet.to_string().is_empty());
        prop_assert!(!worksheet.code().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_question_panics(worksheet in any_worksheet(), seed: u64) {
        for line in worksheet.sheet().lines {
            if let Ok(tornado) = worksheet.tornado(line.name, &[]) {
                prop_assert!(tornado.base.is_finite());
                for bar in &tornado.bars {
                    prop_assert!(bar.low < bar.high && bar.swing() >= 0.0, "{bar:?}");
                    prop_assert!(bar.at_low.is_finite() && bar.at_high.is_finite());
                }
            }
            if let Ok(simulation) = worksheet.monte_carlo(line.name, 20, seed, &[]) {
                prop_assert!(simulation.answers.iter().all(|answer| answer.is_finite()));
                for influence in &simulation.influences {
                    prop_assert!(influence.rank_correlation.abs() <= 1.0);
                }
            }
        }
        let _ = worksheet.curve(9);
    }

    #[test]
    fn a_crossing_is_where_line_and_target_meet(
        rtt in 0.1f64..500.0,
        target in 1e5f64..1e9,
    ) {
        let mut worksheet = Worksheet::new(SHEETS[0]);
        worksheet.set("rtt", &[rtt / 1e3]).unwrap();
        let wanted = lightcone_sheets::Target::Value(target);
        let found = worksheet.break_even("window", "window_rate", wanted).unwrap();
        let by_hand = target / 8.0 * rtt / 1e3;
        let inside = (1_024.0..=65_536.0 * 1_024.0).contains(&by_hand);
        prop_assert_eq!(found.crossings.len(), usize::from(inside), "{}", found);
        if let Some(crossing) = found.crossings.first() {
            prop_assert!((crossing.at - by_hand).abs() <= 1e-9 * by_hand, "{}", found);
        }
    }
}
