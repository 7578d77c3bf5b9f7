//! Dates on a time axis: from milliseconds to year, month, day and back.
//!
//! The proleptic Gregorian calendar, UTC, no leap seconds. The day count works
//! in years that start in March, so that a leap day ends a year.

/// Milliseconds in a day.
pub(super) const DAY: f64 = 86_400_000.0;

/// English month names as charts shorten them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A date and the time of day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    /// From 1 to 12.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) millisecond: i64,
}

impl Moment {
    /// The moment this many milliseconds after 1970-01-01.
    pub(super) fn at(milliseconds: f64) -> Self {
        let total = milliseconds as i64;
        let (days, rest) = (total.div_euclid(86_400_000), total.rem_euclid(86_400_000));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            millisecond: rest % 1000,
        }
    }

    /// `4 Oct 2021`.
    pub(super) fn date(self) -> String {
        format!(
            "{} {} {}",
            self.day,
            MONTHS[(self.month - 1) as usize],
            self.year
        )
    }

    /// `4 Oct`.
    pub(super) fn day_and_month(self) -> String {
        format!("{} {}", self.day, MONTHS[(self.month - 1) as usize])
    }

    /// `Oct`.
    pub(super) fn month_name(self) -> &'static str {
        MONTHS[(self.month - 1) as usize]
    }

    /// `15:39`, with seconds and milliseconds where they are not zero.
    pub(super) fn clock(self) -> String {
        let mut text = format!("{:02}:{:02}", self.hour, self.minute);
        if self.second != 0 || self.millisecond != 0 {
            text.push_str(&format!(":{:02}", self.second));
        }
        if self.millisecond != 0 {
            text.push_str(&format!(".{:03}", self.millisecond));
        }
        text
    }

    /// It is midnight.
    pub(super) fn is_midnight(self) -> bool {
        self.hour == 0 && self.minute == 0 && self.second == 0 && self.millisecond == 0
    }

    /// Date and time in one, for a sentence.
    pub(super) fn sentence(self) -> String {
        if self.is_midnight() {
            self.date()
        } else {
            format!("{} {}", self.date(), self.clock())
        }
    }
}

/// Milliseconds from 1970-01-01 to the start of a day.
pub(super) fn start_of_day(year: i64, month: i64, day: i64) -> f64 {
    let (year, month_from_march) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) as f64 * DAY
}

/// Reads `2021-10-04`, `2021-10-04 15:39`, `2021-10-04T15:39:05.25Z` as UTC.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let digits = |part: &str, length: usize| -> Option<i64> {
        let plain = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    let start = (1..=12)
        .contains(&month)
        .then(|| start_of_day(year, month, day))?;
    let back = Moment::at(start);
    if (back.year, back.month, back.day) != (year, month, day) {
        return None;
    }
    let Some(clock) = clock else {
        return Some(start);
    };
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(parts.next()?, 2).filter(|minute| *minute < 60)?;
    let second = match parts.next() {
        None => 0.0,
        Some(text) => {
            let whole = text.split('.').next().unwrap_or_default();
            digits(whole, 2)?;
            text.parse::<f64>()
                .ok()
                .filter(|second| (0.0..60.0).contains(second))?
        }
    };
    if parts.next().is_some() {
        return None;
    }
    Some(start + (hour * 3600 + minute * 60) as f64 * 1000.0 + (second * 1000.0).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_there_and_back() {
        for days in (-800_000..800_000).step_by(37) {
            let time = f64::from(days) * DAY;
            let moment = Moment::at(time);
            assert_eq!(start_of_day(moment.year, moment.month, moment.day), time);
        }
    }

    #[test]
    fn known_dates() {
        // 2021-10-04T15:39:00Z is 1633361940 in Unix time.
        assert_eq!(parse("2021-10-04 15:39"), Some(1_633_361_940_000.0));
        assert_eq!(parse("2000-02-29"), Some(951_782_400_000.0));
        let moment = Moment::at(1_633_361_940_250.0);
        assert_eq!(moment.sentence(), "4 Oct 2021 15:39:00.250");
        assert_eq!(Moment::at(951_782_400_000.0).sentence(), "29 Feb 2000");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "2021-02-29",
            "2021-13-01",
            "21-01-01",
            "2021-10-04 24:00",
            "2021-10",
            "",
            "-",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
