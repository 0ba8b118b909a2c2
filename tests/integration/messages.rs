//! `docs/messages.md` lists what every check says, as its cases show it. What the sources of the
//! checks can say and no case shows is found by reading the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use aimsgate::CHECKS;

use crate::architecture::files;
use crate::documents::{is_as_committed, item, root};
use crate::fixtures::{every_case, folders, judge, name};
use crate::imports::{strings, without_tests};

/// Texts of the sources that no case can show, each with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("not collected", "words that are looked for in a document"),
    ("not recorded", "words that are looked for in a document"),
    ("not available", "words that are looked for in a document"),
    ("not held", "words that are looked for in a document"),
    ("not known", "words that are looked for in a document"),
    ("stand for", "words that are looked for in a document"),
    ("stand in", "words that are looked for in a document"),
    ("next audit", "words that are looked for in a document"),
    ("all clauses", "words that are looked for in a document"),
    ("three years", "words that are looked for in a document"),
    (
        "too many files came and went at once to follow what was governed",
        "needs hundreds of files, all alike; `src/change.rs` tests when that is so",
    ),
    ("split the change: move files first, then change them", "stands below the same text"),
    ("is approved by {by}, who wrote it in this change", "needs the commits of a change"),
    (
        "{} says that {id} approved it on {day}, and no approval of the change and no signature \
         shows it",
        "needs the commits of a change; the rows of changes show it",
    ),
    (
        "approve the change on its forge at its newest commit, or sign a record that covers it",
        "stands below the same text",
    ),
    (
        "{} says that {id} approved it on {day}, and nothing of {id} shows it",
        "needs the commits of a change; the rows of changes show it",
    ),
    (
        "commit that day yourself, or approve the change on its forge at its newest commit",
        "stands below the same text",
    ),
    (
        "or, because it asks for no less: aimsgate sign --prepare confirm --system {}",
        "needs what was signed on a target branch; the rows of changes show it",
    ),
    (
        "the submodule `{path}` comes in, whose content is not here",
        "needs a submodule, which only git holds",
    ),
    (
        "prepare it anew: {anew}",
        "needs a record that was merged with another; the rows of changes show it",
    ),
    ("roles of {}", "is no text but a subject, by which a finding is known again"),
    ("{} of what changed", "is no text but a subject"),
];

/// What one check says: each text with the ways out of it, the case that shows it, and what is said
/// there of places.
type Messages = BTreeMap<(String, Vec<String>), (String, Vec<String>)>;

/// What every check says in its cases. Cases are judged on as many threads as there are.
fn messages() -> BTreeMap<String, Messages> {
    let cases: Vec<(String, PathBuf)> =
        every_case().into_iter().map(|case| (name(case.parent().unwrap()), case)).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let of_thread = |at: usize| {
        let own = cases.iter().skip(at).step_by(threads);
        let found = own.flat_map(|(check, case)| {
            let entries = judge(case).findings.into_iter();
            entries.filter(move |entry| entry.check.name() == check).map(move |entry| {
                let label = Some(entry.location.label).filter(|label| !label.is_empty());
                let label = label.map(|label| format!("marked: {label}"));
                let related: BTreeSet<String> =
                    entry.related.into_iter().map(|it| format!("further: {}", it.text)).collect();
                let ways = entry.remedies.into_iter().map(|way| {
                    let who = serde_json::to_value(way.who).unwrap();
                    format!("{}: {}", who.as_str().unwrap(), way.text)
                });
                let ways: Vec<String> = ways.collect();
                let places: Vec<String> = label.into_iter().chain(related).collect();
                (check.clone(), (entry.text, ways), (name(case), places))
            })
        });
        found.collect::<Vec<_>>()
    };
    let found = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|at| scope.spawn(move || of_thread(at))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let mut all: BTreeMap<String, Messages> = BTreeMap::new();
    for (check, message, case) in found {
        let shown = all.entry(check).or_default().entry(message).or_insert_with(|| case.clone());
        if case.0 < shown.0 {
            *shown = case;
        }
    }
    all
}

/// The source file of a check. Checks of a property of sign-offs are rows of one file.
fn file_of(check: &str) -> String {
    let file = format!("{}.rs", check.replace('-', "_"));
    let groups = folders(&root().join("src/checks"));
    let group = groups.iter().find(|group| group.join(&file).is_file());
    let path = match group {
        Some(group) => format!("src/checks/{}/{file}", name(group)),
        None => "src/checks/signoff/properties.rs".to_owned(),
    };
    let source = fs::read_to_string(root().join(&path)).unwrap();
    let id: String = check.split('-').map(capitalised).collect();
    assert!(source.contains(&format!("CheckId::{id}")), "{path} has no {check}");
    path
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[test]
fn the_list_of_all_messages_is_as_committed() {
    let mut text = "# Messages\n\nWhat each check says, as its cases under `fixtures/checks` show \
                    it, so that the texts can be read\nas a set. Each text has the case that shows \
                    it; below it stand what is said of the marked place\nand of further places, \
                    and what clears it and who can. Written by `SNAPSHOTS=overwrite cargo\ntest`; \
                    another test holds that no text of the sources is missing.\n"
        .to_owned();
    let mut messages = messages();
    for check in CHECKS {
        let id = check.id.name();
        let _ = writeln!(text, "\n## {id}\n\n`{}`:\n{}.\n", file_of(id), check.title);
        for ((message, ways), (case, places)) in messages.remove(id).unwrap_or_default() {
            text += &item("- ", &format!("{message} (`{case}`)"));
            for line in places.iter().chain(&ways) {
                text += &item("  - ", line);
            }
        }
    }
    is_as_committed(text, "messages.md");
}

/// The texts of the page, each in one line, with the file that the check of its section lies in.
fn listed(page: &str) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut file = String::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        if let Some(named) = line.strip_prefix("`src/").and_then(|it| it.strip_suffix("`:")) {
            file = format!("src/{named}");
        }
        match texts.last_mut() {
            Some((_, text)) if line.starts_with(' ') && !line.trim_start().starts_with("- ") => {
                text.push(' ');
                text.push_str(line.trim_start());
            }
            _ => texts.push((file.clone(), line.to_owned())),
        }
    }
    texts
}

/// What stands between the holes of a format.
fn fixed(literal: &str) -> Vec<String> {
    let (mut pieces, mut is_hole) = (vec![String::new()], false);
    let mut chars = literal.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if !is_hole && chars.peek() == Some(&c) => {
                pieces.last_mut().unwrap().push(c);
                chars.next();
            }
            '{' => is_hole = true,
            '}' => {
                is_hole = false;
                pieces.push(String::new());
            }
            c if !is_hole => pieces.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    pieces.iter().map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Whether a text is what a format makes: it holds the fixed pieces in their order.
fn is_made_by(pieces: &[String], text: &str) -> bool {
    let mut rest = text;
    pieces.iter().all(|piece| match rest.split_once(piece.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// A string of a check is for people where it has two words or more beside its holes. It stands in
/// the page, in the section of its check; what several checks share stands in any.
#[test]
fn every_text_of_the_checks_is_listed() {
    let page = fs::read_to_string(root().join("docs/messages.md")).unwrap();
    let texts = listed(&page);
    let (mut missing, mut unused) = (Vec::new(), NOT_SHOWN.to_vec());
    for (file, source) in files() {
        if !file.starts_with("checks/") {
            continue;
        }
        let file = format!("src/{file}");
        let is_check = texts.iter().any(|(section, _)| *section == file);
        for literal in strings(&without_tests(&source)) {
            let pieces = fixed(&literal);
            let words = pieces.join(" ");
            let words = words.split(' ').filter(|word| word.contains(char::is_alphabetic));
            let is_for_people = words.count() > 1 && literal.trim().contains(' ');
            let mut own = texts.iter().filter(|(section, _)| !is_check || *section == file);
            if !is_for_people || own.any(|(_, text)| is_made_by(&pieces, text)) {
                continue;
            }
            match unused.iter().position(|(text, _)| *text == literal) {
                Some(at) => drop(unused.remove(at)),
                None => missing.push(format!("{file}: {literal}")),
            }
        }
    }
    assert!(missing.is_empty(), "no case shows:\n{}", missing.join("\n"));
    assert!(unused.is_empty(), "these are shown, or gone: {unused:?}");
}

#[test]
fn a_text_is_compared_between_its_holes() {
    assert_eq!(fixed("{} is {a:?}, {{b}}"), ["", "is", ", {b}"]);
    assert!(is_made_by(&fixed("`{}` is no {what} here"), "- `x` is no file here (`fires`)"));
    assert!(!is_made_by(&fixed("`{}` is no {what} here"), "- here `x` is no file (`fires`)"));
    let source = "// no \"comment\"\nlet a = \"two \\\n    \\\"words\\\"\"; let b = '\"';";
    assert_eq!(strings(source), ["two \"words\""]);
    let page = "## a\n\n`src/a.rs`:\nTitle.\n\n- one\n  two\n  - three\n";
    assert_eq!(
        listed(page)[2..],
        ["Title.", "- one two", "  - three"].map(|text| ("src/a.rs".to_owned(), text.to_owned()))
    );
}
