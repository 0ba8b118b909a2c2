//! The house rules below the layers: what imports what inside a module, no circle of files, how
//! long lines and files are, each type's name once, and no decision that reads a text made for
//! people. `architecture` holds the layers of the modules themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::files;
use crate::imports::{File, Imports, blank_strings, code, module, without_tests};
use crate::still;

/// Per module its parts, lowest layer first; `mod` is its `mod.rs`. A part imports from lower
/// layers of its module only. A module without layers here is held by its own test of circles.
const LAYERS: &[(&str, &[&[&str]])] = &[
    (
        "evidence",
        &[
            &["documents", "metric_scale", "mod", "number", "pattern", "requirement"],
            &["prompt"],
            &["dates", "durations", "look_alike", "placeholder", "results", "words"],
            &["bare", "vocabulary"],
            &["echo"],
            &["outline", "pointer"],
            &["lexicon", "named_parts"],
            &["naming", "reading"],
            &["answer", "extent", "metadata", "recognise", "rows"],
            &["own_format"],
            &["find"],
            &["bom", "find_by_content", "gather"],
            &["stated_digests"],
        ],
    ),
    ("edge", &[&["fs", "git", "keygen", "mod"], &["bag", "forge"]]),
    (
        "edge/forge",
        &[
            &["error", "mod", "post"],
            &["approver", "connection", "sticky"],
            &["http"],
            &["github"],
            &["github_code_scanning", "gitlab", "reading"],
            &["client", "gitlab_approvals", "gitlab_threads", "settings"],
        ],
    ),
    (
        "edge/git",
        &[
            &["error", "loose", "mod", "paths"],
            &["soundness"],
            &["author", "repository", "single_file"],
            &["directory", "history", "stored"],
            &["commit", "remote"],
            &["index", "job", "merge", "working_tree"],
            &["source", "target_branch"],
            &["about", "cache_file", "comparison"],
            &["lineage", "merge_result"],
            &["target"],
        ],
    ),
    (
        "checks",
        &[
            &["excuses", "shared"],
            &[
                "data",
                "documents",
                "inventory",
                "model",
                "operation",
                "organisation",
                "own",
                "people",
                "risk",
                "settings",
                "signoff",
                "supplier",
                "target",
                "trust",
            ],
            &["mod"],
        ],
    ),
    (
        "signoff",
        &[
            &["files", "mod"],
            &["flaw", "terms"],
            &["scope"],
            &["inputs"],
            &["benefits", "proof"],
            &["verify"],
            &["bundle", "emergencies", "evaluate", "incoming"],
            &["clearance", "gaps", "subject"],
            &["usage"],
            &["prepare"],
        ],
    ),
    (
        "signoff/files",
        &[
            &["envelope", "located", "mod", "record"],
            &["emergency", "run", "statement"],
            &["read", "store"],
            &["load"],
        ],
    ),
    (
        "signoff/scope",
        &[
            &["configuration", "definitions", "item", "mod", "pattern", "pointers", "risk_digest"],
            &["digests", "entries", "moves", "named", "sections"],
            &["passages"],
            &["differences", "listed", "reader", "revised"],
        ],
    ),
    ("signoff/terms", &[&["mod", "seats", "table"], &["merged", "required"]]),
    ("signoff/inputs", &[&["authors", "candidates", "mod"], &["values"], &["wrote"]]),
    (
        "signoff/proof",
        &[
            &["approval", "mod", "open_seat", "person"],
            &["signature"],
            &["statement"],
            &["seating"],
            &["signatures"],
        ],
    ),
    (
        "signoff/verify",
        &[
            &[
                "authors",
                "conditions",
                "measurements",
                "mod",
                "residual",
                "revocation",
                "signers",
                "succession",
            ],
            &["envelope", "term", "validity"],
            &["coverage"],
        ],
    ),
    (
        "signoff/prepare",
        &[&["draft", "mod", "scalar", "signer"], &["plan", "signing", "trial"], &["record_text"]],
    ),
];

const WIDEST_LINE: usize = 100;
const LONGEST_FILE: usize = 450;

/// Holds that what breaks a rule is what still may.
fn assert_only(still: &[&str], rule: &str, broken: impl IntoIterator<Item = String>) {
    let broken: BTreeSet<String> = broken.into_iter().collect();
    let still: BTreeSet<String> = still.iter().map(|it| (*it).to_owned()).collect();
    let lines = |set: BTreeSet<&String>| {
        set.into_iter().map(|it| format!("    {it:?},\n")).collect::<String>()
    };
    let new = lines(broken.difference(&still).collect());
    assert!(new.is_empty(), "{rule}:\n{new}");
    let mended = lines(still.difference(&broken).collect());
    assert!(mended.is_empty(), "{rule}: mended, so take it out of what is still over:\n{mended}");
}

/// The files that are part of the product: those that are only for tests are left out.
fn product() -> Vec<File> {
    let files = files();
    let texts: BTreeMap<&str, &str> =
        files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let is_for_tests = |file: &str| {
        let module = module(file);
        let Some((name, above)) = module.split_last() else { return false };
        let parent = if above.is_empty() {
            "lib.rs".to_owned()
        } else {
            format!("{}/mod.rs", above.join("/"))
        };
        texts.get(parent.as_str()).is_some_and(|parent| lists_for_tests(parent, name))
    };
    files.iter().filter(|(file, _)| !is_for_tests(file)).cloned().collect()
}

/// Whether a parent lists a module for tests only.
fn lists_for_tests(parent: &str, name: &str) -> bool {
    let lines: Vec<&str> = parent.lines().map(str::trim).collect();
    lines
        .windows(2)
        .any(|pair| pair[0] == "#[cfg(test)]" && pair[1].ends_with(&format!("mod {name};")))
}

/// The part of a module that a file belongs to; `None` for the files of others.
fn part<'a>(module: &str, file: &'a str) -> Option<&'a str> {
    let rest = file.strip_prefix(module)?.strip_prefix('/')?;
    Some(rest.split('/').next().unwrap_or_default().trim_end_matches(".rs"))
}

/// Each import between the parts of a module that does not go down, and each part in no layer.
fn climbing(module: &str, layers: &[&[&str]], imports: &Imports) -> BTreeSet<String> {
    let layer = |part: &str| layers.iter().position(|parts| parts.contains(&part));
    let mut wrong = BTreeSet::new();
    let mut unseen: BTreeSet<&str> = layers.iter().copied().flatten().copied().collect();
    for (file, edges) in &imports.edges {
        let Some(own) = part(module, file) else { continue };
        unseen.remove(own);
        let Some(from) = layer(own) else {
            wrong.insert(format!("{module}: {own} is in no layer"));
            continue;
        };
        for other in edges.iter().filter_map(|other| part(module, other)) {
            if other != own && layer(other).is_none_or(|to| to >= from) {
                wrong.insert(format!("{module}: {own} imports {other}"));
            }
        }
    }
    wrong.extend(unseen.into_iter().map(|part| format!("{module}: there is no {part}")));
    wrong
}

#[test]
fn inside_a_module_imports_go_down_only() {
    let imports = Imports::of(&product());
    let listed = LAYERS.iter().filter(|(_, layers)| !layers.is_empty());
    let broken = listed.flat_map(|(module, layers)| climbing(module, layers, &imports));
    assert_only(still::CLIMBING, "imports inside a module go down", broken);
}

#[test]
fn no_files_import_each_other() {
    let circles = Imports::of(&product()).circles();
    assert_only(still::IN_A_CIRCLE, "files import each other", circles.into_iter().flatten());
}

fn imports_of(files: &[(&str, &str)]) -> Imports {
    let files: Vec<File> =
        files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    Imports::of(&files)
}

#[test]
fn imports_are_followed_through_what_a_module_passes_on() {
    let imports = imports_of(&[
        ("lib.rs", "pub mod a;\npub mod b;\n"),
        ("a/mod.rs", "mod one;\nmod two;\n\npub use one::{One as First, deep::Deep};\n"),
        ("a/one/mod.rs", "pub mod deep;\nuse super::two::Two;\npub struct One(Two);\n"),
        ("a/one/deep.rs", "pub struct Deep;\n"),
        ("a/two.rs", "pub struct Two;\n// crate::b::B\nconst TEXT: &str = \"crate::b::B\";\n"),
        ("b.rs", "use crate::a::{self, Deep};\nfn f(it: a::First) -> Deep { Deep::new() }\n"),
    ]);
    let of = |file: &str| imports.edges[file].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(of("b.rs"), ["a/one/deep.rs", "a/one/mod.rs"], "not what only passes them on");
    assert_eq!(of("a/mod.rs"), Vec::<&str>::new(), "to pass on is not to use");
    assert_eq!(of("a/one/mod.rs"), ["a/two.rs"]);
    assert_eq!(of("a/two.rs"), Vec::<&str>::new(), "comments and strings import nothing");
    assert!(lists_for_tests("mod a;\n#[cfg(test)]\nmod tests;\n", "tests"));
    assert!(!lists_for_tests("#[cfg(test)]\nmod tests;\nmod a;\n", "a"));
    assert!(imports.circles().is_empty());
}

#[test]
fn a_circle_and_a_climb_are_seen() {
    let files = [
        ("lib.rs", "mod a;\n"),
        ("a/mod.rs", "mod one;\nmod two;\nmod three;\npub use one::One;\npub struct A(One);\n"),
        ("a/one.rs", "pub struct One;\nfn f() { super::two::f() }\n"),
        ("a/two.rs", "use super::One;\n"),
        ("a/three.rs", "use super::A;\n#[cfg(test)]\nmod tests {\n    use super::super::two;\n}\n"),
    ];
    let imports = imports_of(&files);
    assert_eq!(imports.circles(), [["a/one.rs", "a/two.rs"]]);
    let wrong = climbing("a", &[&["one"], &["two"], &["mod"], &["four"]], &imports);
    assert_eq!(
        wrong.into_iter().collect::<Vec<_>>(),
        ["a: one imports two", "a: there is no four", "a: three is in no layer"]
    );
}

#[test]
fn no_line_is_wider_and_no_file_longer_than_one_reads() {
    let (mut wide, mut long) = (Vec::new(), Vec::new());
    for (file, text) in files() {
        if text.lines().any(|line| line.chars().count() > WIDEST_LINE) {
            wide.push(file.clone());
        }
        if text.lines().count() > LONGEST_FILE {
            long.push(file);
        }
    }
    assert_only(still::WITH_WIDE_LINES, "at most 100 columns", wide);
    assert_only(still::TOO_LONG, "at most 450 lines", long);
}

/// The types that a text defines, associated ones apart.
fn types(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
        let is_type = match words.next() {
            Some("struct" | "enum" | "trait" | "union") => true,
            Some("type") => !line.starts_with(' '),
            _ => false,
        };
        let name = words.next().filter(|_| is_type).unwrap_or_default();
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
        names.extend(Some(&name[..end]).filter(|name| !name.is_empty()));
    }
    names
}

#[test]
fn no_two_types_have_one_name() {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in product() {
        for name in types(&code(&text)) {
            names.entry(name.to_owned()).or_default().push(file.clone());
        }
    }
    let twice = names.into_iter().filter(|(_, files)| files.len() > 1);
    let broken = twice.map(|(name, files)| format!("{name}: {}", files.join(", ")));
    assert_only(still::NAMED_TWICE, "a name has one type", broken);
    let text = "pub(crate) struct One(u8);\nenum Two {}\nimpl X {\n    type Three = u8;\n}\n";
    assert_eq!(types(text), ["One", "Two"]);
    assert_eq!(types("pub type Four<T> = Vec<T>;\n    struct Five<'a> {\n"), ["Four", "Five"]);
}

/// Where decisions are made.
const DECIDING: [&str; 6] =
    ["decision/", "signoff/", "checks/", "openssh/", "settings/baseline.rs", "settings/weakening/"];

/// What texts for people are called, and what makes one of a value.
const MADE_FOR_PEOPLE: [&str; 13] = [
    "parts",
    "part",
    "text",
    "texts",
    "reason",
    "reasons",
    "words",
    "what",
    "why",
    "algorithm",
    "label",
    "to_string",
    "format",
];

/// What reads a text.
const READING: [&str; 5] = ["starts_with", "ends_with", "split", "contains", "split_once"];

/// What has such a name and was not made for people: the file, what it reads, and what that is.
const FOR_A_REASON: &[(&str, &str, &str)] = &[
    ("checks/data/croissant_invalid.rs", "text.contains", "a value of the document"),
    ("checks/data/shared.rs", "text.contains", "a value of the document"),
    ("checks/inventory/role_contradicted.rs", "to_string.contains", "the path of a file"),
    ("checks/documents/boilerplate.rs", "text.split", "the prose of the document"),
    ("checks/model/digest_differs.rs", "text.split", "the prose of the document"),
    ("checks/risk/risk_level_differs.rs", "text.split", "a rating as the document writes it"),
    ("openssh/allowed.rs", "text.split", "a file of keys"),
    ("openssh/allowed.rs", "text.split_once", "a file of keys"),
    ("openssh/allowed.rs", "text.starts_with", "a file of revoked keys"),
    ("signoff/prepare/scalar.rs", "text.ends_with", "a value that is written as YAML"),
    ("signoff/prepare/scalar.rs", "text.starts_with", "a value that is written as YAML"),
    ("signoff/scope/moves.rs", "part.split", "a part of a path"),
    ("signoff/scope/configuration.rs", "part.contains", "a part of a path"),
    ("signoff/scope/configuration.rs", "text.split", "the words of a page"),
    ("signoff/scope/configuration.rs", "to_string.split", "a path"),
    ("signoff/scope/configuration.rs", "to_string.starts_with", "a path"),
];

/// Each place of a file's code that reads a text for people, its name and what reads it, or that
/// takes one for a part, by which findings are compared.
fn readings(text: &str) -> Vec<String> {
    let code: Vec<char> = blank_strings(&without_tests(text)).chars().collect();
    let mut found = Vec::new();
    for at in 0..code.len() {
        let end = word_end(&code, at + 1);
        let method: String = code[at..end].iter().skip(1).collect();
        if code[at] == '.' && method == "parts" && code.get(end) == Some(&'(') {
            let words = arguments(&code, end);
            // What a typed part is made of has a type of its own, so is no sentence.
            let is_typed = words.iter().any(|word| word == "Part" || word == "Piece");
            let named = words.into_iter().find(|word| match word.as_str() {
                "text" | "texts" | "reason" | "what" | "to_string" => !is_typed,
                _ => word == "format",
            });
            found.extend(named.map(|word| format!("parts({word})")));
        }
        if code[at] != '.' || code.get(end) != Some(&'(') || !READING.contains(&method.as_str()) {
            continue;
        }
        for name in chain(&code, at) {
            if MADE_FOR_PEOPLE.contains(&name.as_str()) {
                found.push(format!("{name}.{method}"));
            }
        }
    }
    found
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_end(code: &[char], from: usize) -> usize {
    let mut end = from;
    while code.get(end).is_some_and(|c| is_of_a_word(*c)) {
        end += 1;
    }
    end
}

/// The words between a parenthesis and the one that closes it.
fn arguments(code: &[char], opening: usize) -> Vec<String> {
    let (mut words, mut depth, mut at) = (Vec::new(), 0, opening);
    while at < code.len() {
        let end = word_end(code, at);
        if end > at {
            words.push(code[at..end].iter().collect());
            at = end;
            continue;
        }
        match code[at] {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        at += 1;
    }
    words
}

/// The names that a value before a dot is made of: `a.b` and `f` of `f(x).a.b[0].`.
fn chain(code: &[char], dot: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = dot;
    while at > 0 {
        let c = code[at - 1];
        if is_of_a_word(c) {
            let end = at;
            while at > 0 && is_of_a_word(code[at - 1]) {
                at -= 1;
            }
            names.push(code[at..end].iter().collect());
            // A name before which there is no dot is where the value begins.
            let before: String =
                code[..at].iter().rev().take_while(|c| c.is_whitespace()).collect();
            if !matches!(code.get(at.wrapping_sub(before.len() + 1)), Some('.' | ':')) {
                break;
            }
        } else if c == ')' || c == ']' {
            let mut depth = 0;
            while at > 0 {
                at -= 1;
                match code[at] {
                    ')' | ']' => depth += 1,
                    '(' | '[' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        } else if c.is_whitespace() || matches!(c, '.' | '?' | ':' | '!') {
            at -= 1;
        } else {
            break;
        }
    }
    names
}

#[test]
fn no_decision_reads_a_text_made_for_people() {
    let mut broken = Vec::new();
    for (file, text) in product() {
        if !DECIDING.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        for reading in readings(&text) {
            let excused = FOR_A_REASON.iter().any(|(of, what, _)| *of == file && *what == reading);
            if !excused {
                broken.push(format!("{file}: {reading}"));
            }
        }
    }
    assert_only(still::READING_TEXT, "a decision reads a text made for people", broken);
}

#[test]
fn reading_a_text_made_for_people_is_seen() {
    let seen = [
        ("part.trim_start_matches('`').split('`').next()", "part.split"),
        ("flaw.parts.iter().all(|part| part.contains(\"` in `\"))", "part.contains"),
        ("it.what == id || it.what.starts_with(&format!(\"{id}.\"))", "what.starts_with"),
        ("Self::Weak(algorithm) => algorithm.starts_with(\"an RSA key\")", "algorithm.starts_with"),
        ("path.to_string().ends_with(file)", "to_string.ends_with"),
        ("let is_file = !problem\n    .text\n    .contains(' ');", "text.contains"),
        ("format!(\"{a}\").starts_with(b)", "format.starts_with"),
        ("problem.parts.contains(&file)", "parts.contains"),
        ("words[0].split(' ')", "words.split"),
        ("Problem::new(place, class, text).parts([text]).due()", "parts(text)"),
        ("problem.parts(flaws.iter().map(|(text, _)| text.clone()))", "parts(text)"),
        (".parts([damage.reason.clone()])", "parts(reason)"),
        (".parts([Part::Named(format!(\"{name} {what}\"))])", "parts(format)"),
    ];
    for (code, reading) in seen {
        assert_eq!(readings(code), [reading], "{code}");
    }
    let unseen = [
        "path.starts_with(folder)",
        "if text == x { line.split(',') }",
        "let text = line.split(',')",
        "(part, line.split(','))",
        "Problem::new(place, class, text).parts([Part::Risk(id)])",
        "problem.parts([Piece::from(Part::Reason(reason)).formerly(text)])",
        "// part.split(' ')\nlet x = \"part.split(' ')\";",
    ];
    for code in unseen {
        assert_eq!(readings(code), Vec::<String>::new(), "{code}");
    }
}
