//! The text of the files that a job runs, and what of it says something.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::strictness::canonical;
use crate::document::{Format, parse};
use crate::snapshot::View;
use crate::span::RepoPath;

/// Bytes of one file that are read.
const LARGEST: u64 = 1 << 20;
/// Files of one side that are read.
const MOST_READ: usize = 2_000;

/// Files of one side, each read once.
pub(super) struct Programs<'a> {
    pub(super) view: &'a View<'a>,
    texts: RefCell<BTreeMap<RepoPath, Option<String>>>,
    left: Cell<usize>,
}

impl<'a> Programs<'a> {
    pub(super) fn new(view: &'a View<'a>) -> Self {
        Self { view, texts: RefCell::default(), left: Cell::new(MOST_READ) }
    }

    /// The text of a file, with one kind of line end. Of what has no text, a word that tells it
    /// from everything else.
    pub(super) fn text(&self, path: &RepoPath) -> Option<String> {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        let text = self.read(path);
        self.texts.borrow_mut().insert(path.clone(), text.clone());
        text
    }

    fn read(&self, path: &RepoPath) -> Option<String> {
        let entry = self.view.snapshot.entry(path)?;
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let bytes = (left > 0).then(|| self.view.snapshot.read(entry, LARGEST));
        Some(match bytes {
            Some(Ok(bytes)) if !bytes.contains(&0) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                text.replace("\r\n", "\n").replace('\r', "\n")
            }
            _ => {
                let id = self.view.snapshot.object_id(entry).ok();
                format!("unread {}", id.as_ref().map_or("", |id| id.as_str()))
            }
        })
    }

    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.view.snapshot.entry(path).is_some()
    }

    /// Whether a link stands at the path, whose text is where it leads.
    pub(super) fn is_link(&self, path: &RepoPath) -> bool {
        self.view.snapshot.entry(path).is_some_and(|entry| !entry.is_file())
    }

    /// What a file does: its text without comments.
    pub(super) fn meaning(&self, path: &RepoPath) -> Option<(bool, String)> {
        let text = self.text(path)?;
        let meant = match Format::of(path) {
            Some(Format::Yaml | Format::Json | Format::Toml) => {
                let document = parse(path.clone(), text.clone().into_bytes());
                document.tree().ok().map(canonical)
            }
            _ => None,
        };
        let meant = meant.unwrap_or_else(|| without_comments(path, &text));
        Some((self.is_link(path), meant))
    }
}

/// The text without blank lines and lines that are a comment as a whole.
fn without_comments(path: &RepoPath, text: &str) -> String {
    let mark = match path.extension().as_str() {
        "js" | "mjs" | "cjs" | "ts" => "//",
        "sh" | "bash" | "zsh" | "py" | "rb" | "pl" | "mk" | "ini" | "cfg" | "" => "#",
        _ => return text.to_owned(),
    };
    let mut kept = String::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let start = line.trim_start();
        // The first two lines may name the program that reads the rest, or its encoding.
        let says = at < 2 && (start.starts_with("#!") || start.contains("coding"));
        let is_comment = (start.is_empty() || start.starts_with(mark)) && !says;
        // A comment behind a line that goes on cuts that line off.
        if !is_comment || goes_on {
            kept.push_str(line.trim_end());
            kept.push('\n');
        }
        goes_on = line.ends_with('\\');
    }
    kept
}

/// Whether a file is a program by its name.
pub(super) fn is_program(path: &RepoPath) -> bool {
    const ENDINGS: [&str; 17] = [
        "sh", "bash", "zsh", "fish", "py", "js", "mjs", "cjs", "ts", "rb", "pl", "php", "ps1",
        "cmd", "bat", "mk", "",
    ];
    ENDINGS.contains(&path.extension().as_str())
}

/// Whether a file is a list of requirements for pip.
pub(super) fn is_requirements(path: &RepoPath) -> bool {
    let name = path.file_name();
    ["txt", "in"].contains(&path.extension().as_str())
        && (name.contains("requirements") || name.contains("constraints"))
}

/// The lines of a list of requirements that decide which gate is installed, and from where.
pub(super) fn requirements(text: &str) -> String {
    let decides = |line: &&str| {
        let is_hash = line.starts_with("--hash");
        let is_elsewhere =
            line.starts_with(['-', '.', '/']) || line.contains("://") || line.contains(" @ ");
        !is_hash && (is_elsewhere || line.to_ascii_lowercase().contains("aimsgate"))
    };
    let lines = text.lines().map(|line| line.trim().trim_end_matches('\\').trim_end());
    lines.filter(|line| !line.starts_with('#')).filter(decides).collect::<Vec<_>>().join("\n")
}
