//! What was learned of files by their path and content, so that what did not change is read once.
//!
//! The sides of a comparison share it, so the second one costs what it changes; the commit hook
//! keeps it from one commit to the next. Nothing is remembered but what follows from a file alone.
//!
//! # Design
//!
//! What follows from one file alone is remembered by path and content, so that the target's side of
//! a comparison costs what the change touches. Only the hook keeps the cache between runs, in
//! `.git`. No job and no `check` reads that file, because somebody else's change may have run there
//! before, and then the file proves nothing. The cache belongs to one build of the program, told by
//! its size and time, because another build may find something else.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::asset::Detection;
use crate::snapshot::{Entry, FileMode, ObjectId};
use crate::span::RepoPath;

/// A file as it was: name and mode say how it is read, the content what is found.
type CacheKey = (RepoPath, FileMode, ObjectId);

/// What was made of a file in this run: of which, and for what.
type MadeKey = (CacheKey, String);

/// What was learned of files.
#[derive(Default)]
pub(crate) struct FileCache(Mutex<CacheState>);

#[derive(Default)]
struct CacheState {
    files: HashMap<CacheKey, CachedFacts>,
    /// What was made of files. It is not kept for another run.
    made: HashMap<MadeKey, Arc<dyn Any + Send + Sync>>,
    /// Whether something was learned that was not kept.
    is_new: bool,
}

/// What was learned of one file.
#[derive(Clone, Default, Serialize, Deserialize)]
struct CachedFacts {
    /// What shows AI in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detections: Option<Vec<Detection>>,
    /// The kinds of documents that it is none of, whatever it is called, as a lexicon has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    none_of: Option<(String, BTreeSet<String>)>,
    /// Whether this run asked for it. What no run asks for is forgotten.
    #[serde(skip)]
    is_asked: bool,
}

/// What is kept between two runs.
#[derive(Serialize, Deserialize)]
struct CachedFile {
    /// The program that learned it. Another one may see something else.
    by: String,
    files: Vec<(String, FileMode, String, CachedFacts)>,
}

impl FileCache {
    /// What an earlier run of this program kept; nothing where it was another one, or the text is
    /// not what was kept.
    pub(crate) fn of(text: &str, program: &str) -> Self {
        let kept = serde_json::from_str::<CachedFile>(text).ok().filter(|kept| kept.by == program);
        let files = kept.into_iter().flat_map(|kept| kept.files);
        let files = files
            .map(|(path, mode, id, learned)| {
                ((RepoPath::new(path), mode, ObjectId::new(id)), learned)
            })
            .collect();
        Self(Mutex::new(CacheState { files, ..CacheState::default() }))
    }

    /// What was asked for, for the next run; `None` where all of it was kept already.
    pub(crate) fn to_store(&self, program: &str) -> Option<String> {
        let state = self.state();
        if !state.is_new {
            return None;
        }
        let asked: BTreeMap<&CacheKey, &CachedFacts> =
            state.files.iter().filter(|(_, it)| it.is_asked).collect();
        let files = asked.into_iter().filter_map(|((path, mode, id), learned)| {
            let path = String::from_utf8(path.as_bytes().to_vec()).ok()?;
            Some((path, *mode, id.to_string(), learned.clone()))
        });
        serde_json::to_string(&CachedFile { by: program.to_owned(), files: files.collect() }).ok()
    }

    /// What shows AI in a file, looked for once.
    ///
    /// # Errors
    /// As `look`.
    pub(crate) fn detections<E>(
        &self,
        entry: &Entry,
        look: impl FnOnce() -> Result<Vec<Detection>, E>,
    ) -> Result<Vec<Detection>, E> {
        let Some(key) = key(entry) else { return look() };
        if let Some(known) = self.state().asked(&key).and_then(|learned| learned.detections.clone())
        {
            return Ok(known);
        }
        let seen = look()?;
        self.state().learn(key).detections = Some(seen.clone());
        Ok(seen)
    }

    /// What is made of a file, made once. `of` names it and all that it follows from beside the
    /// file.
    pub(crate) fn made<T: Send + Sync + 'static>(
        &self,
        entry: Option<&Entry>,
        of: String,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let Some(file) = entry.and_then(key) else { return Arc::new(make()) };
        let key = (file, of);
        let known = self.state().made.get(&key).cloned();
        if let Some(known) = known.and_then(|known| known.downcast::<T>().ok()) {
            return known;
        }
        let made = Arc::new(make());
        self.state().made.insert(key, Arc::<T>::clone(&made));
        made
    }

    /// Whether a file is known to be no document of a kind.
    pub(crate) fn is_none_of(&self, entry: &Entry, kind: &str, lexicon: &str) -> bool {
        let Some(key) = key(entry) else { return false };
        let mut state = self.state();
        let known = state.asked(&key).and_then(|learned| learned.none_of.as_ref());
        known.is_some_and(|(by, kinds)| by == lexicon && kinds.contains(kind))
    }

    /// Remembers that a file is no document of a kind.
    pub(crate) fn note_none_of(&self, entry: &Entry, kind: &str, lexicon: &str) {
        let Some(key) = key(entry) else { return };
        let mut state = self.state();
        let none_of = &mut state.learn(key).none_of;
        let (_, kinds) = match none_of {
            Some(known) if known.0 == lexicon => known,
            // What another lexicon says is of no use any more.
            other => other.insert((lexicon.to_owned(), BTreeSet::new())),
        };
        kinds.insert(kind.to_owned());
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    /// What is known of a file, which is of use again.
    fn asked(&mut self, key: &CacheKey) -> Option<&CachedFacts> {
        let learned = self.files.get_mut(key)?;
        learned.is_asked = true;
        Some(learned)
    }

    fn learn(&mut self, key: CacheKey) -> &mut CachedFacts {
        self.is_new = true;
        let learned = self.files.entry(key).or_default();
        learned.is_asked = true;
        learned
    }
}

/// A file whose content is known by its id without being read.
fn key(entry: &Entry) -> Option<CacheKey> {
    Some((entry.path.clone(), entry.mode, entry.known_id.clone()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, id: &str) -> Entry {
        Entry { path: path.into(), mode: FileMode::File, known_id: Some(ObjectId::new(id)) }
    }

    fn look(cache: &FileCache, entry: &Entry) -> bool {
        let mut looked = false;
        let seen = cache.detections(entry, || {
            looked = true;
            Ok::<_, ()>(Vec::new())
        });
        assert_eq!(seen, Ok(Vec::new()));
        looked
    }

    #[test]
    fn a_file_is_looked_into_once_until_its_content_is_another() {
        let cache = FileCache::default();
        let [one, other] = [entry("a.py", "1"), entry("a.py", "2")];
        assert!(look(&cache, &one) && !look(&cache, &one) && look(&cache, &other));
        assert!(look(&cache, &entry("b.py", "1")), "its name says how it is looked into");
        assert!(
            look(&cache, &Entry { mode: FileMode::Symlink, ..one.clone() }),
            "a link's content is \
            a path"
        );
        let unknown = Entry { known_id: None, ..one };
        assert!(
            look(&cache, &unknown) && look(&cache, &unknown),
            "nobody knows whether it \
            changed"
        );
    }

    #[test]
    fn what_failed_is_tried_again() {
        let (cache, file) = (FileCache::default(), entry("a.py", "1"));
        assert_eq!(cache.detections(&file, || Err("unread")), Err("unread"));
        assert!(look(&cache, &file));
    }

    #[test]
    fn a_later_run_of_the_same_program_knows_what_was_asked_for() {
        let cache = FileCache::default();
        let [kept, forgotten] = [entry("a.py", "1"), entry("b.py", "1")];
        assert!(look(&cache, &kept) && look(&cache, &forgotten));
        cache.note_none_of(&kept, "model-card", "l");
        let text = cache.to_store("one").unwrap();
        assert!(
            look(&FileCache::of(&text, "other"), &kept),
            "another program may see something else"
        );
        assert!(
            look(&FileCache::of(&text[..text.len() - 9], "one"), &kept),
            "a text that was cut off \
            says nothing"
        );
        let next = FileCache::of(&text, "one");
        assert!(!look(&next, &kept) && next.to_store("one").is_none());
        let is_none = |kind, lexicon| next.is_none_of(&kept, kind, lexicon);
        assert!(
            is_none("model-card", "l") && !is_none("model-card", "m") && !is_none("policy", "l")
        );
        next.note_none_of(&kept, "policy", "m");
        let last = FileCache::of(&next.to_store("one").unwrap(), "one");
        assert!(
            last.is_none_of(&kept, "policy", "m") && !last.is_none_of(&kept, "model-card", "l")
        );
        assert!(look(&last, &forgotten), "no run asked for it since");
    }
}
