//! Keys that a change lets sign.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Subject};
use crate::model::Governance;
use crate::openssh::names_principal;
use crate::settings::people::Person;
use crate::settings::signers::{ALLOWED, REVOKED};
use crate::settings::weakening::{Weakened, Weakening};
use crate::span::{Place, RepoPath};
use crate::wording::counted;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignersChanged,
    title: "A change adds a key that may sign, or readmits a revoked one",
    since: "0.1",
    controls: &["5.3", "7.5"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether every line of `governance/allowed_signers` stands on the target branch too, and every line of
`governance/revoked_keys` that stands there is still here. Comments and order do not matter. Taking a key
away and revoking one are free.

## Why it matters

Whoever adds a key can sign in the name of whoever it is for.

## How to fix

Undo it, or make the change without it. A `rule-change` record in the same change clears it, which binds the files before
and after by their digests and is signed by somebody the target branch entitles and the change does not favour.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(ALLOWED));
    let before = match context.adopted(subject.clone()) {
        Ok(before) => before,
        Err(outcomes) => return outcomes,
    };
    let now = context.proposed;
    let added = now.allowed_signers.lines.difference(&before.allowed_signers.lines).count();
    let readmitted = before.revoked_keys.lines.difference(&now.revoked_keys.lines).count();
    let mut weakenings = Vec::new();
    if added > 0 {
        let place = now.allowed_signers.files.first().cloned().map(Place::whole);
        let what = counted(added, "line is new or changed", "lines are new or changed");
        weakenings.push(Weakening::new(Weakened::Keys(ALLOWED), what, place));
    }
    if readmitted > 0 {
        let place = now.revoked_keys.files.first().cloned().map(Place::whole);
        let what = counted(readmitted, "key is no longer revoked", "keys are no longer revoked");
        weakenings.push(Weakening::new(Weakened::Keys(REVOKED), what, place));
    }
    let favours = |person: &Person| {
        let names = std::iter::once(&person.id.value).chain(&person.emails);
        let is_own = |line: &&Vec<u8>| names.clone().any(|name| names_principal(line, name));
        let own = now.allowed_signers.lines.difference(&before.allowed_signers.lines).find(is_own);
        own.map(|_| "a key".to_owned())
    };
    let all = |keys: &'_ Governance| {
        keys.allowed_signers
            .files
            .iter()
            .chain(&keys.revoked_keys.files)
            .cloned()
            .collect::<Vec<_>>()
    };
    let files = [all(before), all(now)].concat();
    let keep = "take the keys out of this change";
    vec![super::outcome(context, subject, &weakenings, &files, keep, &favours)]
}
