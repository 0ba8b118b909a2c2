//! Group MET: what a change does to the gate that judges it.

pub(super) mod baseline_grown;
pub(super) mod duty_lowered;
pub(super) mod gate_wiring_changed;
pub(super) mod people_changed;
pub(super) mod rule_weakened;
pub(super) mod signers_changed;
pub(super) mod waiver_added;

use crate::catalog::Class;
use crate::check::{Context, Outcome};
use crate::checks::and_more;
use crate::checks::fallback;
use crate::finding::{Fault, Subject, Who};
use crate::settings::loosened::Loosened;
use crate::span::{Place, RepoPath};

/// What would clear it once signatures are verified.
const SIGNED: &str = "sign a record of the decision; this version verifies none yet, so until then it stays red";

/// A change of trusted files that is not provably as strict.
fn fault(place: Place, text: String, keep: &str) -> Fault {
    let fault = Fault::new(place, Class::High, text).label("allows more than on the target branch");
    fault.remedy(Who::Author, keep).remedy(Who::SecondLine, SIGNED)
}

/// One outcome for everything that a kind of trusted file now permits.
fn outcome(context: &Context<'_>, subject: Subject, loosened: &[Loosened], files: &[RepoPath], keep: &str) -> Outcome {
    let Some((first, rest)) = loosened.split_first() else { return Outcome::pass(subject) };
    let somewhere = || files.first().cloned().map_or_else(|| fallback(context), Place::whole);
    let place = |it: &Loosened| it.place.clone().unwrap_or_else(somewhere);
    let more = and_more(rest.len(), "");
    let fault = fault(place(first), format!("{}{more}", first.words()), keep);
    Outcome::fail(subject, rest.iter().fold(fault, |fault, it| fault.related(place(it), it.words())))
}
