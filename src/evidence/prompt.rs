//! Texts that only tell or ask somebody what to write.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::compile;

/// Whether a character is of a script that puts no spaces between words: kana and Han.
pub(super) fn is_unparted(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々')
}

/// Returns how many words a text has. Two characters of a script without spaces count as one.
pub(crate) fn word_count(text: &str) -> usize {
    counted_words(text).sum()
}

/// Whether a text has at least so many words. No more of it is read than that takes.
pub(crate) fn has_words(text: &str, least: usize) -> bool {
    let mut left = least;
    left == 0
        || counted_words(text).any(|words| {
            left = left.saturating_sub(words);
            left == 0
        })
}

fn counted_words(text: &str) -> impl Iterator<Item = usize> {
    let of =
        |word: &str| if word.contains(is_unparted) { word.chars().count().div_ceil(2) } else { 1 };
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).map(of)
}

/// A text that only tells or asks somebody what to write.
pub(super) fn is_prompt(text: &str) -> bool {
    only_instructs(text, false)
}

/// Italics are how templates print what must be replaced, so there a weaker instruction is one.
/// So is a paragraph that speaks of the form's questions, whatever else it says.
pub(super) fn is_italic_prompt(text: &str) -> bool {
    only_instructs(text, true) || FORM.is_match(text)
}

fn only_instructs(text: &str, italic: bool) -> bool {
    let mut instructs = false;
    let goes_on = |sentence: &str| {
        let lower = sentence.to_lowercase();
        let first = lower.split_whitespace().next().unwrap_or_default();
        let is_help = ["this does not include", "this may include", "this might include"];
        is_help.iter().any(|begin| lower.starts_with(begin))
            || matches!(
                first,
                "do" | "don't" | "keep" | "avoid" | "use" | "be" | "also" | "then" | "ideally"
            )
    };
    let all = sentences(text).all(|sentence| {
        let is_one = is_instruction(sentence, italic);
        instructs |= is_one;
        is_one || goes_on(sentence)
    });
    all && instructs && !names_a_place(text)
}

/// Whoever says where, says something.
fn names_a_place(text: &str) -> bool {
    text.contains("http") || text.contains('@')
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let ends = text.char_indices().filter(|(at, c)| {
        let short = ["e.g", "i.e", "(e", "(i", " e", " i"];
        matches!(c, '?' | '!' | '。' | '？')
            || (*c == '.' && !short.iter().any(|it| text[..*at].ends_with(it)))
    });
    let mut parts: Vec<&str> = Vec::new();
    for (at, c) in ends {
        parts.push(&text[from..at + c.len_utf8()]);
        from = at + c.len_utf8();
    }
    parts.push(&text[from..]);
    parts.into_iter().map(str::trim).filter(|part| word_count(part) > 1)
}

/// What speaks of the form it stands in.
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?x)\b(the\ )?questions?\ (in|of)\ this\ (section|form|template|datasheet)\b
        |\b(answer|read|read\ through|answers\ to)\ (these|the|the\ following)\ questions\b
        |^\W*(these|the\ following)\ questions\b
        |^\W*(such\ as|as\ with\ the\ previous\ section)\b
        |\b(dataset|model|card|system)\ (creators|authors|developers|owners)
        \ (should|are\ encouraged\ to|may\ wish\ to)
        \ (answer|read|describe|provide|consider|list|explain)\b",
    )
});

fn is_instruction(sentence: &str, italic: bool) -> bool {
    static STRONG: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?x)^\W*(please\b|(describe|specify|list|insert|explain|outline|enter|fill\ in
            |add)\ (?:[a-z]|\d)|summari[sz]e\ (the|this|your|how|what|any|all|each|key|main|results
            |findings)\b|(provide|document|define|state|detail|include|note|mention|discuss
            |indicate|identify|give|report)\ (that|the|any|all|your|what|how|who|which|where|when
            |whether|if|links?|details?|information|known|relevant|each|here|some|here)\b|if\ (so
            |not|yes|no|applicable|possible|available|any|there|the|it|this|you)\b.*\b(please
            |describe|provide|specify|explain|list|state|link|why|who|how)|for\ example\b|e\.?g\b
            |(what|how|who|which|are|is|was|were|does|do|did|has|have|will|why|where|when|can
            |could)\b.*\?\s*$|replace\ this|this\ section\ (should|describes|is\ for|will)
            |remove\ this|if\ known\b|optional\b\W*$|one\ paragraph|\d+[-–]\d+\ sentences
            |[请請](在此|简要|簡要)?(描述|说明|說明|填写|填寫|列出|简述|簡述|补充|補充|注明)
            |.*(記入|記載|記述|説明)してください\W*$
            |.*(작성|기재|기입|서술|설명|명시|나열)(하세요|하십시오|하시오|해\ ?주세요)\W*$)",
        )
    });
    static WEAK: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?x)^\W*(describe|specify|list|insert|explain|outline|summari[sz]e|enter|fill|add
            |provide|document|define|state|detail|include|note|mention|discuss|indicate|identify
            |give|report|analy[sz]e|assess|evaluate|consider|complete|record|name|link|attach
            |update|address|clarify|e\.?g|i\.?e|such\ as|example|what|who|how|which|why|when|where
            |are|is|does|do|did|were|was|has|have|to\ be|pending)\b",
        )
    });
    let pattern = if italic { &*WEAK } else { &*STRONG };
    // Whoever only asks says nothing.
    sentence.ends_with(['?', '？']) || pattern.is_match(sentence) || FORM.is_match(sentence)
}

/// Whether a text with a link tells to go there.
pub(super) fn leads_to_a_place(text: &str) -> bool {
    static LEADS: LazyLock<Regex> = LazyLock::new(|| {
        compile(concat!(
            r"^\W*(please\s+)?(use|contact|open|file|write|submit|report|reach|visit|e-?mail|join",
            r"|ask|see|fill (in|out) (this|our))\b",
        ))
    });
    LEADS.is_match(text)
}
