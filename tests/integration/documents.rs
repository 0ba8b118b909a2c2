//! The pages that are written from the program: each is compared with what is committed, and
//! `SNAPSHOTS=overwrite cargo test` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::catalog;
use aimsgate::cli::Cli;
use clap::CommandFactory;

use crate::fixtures::{fixtures, folders, judge, name};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_as_committed(text: String, page: &str) {
    let expected = snapbox::Data::read_from(&root().join("docs").join(page), None);
    snapbox::assert_data_eq!(text, expected.raw());
}

/// An item of a list, broken into lines of at most a hundred columns where it has spaces.
fn item(bullet: &str, text: &str) -> String {
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
                    `data/glossary.yaml`. A name in parentheses is the type\nin the code. On the \
                    command line: `aimsgate explain WORD`.\n\n"
        .to_owned();
    for term in catalog::glossary() {
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
    for term in catalog::glossary() {
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
                    `--help` prints. [verdict.md](verdict.md) says what is compared and what \
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

/// What one check says: each text with the ways out of it, and the case that shows it.
type Messages = BTreeMap<(String, Vec<String>), String>;

/// What every check says in its cases. Cases are judged on as many threads as there are.
fn messages() -> BTreeMap<String, Messages> {
    let cases: Vec<(String, PathBuf)> = folders(&fixtures().join("checks"))
        .iter()
        .flat_map(|folder| folders(folder).into_iter().map(|case| (name(folder), case)))
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let of_thread = |at: usize| {
        let own = cases.iter().skip(at).step_by(threads);
        let found = own.flat_map(|(check, case)| {
            let entries = judge(case).findings.into_iter();
            entries.filter(move |entry| entry.check.name() == check).map(move |entry| {
                let ways = entry.remedies.iter();
                let ways = ways.map(|way| {
                    let who = serde_json::to_value(way.who).unwrap();
                    format!("{}: {}", who.as_str().unwrap(), way.text)
                });
                let ways: Vec<String> = ways.collect();
                (check.clone(), (entry.text, ways), name(case))
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
        if case < *shown {
            *shown = case;
        }
    }
    all
}

#[test]
fn the_list_of_all_messages_is_as_committed() {
    let mut text = "# Messages\n\nWhat each check says in its cases under `fixtures/checks`, with \
                    what clears it and who can, so\nthat the texts can be read as a set. Written \
                    by `SNAPSHOTS=overwrite cargo test`.\n"
        .to_owned();
    for (check, messages) in messages() {
        let _ = writeln!(text, "\n## {check}\n");
        for ((message, ways), case) in messages {
            text += &item("- ", &format!("{message} (`{case}`)"));
            for way in ways {
                text += &item("  - ", &way);
            }
        }
    }
    is_as_committed(text, "messages.md");
}
