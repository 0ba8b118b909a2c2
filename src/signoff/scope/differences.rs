//! In what a record and the content that is there differ.

use std::collections::BTreeSet;

use super::digests::Digests;
use super::item::{CoveredItem, ItemForm};
use super::moves::is_move;
use super::pattern::is_pattern;
use super::risk_digest::{of_risk, only_adds, risk_entry};
use super::sections::{passage_digest, titled};
use crate::canonical::{differing_keys, keys_between};
use crate::digest::Sha256;
use crate::document::{Document, LIMITS, Node};
use crate::evidence::fetch;
use crate::ids::RiskId;
use crate::part::{Now, Part};
use crate::settings::material::Material;
use crate::settings::register;
use crate::signoff::files::{CoveredFile, CoveredRisk, CoveredSection, Located, Record};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::snapshot::{Snapshot, View};
use crate::span::{Place, RepoPath};

/// Keys of a file that a message names.
const MOST_KEYS: usize = 3;

/// A piece in which a record and the content differ.
struct Difference {
    name: String,
    form: ItemForm,
    /// What it is now: another change of it is another flaw.
    now: Now,
    /// Whether it is a model or a dataset as a whole.
    is_role: bool,
    material: Option<Material>,
    place: Place,
    /// What it was when it was signed. None where it was not covered.
    was: Option<Place>,
    is_gone: bool,
}

impl Difference {
    /// Whether it is a file that is here.
    fn is_file(&self) -> bool {
        matches!(self.form, ItemForm::File { .. }) && self.material.is_some()
    }

    /// Returns what identifies it in a finding.
    fn part(&self) -> Part {
        let now = self.now.clone();
        match self.form.clone() {
            ItemForm::Risk { id, .. } => Part::Risk { id, now },
            ItemForm::Section { path, section } => Part::Section { path, section, now },
            ItemForm::File { path } => Part::File { path, now },
        }
    }
}

/// What somebody of the second line confirmed since a record covered it.
#[derive(Default)]
pub(crate) struct Confirmed<'a> {
    /// Sections that say the same in other words.
    pub(crate) sections: Vec<&'a CoveredSection>,
    /// Risks that ask for no less.
    pub(crate) risks: Vec<&'a CoveredRisk>,
}

/// In what content may differ from a record.
pub(crate) struct CoverageExceptions<'l> {
    pub(crate) confirmed: &'l Confirmed<'l>,
    /// Risks that ended and are otherwise as they were signed: id, and the digest they had.
    pub(crate) closed: &'l BTreeSet<(&'l RiskId, &'l Sha256)>,
    /// What an envelope answers for.
    pub(crate) varied: &'l BTreeSet<ItemForm>,
    /// What the target branch has: there signed content may be read.
    pub(crate) tip: Option<&'l dyn Snapshot>,
}

/// Returns everything in which the record and the content differ, as one flaw. None where the
/// record covers exactly the content.
pub(crate) fn differences(
    located: &Located<Record>,
    items: &[CoveredItem],
    materials: &[Material],
    exceptions: &CoverageExceptions<'_>,
    view: &View<'_>,
    digests: &Digests,
) -> Option<SignOffFlaw> {
    let comparison = CoverageComparison { located, items, exceptions, view, digests };
    let mut found: Vec<Difference> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items {
        let is_due = materials.contains(&item.material) && !exceptions.varied.contains(&item.form);
        if !is_due || !seen.insert((item.form.clone(), item.digest.clone())) {
            continue;
        }
        let digest = match &item.digest {
            Ok(digest) => digest,
            Err(why) => return Some(comparison.undecided(item, why)),
        };
        let was = match comparison.signed(item, digest) {
            Some((true, _)) => continue,
            Some((false, place)) => Some(place),
            None => None,
        };
        let (material, place) = (Some(item.material), item.place.clone());
        let (name, form, is_role) = (item.name(), item.form.clone(), item.is_role);
        let now = Now::is(digest);
        found.push(Difference { name, form, now, is_role, material, place, was, is_gone: false });
    }
    let forms: BTreeSet<ItemForm> = found.iter().map(|it| it.form.clone()).collect();
    found.extend(comparison.gone().into_iter().filter(|it| !forms.contains(&it.form)));
    // That a model is another one goes without saying where its file is.
    let files: BTreeSet<Option<Material>> =
        found.iter().filter(|it| it.is_file()).map(|it| it.material).collect();
    found.retain(|it| !it.is_role || it.is_gone || !files.contains(&it.material));
    comparison.flaw(&found)
}

/// A record beside the content that is there.
struct CoverageComparison<'c> {
    located: &'c Located<Record>,
    items: &'c [CoveredItem],
    exceptions: &'c CoverageExceptions<'c>,
    view: &'c View<'c>,
    digests: &'c Digests,
}

impl CoverageComparison<'_> {
    fn undecided(&self, item: &CoveredItem, why: &str) -> SignOffFlaw {
        let id = &self.located.value.id.value;
        let text = format!("nobody can say whether `{id}` covers {}: {why}", item.name());
        SignOffFlaw::new(SignOffProperty::Content, item.place.clone(), text).undecided()
    }

    /// Returns whether an item is as it was signed, and the place of the entry that says so. None
    /// where the record has no entry for it.
    fn signed(&self, item: &CoveredItem, digest: &Sha256) -> Option<(bool, Place)> {
        match &item.form {
            ItemForm::Risk { id, residual } => {
                let mut risks = self.located.value.covers.risks.iter();
                let covered = risks.find(|risk| risk.id.value == *id)?;
                let mut confirmed = self.exceptions.confirmed.risks.iter();
                let is_same = Some(covered.residual.value) == *residual
                    && (covered.sha256.value == *digest
                        || confirmed.any(|it| it.id.value == *id && it.sha256.value == *digest));
                Some((is_same, self.located.place(covered.id.span)))
            }
            ItemForm::Section { path, section } => {
                self.signed_section(path, section, item.material, digest)
            }
            ItemForm::File { path } => self.signed_file(path, digest),
        }
    }

    fn signed_section(
        &self,
        path: &str,
        section: &str,
        material: Material,
        digest: &Sha256,
    ) -> Option<(bool, Place)> {
        let mut all: Vec<&CoveredSection> = self.located.value.covers.sections.iter().collect();
        // Only prose can be reworded.
        if matches!(material, Material::Purpose | Material::Assessment) {
            all.extend(&self.exceptions.confirmed.sections);
        }
        let is_named = |it: &CoveredSection| it.path.value == *path && it.section.value == *section;
        if let Some(first) = all.iter().find(|it| is_named(it)) {
            let is_same = all.iter().any(|it| is_named(it) && it.sha256.value == *digest);
            return Some((is_same, self.located.place(first.path.span)));
        }
        // Where the page got another name, what it says under the same title tells.
        let moved = all.iter().find(|it| {
            it.sha256.value == *digest
                && it.section.value == *section
                && self.has_section_left(it, path)
        })?;
        Some((true, self.located.place(moved.path.span)))
    }

    fn signed_file(&self, path: &str, digest: &Sha256) -> Option<(bool, Place)> {
        if let Some(named) = self.located.value.covered_file(path) {
            let is_same = self.is_file(path, digest, &named.sha256.value);
            return Some((is_same, self.located.place(named.path.span)));
        }
        let mut files = self.located.value.covers.files.iter();
        let moved = files
            .find(|it| self.is_file(path, digest, &it.sha256.value) && self.has_left(it, path))?;
        Some((true, self.located.place(moved.path.span)))
    }

    /// Whether the file of a digest has the content of another digest, of its bytes or of what it
    /// says as data.
    fn is_file(&self, path: &str, digest: &Sha256, sha256: &Sha256) -> bool {
        digest == sha256
            || (!is_pattern(path)
                && self.digests.is_at(self.view.snapshot, &RepoPath::from(path), sha256))
    }

    /// Whether a covered file stands nowhere it stood, and moved to a path; a copy beside it is no
    /// move.
    fn has_left(&self, covered: &CoveredFile, path: &str) -> bool {
        let files = || self.located.value.covers.files.iter();
        let others = files().filter(|it| it.sha256 != covered.sha256 && self.is_gone(it));
        let others: Vec<&str> = others.map(|it| it.path.value.as_str()).collect();
        self.is_gone(covered) && is_move(&covered.path.value, path, &others)
    }

    /// Whether nothing stands at the path of a covered file.
    fn is_gone(&self, covered: &CoveredFile) -> bool {
        let old = &covered.path.value;
        (is_pattern(old) || self.view.snapshot.entry(&RepoPath::from(old.as_str())).is_none())
            && !self.has_item(&ItemForm::File { path: old.clone() })
    }

    /// Whether a covered section stands nowhere it stood, and is on another page now.
    fn has_section_left(&self, covered: &CoveredSection, path: &str) -> bool {
        let is_gone =
            |it: &CoveredSection| !self.has_item(&form_of(it)) && self.under_title(it).is_empty();
        let mut all = self.located.value.covers.sections.iter();
        // Of several pages that went away together each is known by its name.
        let is_other =
            all.any(|it| it.section == covered.section && it.path != covered.path && is_gone(it));
        let name = |path: &str| RepoPath::from(path).file_name();
        is_gone(covered) && (!is_other || name(path) == name(&covered.path.value))
    }

    /// Returns the digests of what stands under the path and title that a record covers.
    fn under_title(&self, covered: &CoveredSection) -> Vec<Sha256> {
        let path = RepoPath::from(covered.path.value.as_str());
        // What a register states of one system says nothing of another one in it.
        let is_register = path.file_name() == register::FILE;
        let document = if is_register { None } else { fetch(self.view, &path) };
        let Some(document) = document else { return Vec::new() };
        let spans = titled(&document, &covered.section.value);
        spans.into_iter().map(|span| passage_digest(&document, span)).collect()
    }

    fn has_item(&self, form: &ItemForm) -> bool {
        self.items.iter().any(|item| item.form == *form)
    }

    /// Returns what the record covers and is not here any more, or not as it was.
    fn gone(&self) -> Vec<Difference> {
        let covers = &self.located.value.covers;
        let mut found = Vec::new();
        let mut add = |name: String, form, span| {
            found.push(Difference {
                name,
                form,
                now: Now::Gone,
                is_role: false,
                material: None,
                place: self.located.place(span),
                was: None,
                is_gone: true,
            });
        };
        for risk in &covers.risks {
            let (id, sha256) = (&risk.id.value, &risk.sha256.value);
            let is_here = self
                .items
                .iter()
                .any(|item| matches!(&item.form, ItemForm::Risk { id: other, .. } if other == id));
            if !is_here && !self.exceptions.closed.contains(&(id, sha256)) {
                let form = ItemForm::Risk { id: id.clone(), residual: None };
                add(format!("risk `{id}`"), form, risk.id.span);
            }
        }
        for section in covers.sections.iter().filter(|section| !self.has_section(section)) {
            let name = format!("`{}` in `{}`", section.section.value, section.path.value);
            add(name, form_of(section), section.path.span);
        }
        for file in covers.files.iter().filter(|file| !self.has_file(file)) {
            let form = ItemForm::File { path: file.path.value.clone() };
            add(format!("`{}`", file.path.value), form, file.path.span);
        }
        found
    }

    /// Whether a covered section is here as it was signed, elsewhere, or reworded with consent.
    fn has_section(&self, covered: &CoveredSection) -> bool {
        let form = form_of(covered);
        let mut of_form = self.items.iter().filter(|item| item.form == form).peekable();
        let sha256 = &covered.sha256.value;
        if self.exceptions.varied.contains(&form) {
            return true;
        }
        if of_form.peek().is_none() {
            // What is asked for no longer, and is there word for word, is as it was signed.
            let is_here = |it: &CoveredItem| match &it.form {
                ItemForm::Section { path, section } => {
                    it.is_digest(sha256)
                        && *section == covered.section.value
                        && self.has_section_left(covered, path)
                }
                _ => false,
            };
            return self.under_title(covered).contains(sha256) || self.items.iter().any(is_here);
        }
        let reworded: Vec<&Sha256> = self
            .exceptions
            .confirmed
            .sections
            .iter()
            .filter(|it| it.path == covered.path && it.section == covered.section)
            .map(|it| &it.sha256.value)
            .collect();
        of_form.any(|item| {
            item.is_digest(sha256) || reworded.iter().any(|reworded| item.is_digest(reworded))
        })
    }

    /// Whether a covered file is here as it was signed, or stands elsewhere now.
    fn has_file(&self, covered: &CoveredFile) -> bool {
        let form = ItemForm::File { path: covered.path.value.clone() };
        let sha256 = &covered.sha256.value;
        if self.exceptions.varied.contains(&form) {
            return true;
        }
        let mut of_form = self.items.iter().filter(|item| item.form == form).peekable();
        if of_form.peek().is_some() {
            let path = &covered.path.value;
            return of_form.any(|item| {
                item.digest.as_ref().is_ok_and(|digest| self.is_file(path, digest, sha256))
            });
        }
        // What is covered beyond what must be stays at its path.
        let path = RepoPath::from(covered.path.value.as_str());
        let has_moved = self.items.iter().any(|item| match (&item.form, &item.digest) {
            (ItemForm::File { path }, Ok(digest)) => {
                self.has_left(covered, path) && self.is_file(path, digest, sha256)
            }
            _ => false,
        });
        has_moved || self.digests.is_at(self.view.snapshot, &path, sha256)
    }

    /// Returns the keys in which a file of data differs from what was signed. None where the target
    /// branch does not have what was signed, or it is no data.
    fn differing_keys(&self, difference: &Difference) -> Option<String> {
        let path = match &difference.form {
            ItemForm::File { path } => path,
            ItemForm::Risk { id, .. } => {
                let keys = self.of_risk(id, difference, |(before, old), (now, new)| {
                    keys_between((&before.source, old), (&now.source, new), MOST_KEYS)
                });
                return in_words(&keys?);
            }
            ItemForm::Section { .. } => return None,
        };
        let covered = self.located.value.covered_file(path)?;
        let (tip, path) = (self.exceptions.tip?, RepoPath::from(path.as_str()));
        let is_signed = self.digests.is_at(tip, &path, &covered.sha256.value);
        let before = is_signed.then(|| tip.entry(&path)).flatten()?;
        let now = self.view.snapshot.entry(&path)?;
        let read = |of: &dyn Snapshot, entry| of.read(entry, LIMITS.bytes).ok();
        let (before, now) = (read(tip, before)?, read(self.view.snapshot, now)?);
        let keys = differing_keys(&path, before, now, MOST_KEYS)?;
        in_words(&keys)
    }

    /// Whether it is a risk that asks for no less than was signed, which one signer may confirm.
    fn can_be_confirmed(&self, difference: &Difference) -> bool {
        let ItemForm::Risk { id, .. } = &difference.form else { return false };
        let adds = self.of_risk(id, difference, |(_, old), (_, new)| only_adds(old, new));
        adds.unwrap_or(false)
    }

    /// Compares a risk with what was signed. None where the target branch does not have what was
    /// signed in the same register.
    fn of_risk<R>(
        &self,
        id: &RiskId,
        difference: &Difference,
        compare: impl FnOnce((&Document, &Node), (&Document, &Node)) -> R,
    ) -> Option<R> {
        let mut risks = self.located.value.covers.risks.iter();
        let covered = risks.find(|risk| risk.id.value == *id)?;
        let path = &difference.place.path;
        let tip = View::new(self.exceptions.tip?, RepoPath::root());
        let (before, now) = (fetch(&tip, path)?, fetch(self.view, path)?);
        let (old, new) = (risk_entry(&before, id)?, risk_entry(&now, id)?);
        let is_signed = of_risk(old).ok()? == covered.sha256.value;
        is_signed.then(|| compare((&before, old), (&now, new)))
    }

    /// Returns the flaw that reports the differences. None where there is none.
    fn flaw(&self, found: &[Difference]) -> Option<SignOffFlaw> {
        let (first, rest) = found.split_first()?;
        let id = &self.located.value.id.value;
        let more = match rest.len() {
            0 => String::new(),
            1 => ", and 1 more piece,".to_owned(),
            more => format!(", and {more} more pieces,"),
        };
        let keys = self.differing_keys(first).map_or_else(String::new, |keys| format!(": {keys}"));
        let what = first
            .material
            .map_or_else(String::new, |material| format!(" ({}{keys})", material.words()));
        let name = &first.name;
        let text = match (&first.was, first.is_gone) {
            (_, true) => {
                format!(
                    "{name}{more} is not here as it was signed, so `{id}` no longer covers what \
                    is"
                )
            }
            (Some(_), false) => {
                format!("{name}{what}{more} is not what was signed, so `{id}` no longer covers it")
            }
            (None, false) => format!("`{id}` does not cover {name}{what}{more}"),
        };
        let mut flaw =
            SignOffFlaw::new(SignOffProperty::Content, first.place.clone(), text).waiting();
        flaw.label = if first.is_gone { String::new() } else { "not as it was signed".to_owned() };
        flaw.related
            .extend(first.was.iter().map(|was| (was.clone(), "what was signed".to_owned())));
        let others = rest.iter().map(|it| (it.place.clone(), format!("{} as well", it.name)));
        flaw.related.extend(others);
        let parts: BTreeSet<Part> = found.iter().map(Difference::part).collect();
        flaw.parts = parts.into_iter().collect();
        flaw.can_be_confirmed = found.iter().all(|it| self.can_be_confirmed(it));
        Some(flaw)
    }
}

fn in_words(keys: &[String]) -> Option<String> {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

fn form_of(covered: &CoveredSection) -> ItemForm {
    ItemForm::Section { path: covered.path.value.clone(), section: covered.section.value.clone() }
}
