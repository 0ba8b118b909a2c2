//! Who wrote what a record is about.

use std::collections::BTreeSet;

use globset::GlobSet;

use crate::authorship::{Authored, CommitPart, History};
use crate::change::SMALLEST_KNOWN;
use crate::fact::Fact;
use crate::settings::covers;
use crate::settings::people::People;
use crate::signoff::files::{Located, Record};
use crate::signoff::scope::{CoveredItem, ItemForm, is_move, is_pattern, split_pattern};
use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::RepoPath;

/// Who wrote something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WhoWrote {
    /// People and programs by their ids, others by their addresses.
    pub(crate) names: BTreeSet<String>,
    /// The addresses of those authors of commits who are nobody in the list of people. Who is
    /// named by a trailer is no stranger: whoever leaves the trailer out must not fare better.
    pub(crate) strangers: BTreeSet<String>,
    /// Whether a commit names its author in no way that can be read.
    pub(crate) has_unreadable: bool,
}

impl WhoWrote {
    /// Adds everybody who took part in a commit. Who passed it on counts where it is somebody of
    /// the list: a forge commits in its own name.
    fn add(&mut self, commit: &Authored, people: Option<&People>) {
        self.has_unreadable |= commit.is_unreadable;
        for author in &commit.authors {
            let mut known = people.into_iter().flat_map(|people| people.authors(author)).peekable();
            if known.peek().is_some() {
                self.names.extend(known.map(ToString::to_string));
            } else if author.part != CommitPart::PassedOn {
                self.names.insert(author.name.clone());
                if author.part == CommitPart::Wrote {
                    self.strangers.insert(author.name.clone());
                }
            }
        }
    }
}

/// Content that somebody wrote: the paths it lies at, and what it is.
pub(crate) struct WrittenContent<'i> {
    paths: BTreeSet<RepoPath>,
    patterns: Vec<String>,
    matcher: GlobSet,
    contents: BTreeSet<ObjectId>,
    /// Whether a commit that touches a path changed what is meant there.
    is_meant: Option<Box<IsMeant<'i>>>,
    /// Tells from where a commit copied something.
    history: Option<&'i dyn History>,
    /// Whether who only moves it from one place that counts to another wrote nothing.
    is_moved_freely: bool,
}

/// Whether a commit that touches a path changed what is meant there.
type IsMeant<'i> = dyn Fn(&Authored, &RepoPath, IsListed) -> bool + 'i;

/// Whether a pattern names a path: then all of the file counts.
type IsListed = bool;

impl<'i> WrittenContent<'i> {
    /// Returns the content of files at these paths, or that these patterns name.
    pub(crate) fn at<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        // A file may be called as a pattern is.
        let paths: Vec<&str> = paths.into_iter().collect();
        let patterns: Vec<&str> = paths.iter().copied().filter(|path| is_pattern(path)).collect();
        let root = RepoPath::root();
        Self {
            paths: paths.into_iter().map(RepoPath::from).collect(),
            matcher: covers(patterns.iter().map(|path| (&root, *path))),
            patterns: patterns.into_iter().map(str::to_owned).collect(),
            contents: BTreeSet::new(),
            is_meant: None,
            history: None,
            is_moved_freely: true,
        }
    }

    /// Returns all content. A duty is lowered by all that a change does, mere moves too.
    pub(crate) fn all() -> Self {
        Self { is_moved_freely: false, ..Self::at(["**"]) }
    }

    /// Returns the same, of which a commit touches only what is meant.
    pub(super) fn meaning(
        self,
        is_meant: impl Fn(&Authored, &RepoPath, IsListed) -> bool + 'i,
    ) -> Self {
        Self { is_meant: Some(Box::new(is_meant)), ..self }
    }

    /// Returns what a system is made of, and what a record has of it: of what is gone only the
    /// record tells. `registers` speak of more than the system.
    pub(super) fn of_system<'r>(
        items: &[CoveredItem],
        records: impl IntoIterator<Item = &'r Record>,
        snapshot: &dyn Snapshot,
        registers: &BTreeSet<&RepoPath>,
    ) -> Self {
        let mut paths: BTreeSet<String> = BTreeSet::new();
        for item in items {
            paths.insert(item.place.path.to_string());
            match &item.form {
                ItemForm::Risk { .. } => {}
                ItemForm::File { path } | ItemForm::Section { path, .. } => {
                    paths.insert(path.clone());
                }
            }
        }
        for record in records {
            paths.extend(covered_paths(record).map(str::to_owned));
        }
        Self::holding(paths.iter().map(String::as_str), snapshot, registers)
    }

    /// Returns the content of files at these paths, or that these patterns name, wherever else it
    /// was written; that of `registers` only where it is.
    pub(super) fn holding<'p>(
        paths: impl IntoIterator<Item = &'p str>,
        snapshot: &dyn Snapshot,
        registers: &BTreeSet<&RepoPath>,
    ) -> Self {
        let mut content = Self::at(paths);
        let entries = content.paths.iter().filter(|path| !registers.contains(path));
        let entries = entries.filter_map(|path| snapshot.entry(path));
        let entries: Vec<_> = entries.filter(|entry| entry.is_file()).collect();
        content.contents =
            entries.into_iter().filter_map(|entry| snapshot.object_id(entry).ok()).collect();
        content
    }

    /// Returns the same, followed also where it was copied from.
    pub(super) fn copied_in(self, history: Option<&'i dyn History>) -> Self {
        Self { history, ..self }
    }

    /// Returns the same with what lies at further paths.
    pub(crate) fn and(mut self, paths: impl IntoIterator<Item = RepoPath>) -> Self {
        self.paths.extend(paths);
        self
    }

    fn has(&self, path: &RepoPath) -> bool {
        self.paths.contains(path) || self.is_listed(path)
    }

    fn is_listed(&self, path: &RepoPath) -> bool {
        self.matcher.is_match(path.to_string())
    }

    /// Returns the paths, and the folder that each pattern begins with.
    pub(crate) fn literal(&self) -> BTreeSet<RepoPath> {
        let folders = self.patterns.iter().map(|it| split_pattern(&RepoPath::from(it.as_str())).0);
        self.paths.iter().cloned().chain(folders).collect()
    }

    /// Returns the files of a revision that hold the same, wherever they lie.
    pub(super) fn copies_in(&self, snapshot: &dyn Snapshot) -> BTreeSet<RepoPath> {
        let is_same = |entry: &&Entry| {
            entry.is_file()
                && snapshot.object_id(entry).is_ok_and(|id| self.contents.contains(&id))
                && snapshot.size(entry).is_ok_and(|size| size >= SMALLEST_KNOWN)
        };
        snapshot.entries().iter().filter(is_same).map(|entry| entry.path.clone()).collect()
    }

    /// Returns the commits that touch it, the newest first as they are given. A file whose content
    /// came from another path is followed there. Files of sign-offs do not count: who prepares a
    /// record wrote nothing of what it covers.
    pub(crate) fn commits<'c>(
        &mut self,
        commits: &'c [Authored],
        sign_off_folders: &BTreeSet<RepoPath>,
    ) -> Vec<&'c Authored> {
        let is_sign_off = |path: &RepoPath| sign_off_folders.iter().any(|it| path.is_in(it));
        let mut touching = Vec::new();
        for commit in commits {
            let paths = commit.paths.iter().filter(|path| !is_sign_off(path));
            let is_meant = |path: &&RepoPath| {
                self.is_meant.as_ref().is_none_or(|it| it(commit, path, self.is_listed(path)))
            };
            let own: Vec<&RepoPath> = paths.filter(|path| self.has(path)).collect();
            let moves = self.mere_moves(commit);
            let is_moved =
                |path: &RepoPath| moves.iter().any(|(new, old)| *new == path || *old == path);
            let (meant, beside): (Vec<&RepoPath>, Vec<&RepoPath>) =
                own.iter().partition(|path| !is_moved(path) && is_meant(path));
            let known: BTreeSet<&ObjectId> = beside
                .into_iter()
                .filter_map(|path| commit.contents_at.get(path)?[1].as_ref())
                .collect();
            let mut brought = commit.contents.iter().filter(|id| !known.contains(id));
            let is_touching = !meant.is_empty() || brought.any(|id| self.contents.contains(id));
            let copied = |path| self.history.and_then(|history| history.copied_from(commit, path));
            let from = own
                .into_iter()
                .filter_map(|path| commit.moved_from.get(path).cloned().or_else(|| copied(path)));
            self.paths.extend(from.collect::<Vec<_>>());
            if is_touching {
                touching.push(commit);
            }
        }
        touching
    }

    /// Returns the files that a commit only moved, from one place that counts to another: the new
    /// path and the old one.
    fn mere_moves<'c>(&self, commit: &'c Authored) -> Vec<(&'c RepoPath, &'c RepoPath)> {
        let olds: Vec<String> = commit.moved_from.values().map(ToString::to_string).collect();
        let at = |path: &RepoPath| commit.contents_at.get(path).cloned().unwrap_or_default();
        let is_whole = |new: &RepoPath, old: &RepoPath| {
            let [replaced, now] = at(new);
            replaced.is_none() && now.is_some() && now == at(old)[0]
        };
        let is_mere = |(new, old): &(&RepoPath, &RepoPath)| {
            let (to, from) = (new.to_string(), old.to_string());
            let others: Vec<&str> =
                olds.iter().map(String::as_str).filter(|it| *it != from).collect();
            self.has(new) && self.has(old) && is_whole(new, old) && is_move(&from, &to, &others)
        };
        let moves = commit.moved_from.iter().filter(|_| self.is_moved_freely);
        moves.filter(is_mere).collect()
    }

    /// Returns the commits that touch it of those that `ask` finds for paths. Where content came
    /// from further paths, these are asked for too.
    ///
    /// # Errors
    /// That of `ask`.
    pub(crate) fn followed<E>(
        &mut self,
        sign_off_folders: &BTreeSet<RepoPath>,
        ask: impl Fn(&BTreeSet<RepoPath>) -> Result<Fact<Vec<Authored>>, E>,
    ) -> Result<Fact<Vec<Authored>>, E> {
        let mut files = self.literal();
        loop {
            let commits = match ask(&files)? {
                Fact::Known(commits) => commits,
                unknown => return Ok(unknown),
            };
            let touching = self.commits(&commits, sign_off_folders);
            let all = self.literal();
            if all == files {
                return Ok(Fact::Known(touching.into_iter().cloned().collect()));
            }
            files = all;
        }
    }
}

/// Returns who took part in commits.
pub(crate) fn who_wrote<'c>(
    commits: impl IntoIterator<Item = &'c Authored>,
    people: Option<&People>,
) -> WhoWrote {
    let mut who = WhoWrote::default();
    commits.into_iter().for_each(|commit| who.add(commit, people));
    who
}

/// Returns the paths and patterns of files that a record covers.
pub(crate) fn covered_paths(record: &Record) -> impl Iterator<Item = &str> {
    let covers = &record.covers;
    let files = covers.files.iter().map(|file| file.path.value.as_str());
    files.chain(covers.sections.iter().map(|section| section.path.value.as_str()))
}

/// Returns the files that a change of rules replaces: as it names them, from the root and from the
/// folder whose `governance/signoffs` the record lies in.
pub(super) fn rule_files(located: &Located<Record>) -> BTreeSet<RepoPath> {
    let base = located.path.parent().parent().parent();
    let mut files = BTreeSet::new();
    for file in &located.value.files {
        files.insert(RepoPath::from(file.path.value.as_str()));
        files.extend(base.join(&file.path.value).ok());
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorship::Author;
    use crate::signoff::testing::people;
    use crate::snapshot::memory::MemorySnapshot;

    fn commit(author: &str, paths: &[&str]) -> Authored {
        let author = Author { name: author.to_owned(), mapped: None, part: CommitPart::Wrote };
        Authored {
            authors: BTreeSet::from([author]),
            paths: paths.iter().map(|path| RepoPath::from(*path)).collect(),
            ..Authored::default()
        }
    }

    #[test]
    fn commits_are_those_that_touch_the_content() {
        let folders = BTreeSet::from([RepoPath::from("governance/signoffs")]);
        let cases = [
            ("model.bin", true),
            ("other.bin", false),
            ("data/2026/a.csv", true),
            ("data/a.txt", false),
            ("aims.yaml", false),
            ("governance/signoffs/r-1.yaml", false),
        ];
        for (path, expected) in cases {
            let mut content =
                WrittenContent::at(["model.bin", "data/**/*.csv", "governance/signoffs/r-1.yaml"]);
            let commits = [commit("ana", &[path])];
            assert_eq!(!content.commits(&commits, &folders).is_empty(), expected, "{path}");
        }
        let literal = WrittenContent::at(["model.bin", "data/**/*.csv", "*.bin"]).literal();
        let expected = ["model.bin", "data/**/*.csv", "*.bin", "data", ""];
        assert_eq!(literal, expected.map(RepoPath::from).into());
    }

    #[test]
    fn content_is_followed_to_where_it_was_written() {
        let snapshot = MemorySnapshot::new([("model.bin", "0123456789")]);
        let id = snapshot.object_id(snapshot.entry(&"model.bin".into()).unwrap()).unwrap();
        let mut moves = commit("ben", &["model.bin", "draft.bin"]);
        moves.moved_from.insert("model.bin".into(), "draft.bin".into());
        let mut copies = commit("cem", &["elsewhere.bin"]);
        copies.contents.insert(id);
        let commits = [moves, commit("dee", &["draft.bin"]), copies, commit("eva", &["x.bin"])];
        let mut content = WrittenContent::holding(["model.bin"], &snapshot, &BTreeSet::new());
        let who = who_wrote(content.commits(&commits, &BTreeSet::new()), None);
        let names: Vec<&str> = who.names.iter().map(String::as_str).collect();
        assert_eq!(names, ["ben", "cem", "dee"]);
    }

    #[test]
    fn a_name_is_that_of_a_person_or_of_a_stranger() {
        let people = people(
            "- {id: ana, roles: [risk-lead], line: 2, emails: [a@b.example], \
             logins: {github: Ana-x, gitlab: ana-y}}\nautomation:\n- {id: bot, emails: \
             [bot@b.example]}\n",
        );
        let (wrote, helped, passed) = (CommitPart::Wrote, CommitPart::Helped, CommitPart::PassedOn);
        // The address, what the mailmap has instead, and the part; the name, and whether it is a
        // stranger's.
        let cases = [
            ("A@B.example", None, wrote, Some("ana"), false),
            ("7+ana-X@users.noreply.github.com", None, wrote, Some("ana"), false),
            ("ana-x@users.noreply.github.com", None, wrote, Some("ana"), false),
            ("ana-x@users.noreply.forge.example", None, wrote, Some("ana"), false),
            ("7-ana-y@users.noreply.gitlab.com", None, wrote, Some("ana"), false),
            (
                "7-ana-y@users.noreply.github.com",
                None,
                wrote,
                Some("7-ana-y@users.noreply.github.com"),
                true,
            ),
            ("old@b.example", Some("a@b.example"), wrote, Some("ana"), false),
            ("old@b.example", Some("new@b.example"), wrote, Some("old@b.example"), true),
            ("x@b.example", Some("bot@b.example"), wrote, Some("x@b.example"), true),
            ("bot@b.example", None, wrote, Some("bot"), false),
            ("Ana", None, helped, Some("ana"), false),
            ("x@b.example", None, helped, Some("x@b.example"), false),
            ("x@b.example", None, passed, None, false),
            ("a@b.example", None, passed, Some("ana"), false),
        ];
        for (name, mapped, part, expected, is_stranger) in cases {
            let mapped = mapped.map(str::to_owned);
            let author = Author { name: name.to_owned(), mapped, part };
            let commit = Authored { authors: BTreeSet::from([author]), ..Authored::default() };
            let who = who_wrote([&commit], Some(&people));
            let names: Vec<&str> = who.names.iter().map(String::as_str).collect();
            assert_eq!(names, Vec::from_iter(expected), "{name}");
            assert_eq!(!who.strangers.is_empty(), is_stranger, "{name}");
        }
    }
}
