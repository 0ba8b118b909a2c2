//! Finds documents of the product by what they say.

use rayon::prelude::*;

use super::answer::Answer;
use super::documents::fetch;
use super::find::{Finder, outline_of};
use super::outline::State;
use super::reading::{Reading, Region, read};
use super::recognise::{is_recognised, look_alike_of};
use crate::asset::PathRole;
use crate::catalog::Kind;
use crate::document::{Document, Format};
use crate::snapshot::Entry;
use crate::span::RepoPath;

impl<'v> Finder<'_, 'v> {
    /// The documents of the product that say what the kind asks for, the one that says most first.
    pub(super) fn recognise(&mut self, kind: &'static Kind) -> Vec<Reading> {
        if let Some(known) = self.recognised.get(kind.id.as_str()) {
            return known.clone();
        }
        let open = self.load_prose(kind);
        let documents = &*self.documents;
        let (lexicon, cache) = (self.lexicon, self.cache);
        let known = &self.outlines;
        let mut found: Vec<(usize, Reading)> = open
            .par_iter()
            .filter_map(|entry| {
                let document =
                    documents.get(&entry.path).filter(|document| document.damage().is_none())?;
                let outline = known.get(&entry.path)?;
                let reading = read(lexicon, kind, document, outline, Region::Whole);
                let said = reading.with_state(State::Present).count();
                let is_one = is_recognised(&reading, document, outline)
                    && said > 0
                    && look_alike_of(&reading, document, outline).is_none();
                if !is_one {
                    cache.note_none_of(entry, &kind.id, &lexicon.id);
                }
                is_one.then_some((said, reading))
            })
            .collect();
        // Stable, so of equals the first by path.
        found.sort_by_key(|(said, _)| std::cmp::Reverse(*said));
        let readings: Vec<Reading> = found.into_iter().map(|(_, reading)| reading).collect();
        self.recognised.insert(&kind.id, readings.clone());
        readings
    }

    /// The product's Markdown and Word documents that may be of a kind, read once for all kinds.
    fn load_prose(&mut self, kind: &'static Kind) -> Vec<&'v Entry> {
        let (view, base) = (self.view, &self.register.base);
        let is_prose = |entry: &Entry, format: Format| {
            matches!(format, Format::Markdown | Format::Docx)
                && entry.is_file()
                && entry.path.is_in(&view.scope)
                && is_of_product(&entry.path, base)
        };
        let prose = self.prose.get_or_insert_with(|| {
            let documents = view.documents().filter(|(entry, format)| is_prose(entry, *format));
            documents.map(|(entry, _)| entry).collect()
        });
        let (cache, lexicon) = (self.cache, self.lexicon);
        let may_be = |entry: &&Entry| !cache.is_none_of(entry, &kind.id, &lexicon.id);
        let open: Vec<&Entry> = prose.iter().copied().filter(may_be).collect();
        let unread = open.par_iter().filter(|entry| self.documents.get(&entry.path).is_none());
        let read: Vec<Document> = unread.filter_map(|entry| fetch(view, &entry.path)).collect();
        self.documents.0.extend(read.into_iter().map(|document| (document.path.clone(), document)));
        let documents = &*self.documents;
        let known = &self.outlines;
        let outline = |entry: &&Entry| {
            let document = documents.get(&entry.path)?;
            Some((entry.path.clone(), outline_of(cache, lexicon, Some(entry), document)))
        };
        let unread = open.par_iter().copied().filter(|entry| !known.contains_key(&entry.path));
        let outlines: Vec<_> = unread.filter_map(|entry| outline(&entry)).collect();
        self.outlines.extend(outlines);
        open
    }

    /// A document of the product that could not be read and may be the one: whatever it says where
    /// nothing of it could be read, else one that is recognised in spite of its damage.
    pub(super) fn unreadable_prose(&self, kind: &'static Kind) -> Option<Answer> {
        let loaded =
            self.prose.iter().flatten().filter_map(|entry| self.documents.get(&entry.path));
        let damaged = loaded.filter(|document| document.damage().is_some());
        let recognised = |document: &Document| {
            let outline = self.outlines.get(&document.path);
            outline.is_some_and(|it| {
                read(self.lexicon, kind, document, it, Region::Whole).is_recognised()
            })
        };
        // Nothing speaks for a package of which nothing could be read.
        let is_text = |document: &Document| Format::of(&document.path) == Some(Format::Markdown);
        let may_be = |document: &&Document| {
            (document.source.is_empty() && is_text(document)) || recognised(document)
        };
        let lost = damaged.into_iter().find(may_be)?;
        Some(Answer::Unreadable(lost.path.clone(), lost.damage()?.clone()))
    }
}

/// Whether a path is the product's own; documentation is, tests and examples are not.
fn is_of_product(path: &RepoPath, base: &RepoPath) -> bool {
    let relative = path.relative_to(base).unwrap_or_else(|| path.clone()).to_string();
    let below_docs = relative.strip_prefix("docs/").unwrap_or(&relative);
    let lower = below_docs.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let template = name.contains("template")
        || folders.split('/').any(|part| matches!(part, "template" | "templates"));
    !template && PathRole::of(&RepoPath::from(below_docs), &RepoPath::root()) == PathRole::Product
}
