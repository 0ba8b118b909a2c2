//! When a text only holds the place of one: empty, TBD, a prompt of a template, a form left blank.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::pattern::compile;
use super::prompt::{is_italic_prompt, is_prompt, leads_to_a_place, word_count};
use crate::catalog::embedded;
use crate::document::prose::{Block, BlockKind, Cell, Table};
use crate::untrusted::is_deceptive;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFiller {
    stock: Vec<String>,
    values: Vec<String>,
    organisations: Vec<String>,
    /// Words of the Latin that printers fill pages with.
    latin: Vec<String>,
    /// Words that only stand for words.
    noise: Vec<String>,
    /// Per language.
    elsewhere: BTreeMap<String, Vec<String>>,
    absent: AbsentWords,
}

/// How a text says that there is nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AbsentWords {
    /// Its first word.
    begins: Vec<String>,
    /// What it starts with, in scripts without spaces.
    starts: Vec<String>,
    ends: Vec<String>,
}

/// What ships as data, in the form texts are compared in.
static KNOWN: LazyLock<KnownFiller> = LazyLock::new(|| {
    let mut known: KnownFiller =
        embedded("placeholders", include_str!("../../data/placeholders.yaml"));
    let elsewhere: Vec<String> = known.elsewhere.values().flatten().cloned().collect();
    known.values.extend(elsewhere);
    known.latin.sort_unstable();
    for text in known.stock.iter_mut().chain(&mut known.values).chain(&mut known.organisations) {
        *text = plain(text);
    }
    known
});

/// Lower case, one space, no emphasis.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['*', '`'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that may stand beside a held place without saying anything themselves.
const FEW_WORDS: usize = 1;

/// Words of the longest text that may hold a place and nothing else.
const LONGEST: usize = 120;

/// Words of the longest prompt that is looked for.
const LONGEST_PROMPT: usize = 14;

/// Whether a text only holds a place for something: empty, TBD, a bracketed prompt, a bare N/A, an
/// instruction to whoever fills the form in.
///
/// "None", "Not performed" and "Not applicable because ..." are answers.
pub(crate) fn is_placeholder(text: &str) -> bool {
    // What cannot be seen says nothing.
    let seen: String = text.chars().filter(|c| !is_deceptive(*c) || c.is_whitespace()).collect();
    let text = seen.trim().trim_matches(['_', '*']).trim();
    if is_tick(text) {
        return false;
    }
    let is_short = || word_count(text) <= LONGEST;
    !text.contains(char::is_alphanumeric)
        || is_held(text)
        || (is_short() && (is_left(text) || is_prompt(text)))
        || is_filler(text)
}

/// Words from which on a text of one word is filler, and one of a few words again and again.
const FEWEST_REPEATED: [usize; 2] = [5, 8];

/// Words of a text that are looked at for filler.
const MOST_LOOKED_AT: usize = 160;

/// A text that fills a page: a word or a phrase again and again, Latin, or noise.
///
/// It is asked of every text and mostly ends after the first words, without anything allocated.
pub(super) fn is_filler(text: &str) -> bool {
    let words = || {
        let all = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        all.take(MOST_LOOKED_AT)
    };
    let is_of = |words: &[String], word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word));
    let count = words().count();
    let is_noise = || count > 0 && words().all(|word| is_of(&KNOWN.noise, word));
    is_noise() || (count > 3 && (is_repeated(count, words()) || is_latin(count, words())))
}

/// Whether of so many words nearly all were there before. A row of numbers repeats and says
/// something.
fn is_repeated<'t>(count: usize, words: impl Iterator<Item = &'t str> + Clone) -> bool {
    let [of_one, of_few] = FEWEST_REPEATED;
    let most = if count >= of_few { count / 4 } else { usize::from(count >= of_one) };
    let mut distinct: Vec<&str> = Vec::new();
    for word in words {
        if distinct.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            continue;
        }
        if distinct.len() == most {
            return false;
        }
        distinct.push(word);
    }
    distinct.iter().any(|word| word.contains(char::is_alphabetic))
}

/// Whether two of five words are of the Latin that printers use.
fn is_latin<'t>(count: usize, words: impl Iterator<Item = &'t str>) -> bool {
    let is_known = |word: &str| {
        let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
        KNOWN.latin.binary_search_by(|known| known.bytes().cmp(lower())).is_ok()
    };
    let mut others = 0;
    for word in words {
        others += usize::from(!is_known(word));
        if others * 5 > count * 3 {
            return false;
        }
    }
    count - others >= 4
}

/// A tick or a cross is an answer.
fn is_tick(text: &str) -> bool {
    let marks: String = text.chars().filter(|c| !matches!(c, '\u{fe0f}' | ' ')).collect();
    matches!(marks.as_str(), "✓" | "✔" | "✅" | "☑" | "✗" | "✘" | "❌" | "☒" | "√")
}

/// A text that says of itself that it is not written yet.
fn is_held(text: &str) -> bool {
    static HELD: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?xs)^(
                \W*(n\W*a|not\ available|unknown(\ yet)?|[a-z])\W*
              | \W*(tbd|tba|tbc|fixme|xxx|wip)\b.*
              | \W*(todo|to-do)\s*([:.!\-–—(].*)?
              | \W*lorem\ ipsum.*
              | \W*(\d*\.?x{2,}|x)([.,-]x+)*\s*(%|[kmg]b|ms?|/sample)?\W*
              | \[[^\]]*\]\W* | <[^>]*>\W* | \{\{.*\}\}\W* | \{[^}]*\}\W* | __+.*__+
            )$",
        )
    });
    static SAYS_SO: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?xs)^(
                \W*(todo|to-do)\b.*
              | \W*(more\ information\ needed|coming\ soon|to\ be\ (named|confirmed|determined
              |defined|decided|done|added|completed|written|filled|announced|provided|updated
              |documented|assigned|agreed|discussed|clarified|finali[sz]ed|specified|drafted|chosen
              |established|supplied|settled)|fill\ (this\ )?in|under\ construction|placeholder
              |work\ in\ progress|pending)\b.*
              | \W*your\b.*\bhere\W*
              | \W*not\ (yet\ )?(written|done|filled\ in|documented|provided|specified
              |available\ yet)(\ yet)?\W*
              | \W*(insert|add|describe|provide|enter|write|list|explain|specify)\b.*\b(here
              |below)\W*
              | \(?(fill\ in|specify|estimate|add)\b.*\)?
            )$",
        )
    });
    static ENDS_SO: LazyLock<Regex> = LazyLock::new(|| {
        compile(concat!(
            r"(?s)\b(to be (completed|filled( in)?|determined|confirmed)",
            r"|more information needed|tbd|todo|your answer here)\W*$",
        ))
    });
    let is = |pattern: &Regex| pattern.is_match(text);
    is(&HELD)
        || (word_count(text) <= 2 * LONGEST_PROMPT && is(&ENDS_SO))
        || (word_count(text) <= LONGEST_PROMPT && is(&SAYS_SO))
        || KNOWN.values.contains(&value(text))
}

/// A value without what is put around it.
fn value(text: &str) -> String {
    plain(text)
        .trim_matches([
            '[', ']', '<', '>', '(', ')', '{', '}', '_', '.', '。', '（', '）', '【', '】',
        ])
        .to_owned()
}

/// Any of the stock sentences.
static STOCK: LazyLock<Regex> = LazyLock::new(|| {
    let stock: Vec<String> = KNOWN.stock.iter().map(|text| regex::escape(text)).collect();
    compile(&stock.join("|"))
});

/// A text of which next to nothing is left once the prompts, blanks and stock sentences are taken
/// out.
fn is_left(text: &str) -> bool {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?xs) \{\{.*?\}\} | \{%.*?%\} | \[[^\]\[]*\] | <[^<>]+> | _{3,} | \.{4,}
            | [☐□▢]\s*[\w/]+ | \$\{[^}]*\} ",
        )
    });
    let is_marked = text.contains(['{', '[', '<', '☐', '□', '▢', '$'])
        || text.contains("___")
        || text.contains("....");
    let without = if is_marked { MARKS.replace_all(text, " ") } else { text.into() };
    let mut left = plain(&without);
    let mut taken = without != text;
    // Most texts hold none of them, which one search tells.
    let stock = if STOCK.is_match(&left) { KNOWN.stock.as_slice() } else { &[] };
    for stock in stock {
        if let Some(at) = left.find(stock.as_str()) {
            left.replace_range(at..at + stock.len(), " ");
            taken = true;
        }
    }
    taken && word_count(&left) <= FEW_WORDS
}

/// Whether a text says of itself that there is nothing: "None known.", "Nicht gemessen", `未测试`.
pub(crate) fn is_honest_gap(text: &str) -> bool {
    let text = plain(text);
    let first = text.split([' ', ',', '.', ':', ';']).next().unwrap_or_default();
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let absent = &KNOWN.absent;
    absent.begins.iter().any(|word| word == first)
        || absent.starts.iter().any(|it| text.starts_with(it.as_str()))
        || absent.ends.iter().any(|it| end.ends_with(it.as_str()))
}

/// Whether a document is written for nobody: it names a made-up organisation more than once.
pub(super) fn is_for_nobody(text: &str) -> bool {
    let text = plain(text);
    let count = |name: &str| {
        let whole = text.match_indices(name).filter(|(at, _)| {
            let outside = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            outside(text[..*at].chars().next_back())
                && outside(text[*at + name.len()..].chars().next())
        });
        whole.count()
    };
    KNOWN.organisations.iter().any(|name| count(name) >= 2)
}

/// A value that only offers what to choose from, or hints at what belongs there.
fn is_form_value(text: &str) -> bool {
    static CHOICE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?x)^\W*(low|high|minimal|prohibited|yes|no|pass|approved?|accept|pending|draft
            |internal|open|none|pre-deployment|critical|direct
            |design)\b[\w\ -]*(\s*[/|]\s*[\w\ -]+){1,6}\W*$",
        )
    });
    let text = text.trim();
    let hint = text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1;
    let words = word_count(text);
    (hint && words <= LONGEST_PROMPT) || (words > 1 && CHOICE.is_match(text))
}

/// Whether a block says nothing.
pub(super) fn is_unsaid(block: &Block) -> bool {
    match &block.kind {
        // What no reader sees, and a plan.
        BlockKind::Comment | BlockKind::Task { ticked: false } => true,
        _ if block.contents => true,
        // Whoever says where to ask says something.
        _ if block.linked && leads_to_a_place(&block.text) => false,
        BlockKind::Table(table) => !says_something(table),
        BlockKind::Label { .. } => is_placeholder(&block.text) || is_form_value(&block.text),
        BlockKind::Prose | BlockKind::Code | BlockKind::Task { .. } => {
            is_placeholder(&block.text) || (block.italic && is_italic_prompt(&block.text))
        }
    }
}

/// Whether a table holds more than its headers, its row names and dummy numbers.
pub(super) fn says_something(table: &Table) -> bool {
    // A number before the name counts rows; the first cell after it names the row.
    let values = |row: &Vec<Cell>| -> Vec<String> {
        let counted =
            row.first().is_some_and(|cell| cell.text.trim_end_matches('.').parse::<u32>().is_ok());
        let skip = usize::from(row.len() > 1) + usize::from(counted && row.len() > 2);
        row.iter().skip(skip).map(|cell| cell.text.clone()).collect()
    };
    let values: Vec<String> =
        table.rows.iter().flat_map(values).filter(|text| !is_placeholder(text)).collect();
    let number = |text: &String| text.trim_end_matches('%').trim().parse::<f64>().ok();
    let numbers: Vec<f64> = values.iter().filter_map(number).collect();
    let dummies = numbers.len() > 1 && numbers.iter().all(|number| *number == 0.0);
    if dummies { values.len() > 2 * numbers.len() } else { !values.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_place_is_no_answer_and_an_honest_gap_is() {
        for text in [
            "",
            "TBD",
            "TBD after validation",
            "todo: write",
            "[More Information Needed]",
            "<insert purpose>",
            "N/A",
            "n/a.",
            "...",
            "—",
            "Coming soon",
            "To be confirmed",
            "_To be completed (how long, how often, in which context)._",
            "{{ model_description }}",
            "{{ training_data | default(\"[More Information Needed]\", true)}}",
            "Describe the data here.",
            "Summarise the results of the evaluation.",
            "Lorem ipsum dolor",
            "Sed ut perspiciatis unde omnis iste natus error sit voluptatem accusantium.",
            "At vero eos et accusamus et iusto odio dignissimos ducimus qui blanditiis.",
            "Bias bias bias. Bias bias!",
            "It may fail. It may fail. It may fail. It may fail.",
            "asdf qwer",
            "blah blah",
            "[YYYY-MM-DD]",
            "YYYY-MM-DD",
            "____",
            "\u{200b}\u{3164}",
            "TBD, we will write this down when the tests are done and everybody had the time to \
             read them again",
            "NA",
            "N.A.",
            "x",
            "Not written yet.",
            "👍",
            "❓ TBC",
            "*YOUR ANSWER HERE*",
            "Simulated",
            "☐ Yes ☐ No",
            "Datasets used for evaluation, with provenance and preprocessing. [to be completed]",
            "Users (both direct and downstream) should be made aware of the risks, biases and \
             limitations of the model. More information needed for further recommendations.",
            "Add known limitations and failure modes of the model.",
            "Was the \"raw\" data saved in addition to the cleaned data? If so, please provide a \
             link or other access point to the raw data.",
            "Is any information missing? If so, please say why. This does not include what was \
             removed on purpose, but might include redacted text.",
            "待定。",
            "【待补充】",
            "请描述模型的预期用途。",
            "该模型用于什么场景？",
            "추후 작성",
            "모델의 한계를 설명해 주세요.",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "None",
            "0 0 0 0 1 0 0 0",
            "no no no",
            "Non usare il modello per decidere su crediti; non vale per imprese.",
            "Not applicable because no personal data is processed.",
            "Not performed.",
            "English news text",
            "We list known errors below and say who is hurt by them in each of the cases we have \
             seen so far.",
            "MIT",
            "The TODO application suggests tasks.",
            "0.91",
            "✅",
            "Not disclosed",
            "Report harm at https://example.com/report.",
            "无",
            "不适用于企业贷款的审批[1]。",
            "기업 대출 심사에는 사용하지 마십시오.",
            "Texts from [1] and [2], collected in 2021.",
            "Include a person in every decision about a loan.",
            "Summarise a support ticket in three sentences for the agent who handles it.",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_hint_about_the_questions_of_a_form_answers_none_of_them() {
        let hint = "As with the previous section, dataset creators should read through these \
                    questions first. The answers may let others build the data again.";
        assert!(is_italic_prompt(hint));
        assert!(!is_italic_prompt("Collected in 2021 from volunteers who told how they sleep."));
    }

    #[test]
    fn a_gap_is_told_in_any_language() {
        for text in [
            "None known.",
            "Not measured outside of the bank.",
            "n/a",
            "Keine bekannt.",
            "Nicht geprüft.",
            "Aucune évaluation n'a été faite.",
            "Ninguna.",
            "Nessuno noto",
            "Geen",
            "Brak danych.",
            "Não avaliado",
            "未测试。",
            "評価は実施していない。",
            "평가하지 않았습니다.",
        ] {
            assert!(is_honest_gap(text), "{text}");
        }
        for text in ["May be wrong.", "Notes on the data.", "Kann falsch sein.", "可能出错。"]
        {
            assert!(!is_honest_gap(text), "{text}");
        }
    }

    #[test]
    fn made_up_organisations_are_nobody() {
        assert!(is_for_nobody("This is the policy of **ACME CORP**. ACME Corp develops AI."));
        assert!(!is_for_nobody("Macmes are sold by Acmeville."));
    }
}
