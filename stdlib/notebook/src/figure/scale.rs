//! From values to positions on an axis, and where the ticks go.

use super::calendar::{DAY, Moment, start_of_day};

/// How values spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Linear,
    Log,
    Time,
}

/// One axis: its range and its ticks.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
    pub(super) ticks: Vec<Tick>,
}

/// A labelled line across the plot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
    /// A second line, such as the date below a time of day.
    pub(super) context: String,
}

impl Tick {
    fn new(value: f64, label: String) -> Self {
        Self {
            value,
            label,
            context: String::new(),
        }
    }
}

impl Scale {
    /// A scale over finite `low..=high` (above zero for [`Kind::Log`]) with
    /// about `count` ticks. With `round`, the ends move out to the next tick.
    pub(super) fn new(kind: Kind, low: f64, high: f64, count: usize, round: bool) -> Self {
        let count = count.clamp(2, 12);
        let (low, high) = if low <= high {
            (low, high)
        } else {
            (high, low)
        };
        match kind {
            Kind::Linear => linear(low, high, count, round),
            Kind::Log => log(low, high, count),
            Kind::Time => time(low, high, count),
        }
    }

    /// Position along the axis: 0 at its start, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        match self.kind {
            Kind::Linear | Kind::Time => (value - self.low) / (self.high - self.low),
            Kind::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `rough`.
pub(super) fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|step| step * power >= rough * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

fn linear(low: f64, high: f64, count: usize, round: bool) -> Scale {
    // Ranges that f64 cannot resolve, or that overflow, are widened or cut.
    let (low, high) = (low.max(-1e300), high.min(1e300));
    let (low, high) = if high - low <= 1e-12 * low.abs().max(high.abs()) {
        let margin = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        (low - margin, high + margin)
    } else {
        (low, high)
    };
    let step = nice_step((high - low) / count as f64).max(f64::MIN_POSITIVE);
    let (first, last) = if round {
        ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil())
    } else {
        ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor())
    };
    let steps = (last - first).clamp(0.0, 50.0) as usize;
    let ticks: Vec<f64> = (0..=steps)
        .map(|index| (first + index as f64) * step)
        .collect();
    let (low, high) = if round {
        (first * step, last * step)
    } else {
        (low, high)
    };
    let labels = ticks
        .iter()
        .map(|&value| Tick::new(value, number(value, step)))
        .collect();
    Scale {
        kind: Kind::Linear,
        low,
        high,
        ticks: labels,
    }
}

fn log(low: f64, high: f64, count: usize) -> Scale {
    let (low, high) = (low.max(1e-300), high.min(1e300));
    let decades = (high / low).log10();
    // Over several decades the powers of ten do; over few, 2 and 5 join in.
    let steps: &[f64] = if decades > 2.0 {
        &[1.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let mut values = Vec::new();
    let (first, last) = (
        low.log10().floor() as i32 - 1,
        high.log10().ceil() as i32 + 1,
    );
    for power in first..=last {
        values.extend(steps.iter().map(|step| step * 10_f64.powi(power)));
    }
    let below = values
        .iter()
        .rposition(|value| *value <= low * (1.0 + 1e-9))
        .unwrap_or(0);
    let above = values
        .iter()
        .position(|value| *value >= high * (1.0 - 1e-9))
        .unwrap_or(values.len() - 1)
        .max(below + 1);
    let values = &values[below..=above];
    let (low, high) = (values[0], values[values.len() - 1]);
    let stride = values.len().div_ceil(count.max(4) + 1).max(1);
    let ticks = values
        .iter()
        .step_by(stride)
        .map(|&value| Tick::new(value, number(value, value)))
        .collect();
    Scale {
        kind: Kind::Log,
        low,
        high,
        ticks,
    }
}

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;

fn time(low: f64, high: f64, count: usize) -> Scale {
    let (low, high) = if high - low < 1.0 {
        (low - HOUR, high + HOUR)
    } else {
        (low, high)
    };
    let rough = (high - low) / count as f64;
    let fixed = [
        1.0,
        10.0,
        100.0,
        SECOND,
        5.0 * SECOND,
        15.0 * SECOND,
        30.0 * SECOND,
        MINUTE,
        5.0 * MINUTE,
        15.0 * MINUTE,
        30.0 * MINUTE,
        HOUR,
        3.0 * HOUR,
        6.0 * HOUR,
        12.0 * HOUR,
        DAY,
        2.0 * DAY,
        7.0 * DAY,
    ];
    let ticks = match fixed.into_iter().find(|step| *step >= rough) {
        Some(step) => clock_ticks(low, high, step),
        None => month_ticks(low, high, rough / (30.44 * DAY)),
    };
    Scale {
        kind: Kind::Time,
        low,
        high,
        ticks,
    }
}

/// Ticks every so many milliseconds, with the date where it changes.
fn clock_ticks(low: f64, high: f64, step: f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut shown_date = String::new();
    let mut value = (low / step).ceil() * step;
    while value <= high && ticks.len() < 50 {
        let moment = Moment::at(value);
        let (label, context) = if step >= DAY {
            (moment.day_and_month(), moment.year.to_string())
        } else {
            (moment.clock(), moment.date())
        };
        let mut tick = Tick::new(value, label);
        if context != shown_date {
            tick.context.clone_from(&context);
            shown_date = context;
        }
        ticks.push(tick);
        value += step;
    }
    ticks
}

/// Ticks at the starts of months or years.
fn month_ticks(low: f64, high: f64, rough_months: f64) -> Vec<Tick> {
    let steps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
    let step = steps
        .into_iter()
        .find(|step| f64::from(*step) >= rough_months * 0.95);
    let step = i64::from(step.unwrap_or(6000));
    let first = Moment::at(low);
    let mut month = (first.year * 12 + first.month - 1).div_euclid(step) * step;
    let mut ticks = Vec::new();
    let mut shown_year = None;
    while ticks.len() < 50 {
        let (year, month_of_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let value = start_of_day(year, month_of_year, 1);
        month += step;
        if value > high {
            break;
        }
        if value < low {
            continue;
        }
        if step >= 12 {
            ticks.push(Tick::new(value, year.to_string()));
            continue;
        }
        let mut tick = Tick::new(value, Moment::at(value).month_name().to_owned());
        if shown_year != Some(year) {
            tick.context = year.to_string();
            shown_year = Some(year);
        }
        ticks.push(tick);
    }
    ticks
}

/// A number as people read it, exact to about a tenth of `step`.
///
/// Thousands are grouped by commas; very large and very small numbers are
/// written as a power of ten.
pub(super) fn number(value: f64, step: f64) -> String {
    let step = step.abs();
    if value.abs() < step * 1e-6 {
        return "0".to_owned();
    }
    let power = value.abs().log10().floor() as i32;
    if !(-4..9).contains(&power) && (value.abs() >= 1e9 || step < 1e-4) {
        return power_of_ten(value, step);
    }
    let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
    grouped(&format!("{value:.decimals$}"))
}

/// A number to about four significant digits, for sentences and labels.
pub(super) fn brief(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = if value.abs() >= 1000.0 {
        0
    } else {
        3 - value.abs().log10().floor() as i32
    };
    let rounded = if digits == 0 { value.round() } else { value };
    if value.abs() >= 1e9 || value.abs() < 1e-4 {
        return power_of_ten(value, 10_f64.powf(value.abs().log10().floor() - 2.0));
    }
    let text = format!("{rounded:.*}", digits.clamp(0, 9) as usize);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    grouped(&text)
}

fn power_of_ten(value: f64, step: f64) -> String {
    let mut power = value.abs().log10().floor() as i32;
    let mut factor = value / 10_f64.powi(power);
    if factor.abs() > 9.999_999 {
        factor /= 10.0;
        power += 1;
    }
    let decimals = f64::from(power) - (step.log10() + 1e-9).floor();
    let factor = format!("{factor:.*}", decimals.clamp(0.0, 6.0) as usize);
    let factor = if factor.contains('.') {
        factor.trim_end_matches('0').trim_end_matches('.')
    } else {
        factor.as_str()
    };
    let raised: String = power
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(0x2070 + (digit as u32 - '0' as u32)).unwrap_or(digit),
        })
        .collect();
    match factor {
        "1" => format!("10{raised}"),
        "-1" => format!("−10{raised}"),
        _ => format!("{}×10{raised}", factor.replace('-', "−")),
    }
}

/// Groups the whole digits by threes and writes a true minus sign.
fn grouped(text: &str) -> String {
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(scale: &Scale, value: f64) -> bool {
        (0.0..=1.0).contains(&scale.share(value))
    }

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        let scale = Scale::new(Kind::Linear, 0.0, 11_870.0, 6, true);
        assert_eq!(
            labels(&scale),
            ["0", "2,000", "4,000", "6,000", "8,000", "10,000", "12,000"]
        );
        let scale = Scale::new(Kind::Linear, -0.3, 0.3, 4, true);
        assert_eq!(labels(&scale), ["−0.4", "−0.2", "0", "0.2", "0.4"]);
    }

    #[test]
    fn one_value_gets_an_axis_too() {
        let scale = Scale::new(Kind::Linear, 5.0, 5.0, 5, true);
        assert!(contains(&scale, 5.0) && scale.share(5.0) > 0.1 && scale.share(5.0) < 0.9);
        let scale = Scale::new(Kind::Log, 100.0, 100.0, 5, true);
        assert!(contains(&scale, 100.0));
        let scale = Scale::new(Kind::Time, 0.0, 0.0, 5, true);
        assert!(contains(&scale, 0.0));
    }

    #[test]
    fn log_ticks_are_powers_of_ten_or_one_two_five() {
        let scale = Scale::new(Kind::Log, 1.0, 90_000.0, 6, true);
        assert_eq!(
            labels(&scale),
            ["1", "10", "100", "1,000", "10,000", "100,000"]
        );
        let scale = Scale::new(Kind::Log, 3.0, 40.0, 6, true);
        assert_eq!(labels(&scale), ["2", "5", "10", "20", "50"]);
        let scale = Scale::new(Kind::Log, 1e-9, 1e-3, 7, true);
        assert_eq!(labels(&scale)[0], "10⁻⁹");
    }

    #[test]
    fn time_ticks_name_the_date_once() {
        let scale = Scale::new(
            Kind::Time,
            1_633_361_940_000.0,
            1_633_385_000_000.0,
            6,
            true,
        );
        assert_eq!(scale.ticks[0].label, "18:00");
        assert_eq!(scale.ticks[0].context, "4 Oct 2021");
        assert_eq!(scale.ticks[1].context, "");
        let years = Scale::new(Kind::Time, 0.0, 50.0 * 365.25 * DAY, 6, true);
        assert_eq!(
            labels(&years),
            ["1970", "1980", "1990", "2000", "2010", "2020"]
        );
        let months = Scale::new(Kind::Time, 0.0, 200.0 * DAY, 6, true);
        assert_eq!(labels(&months)[..3], ["Jan", "Mar", "May"]);
    }

    #[test]
    fn extreme_ranges_do_not_hang_or_panic() {
        for (low, high) in [
            (f64::MIN, f64::MAX),
            (0.0, f64::MIN_POSITIVE),
            (1e17, 1e17 + 64.0),
        ] {
            let scale = Scale::new(Kind::Linear, low, high, 6, true);
            assert!(scale.ticks.len() <= 60);
            assert!(scale.share(low.max(-1e300)).is_finite());
        }
        for (low, high) in [(f64::MIN_POSITIVE, f64::MAX), (1e-30, 1e30)] {
            let scale = Scale::new(Kind::Log, low, high, 6, true);
            assert!(scale.ticks.len() <= 20, "{}", scale.ticks.len());
        }
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(brief(54.617), "54.62");
        assert_eq!(brief(0.25), "0.25");
        assert_eq!(brief(12_345.6), "12,346");
        assert_eq!(brief(-3.0), "−3");
        assert_eq!(brief(1.5e12), "1.5×10¹²");
        assert_eq!(number(2e9, 1e9), "2×10⁹");
        assert_eq!(number(1000.0, 500.0), "1,000");
    }
}
