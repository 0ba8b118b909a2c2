//! Lengths of time as documents write them, in the languages that are read.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::compile;

/// How many months a unit has, by how its name begins.
const UNITS: [(f64, &[&str]); 4] = [
    (1.0 / 30.0, &["day", "tag", "jour", "día", "dia", "giorn", "dag", "dni", "dzień"]),
    (7.0 / 30.0, &["week", "weke", "woche", "semain", "seman", "settiman", "tygod", "tydzie"]),
    (1.0, &["month", "monat", "mois", "mes", "mês", "maand", "miesi"]),
    (12.0, &["year", "jahr", "an", "año", "ano", "jaar", "jare", "rok", "lat"]),
];

/// Numbers that are written as words: one, two, three, six, nine, twelve, eighteen.
const NUMBERS: [(f64, &[&str]); 7] = [
    (1.0, &["one", "ein", "einem", "einen", "un", "una", "uno", "een", "um", "uma", "jeden"]),
    (2.0, &["two", "zwei", "deux", "dos", "due", "twee", "dois", "duas", "dwa"]),
    (3.0, &["three", "drei", "trois", "tres", "tre", "drie", "três", "trzy"]),
    (6.0, &["six", "sechs", "seis", "sei", "zes", "sześć"]),
    (9.0, &["nine", "neun", "neuf", "nueve", "nove", "negen", "dziewięć"]),
    (12.0, &["twelve", "zwölf", "douze", "doce", "dodici", "twaalf", "doze", "dwanaście"]),
    (18.0, &["eighteen", "achtzehn", "dix-huit", "dieciocho", "diciotto", "achttien", "dezoito"]),
];

/// The units of Chinese, Japanese and Korean.
const EAST_ASIAN: [(f64, &[&str]); 4] = [
    (1.0 / 30.0, &["天", "日间", "日間", "日", "일"]),
    (7.0 / 30.0, &["周", "週", "星期", "주"]),
    (1.0, &["个月", "個月", "箇月", "か月", "ヶ月", "ケ月", "カ月", "ヵ月", "개월", "달"]),
    (12.0, &["年", "년"]),
];

/// Days of a month: a smaller number of `日` or `일` may be a date.
const DAYS_OF_A_MONTH: f64 = 31.0;

/// The months a text says: `6 months`, `180 days`, `two years`, `六个月`, `1년`.
pub(crate) fn months_in(text: &str) -> Option<u32> {
    // A month that is begun is not over.
    alphabetic(text).or_else(|| east_asian(text)).map(|months| (months + 1e-9) as u32)
}

fn alphabetic(text: &str) -> Option<f64> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        let all = |table: &[(f64, &[&str])]| {
            table.iter().flat_map(|(_, names)| *names).copied().collect::<Vec<_>>().join("|")
        };
        compile(&format!(
            r"(?:^|[^\w.,])(\d+(?:[.,]\d+)?|{})[ \-\u{{a0}}]*(({})\w*)",
            all(&NUMBERS),
            all(&UNITS)
        ))
    });
    SPAN.captures_iter(text).find_map(|found| {
        let number = found[1].to_lowercase();
        let count = NUMBERS.iter().find(|(_, names)| names.contains(&&*number));
        let count = match count {
            Some((count, _)) => *count,
            None => number.replace(',', ".").parse().ok()?,
        };
        let unit = found[2].to_lowercase();
        // A short beginning is a whole word.
        let is_one = |name: &&str| match *name {
            "an" => matches!(unit.as_str(), "an" | "ans" | "anno" | "anni" | "année" | "années"),
            "mes" => matches!(unit.as_str(), "mes" | "meses" | "mese" | "mesi"),
            "ano" => matches!(unit.as_str(), "ano" | "anos"),
            "lat" => matches!(unit.as_str(), "lat" | "lata"),
            "tag" => matches!(unit.as_str(), "tag" | "tage" | "tagen"),
            "dag" => matches!(unit.as_str(), "dag" | "dagen"),
            "dia" => matches!(unit.as_str(), "dia" | "dias"),
            "rok" => matches!(unit.as_str(), "rok" | "roku"),
            name => unit.starts_with(name),
        };
        let (months, _) = UNITS.iter().find(|(_, names)| names.iter().any(is_one))?;
        Some(count * months)
    })
}

fn east_asian(text: &str) -> Option<f64> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        let units: Vec<&str> = EAST_ASIAN.iter().flat_map(|(_, names)| *names).copied().collect();
        compile(&format!(
            r"(?:^|[^\d.,第])(\d{{1,3}}(?:\.\d+)?|[半一二两兩三四五六七八九十]{{1,3}})\s?({})",
            units.join("|")
        ))
    });
    let wide = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        _ => c,
    };
    let text: String = text.chars().map(wide).collect();
    SPAN.captures_iter(&text).find_map(|found| {
        let count = found[1].parse().ok().or_else(|| han_number(&found[1]))?;
        let (months, _) = EAST_ASIAN.iter().find(|(_, names)| names.contains(&&found[2]))?;
        let rest = text[found.get(0)?.end()..].trim_start();
        let is_date = match &found[2] {
            // `令和6年4月`
            "年" | "년" => rest.starts_with(|c: char| c.is_ascii_digit()),
            "日" | "일" => count <= DAYS_OF_A_MONTH && !rest.starts_with(['以', '간', '이']),
            _ => false,
        };
        (!is_date).then_some(count * months)
    })
}

/// A number below one hundred in Chinese numerals; `半` is a half.
fn han_number(text: &str) -> Option<f64> {
    const DIGITS: &str = "一二三四五六七八九";
    let digit = |text: &str| match text {
        "两" | "兩" => Some(2),
        text => DIGITS.chars().position(|c| text.chars().eq([c])).map(|at| at + 1),
    };
    let whole = match text.split_once('十') {
        _ if text == "半" => return Some(0.5),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            tens * 10 + if ones.is_empty() { 0 } else { digit(ones)? }
        }
        None => digit(text)?,
    };
    u8::try_from(whole).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_count_in_months() {
        for (text, months) in [
            ("kept for 6 months", Some(6)),
            ("90 days", Some(3)),
            ("two years", Some(24)),
            ("at least 0.5 years", Some(6)),
            ("1,5 Jahre", Some(18)),
            ("version 2.3 months", Some(2)),
            ("(6 months)", Some(6)),
            ("as long as needed", None),
            ("3 languages, for 6 months", Some(6)),
            ("durante 6 meses", Some(6)),
            ("dos años", Some(24)),
            ("per sei mesi", Some(6)),
            ("un anno", Some(12)),
            ("pendant deux ans", Some(24)),
            ("zes maanden", Some(6)),
            ("2 jaar", Some(24)),
            ("przez 6 miesięcy", Some(6)),
            ("3 lata", Some(36)),
            ("seis meses; 1 ano", Some(6)),
        ] {
            assert_eq!(months_in(text), months, "{text}");
        }
    }

    #[test]
    fn durations_of_east_asia_count_in_months() {
        for (text, months) in [
            ("日志保存六个月。", Some(6)),
            ("日志至少保存6个月", Some(6)),
            ("日誌保存 180 天", Some(6)),
            ("保留两年", Some(24)),
            ("保存半年以上", Some(6)),
            ("保存期限为十二个月", Some(12)),
            ("自2026年4月3日起保存一年", Some(12)),
            ("ログは６か月間保管する", Some(6)),
            ("令和6年4月3日から1年間", Some(12)),
            ("90日間", Some(3)),
            ("로그를 6개월간 보관한다", Some(6)),
            ("1년 이상", Some(12)),
            ("2026년 4월 3일부터 180일간", Some(6)),
            ("第1年", None),
            ("2026年4月3日", None),
            ("2026년 4월 3일", None),
        ] {
            assert_eq!(months_in(text), months, "{text}");
        }
    }
}
