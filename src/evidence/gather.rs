//! Works out what is due and finds it.

use std::collections::BTreeMap;

use super::answer::{Answer, Evidence};
use super::documents::Documents;
use super::find::Finder;
use super::lexicon::Lexicon;
use super::requirement;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::settings::gate::Rules;
use crate::settings::register::Register;
use crate::snapshot::View;
use crate::span::RepoPath;

/// Works out what is due under these rules and finds it, reading documents on the way.
pub(crate) fn gather(
    view: &View<'_>,
    register: &Register,
    rules: &Rules,
    documents: &mut Documents,
    cache: &FileCache,
) -> Evidence {
    let lexicon = Lexicon::of(&rules.extension);
    let provisions: Vec<_> = rules.provisions().collect();
    let needs = requirement::needs(register, lexicon.catalogue().kinds(), &provisions);
    let mut finder = Finder::new(view, register, lexicon, documents, cache);
    let mut evidence = Evidence::new();
    for need in needs {
        let mut exceptions = rules.not_applicable.iter();
        let is_excused = exceptions.any(|(it, _)| it.covers(&need.kind.id, need.system.as_ref()));
        let answer = if is_excused { Answer::NotApplicable } else { finder.answer(&need) };
        evidence.push((need, answer));
    }
    carried(&mut finder, &mut evidence);
    evidence
}

/// Looks for what was not found: in the documents of kinds that may carry it, then in all prose by
/// what it says.
fn carried(finder: &mut Finder<'_, '_>, evidence: &mut Evidence) {
    let mut of_systems: BTreeMap<SystemId, Vec<usize>> = BTreeMap::new();
    for (at, (need, _)) in evidence.iter().enumerate() {
        if let Some(system) = &need.system {
            of_systems.entry(system.clone()).or_default().push(at);
        }
    }
    for at in 0..evidence.len() {
        let (need, answer) = &evidence[at];
        if !matches!(answer, Answer::Missing | Answer::NotRecognised(..)) {
            continue;
        }
        let own = need.system.as_ref().and_then(|system| of_systems.get(system));
        let own = own.into_iter().flatten().map(|at| &evidence[*at]);
        let carriers = own.filter(|(other, _)| {
            let is_of_object = other.object == need.object || other.object.is_none();
            is_of_object && need.kind.part_of.contains(&other.kind.id)
        });
        let carriers: Vec<RepoPath> = carriers
            .filter_map(|(_, answer)| match answer {
                Answer::Read(reading) => Some(reading.path.clone()),
                Answer::Typed(path) => Some(path.clone()),
                _ => None,
            })
            .collect();
        let found = carriers.iter().find_map(|path| finder.carried(need, path));
        let found = found.or_else(|| finder.recognised(&evidence[at].0, &evidence[at].1));
        if let Some(found) = found {
            evidence[at].1 = found;
        }
    }
}
