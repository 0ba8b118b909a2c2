//! Whether a record covers exactly the content that is there.

use std::collections::BTreeSet;

use super::content::{CoveredItem, Digests, ItemForm, is_pattern};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::Located;
use super::record::{CoveredFile, CoveredSection, Record};
use crate::catalog::Level;
use crate::part::{Now, Part};
use crate::settings::material::Material;
use crate::snapshot::Snapshot;
use crate::span::{Place, RepoPath};

/// A piece in which a record and the content differ.
struct Difference {
    name: String,
    form: ItemForm,
    /// What it is now: another change of it is another flaw.
    now: Now,
    /// Whether it is what a model or dataset consists of, and not a piece of content.
    is_role: bool,
    material: Option<Material>,
    place: Place,
    /// What it was when it was signed; nothing where it was not covered.
    was: Option<Place>,
    is_gone: bool,
}

impl Difference {
    fn part(&self) -> Part {
        let now = self.now.clone();
        match self.form.clone() {
            ItemForm::Risk { id, .. } => Part::Risk { id, now },
            ItemForm::Section { path, section } => Part::Section { path, section, now },
            ItemForm::File { path } => Part::File { path, now },
        }
    }
}

/// In what content may differ from a record.
pub(super) struct Leave<'l> {
    /// Sections whose rewording somebody confirmed.
    pub(super) confirmed: &'l [&'l CoveredSection],
    /// Risks that ended and are otherwise as they were signed: id, and the digest they had.
    pub(super) closed: &'l BTreeSet<(&'l str, &'l str)>,
    /// What an envelope answers for.
    pub(super) varied: &'l BTreeSet<ItemForm>,
}

/// What the record and the content differ in, as one flaw.
pub(super) fn differs(
    held: &Located<Record>,
    items: &[CoveredItem],
    materials: &[Material],
    leave: &Leave<'_>,
    snapshot: &dyn Snapshot,
    digests: &Digests,
) -> Option<SignOffFlaw> {
    let Leave { confirmed, varied, .. } = leave;
    let record = &held.value;
    let covers = &record.covers;
    let mut found: Vec<Difference> = Vec::new();
    let mut seen = BTreeSet::new();
    let due = items
        .iter()
        .filter(|item| materials.contains(&item.material) && !varied.contains(&item.form));
    for item in due.filter(|item| seen.insert((item.form.clone(), item.digest.clone()))) {
        let digest = match &item.digest {
            Ok(digest) => digest,
            Err(why) => {
                let text = format!(
                    "nobody can say whether `{}` covers {}: {why}",
                    record.id.value,
                    item.name()
                );
                return Some(
                    SignOffFlaw::new(SignOffProperty::Content, item.place.clone(), text)
                        .undecided(),
                );
            }
        };
        let was = match &item.form {
            ItemForm::Risk { id, residual } => {
                covers.risks.iter().find(|it| it.id.value == *id).map(|it| {
                    (
                        it.sha256.value == *digest && Some(it.residual.value) == *residual,
                        held.place(it.id.span),
                    )
                })
            }
            ItemForm::Section { path, section } => {
                let named =
                    |it: &&CoveredSection| it.path.value == *path && it.section.value == *section;
                // Only prose that says what a system is for can be reworded.
                let reworded =
                    confirmed.iter().copied().filter(|_| item.material == Material::Purpose);
                let all = || covers.sections.iter().chain(reworded.clone());
                let is_item =
                    |it: &CoveredSection| items.iter().any(|item| item.form == of_section(it));
                match all().find(|it| named(it)) {
                    Some(first) => {
                        let is_same = all().any(|it| named(&it) && it.sha256.value == *digest);
                        Some((is_same, held.place(first.path.span)))
                    }
                    // Where the heading or the file got another name, its words tell.
                    None => all()
                        .find(|it| it.sha256.value == *digest && !is_item(it))
                        .map(|it| (true, held.place(it.path.span))),
                }
            }
            ItemForm::File { path } => {
                let named = covers.files.iter().find(|it| it.path.value == *path);
                // It moved where it stands nowhere it stood; a copy beside it is no move.
                let has_left = |it: &&CoveredFile| {
                    is_pattern(&it.path.value) == is_pattern(path)
                        && (is_pattern(path)
                            || snapshot.entry(&RepoPath::from(it.path.value.as_str())).is_none())
                        && !items
                            .iter()
                            .any(|item| item.form == ItemForm::File { path: it.path.value.clone() })
                };
                let moved =
                    || covers.files.iter().filter(has_left).find(|it| it.sha256.value == *digest);
                let known = named
                    .map(|it| (it, it.sha256.value == *digest))
                    .or_else(|| moved().map(|it| (it, true)));
                known.map(|(it, is_same)| (is_same, held.place(it.path.span)))
            }
        };
        let was = match was {
            Some((true, _)) => continue,
            Some((false, place)) => Some(place),
            None => None,
        };
        let (material, place) = (Some(item.material), item.place.clone());
        let (form, is_role) = (item.form.clone(), item.is_role);
        let (name, now) = (item.name(), Now::is(digest));
        found.push(Difference { name, form, now, is_role, material, place, was, is_gone: false });
    }
    let told: BTreeSet<ItemForm> = found.iter().map(|it| it.form.clone()).collect();
    found.extend(
        gone(held, items, leave, snapshot, digests)
            .into_iter()
            .filter(|it| !told.contains(&it.form)),
    );
    // That a model is another one goes without saying where its file is.
    let is_file =
        |it: &Difference| matches!(it.form, ItemForm::File { .. }) && it.material.is_some();
    let files: BTreeSet<Option<Material>> =
        found.iter().filter(|it| is_file(it)).map(|it| it.material).collect();
    found.retain(|it| !it.is_role || it.is_gone || !files.contains(&it.material));
    let first = found.first()?;
    let id = &record.id.value;
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => ", and 1 more piece,".to_owned(),
        more => format!(", and {more} more pieces,"),
    };
    let what =
        first.material.map_or_else(String::new, |material| format!(" ({})", material.words()));
    let text = match (&first.was, first.is_gone) {
        (_, true) => format!(
            "{}{more} is not here as it was signed, so `{id}` no longer covers \
            what is",
            first.name
        ),
        (Some(_), false) => format!(
            "{}{what}{more} is not what was signed, so `{id}` no longer \
            covers it",
            first.name
        ),
        (None, false) => format!("`{id}` does not cover {}{what}{more}", first.name),
    };
    let mut flaw = SignOffFlaw::new(SignOffProperty::Content, first.place.clone(), text).waiting();
    flaw.label = if first.is_gone { String::new() } else { "not as it was signed".to_owned() };
    if let Some(was) = &first.was {
        flaw.related.push((was.clone(), "what was signed".to_owned()));
    }
    flaw.related
        .extend(found[1..].iter().map(|it| (it.place.clone(), format!("{} as well", it.name))));
    flaw.parts = found.iter().map(Difference::part).collect::<BTreeSet<_>>().into_iter().collect();
    Some(flaw)
}

fn of_section(it: &CoveredSection) -> ItemForm {
    ItemForm::Section { path: it.path.value.clone(), section: it.section.value.clone() }
}

/// What the record covers and is not here any more, or not as it was, beyond what was told already.
fn gone(
    held: &Located<Record>,
    items: &[CoveredItem],
    leave: &Leave<'_>,
    snapshot: &dyn Snapshot,
    digests: &Digests,
) -> Vec<Difference> {
    let covers = &held.value.covers;
    let of_form =
        |form: &ItemForm| items.iter().filter(|item| item.form == *form).collect::<Vec<_>>();
    let difference = |name: String, form: ItemForm, place: Place| Difference {
        name,
        form,
        now: Now::Gone,
        is_role: false,
        material: None,
        place,
        was: None,
        is_gone: true,
    };
    let mut found = Vec::new();
    for it in &covers.risks {
        let is_here = items
            .iter()
            .any(|item| matches!(&item.form, ItemForm::Risk { id, .. } if *id == it.id.value));
        if !is_here && !leave.closed.contains(&(it.id.value.as_str(), it.sha256.value.as_str())) {
            let form = ItemForm::Risk { id: it.id.value.clone(), residual: None };
            let name = format!("risk `{}`", it.id.value);
            found.push(difference(name, form, held.place(it.id.span)));
        }
    }
    for it in &covers.sections {
        let form = of_section(it);
        let now = of_form(&form);
        let is_same = |item: &&CoveredItem| item.digest.as_ref() == Ok(&it.sha256.value);
        let is_reworded = leave.confirmed.iter().any(|other| {
            other.path == it.path
                && other.section == it.section
                && now.iter().any(|item| item.digest.as_ref() == Ok(&other.sha256.value))
        });
        let is_moved = now.is_empty() && items.iter().any(|item| is_same(&item));
        if !(now.iter().any(is_same) || is_moved || is_reworded || leave.varied.contains(&form)) {
            found.push(difference(
                format!("`{}` in `{}`", it.section.value, it.path.value),
                form,
                held.place(it.path.span),
            ));
        }
    }
    for it in &covers.files {
        let form = ItemForm::File { path: it.path.value.clone() };
        let is_same = |item: &&CoveredItem| item.digest.as_ref() == Ok(&it.sha256.value);
        let path = RepoPath::from(it.path.value.as_str());
        // What is covered beyond what must be is held to its path.
        let stays = || digests.at(snapshot, &path) == Some(Ok(it.sha256.value.clone()));
        let now = of_form(&form);
        let is_moved = now.is_empty()
            && snapshot.entry(&path).is_none()
            && items.iter().filter(is_same).any(|item| match &item.form {
                ItemForm::File { path } => is_pattern(path) == is_pattern(&it.path.value),
                _ => false,
            });
        let is_here = if now.is_empty() { is_moved || stays() } else { now.iter().any(is_same) };
        if !is_here && !leave.varied.contains(&form) {
            let name = format!("`{}`", it.path.value);
            found.push(difference(name, form, held.place(it.path.span)));
        }
    }
    found
}

/// The highest level that remains of the covered risks.
pub(super) fn highest(record: &Record) -> Option<Level> {
    record.covers.risks.iter().map(|risk| risk.residual.value).max()
}
