//! Numbers as people write them in their language, and names reduced to what tells them apart.

use crate::catalog::DocumentLanguage;

/// A number as people write it in a language and programs anywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    /// As it is written: 68 for `68 %`.
    pub(crate) written: f64,
    /// By what a share is multiplied to be written so: 100 where it is a percentage.
    pub(crate) scale: f64,
    /// The places after the decimal mark.
    pub(crate) decimals: i32,
}

impl Number {
    pub(crate) fn value(self) -> f64 {
        self.written / self.scale
    }
}

/// Reads a number: `0.68`, `68 %`, `1,500`, and `0,68` or `1.500,2` where a comma marks decimals.
pub(crate) fn number(text: &str, language: DocumentLanguage) -> Option<Number> {
    let text = text.trim().trim_matches(['*', '`', '~', '≈']).trim();
    let (text, scale) = match text.strip_suffix('%') {
        Some(text) => (text.trim(), 100.0),
        None => (text, 1.0),
    };
    let is_grouped = |mark: char| {
        let mut groups = text.trim_start_matches(['-', '+']).split(mark);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3)
    };
    let decimal = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) => Some(if dot > comma { '.' } else { ',' }),
        (Some(_), None) => (text.matches('.').count() == 1 || !is_grouped('.')).then_some('.'),
        // `1,500` is one and a half only where a comma marks decimals.
        (None, Some(_)) => ((language.decimal() == ',' && text.matches(',').count() == 1)
            || !is_grouped(','))
        .then_some(','),
        (None, None) => None,
    };
    let mark = |c: char| {
        if Some(c) == decimal { Some('.') } else { (!matches!(c, '.' | ',')).then_some(c) }
    };
    let plain: String = text.chars().filter_map(mark).collect();
    let written = plain.parse::<f64>().ok().filter(|it| it.is_finite())?;
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    Some(Number { written, scale, decimals: i32::try_from(decimals).unwrap_or(0) })
}

/// A name reduced to its letters and digits, so that `AUC-ROC` and `auc_roc` are one.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::language;

    #[test]
    fn numbers_are_read_as_their_language_writes_them() {
        let german = DocumentLanguage::Known(language("de").unwrap());
        let read = |text: &str, language| number(text, language).map(Number::value);
        for (text, english, other) in [
            ("0.68", Some(0.68), Some(0.68)),
            ("68 %", Some(0.68), Some(0.68)),
            ("0,68", Some(0.68), Some(0.68)),
            ("1,500", Some(1500.0), Some(1.5)),
            ("1,500,000", Some(1_500_000.0), Some(1_500_000.0)),
            ("1.500,25", Some(1500.25), Some(1500.25)),
            ("1,500.25", Some(1500.25), Some(1500.25)),
            ("1.500.000", Some(1_500_000.0), Some(1_500_000.0)),
            ("**0.5**", Some(0.5), Some(0.5)),
            ("68,5 %", Some(0.685), Some(0.685)),
            ("1e400", None, None),
            ("high", None, None),
            ("", None, None),
        ] {
            assert_eq!(
                (read(text, DocumentLanguage::English), read(text, german)),
                (english, other),
                "{text}"
            );
        }
    }
}
