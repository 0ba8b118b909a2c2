//! Times in `allowed_signers` (ssh-keygen(1), TIME FORMATS).

/// A point in time, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    pub(super) seconds: u64,
    pub(super) has_zone: bool,
}

/// Reads `YYYYMMDD[HHMM[SS]]`, with `Z` or `UTC` for the zone; `None` where it is no time.
pub(super) fn time(text: &str) -> Option<Time> {
    let zone = [1, 3].into_iter().find(|length| {
        let end =
            text.len().checked_sub(*length).filter(|at| *at > 0).and_then(|at| text.get(at..));
        end.is_some_and(|end| end.eq_ignore_ascii_case("z") || end.eq_ignore_ascii_case("utc"))
    });
    let digits = &text[..text.len() - zone.unwrap_or(0)];
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| {
        digits.get(from..to).map_or(Some(0), |part| part.parse::<u32>().ok())
    };
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let seconds = days_from_epoch(i64::from(year), i64::from(month), i64::from(day)) * 86_400
        + i64::from(hour) * 3_600
        + i64::from(minute) * 60
        + i64::from(second);
    let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0)?;
    Some(Time { seconds, has_zone: zone.is_some() })
}

/// Days from 1970-01-01 of a day of the Gregorian calendar; one that a month does not have counts
/// on into the next, as `timegm`(3) counts it.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
