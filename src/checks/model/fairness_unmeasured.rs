//! A fairness evaluation that compares no groups, or says no numbers.

use crate::catalog::{DocumentLanguage, FactName};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{MeasuredGroup, extent_of, measured_groups};
use crate::finding::{Problem, Who};
use crate::model::RepositoryModel;
use crate::part::Part;
use crate::settings::register::System;
use crate::wording::and_more;

pub(crate) const CHECK: Check = check(
    CheckId::FairnessUnmeasured,
    "A fairness evaluation compares no groups, or says no numbers",
    run,
)
.controls(&["A.5.4", "A.6.2.4"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("fairness_unmeasured.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let repo = context.judged;
    let judged = held(context, Some("fairness-evaluation")).into_iter().filter_map(|it| {
        let system = it.need.system.as_ref().and_then(|id| repo.system(id))?;
        system.facts.hold(FactName::DecidesAboutPeople).then(|| judge(repo, system, it))
    });
    judged.collect()
}

fn judge(repo: &RepositoryModel<'_>, system: &System, held: ReadDocument<'_>) -> Outcome {
    let is_number = |said: &str| said.contains(char::is_numeric);
    let flaws = [
        ("groups", "two groups that are compared", is_comparison as fn(&str) -> bool),
        ("thresholds", "a number as threshold", is_number),
        ("results", "a number as result", is_number),
    ];
    // What is not said at all is told of the element.
    let open = flaws.into_iter().filter_map(|(key, what, holds)| {
        let (said, place) = held.all_said(key)?;
        (!holds(said)).then_some((key, what.to_owned(), place))
    });
    let mut open: Vec<_> = open.collect();
    let place = held.all_said("groups").map(|(_, place)| place);
    let place = place.unwrap_or_else(|| held.reading.place());
    let is_said = ["groups", "results"].iter().all(|key| held.said(key).is_some());
    let of_results =
        if is_said { against_results(&held, &groups_of(repo, system)) } else { Vec::new() };
    open.extend(of_results.into_iter().map(|(key, what)| (key, what, place.clone())));
    let Some((_, _, place)) = open.first() else { return Outcome::pass(held.subject()) };
    let what: Vec<&str> = open.iter().map(|(_, what, _)| what.as_str()).collect();
    let text = format!("{} does not name {}", held.named(), what.join(", "));
    let problem = Problem::new(place.clone(), held.need.class, text)
        .parts(open.iter().map(|(key, _, _)| Part::Field((*key).to_owned())));
    let remedy = "name the groups, the measure for each, how far they may lie apart, and how far \
        they do";
    Outcome::fail(held.subject(), problem.remedy(Who::Owner, remedy))
}

/// The groups that the results of a system's measures have values for.
fn groups_of(repo: &RepositoryModel<'_>, system: &System) -> Vec<MeasuredGroup> {
    let metrics: Vec<&str> = system.accept_when.iter().map(|it| it.metric.value.as_str()).collect();
    let mut files: Vec<_> =
        system.accept_when.iter().filter_map(|it| system.path(&it.results)).collect();
    files.sort();
    files.dedup();
    let documents = files.iter().filter_map(|path| repo.documents.get(path));
    documents.flat_map(|document| measured_groups(document, &metrics)).collect()
}

/// Words by which an evaluation says that an attribute is not measured, and by which it says what
/// stands for it.
const ABSENT: [&str; 6] =
    ["not in the data", "not collected", "not recorded", "not available", "not held", "not known"];
const PROXY: [&str; 6] = ["proxy", "proxies", "stand for", "stands for", "stand in", "inferred"];

/// Groups that a finding names; the others are counted.
const MOST_NAMED: usize = 5;

/// Returns what the evaluation does not say that its results ask for: each group they have a value
/// for, how many cases it has, and what stands for an attribute that is not in the data.
fn against_results(
    held: &ReadDocument<'_>,
    measured: &[MeasuredGroup],
) -> Vec<(&'static str, String)> {
    let page = extent_of(held.document, held.reading).of(&held.document.source).to_lowercase();
    let quoted = |names: Vec<&str>| {
        let shown = &names[..names.len().min(MOST_NAMED)];
        let more = and_more(names.len() - shown.len(), "");
        format!("`{}`{more}", shown.join("`, `"))
    };
    let mut open = Vec::new();
    let is_unnamed = |it: &&MeasuredGroup| !page.contains(&it.name.to_lowercase());
    let unnamed: Vec<&str> =
        measured.iter().filter(is_unnamed).map(|it| it.name.as_str()).collect();
    if !unnamed.is_empty() {
        let what = format!("the groups of its results {}", quoted(unnamed));
        open.push(("measured-groups", what));
    }
    let listed = held.all_said("groups").map_or_else(Vec::new, |(said, _)| listed(said));
    let is_measured = |name: &&str| {
        let name = name.to_lowercase();
        measured.iter().any(|it| name.contains(&it.name.to_lowercase()))
    };
    let unmeasured: Vec<&str> = listed.into_iter().filter(|name| !is_measured(name)).collect();
    if !measured.is_empty() && !unmeasured.is_empty() {
        let what = format!("results for {}", quoted(unmeasured));
        open.push(("unmeasured-groups", what));
    }
    if !measured.iter().all(|it| it.is_counted) && !says_count(&page) {
        open.push(("cases", "how many cases each group has".to_owned()));
    }
    let is_english = matches!(held.language(), DocumentLanguage::English);
    let says = |words: &[&str]| words.iter().any(|word| page.contains(word));
    if is_english && says(&ABSENT) && !says(&PROXY) {
        open.push(("proxy", "what stands for an attribute that is not in the data".to_owned()));
    }
    open
}

/// The names of a list whose every part is a name of at most three words; none where a part of the
/// text is a sentence.
fn listed(said: &str) -> Vec<&str> {
    const NAME: usize = 3;
    let parts = said.split([',', ';', '|', '\n']).flat_map(|piece| piece.split(" and "));
    let trimmed = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
    let names: Vec<&str> = trimmed.filter(|name| name.contains(char::is_alphabetic)).collect();
    let is_list = names.len() > 1 && names.iter().all(|it| it.split_whitespace().count() <= NAME);
    if is_list { names } else { Vec::new() }
}

/// Whether a text has a whole number that counts something: at least ten, and no year.
fn says_count(page: &str) -> bool {
    let mut words = page.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '=' | '|'));
    words.any(|word| {
        let word = word.trim_end_matches(['.', ';', ':', ',']).replace([',', '\u{a0}'], "");
        word.parse::<u64>().is_ok_and(|count| count >= 10 && !(1900..2100).contains(&count))
    })
}

/// Whether a text names more than one thing: parts of a list, or a sentence about them.
fn is_comparison(said: &str) -> bool {
    const SENTENCE: usize = 5;
    let parts = said.split([',', ';', '/', '|', '\n', '、', '・']);
    let named = parts.filter(|name| name.contains(char::is_alphabetic)).count();
    named > 1 || said.split_whitespace().count() >= SENTENCE || {
        let mut words = said.split_whitespace();
        words.any(|word| ["and", "or", "und", "et", "e", "y", "en", "i", "&", "vs"].contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_of_short_names_and_a_count_is_no_year() {
        assert_eq!(listed("women, men and people over 60"), ["women", "men", "people over 60"]);
        assert_eq!(listed("the regions; age and sex are not in the data").len(), 0);
        let counts =
            [("760 in the north", true), ("n=1,200", true), ("0.004 in 2026, 5 runs", false)];
        for (text, expected) in counts {
            assert_eq!(says_count(text), expected, "{text}");
        }
    }
}
