//! Models and datasets that are still here and no longer declared, and copies that are less
//! governed.

use std::collections::BTreeSet;

use super::assets::{LISTED, TEXT_HEAD, carried};
use super::compared::{ComparedSides, LoweredObligation, Pair};
use crate::asset::{Asset, AssetKind, FileSort, Strength};
use crate::catalog::Class;
use crate::change::Edit;
use crate::detect::{look_into, same_service};
use crate::model::files_of;
use crate::settings::covers;
use crate::settings::register::{Dataset, Model, System};
use crate::snapshot::{Entry, ObjectId};
use crate::span::{Place, RepoPath};

/// The strictest class of the systems that cover a file of the judged content or declare it as a
/// model.
fn class_now(sides: &ComparedSides<'_>, entry: &Entry) -> Option<Class> {
    let declared = &sides.judged.declared;
    let covering = declared.covering(&entry.path).map(System::class).max();
    covering.max(declared.models_of(&entry.path).map(System::class).max())
}

/// Models and datasets that are still here and no longer declared, and copies that are less
/// governed.
pub(super) fn undeclared(sides: &ComparedSides<'_>, pair: &Pair<'_>) -> Vec<LoweredObligation> {
    let mut found = Vec::new();
    for model in &pair.before.models {
        let hosted = model.hub.iter().chain(&model.service).next();
        found.extend(match hosted {
            Some(source) => hosted_model(sides, pair, model, &source.value),
            None => model_files(sides, pair, model),
        });
    }
    for dataset in &pair.before.datasets {
        found.extend(dataset_gone(sides, pair, dataset));
    }
    found
}

/// A model of the target branch and what its files were.
struct ModelBefore<'a> {
    sides: &'a ComparedSides<'a>,
    files: BTreeSet<&'a RepoPath>,
    contents: BTreeSet<ObjectId>,
    pair: &'a Pair<'a>,
    /// The class that its files must keep.
    required: Class,
}

impl ModelBefore<'_> {
    /// Whether a judged file is one of the model's, here or where it stood before.
    fn is_carried_on(&self, entry: &Entry) -> bool {
        let origin = self.sides.change.origin(&entry.path);
        origin.is_some_and(|origin| self.files.contains(origin))
    }

    /// Whether a judged file that came in or was edited has the content of one of the model's.
    fn is_copy(&self, entry: &Entry) -> bool {
        self.sides.change.files.contains_key(&entry.path)
            && !self.is_carried_on(entry)
            && self
                .sides
                .judged
                .view
                .snapshot
                .object_id(entry)
                .is_ok_and(|id| self.contents.contains(&id))
    }

    fn is_declared(&self, entry: &Entry) -> bool {
        let mut systems = self.sides.judged.declared.models_of(&entry.path);
        systems.any(|system| self.pair.is_kept_by(self.sides, system))
    }

    fn is_covered(&self, entry: &Entry) -> bool {
        let mut systems = self.sides.judged.declared.covering(&entry.path);
        systems.any(|system| self.pair.is_kept_by(self.sides, system))
    }

    /// Whether a judged file holds the model and is less governed than it was.
    fn is_lost(&self, entry: &Entry) -> bool {
        if self.is_carried_on(entry) {
            // A link leads to other weights than those that are governed.
            !entry.is_file() || !self.is_declared(entry)
        } else {
            self.is_copy(entry) && !self.is_declared(entry) && !self.is_covered(entry)
        }
    }

    /// What became of a lost file, in words.
    fn standing(&self, entry: &Entry) -> String {
        match class_now(self.sides, entry) {
            _ if !entry.is_file() => "a link".to_owned(),
            None if self.is_copy(entry) => "a copy of no system".to_owned(),
            Some(class) if self.is_copy(entry) => format!("a copy of class {}", class.name()),
            Some(class) if class < self.required => format!("class {}", class.name()),
            Some(_) if self.sides.judged.declared.models_of(&entry.path).next().is_some() => {
                "declared in a system that owes less".to_owned()
            }
            _ => "not declared as a model".to_owned(),
        }
    }
}

/// A model whose files, or copies of them, are still here and less governed.
fn model_files(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    model: &Model,
) -> Option<LoweredObligation> {
    let tip = sides.tip_view.snapshot;
    // Program source is no model, whatever a register says of it; weights are, whatever they are
    // called.
    let is_program = |entry: &Entry| {
        let is_text = tip.head(entry, TEXT_HEAD).is_ok_and(|head| !head.contains(&0));
        FileSort::of(&entry.path) == FileSort::Source && is_text
    };
    let files = files_of(model, &pair.before.base, tip).filter(|entry| !is_program(entry));
    let files: Vec<&Entry> = files.collect();
    let before = ModelBefore {
        sides,
        pair,
        files: files.iter().map(|entry| &entry.path).collect(),
        contents: files.iter().filter_map(|entry| tip.object_id(entry).ok()).collect(),
        required: pair.required(),
    };
    let judged = sides.judged.view.snapshot.entries().iter();
    let lost: Vec<&Entry> = judged.filter(|entry| before.is_lost(entry)).collect();
    let Some(first) = lost.first() else { return came_in_its_place(sides, pair, model, &files) };
    let from = format!("class {}", pair.before.class().name());
    let place = Place::whole(first.path.clone());
    let duty = format!("model {}", model.id.value);
    Some(LoweredObligation {
        files: lost.iter().take(LISTED).map(|entry| entry.path.clone()).collect(),
        ..pair.lowered(duty, from, before.standing(first), place)
    })
}

fn is_added(sides: &ComparedSides<'_>, path: &RepoPath) -> bool {
    sides.change.files.get(path) == Some(&Edit::Added)
        && !sides.change.moved_from.contains_key(path)
}

/// A model whose files are all gone and that is declared no more, while undeclared weights came in:
/// they may be its own, edited.
fn came_in_its_place(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    model: &Model,
    before: &[&Entry],
) -> Option<LoweredObligation> {
    let now = pair.now?;
    let is_gone =
        before.iter().all(|entry| sides.change.files.get(&entry.path) == Some(&Edit::Removed));
    if before.is_empty() || !is_gone || now.models.iter().any(|other| other.id == model.id) {
        return None;
    }
    let is_weights = |entry: &&Entry| {
        let seen = look_into(&sides.judged.view, entry, sides.cache).unwrap_or_default();
        seen.iter()
            .any(|asset| matches!(asset.kind, AssetKind::Weights | AssetKind::WeightsPointer))
    };
    let added =
        sides.judged.view.snapshot.entries().iter().filter(|entry| is_added(sides, &entry.path));
    let came = added
        .filter(|entry| sides.judged.declared.models_of(&entry.path).next().is_none())
        .find(is_weights)?;
    let to = format!("not declared, while `{}` came in", came.path);
    let from = format!("class {}", pair.before.class().name());
    Some(pair.lowered(
        format!("model {}", model.id.value),
        from,
        to,
        Place::whole(came.path.clone()),
    ))
}

/// A hosted or hub model leaves when the code that used it does.
fn hosted_model(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    model: &Model,
    source: &str,
) -> Option<LoweredObligation> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(source) || same_service(name, source);
    let declares = |system: &&System| {
        let mut models =
            system.models.iter().flat_map(|model| model.hub.iter().chain(&model.service));
        models.any(|name| is_it(&name.value))
    };
    if sides
        .judged
        .declared
        .all_systems()
        .filter(declares)
        .any(|system| system.class() >= pair.required())
    {
        return None;
    }
    // A system that left with all its files took its models along.
    let now = pair.now?;
    let uses = |kind| matches!(kind, AssetKind::HubModel | AssetKind::HostedService);
    // Code that moved beside the product still calls what it called.
    let moved = carried(sides, pair).filter(|(entry, was)| entry.path != **was);
    let moved: Vec<Asset> = moved
        .filter_map(|(entry, _)| look_into(&sides.judged.view, entry, sides.cache).ok())
        .flatten()
        .collect();
    let product = sides.judged.inventory.product_evidence();
    let used = product.chain(&moved).find(|asset| uses(asset.kind) && is_it(&asset.name));
    let replaced = now.models.iter().any(|other| other.id == model.id);
    let to = match used {
        Some(asset) => format!("not declared, and used in {}", asset.place.path),
        None if replaced || code_left(sides, &is_it) => return None,
        None => "not declared, and nothing shows that it is gone".to_owned(),
    };
    let place = used.map_or_else(|| pair.place(sides), |asset| asset.place.clone());
    Some(pair.lowered(format!("model {}", model.id.value), source.to_owned(), to, place))
}

/// Whether the change takes away code that used a model.
fn code_left(sides: &ComparedSides<'_>, is_it: &impl Fn(&str) -> bool) -> bool {
    let moved: BTreeSet<&RepoPath> = sides.change.moved_from.values().collect();
    let gone = sides
        .change
        .files
        .iter()
        .filter(|(path, edit)| **edit != Edit::Added && !moved.contains(path));
    let entries = gone.filter_map(|(path, _)| sides.tip_view.snapshot.entry(path));
    let mut seen =
        entries.filter_map(|entry| look_into(sides.tip_view, entry, sides.cache).ok()).flatten();
    seen.any(|asset| asset.strength == Strength::Evidence && is_it(&asset.name))
}

fn dataset_gone(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    dataset: &Dataset,
) -> Option<LoweredObligation> {
    let declared = &sides.judged.declared;
    let duty = format!("dataset {}", dataset.id.value);
    let is_strict = |system: &&System| system.class() >= pair.required();
    if let Some(hub) = &dataset.hub {
        let replaced = pair.now?.datasets.iter().any(|other| other.id == dataset.id);
        let mut all = declared.all_systems().filter(is_strict).flat_map(|system| &system.datasets);
        let known = replaced || all.any(|other| other.hub.as_ref() == Some(hub));
        let to = "not declared".to_owned();
        return (!known).then(|| pair.lowered(duty, hub.value.clone(), to, pair.place(sides)));
    }
    let was = covers(dataset.files().map(|path| (&pair.before.base, path.value.as_str())));
    let lost = sides.judged.view.snapshot.entries().iter().find(|entry| {
        let origin = sides.change.origin(&entry.path);
        origin.is_some_and(|origin| was.is_match(origin.to_string()))
            && !declared.data_of(&entry.path).any(|system| is_strict(&system))
    })?;
    let place = Place::whole(lost.path.clone());
    Some(pair.lowered(
        duty,
        "declared".to_owned(),
        "not declared, and still here".to_owned(),
        place,
    ))
}
