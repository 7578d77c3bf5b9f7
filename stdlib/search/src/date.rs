//! Reads the dates of queries as periods: a year, a month, a day or a minute.
//!
//! The calendar is the Gregorian one, in UTC, for the years 1 to 9999.

const DAY: i64 = 86_400;

/// What can be written where a date is expected.
pub(crate) const EXPECTED: &str =
    "a year, month, day or minute, such as `2021`, `2021-10`, `2021-10-04` or `2021-10-04T15:40`";

/// A period in seconds since 1970-01-01T00:00:00Z; the end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// The period that a text names, or `None` if it names none.
pub(crate) fn period(text: &str) -> Option<Period> {
    let text = text.trim();
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut numbers = date.split('-');
    let year = digits(numbers.next()?, 4)?;
    let month = match numbers.next() {
        Some(month) => Some(digits(month, 2)?),
        None => None,
    };
    let day = match numbers.next() {
        Some(day) => Some(digits(day, 2)?),
        None => None,
    };
    if numbers.next().is_some() || year == 0 {
        return None;
    }
    let (start, end) = match (month, day) {
        (None, _) => (days(year, 1, 1), days(year + 1, 1, 1)),
        (Some(month), _) if !(1..=12).contains(&month) => return None,
        (Some(month), None) => (days(year, month, 1), next_month(year, month)),
        (Some(month), Some(day)) => {
            let start = days(year, month, 1) + day - 1;
            if day == 0 || start >= next_month(year, month) {
                return None;
            }
            (start, start + 1)
        }
    };
    let Some(time) = time else {
        return Some(Period {
            start: start * DAY,
            end: end * DAY,
        });
    };
    day?;
    let (hour, minute) = time.trim_end_matches(['Z', 'z']).split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let start = start * DAY + hour * 3_600 + minute * 60;
    Some(Period {
        start,
        end: start + 60,
    })
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

fn next_month(year: i64, month: i64) -> i64 {
    if month == 12 {
        days(year + 1, 1, 1)
    } else {
        days(year, month + 1, 1)
    }
}

/// The days from 1970-01-01 to a date of the years from 1 on.
fn days(year: i64, month: i64, day: i64) -> i64 {
    const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const BEFORE_1970: i64 = 719_162;
    let years = year - 1;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before_month = BEFORE_MONTH[(month - 1).clamp(0, 11) as usize];
    let leap_day = i64::from(leap && month > 2);
    years * 365 + years / 4 - years / 100 + years / 400 + before_month + leap_day + day
        - 1
        - BEFORE_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(1969, 12, 31), -1);
        assert_eq!(days(2000, 2, 29), 11_016);
        assert_eq!(days(2000, 3, 1), 11_017);
        // `date -d 2021-10-04 +%s` is 1633305600, and 86400 times this.
        assert_eq!(days(2021, 10, 4), 18_904);
        assert_eq!(days(2100, 3, 1) - days(2100, 2, 28), 1);
        assert_eq!(days(2024, 3, 1) - days(2024, 2, 28), 2);
    }

    #[test]
    fn reads_periods() {
        let length = |text: &str| period(text).map(|p| (p.end - p.start) / 60);
        assert_eq!(length("2021"), Some(365 * 24 * 60));
        assert_eq!(length("2020"), Some(366 * 24 * 60));
        assert_eq!(length("2020-02"), Some(29 * 24 * 60));
        assert_eq!(length("2021-12"), Some(31 * 24 * 60));
        assert_eq!(length("2021-10-04"), Some(24 * 60));
        assert_eq!(length("2021-10-04T15:40"), Some(1));
        assert_eq!(period("2021-10-04T15:40Z").unwrap().start, 1_633_362_000);
        assert_eq!(period("9999-12-31").unwrap().end, 253_402_300_800);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "-",
            "21",
            "20210",
            "0000",
            "2021-",
            "2021-1",
            "2021-00",
            "2021-13",
            "2021-02-29",
            "2021-04-31",
            "2021-10-00",
            "2021-10-04-01",
            "2021-10-04T",
            "2021-10-04T24:00",
            "2021-10-04T12:60",
            "2021-10T12:00",
            "yesterday",
            "+201",
            "-2021",
            "２０２１",
            "2021/10",
        ] {
            assert_eq!(period(text), None, "{text}");
        }
    }
}
