//! Dates as documents write them.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::compile;
use crate::catalog::{DateOrder, DocumentLanguage, language, languages};
use crate::date::Date;

/// A date in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Known(Date),
    /// Nobody can say which is the day and which the month.
    Ambiguous,
}

/// The first date of a text. A month without a day counts from its last day.
pub(crate) fn date_in(text: &str, language: DocumentLanguage) -> Option<Day> {
    static ISO: LazyLock<Regex> = LazyLock::new(|| compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"));
    static NUMBERS: LazyLock<Regex> =
        LazyLock::new(|| compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b"));
    static EAST_ASIAN: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日号號일])?")
    });
    static YEAR_FIRST: LazyLock<Regex> =
        LazyLock::new(|| compile(r"\b(\d{4})[./]\s?(\d{1,2})[./]\s?(\d{1,2})\b"));
    static YEAR_MONTH: LazyLock<Regex> = LazyLock::new(|| compile(r"\b(\d{4})-(\d{2})\b"));
    let number = |text: &str| text.parse::<u32>().ok();
    let is_ordered = |order: DateOrder| match language {
        DocumentLanguage::Known(language) => language.date_order == order,
        DocumentLanguage::English | DocumentLanguage::Unknown(_) => false,
    };
    if let Some(found) = ISO.find(text) {
        return found.as_str().parse().ok().map(Day::Known);
    }
    // Elsewhere `2026.4.3` is a version.
    let year_first =
        || is_ordered(DateOrder::YearFirst).then(|| YEAR_FIRST.captures(text)).flatten();
    if let Some(found) = EAST_ASIAN.captures(text).or_else(year_first) {
        let day = found.get(3).and_then(|day| number(day.as_str()));
        return of(number(&found[1])?, number(&found[2])?, day).map(Day::Known);
    }
    if let Some(found) = NUMBERS.captures(text) {
        let (first, second, year) = (number(&found[1])?, number(&found[2])?, number(&found[3])?);
        let is_day_first = is_ordered(DateOrder::DayFirst) || found[0].contains('.');
        return of_numbers(first, second, year, is_day_first);
    }
    if let Some(found) = YEAR_MONTH.captures(text) {
        return of(number(&found[1])?, number(&found[2])?, None).map(Day::Known);
    }
    named(text, language).map(Day::Known)
}

/// The date that a day and a month in either order are.
fn of_numbers(first: u32, second: u32, year: u32, is_day_first: bool) -> Option<Day> {
    match (first, second) {
        (day, month) if day > 12 || is_day_first => of(year, month, Some(day)).map(Day::Known),
        (month, day) if day > 12 => of(year, month, Some(day)).map(Day::Known),
        _ => Some(Day::Ambiguous),
    }
}

/// The months in English.
pub(crate) const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a word is the name of a month, in any language that ships.
pub(super) fn is_month(word: &str) -> bool {
    let english = ENGLISH_MONTHS
        .iter()
        .any(|name| *name == word || (word.len() == 3 && name.starts_with(word)));
    let known = || {
        languages()
            .filter_map(language)
            .flat_map(|it| &it.months)
            .flatten()
            .any(|name| name == word)
    };
    english || known()
}

/// A date whose month is a word: `10 November 2026`, `November 10, 2026`, `November 2026`.
fn named(text: &str, language: DocumentLanguage) -> Option<Date> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let month = |word: &str| {
        let english = ENGLISH_MONTHS
            .iter()
            .position(|name| *name == word || (word.len() >= 3 && name[..3] == *word));
        let DocumentLanguage::Known(language) = language else { return english };
        let own = language.months.iter().position(|names| names.iter().any(|name| name == word));
        own.or(english)
    };
    let at = words.iter().position(|word| word.parse::<u32>().is_err() && month(word).is_some())?;
    let near = |offset: isize| {
        words
            .get(at.checked_add_signed(offset)?)?
            .trim_end_matches(['s', 't', 'h', 'n', 'd', 'r'])
            .parse::<u32>()
            .ok()
    };
    let year = [2, 1].into_iter().find_map(|offset| near(offset).filter(|year| *year > 1900))?;
    let day =
        [-1, 1].into_iter().find_map(|offset| near(offset).filter(|day| (1..=31).contains(day)));
    of(year, u32::try_from(month(words[at])? + 1).ok()?, day)
}

/// A day, or the last day of a month.
fn of(year: u32, month: u32, day: Option<u32>) -> Option<Date> {
    match day {
        Some(day) => format!("{year:04}-{month:02}-{day:02}").parse().ok(),
        None => (28..=31).rev().find_map(|day| of(year, month, Some(day))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_their_language_writes_them() {
        let german = DocumentLanguage::Known(language("de").unwrap());
        let day = |text: &str| Some(Day::Known(text.parse().unwrap()));
        assert_eq!(
            date_in("Reviewed on 2026-11-20.", DocumentLanguage::English),
            day("2026-11-20")
        );
        assert_eq!(date_in("20 November 2026", DocumentLanguage::English), day("2026-11-20"));
        assert_eq!(date_in("Nov 20, 2026", DocumentLanguage::English), day("2026-11-20"));
        assert_eq!(date_in("January 2027", DocumentLanguage::English), day("2027-01-31"));
        assert_eq!(date_in("3/4/2026", DocumentLanguage::English), Some(Day::Ambiguous));
        assert_eq!(date_in("23/4/2026", DocumentLanguage::English), day("2026-04-23"));
        assert_eq!(date_in("03.04.2026", german), day("2026-04-03"));
        assert_eq!(date_in("3. März 2026", german), day("2026-03-03"));
        assert_eq!(date_in("2026年4月3日", DocumentLanguage::English), day("2026-04-03"));
        let korean = DocumentLanguage::Known(language("ko").unwrap());
        let chinese = DocumentLanguage::Known(language("zh").unwrap());
        assert_eq!(date_in("2026 年 4 月 3 日", chinese), day("2026-04-03"));
        assert_eq!(date_in("2026/4/3", chinese), day("2026-04-03"));
        assert_eq!(date_in("2026년 4월 3일 승인", korean), day("2026-04-03"));
        assert_eq!(date_in("2026년 4월", korean), day("2026-04-30"));
        assert_eq!(date_in("2026. 4. 3.", korean), day("2026-04-03"));
        assert_eq!(date_in("2026.4.3", DocumentLanguage::English), None);
        assert_eq!(date_in("Ongoing", DocumentLanguage::English), None);
    }
}
