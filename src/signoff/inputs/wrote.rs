//! Who wrote what records are about: in this change, and before it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::PoisonError;

use super::authors::{WhoWrote, WrittenContent, covered_paths, rule_files, who_wrote};
use super::candidates::RecordCandidates;
use super::values::SignOffInputs;
use crate::authorship::{Authored, History};
use crate::digest::Sha256;
use crate::document::parse;
use crate::fact::Fact;
use crate::settings::gate::Decision;
use crate::settings::register::System;
use crate::signoff::files::{Located, Record, RecordFiles};
use crate::signoff::scope::{
    CoveredItem, ItemForm, RenamedFolder, covered_part, has_same_risks, is_move, says_same_of,
};
use crate::signoff::terms::is_fresh;
use crate::span::RepoPath;

/// Folders renamed by one change that are followed; of more the register is as it is written.
const MOST_RENAMED: usize = 100;

impl SignOffInputs<'_> {
    /// Returns who wrote, by the change's commits, what a record is about, whatever the record
    /// calls it.
    pub(crate) fn change_authors(&self, located: &Located<Record>) -> WhoWrote {
        let record = &located.value;
        match (record.decision.value, self.system_of(record)) {
            (Decision::RuleChange, _) => {
                let files: Vec<String> =
                    rule_files(located).iter().map(ToString::to_string).collect();
                self.wrote_at(files.iter().map(String::as_str))
            }
            (Decision::Classification, _) | (_, None) => {
                let mut all = WrittenContent::all();
                self.who_wrote(all.commits(self.change_commits(), &self.store.folders))
            }
            (_, Some(system)) => self.authors_of_system(system),
        }
    }

    /// Returns who wrote, by the change's commits, what a system is made of.
    fn authors_of_system(&self, system: &System) -> WhoWrote {
        let Some(content) = self.systems.get(&system.id.value) else { return WhoWrote::default() };
        let who = content.written_by.get_or_init(|| {
            let mut written = self.written(system);
            self.who_wrote(written.commits(self.change_commits(), &self.store.folders))
        });
        who.clone()
    }

    /// Returns the change's commits. Empty where the history here does not say.
    fn change_commits(&self) -> &[Authored] {
        self.commits.known().map_or(&[][..], Vec::as_slice)
    }

    /// Returns who wrote, by the change's commits, what lies at these paths or patterns.
    pub(crate) fn wrote_at<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> WhoWrote {
        let commits = self.change_commits();
        let mut content = self.holding(paths);
        self.who_wrote(content.commits(commits, &self.store.folders))
    }

    fn holding<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> WrittenContent<'_> {
        let snapshot = self.repo.view.snapshot;
        WrittenContent::holding(paths, snapshot, &BTreeSet::new()).copied_in(self.history)
    }

    /// Returns who wrote, before this change, what it moved or copied to these paths or patterns.
    pub(crate) fn drafted_at<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Fact<WhoWrote> {
        let Some(history) = self.history else { return Fact::Absent };
        let mut content = self.holding(paths);
        let own = content.literal();
        content.commits(self.change_commits(), &self.store.folders);
        let copies = self.tip.map(|(_, tip)| content.copies_in(tip)).unwrap_or_default();
        let drafts: Vec<String> = content
            .literal()
            .into_iter()
            .chain(copies)
            .filter(|path| !own.contains(path))
            .map(|path| path.to_string())
            .collect();
        if drafts.is_empty() {
            return Fact::Absent;
        }
        let mut drafts = WrittenContent::at(drafts.iter().map(String::as_str));
        let Ok(found) = drafts
            .followed(&self.store.folders, |files| Ok::<_, Infallible>(history.wrote(files, None)));
        found.map(|commits| self.who_wrote(&commits))
    }

    /// Returns the paths and patterns of what whoever approves a record must have seen: what it
    /// covers, what it replaces, and the register and the risks that it speaks of.
    pub(crate) fn reviewed_paths(&self, located: &Located<Record>) -> Vec<String> {
        let record = &located.value;
        let mut paths: BTreeSet<String> = covered_paths(record).map(str::to_owned).collect();
        paths.extend(rule_files(located).iter().map(ToString::to_string));
        if let Some(system) = self.system_of(record) {
            paths.extend(self.registers_of(system).into_iter().map(ToString::to_string));
        }
        paths.into_iter().collect()
    }

    fn who_wrote<'c>(&self, commits: impl IntoIterator<Item = &'c Authored>) -> WhoWrote {
        who_wrote(commits, self.governance.people.known())
    }

    /// Returns what a system is made of, and what the standing records about it cover.
    pub(crate) fn written<'i>(&'i self, system: &'i System) -> WrittenContent<'i> {
        let about = self.standing(system);
        let registers = self.registers_of(system);
        let (items, snapshot) = (self.items(system), self.repo.view.snapshot);
        let content = WrittenContent::of_system(items, about, snapshot, &registers);
        let content = content.copied_in(self.history);
        content.meaning(|commit, path, is_listed| self.changes(system, commit, path, is_listed))
    }

    /// Returns the records about a system that the change does not bring.
    fn standing<'i>(&'i self, system: &'i System) -> impl Iterator<Item = &'i Record> {
        let records = self.store.records.values().filter(|it| !is_fresh(it));
        let records = records.map(|it| &it.record.value);
        records.filter(|it| it.system.as_ref().is_some_and(|id| *id == system.id))
    }

    /// Whether a commit that touches a file changed what decisions about a system cover in it. Of a
    /// register only what it says of the system counts, of risks not when they were reviewed, of a
    /// page its passages, of configuration what it says, and of what a pattern names all of it.
    fn changes(
        &self,
        system: &System,
        commit: &Authored,
        path: &RepoPath,
        is_listed: bool,
    ) -> bool {
        let (Some(history), Some([Some(before), Some(after)])) =
            (self.history, commit.contents_at.get(path))
        else {
            return true;
        };
        let read = |id| Some(parse(path.clone(), history.content(id)?));
        let (Some(before), Some(after)) = (read(before), read(after)) else { return true };
        if *path == system.register {
            let renamed = self.renamed_folders(system, commit);
            return !says_same_of(&system.id.value, &before, &after, &renamed);
        }
        if self.registers_of(system).contains(path) {
            return !has_same_risks(&before, &after);
        }
        if is_listed {
            return true;
        }
        let part = covered_part(self.items(system), self.standing(system), path);
        // A file of data is read where it is judged only if it answers something.
        let now = self.repo.documents.get(path).unwrap_or(&after);
        !part.is_same(now, &before, &after)
    }

    /// Returns the folders that a commit, or the change, renamed, as the register of a system names
    /// them: nothing stands under the old name, and what stood there does the same as before.
    fn renamed_folders(&self, system: &System, commit: &Authored) -> Vec<RenamedFolder> {
        let snapshot = self.repo.view.snapshot;
        let moves = self.change_commits().iter().chain([commit]).flat_map(|it| &it.moved_from);
        let mut renamed = BTreeSet::new();
        for (now, before) in
            moves.filter(|(now, before)| is_move(&before.to_string(), &now.to_string(), &[]))
        {
            let (mut now, mut before) = (now.parent(), before.parent());
            while now != before && now.file_name() == before.file_name() {
                (now, before) = (now.parent(), before.parent());
            }
            let named = |path: &RepoPath| Some(path.relative_to(&system.base)?.to_string());
            if let (Some(to), Some(from)) = (named(&now), named(&before))
                && !to.is_empty()
                && !from.is_empty()
                && renamed.len() < MOST_RENAMED
            {
                renamed.insert(([to, from], before));
            }
        }
        renamed.retain(|(_, before)| !snapshot.entries().iter().any(|it| it.path.is_in(before)));
        renamed.into_iter().map(|(names, _)| names).collect()
    }

    /// Returns the register that declares a system, and that of its risks.
    fn registers_of<'i>(&'i self, system: &'i System) -> BTreeSet<&'i RepoPath> {
        let own = self.repo.risks.iter().filter(|(id, _)| *id == system.id.value);
        own.map(|(_, register)| &register.path).chain([&system.register]).collect()
    }

    /// Returns who wrote what a new record of a system is about before this change: since the
    /// record that it follows, and of what that one does not cover whoever wrote it ever.
    pub(crate) fn authors_before(&self, record_files: &RecordFiles) -> Fact<WhoWrote> {
        let located = &record_files.record;
        let decision = located.value.decision.value;
        let system =
            self.system_of(&located.value).filter(|_| Decision::OF_SYSTEMS.contains(&decision));
        let (Some(history), Some(system)) = (self.history, system) else { return Fact::Absent };
        let known = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&located.path) {
            return found.clone();
        }
        drop(known);
        let found = self.who_wrote_before(history, record_files, system);
        let mut known = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(located.path.clone()).or_insert(found).clone()
    }

    fn who_wrote_before(
        &self,
        history: &dyn History,
        record_files: &RecordFiles,
        system: &System,
    ) -> Fact<WhoWrote> {
        let record = &record_files.record.value;
        let last = self.candidates(record.decision.value, &system.id.value);
        let last = last.map_or(&[][..], RecordCandidates::last);
        let is_named = |it: &&&RecordFiles| record.replaces.as_ref() == Some(&it.record.value.id);
        let before = last.iter().find(is_named).or(last.first()).map(|it| &it.record);
        let mut content = self.written(system);
        let commits = self.change_commits();
        // What the change moved or copied is looked for where it stood.
        content.commits(commits, &self.store.folders);
        if let Some((_, tip)) = self.tip {
            let copies = content.copies_in(tip);
            content = content.and(copies);
        }
        let registers: Vec<String> =
            self.registers_of(system).into_iter().map(ToString::to_string).collect();
        let of_before = before.map(|it| {
            let registers = registers.iter().map(String::as_str);
            WrittenContent::at(covered_paths(&it.value).chain(registers)).literal()
        });
        let ask = |files: &BTreeSet<RepoPath>| {
            let (since, ever): (BTreeSet<RepoPath>, BTreeSet<RepoPath>) = files
                .iter()
                .cloned()
                .partition(|path| of_before.as_ref().is_some_and(|it| it.contains(path)));
            let mut all = Vec::new();
            for (files, since) in [(since, before.map(|it| &it.path)), (ever, None)] {
                match history.wrote(&files, since) {
                    Fact::Known(commits) => all.extend(commits),
                    unknown => return Ok::<_, Infallible>(unknown),
                }
            }
            Ok(Fact::Known(all))
        };
        let Ok(found) = content.followed(&self.store.folders, ask);
        found.map(|commits| self.who_wrote(&commits))
    }

    /// Returns who wrote what the change brings of what a standing record covers. The record covers
    /// it only where its signers knew what would come, or what was before comes back; so nobody of
    /// them may have written it. Of files every one counts; of prose, values and risks those in
    /// which the record has exactly what came: what was reworded has a record of its own.
    pub(super) fn authors_of_new_content(&self, record: &Record) -> BTreeSet<String> {
        let Some(system) = self.system_of(record) else { return BTreeSet::new() };
        let new = self.new_items(system);
        let mut names = self.authors_of_new_files(system);
        let covers = &record.covers;
        let risks = covers.risks.iter().map(|it| &it.sha256.value);
        let signed: BTreeSet<&Sha256> =
            covers.sections.iter().map(|it| &it.sha256.value).chain(risks).collect();
        let is_signed = |item: &&CoveredItem| {
            !matches!(item.form, ItemForm::File { .. })
                && item.digest.as_ref().is_ok_and(|digest| signed.contains(digest))
        };
        let paths: BTreeSet<String> =
            new.iter().filter(is_signed).map(|item| item.place.path.to_string()).collect();
        if !paths.is_empty() {
            let content = WrittenContent::at(paths.iter().map(String::as_str));
            let mut content = content
                .meaning(|commit, path, is_listed| self.changes(system, commit, path, is_listed));
            let commits = content.commits(self.change_commits(), &self.store.folders);
            names.extend(self.who_wrote(commits).names);
        }
        names
    }

    /// Returns what a system is made of and was not on the target branch. Empty where no commit of
    /// the change wrote any of it.
    fn new_items(&self, system: &System) -> &[CoveredItem] {
        let Some(content) = self.systems.get(&system.id.value) else { return &[] };
        if self.change_commits().is_empty() || self.tip_model.is_none() {
            return &[];
        }
        content.new_items.get_or_init(|| {
            let mut written = self.written(system);
            if written.commits(self.change_commits(), &self.store.folders).is_empty() {
                return Vec::new();
            }
            let before: BTreeSet<_> =
                self.items_of_tip(system).iter().filter_map(|it| it.digest.as_ref().ok()).collect();
            let is_new = |item: &&CoveredItem| {
                item.digest.as_ref().is_ok_and(|digest| !before.contains(digest))
            };
            self.items(system).iter().filter(is_new).cloned().collect()
        })
    }

    /// Returns who wrote the files of a system that the change brings.
    fn authors_of_new_files(&self, system: &System) -> BTreeSet<String> {
        let Some(content) = self.systems.get(&system.id.value) else { return BTreeSet::new() };
        let who = content.new_files_by.get_or_init(|| {
            let path = |item: &'_ CoveredItem| match &item.form {
                ItemForm::File { path } => Some(path.clone()),
                ItemForm::Risk { .. } | ItemForm::Section { .. } => None,
            };
            let new: Vec<String> = self.new_items(system).iter().filter_map(path).collect();
            self.wrote_at(new.iter().map(String::as_str)).names
        });
        who.clone()
    }
}
