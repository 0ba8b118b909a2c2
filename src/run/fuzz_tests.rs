//! The readers on damaged input: files of the fixtures, changed at random. Each reader must answer,
//! and neither panic nor hang.
//!
//! `AIMSGATE_FUZZ_SECONDS=3600 cargo test --release --lib fuzz -- --ignored --nocapture` runs each
//! reader for an hour. An input that fails is kept below `target/fuzz` and named.

#![expect(clippy::disallowed_methods, reason = "a test reads fixtures and measures time")]

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::asset::PathRole;
use crate::canonical::{of_configuration, of_prose};
use crate::codeowners::CodeOwners;
use crate::detect;
use crate::document::{self, Body};
use crate::evidence::{Lexicon, recognise};
use crate::file_cache::FileCache;
use crate::openssh::{AllowedSigners, RevokedKeys, Signature};
use crate::settings::own_ai::OwnAi;
use crate::settings::{baseline, gate, people, register, risks, waiver};
use crate::snapshot::View;
use crate::snapshot::memory::MemorySnapshot;
use crate::span::RepoPath;

/// Bytes of an input.
const LARGEST: usize = 64 << 10;
/// No input may take as long as this; far above what any takes, so that a busy machine is no fault.
const HANG: Duration = Duration::from_secs(20);

/// A reader: its name, the ends of the names of its seeds, and what it does with an input.
type FuzzTarget = (&'static str, &'static [&'static str], fn(&[u8]));

const TARGETS: [FuzzTarget; 24] = [
    ("yaml", &[".yaml", ".yml"], |bytes| document("a.yaml", bytes)),
    ("json", &[".json"], |bytes| document("a.json", bytes)),
    ("toml", &[".toml"], |bytes| document("a.toml", bytes)),
    ("csv", &[".csv"], |bytes| document("a.csv", bytes)),
    ("xlsx", &[".xlsx"], |bytes| document("a.xlsx", bytes)),
    ("docx", &[".docx"], |bytes| document("a.docx", bytes)),
    ("markdown", &[".md"], |bytes| document("a.md", bytes)),
    ("rst", &[".rst"], |bytes| document("a.rst", bytes)),
    ("asciidoc", &[".adoc"], |bytes| document("a.adoc", bytes)),
    ("metric", &["auc"], |bytes| document("metrics/auc", bytes)),
    ("register", &["aims.yaml"], |bytes| {
        let _ = register::read(&parsed("aims.yaml", bytes), Lexicon::shipped().catalogue());
    }),
    ("rules", &["gate.yaml"], |bytes| drop(gate::read(&parsed("gate.yaml", bytes)))),
    ("people", &["people.yaml"], |bytes| drop(people::read(&parsed("people.yaml", bytes)))),
    ("risks", &[".yaml"], |bytes| drop(risks::read(&parsed("risks.yaml", bytes)))),
    ("waiver", &[".yaml"], |bytes| drop(waiver::read(&parsed("w.yaml", bytes)))),
    ("baseline", &[".yaml"], |bytes| drop(baseline::read(&parsed("b.yaml", bytes)))),
    ("signers", &["allowed_signers"], |bytes| drop(AllowedSigners::parse(bytes))),
    ("revoked", &["revoked", "allowed_signers"], |bytes| drop(RevokedKeys::parse(bytes))),
    ("signature", &[".sig"], |bytes| {
        let _ = Signature::parse(bytes).map(|it| it.verify("aimsgate", b"message"));
    }),
    ("codeowners", &["CODEOWNERS"], |bytes| {
        let _ = CodeOwners::read(&String::from_utf8_lossy(bytes)).of("src/a.rs");
    }),
    ("python", &[".py"], |bytes| inventory("app.py", bytes)),
    ("notebook", &[".ipynb", ".json"], |bytes| inventory("app.ipynb", bytes)),
    ("code", &[".py", ".sh"], |bytes| {
        for name in ["a.ts", "a.go", "a.rs", "a.java", "a.rb", "a.jl", "a.sql", "Dockerfile"] {
            inventory(name, bytes);
        }
    }),
    ("weights", &[".safetensors", ".onnx", ".gguf", ".pkl", ".json"], |bytes| {
        for name in ["a.safetensors", "a.onnx", "a.gguf", "a.pkl", "a.pt", "a.h5", "a.bin"] {
            inventory(name, bytes);
        }
    }),
];

fn parsed(name: &str, bytes: &[u8]) -> document::Document {
    document::parse(RepoPath::from(name), bytes.to_vec())
}

fn document(name: &str, bytes: &[u8]) {
    let read = parsed(name, bytes);
    if let Body::Prose(_) = read.body {
        let _ = of_prose(&read.source);
    }
    let _ = of_configuration(&read.path, bytes);
    let _ = recognise(Lexicon::shipped(), &read, None);
}

fn inventory(name: &'static str, bytes: &[u8]) {
    let snapshot = MemorySnapshot::new([(name, bytes.to_vec())]);
    let view = View::new(&snapshot, RepoPath::root());
    let role = |path: &RepoPath| PathRole::of(path, &RepoPath::root());
    let _ = detect::inventory(
        &view,
        detect::Breadth::All,
        &role,
        &OwnAi::default(),
        &FileCache::default(),
    );
}

/// Seeds of formats that no fixture has.
const WRITTEN: [(&str, &[u8]); 3] = [
    (
        "card.toml",
        b"title = 'Model card'\n[model.details]\nversion = 1.2\nowner = {name = 'ana'}\n\
      [[datasets]]\nname = \"a\"\ntags = ['x', \"y\"]\ndate = 2026-11-30T10:00:00Z\n",
    ),
    ("CODEOWNERS", b"* @octo/all\n/docs/**/a?.md @ana # why\napps/ a@b.c\n\\#x @y\n"),
    ("metrics/auc", b"1718000000000 0.91 1\n1718000000001 9.2e-1 2\n"),
];

/// Every file of the fixtures that is small enough, by path, and those written here.
fn seeds() -> BTreeMap<PathBuf, Vec<u8>> {
    let written = WRITTEN.iter().map(|(name, bytes)| (PathBuf::from(name), bytes.to_vec()));
    let mut found: BTreeMap<PathBuf, Vec<u8>> = written.collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match item.file_type().unwrap() {
                kind if kind.is_dir() => folders.push(item.path()),
                kind if kind.is_file() && item.metadata().unwrap().len() <= LARGEST as u64 => {
                    found.insert(item.path(), fs::read(item.path()).unwrap());
                }
                _ => {}
            }
        }
    }
    found
}

/// Changes an input in one way; `other` lends it a part.
fn change(input: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    let at = random.usize(..=input.len());
    let length = random.usize(..=(input.len() - at).min(256));
    match random.u8(..7) {
        0 => drop(input.drain(at..at + length)),
        1 => input.insert(at, random.u8(..)),
        2 => input.splice(at..at, input[at..at + length].to_vec()).for_each(drop),
        3 if !other.is_empty() => {
            let from = random.usize(..other.len());
            let to = random.usize(from..=other.len().min(from + 512));
            input.splice(at..at + length, other[from..to].iter().copied()).for_each(drop);
        }
        4 if at < input.len() => input[at] ^= 1 << random.u8(..8),
        5 => {
            let part = input[at..at + length].repeat(random.usize(2..200));
            input.splice(at..at, part).for_each(drop);
        }
        _ => {
            let tokens: [&[u8]; 12] = [
                b"\n",
                b"---\n",
                b"\"",
                b"'",
                b"`",
                b"|",
                b"\xff\xfe",
                b"\xf0\x9f\x98\x80",
                b"&a *a",
                b"<!--",
                b"{[",
                b"-1e999",
            ];
            input
                .splice(at..at, tokens[random.usize(..tokens.len())].iter().copied())
                .for_each(drop);
        }
    }
    input.truncate(LARGEST);
}

/// Keeps an input that failed, and names its file.
fn keep(name: &str, input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}-{}", crate::digest::sha256(input)));
    fs::write(&file, input).unwrap();
    file.display().to_string()
}

#[test]
#[ignore = "runs each reader for AIMSGATE_FUZZ_SECONDS (5)"]
fn fuzz_readers() {
    let seconds = std::env::var("AIMSGATE_FUZZ_SECONDS").ok().and_then(|it| it.parse().ok());
    let (time, all) = (Duration::from_secs(seconds.unwrap_or(5)), seeds());
    let wanted = std::env::var("AIMSGATE_FUZZ").ok();
    for (name, endings, read) in TARGETS {
        if wanted.as_ref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let is_one = |path: &Path| endings.iter().any(|end| path.to_string_lossy().ends_with(end));
        let seeds: Vec<&Vec<u8>> =
            all.iter().filter(|(path, _)| is_one(path)).map(|(_, bytes)| bytes).collect();
        assert!(!seeds.is_empty(), "no fixture for {name}");
        let number = fastrand::u64(..);
        let mut random = Rng::with_seed(number);
        let (begin, mut inputs, mut slowest) = (Instant::now(), 0, Duration::ZERO);
        while begin.elapsed() < time {
            let mut input = seeds[random.usize(..seeds.len())].clone();
            for _ in 0..random.usize(1..12) {
                let other = seeds[random.usize(..seeds.len())];
                change(&mut input, other, &mut random);
            }
            let start = Instant::now();
            let done = catch_unwind(AssertUnwindSafe(|| read(&input)));
            slowest = slowest.max(start.elapsed());
            inputs += 1;
            assert!(done.is_ok(), "{name} panicked; the input is {}", keep(name, &input));
            assert!(start.elapsed() < HANG, "{name} hangs; the input is {}", keep(name, &input));
        }
        println!("{name}: {inputs} inputs, the slowest {slowest:?}, random number {number}");
    }
}
