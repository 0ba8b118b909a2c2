//! Approvals on a forge as proof of a statement.

use crate::fact::Fact;
use crate::finding::Who;
use crate::settings::people::Person;
use crate::signoff::files::Located;
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::{Approval, SignOffInputs};

/// Checks that somebody approved the change on its forge at a commit that has a file exactly as it
/// is.
///
/// An approval proves a statement while it comes in. What the target branch has was approved when
/// it was merged: the forge knows, git does not. Where a proof must outlast the forge, the rules ask
/// for `signed`.
///
/// # Errors
/// Why no approval shows it; undecided where the forge's answer is not known.
pub(super) fn reviewed<T>(
    inputs: &SignOffInputs<'_>,
    located: &Located<T>,
    person: &Person,
) -> Result<(), Box<SignOffFlaw>> {
    let Some(approvals) = inputs.approvals.filter(|_| located.is_new) else { return Ok(()) };
    let name = &person.id.value;
    let undecided = |text: String| Err(Box::new(of_proof(located, text).undecided()));
    let approvals = match approvals {
        Fact::Known(approvals) => approvals,
        Fact::Undecided(why) => {
            return undecided(format!(
                "whether `{name}` approved the change on its forge is not known here: {why}"
            ));
        }
        Fact::Absent => {
            return undecided(format!(
                "whether `{name}` approved is known in the job of a pull or merge request only"
            ));
        }
    };
    let own: Vec<&Approval> = approvals.iter().filter(|it| is_by(person, it)).collect();
    let snapshot = inputs.repo.view.snapshot;
    let now = snapshot.entry(&located.path).and_then(|entry| snapshot.object_id(entry).ok());
    let of_this =
        own.iter().find(|it| now.is_some() && it.files.get(&located.path) == now.as_ref());
    let text = match of_this.map(|approval| &approval.may_write) {
        Some(Fact::Known(true)) => return Ok(()),
        Some(Fact::Known(false) | Fact::Absent) => format!(
            "`{name}` approved the change by an account that may not write to the repository"
        ),
        Some(Fact::Undecided(why)) => {
            return undecided(format!(
                "what right the account has by which `{name}` approved cannot be verified: {why}"
            ));
        }
        None if own.is_empty() => format!("`{name}` has not approved the change on its forge"),
        None => {
            format!("`{name}` approved the change when `{}` was not what it is now", located.path)
        }
    };
    let mut flaw = of_proof(located, text).waiting();
    flaw.people = vec![name.clone()];
    let remedy = "approve the change on its forge, at its newest commit";
    Err(Box::new(flaw.remedy(Who::Signers, remedy)))
}

fn of_proof<T>(located: &Located<T>, text: String) -> SignOffFlaw {
    SignOffFlaw::at(SignOffProperty::Proof, located, Default::default(), text)
}

fn is_by(person: &Person, approval: &Approval) -> bool {
    let login = person.logins.get(&approval.forge);
    login.is_some_and(|login| login.eq_ignore_ascii_case(&approval.login))
}
