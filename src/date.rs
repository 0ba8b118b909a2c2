//! Calendar dates as documents write them: ISO 8601, `2026-11-20`, no time and no zone.
//!
//! Nothing here reads a clock. Today's date is an input of the run.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The first day of a year.
    pub(crate) const fn new_year(year: i16) -> Self {
        Self(jiff::civil::date(year, 1, 1))
    }

    /// Returns the number of days from this day to `other`, negative where `other` is before.
    pub(crate) fn days_until(self, other: Date) -> i32 {
        // The difference of two days of the calendar is always a whole number of days.
        self.0.until(other.0).map_or(i32::MAX, |span| span.get_days())
    }

    /// Returns the day that is `days` later, or the last day of the calendar where that is beyond
    /// it.
    pub(crate) fn plus_days(self, days: i32) -> Date {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }
}

/// Seconds of half a day.
const HALF: u64 = 43_200;

impl Date {
    /// Returns a moment of this day that lies in the window, in seconds since 1970. Returns noon of
    /// the day where the window and the day do not meet.
    pub(crate) fn within(self, (from, until): (u64, u64)) -> u64 {
        let noon = self.noon();
        let (first, last) = (noon.saturating_sub(HALF), noon.saturating_add(HALF - 1));
        let (start, end) = (first.max(from), last.min(until.saturating_sub(1)));
        if start <= end { noon.clamp(start, end) } else { noon }
    }

    /// Returns noon of the day in UTC, in seconds since 1970, or 0 for a day before 1970.
    pub(crate) fn noon(self) -> u64 {
        let epoch = Self(jiff::civil::date(1970, 1, 1));
        u64::try_from(epoch.days_until(self)).map_or(0, |days| days * 2 * HALF + HALF)
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

/// The text was not a date of the form `2026-11-20`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write it as year-month-day, for example 2026-11-20")]
pub struct DateError(String);

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, b)| match at {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        let date = if shaped { text.parse().ok() } else { None };
        date.map(Self).ok_or_else(|| DateError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A point in time in UTC, as `2026-12-04T18:30:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(jiff::Timestamp);

impl Moment {
    /// Returns the day in UTC.
    pub(crate) fn date(self) -> Date {
        Date(self.0.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Returns the hours until `other`, rounded up, negative where `other` is before.
    pub(crate) fn hours_until(self, other: Moment) -> i64 {
        let seconds = other.0.as_second() - self.0.as_second();
        seconds.div_euclid(3_600) + i64::from(seconds.rem_euclid(3_600) > 0)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || {
            D::Error::custom(format!(
                "`{text}` is no time in UTC; write it as \
            2026-12-04T18:30:00Z"
            ))
        };
        // Only UTC is read, so the text must end with `Z`.
        let parsed = text.ends_with('Z').then(|| text.parse().ok()).flatten();
        parsed.map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2026-11-20").days_until(day("2027-05-19")), 180);
        assert_eq!(day("2026-11-20").plus_days(180), day("2027-05-19"));
        assert_eq!(day("2027-01-01").days_until(day("2026-12-31")), -1);
    }

    #[test]
    fn only_the_full_form_is_a_date() {
        assert_eq!("2026-11-20".parse::<Date>().unwrap().to_string(), "2026-11-20");
        for wrong in
            ["2026-11", "20.11.2026", "2026-02-30", "2026-11-20T00:00", "ongoing", "+002026-1"]
        {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }
}
