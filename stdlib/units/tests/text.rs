//! How quantities are read and written: a table of cases, and properties over
//! random values.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use lightcone_units::prelude::*;
use proptest::prelude::*;

/// Splits one line of CSV; a field in quotes may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match (c, fields.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => fields.push(String::new()),
            (c, Some(field)) => field.push(c),
            (_, None) => unreachable!("there is always a field"),
        }
    }
    fields
}

fn check<Q>(text: &str, base: f64, shown: &str)
where
    Q: Quantity + FromStr<Err = ParseQuantityError> + Display + Debug,
{
    let quantity: Q = text.parse().unwrap_or_else(|error| panic!("{error}"));
    let close = (quantity.base_value() - base).abs() <= 1e-12 * base.abs();
    assert!(close, "{text}: {} is not {base}", quantity.base_value());
    assert_eq!(quantity.to_string(), shown);
    assert_eq!(
        format!("{quantity:?}"),
        shown,
        "Debug prints what Display prints"
    );
}

#[test]
fn the_table_of_texts_is_read_and_written() {
    let mut lines = include_str!("worked_values.csv").lines();
    assert_eq!(lines.next(), Some("quantity,text,base_value,shown"));
    let mut count = 0;
    for line in lines {
        let row = fields(line);
        let [quantity, text, base, shown] = row.as_slice() else {
            panic!("four columns expected: {line}");
        };
        let base: f64 = base.parse().unwrap();
        match quantity.as_str() {
            "time" => check::<Time>(text, base, shown),
            "length" => check::<Length>(text, base, shown),
            "speed" => check::<Speed>(text, base, shown),
            "size" => check::<DataSize>(text, base, shown),
            "rate" => check::<DataRate>(text, base, shown),
            "events" => check::<Rate>(text, base, shown),
            "percentage" => check::<Ratio>(text, base, shown),
            "probability" => check::<Probability>(text, base, shown),
            "availability" => check::<Availability>(text, base, shown),
            "money" => check::<Money>(text, base, shown),
            "hourly price" => check::<HourlyPrice>(text, base, shown),
            "data price" => check::<DataPrice>(text, base, shown),
            "storage price" => check::<StoragePrice>(text, base, shown),
            "count" => check::<Count>(text, base, shown),
            "utilisation" => check::<Utilization>(text, base, shown),
            "monthly cost" => check::<MonthlyCost>(text, base, shown),
            other => panic!("no such quantity: {other}"),
        }
        count += 1;
    }
    assert!(count > 80, "the table is read to its end");
}

#[test]
fn bad_text_is_refused_with_the_text_and_the_units() {
    fn refused<Q: FromStr<Err = ParseQuantityError> + Debug>(text: &str, parts: &[&str]) {
        let message = text.parse::<Q>().expect_err(text).to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
        assert!(message.contains(&format!("`{text}`")), "{message}");
    }
    refused::<Time>(
        "",
        &[
            "as a time",
            "does not start with a number",
            "ns, µs, ms, s, min, h",
        ],
    );
    refused::<Time>("fast", &["does not start with a number"]);
    refused::<Time>("54.6", &["the unit is missing", "ms"]);
    refused::<Time>("54.6 km", &["`km` is not a unit of it"]);
    refused::<Time>("NaN s", &["does not start with a number"]);
    refused::<Time>("inf s", &["does not start with a number"]);
    refused::<Time>("1e999 s", &["`1e999` is not a number"]);
    refused::<Time>("1e308 days", &["is not a number"]);
    refused::<Time>("1.2.3 s", &["`1.2.3` is not a number"]);
    refused::<DataSize>(
        "1,2 TB",
        &["`1,2` is not a number", "commas only between thousands"],
    );
    refused::<DataSize>("1,2345 TB", &["is not a number"]);
    refused::<DataSize>("1.5,000 TB", &["is not a number"]);
    refused::<DataSize>("5 mb", &["`mb` is not a unit of it", "MB", "Mbit"]);
    refused::<Money>("5", &["the unit is missing", "USD"]);
    refused::<Money>("5 EUR", &["`EUR` is not a unit of it"]);
    refused::<Money>("$", &["does not start with a number"]);
    refused::<HourlyPrice>("$5", &["the unit is missing", "USD/h"]);
    refused::<HourlyPrice>("$5/GB", &["`/GB` is not a unit of it"]);
    refused::<Probability>("101 %", &["must be between 0 and 1"]);
    refused::<Availability>("99.95", &["must be between 0 and 1", "99.95 %"]);
    refused::<Availability>("many nines", &["does not start with a number"]);
    refused::<Availability>("-1 nines", &["no nines at all"]);
    refused::<Utilization>("100 %", &["at least 0 and below 1", "grows without end"]);
    refused::<Count>("2.5", &["a whole number from 0 to 9,007,199,254,740,992"]);
    refused::<Count>("12 apples", &["`apples` is not a unit of it"]);
    refused::<Time>("30 min 1 h", &["is not a unit of it"]);
    refused::<Time>("1 h -30 min", &["is not a unit of it"]);
    refused::<Time>("1 h 30", &["is not a unit of it"]);
    refused::<Rate>(
        "5 requests",
        &["`requests` is not a unit of it", "/min, /s"],
    );
    refused::<Rate>("5 per", &["`per` is not a unit of it"]);
    refused::<Money>("$5 Kelvin", &["is not a unit of it"]);
}

#[test]
fn a_format_string_sets_decimals_width_and_sign() {
    assert_eq!(format!("{:.2}", 54.6.ms()), "54.60 ms");
    assert_eq!(format!("{:.0}", 54.6.ms()), "55 ms");
    assert_eq!(format!("{:.3}", 99.95.percent()), "99.950 %");
    assert_eq!(format!("{:.0}", 1_234.5.usd_per_month()), "$1,234 a month");
    assert_eq!(format!("[{:>10}]", 54.6.ms()), "[   54.6 ms]");
    assert_eq!(format!("[{:<10}]", -5.km()), "[-5 km     ]");
    assert_eq!(format!("{:+}", 5.percent()), "+5 %");
    assert_eq!(format!("{:+}", -5.percent()), "-5 %");
}

#[test]
fn values_that_are_no_numbers_are_shown_as_such() {
    assert_eq!(f64::NAN.ms().to_string(), "NaN s");
    assert_eq!(f64::INFINITY.km().to_string(), "inf m");
    assert_eq!((-f64::INFINITY).usd().to_string(), "-$inf");
    assert_eq!(f64::NAN.percent().to_string(), "NaN %");
    assert_eq!(1e300.km().to_string(), "1e300 km");
    assert_eq!(1e-30.seconds().to_string(), "1e-21 ns");
}

proptest! {
    #[test]
    fn shown_text_reads_back_within_its_three_digits(base in 1e-9f64..1e15, negative: bool) {
        let base = if negative { -base } else { base };
        fn near<Q>(base: f64, made: Q) -> Result<(), TestCaseError>
        where
            Q: Quantity + FromStr<Err = ParseQuantityError> + Display,
        {
            let text = made.to_string();
            let read: Q = text.parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
            let off = (read.base_value() - base).abs();
            prop_assert!(off <= 0.0051 * base.abs(), "{} became {text}", base);
            Ok(())
        }
        near(base, Time::from_base_value(base))?;
        near(base, Length::from_base_value(base))?;
        near(base, DataSize::from_base_value(base))?;
        near(base, DataRate::from_base_value(base))?;
        near(base, Ratio::from_base_value(base))?;
        near(base, HourlyPrice::from_base_value(base))?;
    }

    #[test]
    fn reading_any_text_gives_a_finite_value_or_an_error(text in ".{0,20}") {
        if let Ok(time) = text.parse::<Time>() {
            prop_assert!(Quantity::is_finite(time));
        }
        if let Ok(money) = text.parse::<Money>() {
            prop_assert!(Quantity::is_finite(money));
        }
        if let Ok(p) = text.parse::<Probability>() {
            prop_assert!((0.0..=1.0).contains(&p.in_ratio()));
        }
        if let Ok(availability) = text.parse::<Availability>() {
            prop_assert!((0.0..=1.0).contains(&availability.in_ratio()));
        }
        if let Ok(busy) = text.parse::<Utilization>() {
            prop_assert!((0.0..1.0).contains(&busy.in_ratio()));
        }
        if let Ok(rate) = text.parse::<Rate>() {
            prop_assert!(Quantity::is_finite(rate));
        }
        let _ = text.parse::<Count>();
    }

    #[test]
    fn hours_minutes_and_seconds_add_up(hours in 0u32..100, minutes in 0u32..60, seconds in 0u32..60) {
        let sum = hours.hours() + minutes.minutes() + seconds.seconds();
        for text in [
            format!("{hours} h {minutes} min {seconds} s"),
            format!("{hours}h{minutes}m{seconds}s"),
            format!("{hours} hours, {minutes} minutes and {seconds} seconds"),
        ] {
            let read: Time = text.parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
            prop_assert!((read - sum).abs() < 1.nanos(), "{text}: {read}");
        }
    }

    #[test]
    fn reading_numbers_with_units_never_panics(text in "-?\\$?[0-9,._eE+-]{0,12} ?(ms|TB|%|USD|/h)?") {
        let _ = text.parse::<Time>();
        let _ = text.parse::<DataSize>();
        if let Ok(money) = text.parse::<Money>() {
            prop_assert!(Quantity::is_finite(money));
        }
    }
}
