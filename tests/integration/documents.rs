//! The pages that are written from the program: each is compared with what is committed, and
//! `SNAPSHOTS=overwrite cargo test` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::Cli;
use aimsgate::glossary;
use clap::CommandFactory;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn is_as_committed(text: String, page: &str) {
    let expected = snapbox::Data::read_from(&root().join("docs").join(page), None);
    snapbox::assert_data_eq!(text, expected.raw());
}

/// An item of a list, broken into lines of at most a hundred columns where it has spaces.
pub(crate) fn item(bullet: &str, text: &str) -> String {
    let (mut out, mut column) = (bullet.to_owned(), bullet.len());
    for (at, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > 100 {
            let _ = write!(out, "\n{:1$}", "", bullet.len());
            column = bullet.len();
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += length;
    }
    out + "\n"
}

#[test]
fn the_glossary_is_as_committed() {
    let mut text = "# The words of aimsgate\n\nWritten by `SNAPSHOTS=overwrite cargo test` from \
                    `data/glossary.yaml`. A name in parentheses is\nthe type in the code. On the \
                    command line: `aimsgate explain WORD`.\n\n"
        .to_owned();
    for term in glossary() {
        let code = term.type_name.as_ref().map_or_else(String::new, |name| format!(" (`{name}`)"));
        text += &item("- ", &format!("**{}**{code}: {}.", term.word, term.means));
    }
    is_as_committed(text, "glossary.md");
}

/// The text of every source file.
fn sources() -> Vec<String> {
    let mut texts = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join("src")];
    while let Some(folder) = open.pop() {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

#[test]
fn every_type_that_the_glossary_names_exists() {
    let sources = sources();
    for term in glossary() {
        let Some(name) = &term.type_name else { continue };
        let is_defined = ["struct", "enum", "trait", "type"].iter().any(|kind| {
            [" ", "<", "(", ";"].iter().any(|end| {
                let definition = format!("{kind} {name}{end}");
                sources.iter().any(|text| text.contains(&definition))
            })
        });
        assert!(is_defined, "{}: there is no type `{name}`", term.word);
    }
}

#[test]
fn the_reference_of_the_command_line_is_as_committed() {
    let mut text = "# The command line\n\nWritten by `SNAPSHOTS=overwrite cargo test` from what \
                    `--help` prints.\n[verdict.md](verdict.md) says what is compared and what \
                    blocks.\n"
        .to_owned();
    let mut command = Cli::command().term_width(90).color(clap::ColorChoice::Never);
    command.build();
    let mut add = |heading: &str, command: &mut clap::Command| {
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let _ = writeln!(text, "\n## {heading}\n\n```text\n{}\n```", lines.join("\n").trim());
    };
    add("aimsgate", &mut command.clone());
    for command in command.get_subcommands_mut() {
        if command.get_name() != "help" {
            add(&format!("aimsgate {}", command.get_name()), command);
        }
    }
    is_as_committed(text, "cli.md");
}

/// Every page that people read, with its path from the root.
fn pages() -> Vec<(PathBuf, String)> {
    let below = |folder: &str| fs::read_dir(root().join(folder)).unwrap();
    let paths = below("").chain(below("docs")).map(|item| item.unwrap().path());
    let mut pages: Vec<PathBuf> = paths.collect();
    pages.push(root().join("tests/changes/README.md"));
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The anchors of a page's headings, as forges make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let slug = |heading: &str| -> String {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    headings.map(slug).collect()
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let whole = prose(&text).collect::<Vec<_>>().join("\n");
        for rest in whole.split("](").skip(1) {
            let target = rest.split(')').next().unwrap();
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file =
                if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let is_there = file.exists();
            let has_anchor = anchor.is_empty()
                || fs::read_to_string(&file)
                    .is_ok_and(|text| anchors(&text).iter().any(|known| known == anchor));
            if !is_there || !has_anchor {
                wrong.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_file_that_a_page_names_exists() {
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        for name in prose(&text).flat_map(|line| line.split('`').skip(1).step_by(2)) {
            let is_ours =
                ["src/", "data/", "tests/", "docs/"].iter().any(|it| name.starts_with(it));
            // Words in capitals stand for any name.
            let is_path =
                !name.contains(|c: char| c.is_whitespace() || c.is_ascii_uppercase() || c == '*');
            let is_example = page.ends_with("docs/messages.md") || page.ends_with("docs/checks.md");
            if is_ours && is_path && !is_example && !root().join(name).exists() {
                wrong.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
