//! Approvals on a forge as proof of a statement.

use crate::fact::Fact;
use crate::finding::Who;
use crate::settings::covers;
use crate::settings::people::Person;
use crate::signoff::files::Located;
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::{Approval, SignOffInputs};
use crate::signoff::scope::is_pattern;
use crate::snapshot::Snapshot;
use crate::span::RepoPath;

/// Checks that somebody approved the change on its forge at a commit that has a file exactly as it
/// is, and all that lies at these paths or patterns: nobody can read from a digest what will come.
///
/// An approval proves a statement while it comes in. What the target branch has was approved when
/// it was merged: the forge knows, git does not. Where a proof must outlast the forge, the rules
/// ask for `signed`.
///
/// # Errors
/// Why no approval shows it; undecided where the forge's answer is not known.
pub(super) fn reviewed<T>(
    inputs: &SignOffInputs<'_>,
    located: &Located<T>,
    covered: &[String],
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
    let unseen = |approval: &Approval| unseen(snapshot, approval, &located.path, covered);
    let of_this = own.iter().find(|it| unseen(it).is_none());
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
            let path = own.last().and_then(|it| unseen(it)).unwrap_or_else(|| located.path.clone());
            format!("`{name}` approved the change when `{path}` was not what it is now")
        }
    };
    let mut flaw = of_proof(located, text).waiting();
    flaw.people = vec![name.clone()];
    let remedy = "approve the change on its forge, at its newest commit";
    Err(Box::new(flaw.remedy(Who::Signers, remedy)))
}

/// Whether somebody approved the change on its forge, by an account that may write, at a commit
/// that has a file as it is.
pub(crate) fn has_approved(inputs: &SignOffInputs<'_>, person: &Person, path: &RepoPath) -> bool {
    let approvals = inputs.approvals.and_then(Fact::known).map_or(&[][..], Vec::as_slice);
    let snapshot = inputs.repo.view.snapshot;
    approvals.iter().any(|approval| {
        is_by(person, approval)
            && approval.may_write == Fact::Known(true)
            && unseen(snapshot, approval, path, &[]).is_none()
    })
}

/// Returns a file that was not what it is now at the commit that was approved: the file that was
/// signed, or one of those that it is about. None where all were.
fn unseen(
    snapshot: &dyn Snapshot,
    approval: &Approval,
    signed: &RepoPath,
    covered: &[String],
) -> Option<RepoPath> {
    let now = |path: &RepoPath| snapshot.entry(path).and_then(|it| snapshot.object_id(it).ok());
    if now(signed).is_none() {
        return Some(signed.clone());
    }
    let is_other = |path: &RepoPath| approval.files.get(path) != now(path).as_ref();
    let (patterns, paths): (Vec<&String>, Vec<&String>) =
        covered.iter().partition(|path| is_pattern(path));
    let paths = paths.into_iter().map(|path| RepoPath::from(path.as_str()));
    let single = std::iter::once(signed.clone()).chain(paths).find(|path| is_other(path));
    if single.is_some() || patterns.is_empty() {
        return single;
    }
    let root = RepoPath::root();
    let set = covers(patterns.into_iter().map(|pattern| (&root, pattern.as_str())));
    let all = approval.files.keys().chain(snapshot.entries().iter().map(|entry| &entry.path));
    let mut named = all.filter(|path| set.is_match(path.to_string()));
    named.find(|path| is_other(path)).cloned()
}

fn of_proof<T>(located: &Located<T>, text: String) -> SignOffFlaw {
    SignOffFlaw::at(SignOffProperty::Proof, located, Default::default(), text)
}

fn is_by(person: &Person, approval: &Approval) -> bool {
    let login = person.logins.get(&approval.forge);
    login.is_some_and(|login| login.eq_ignore_ascii_case(&approval.login))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingKind;
    use crate::settings::people::Forge;
    use crate::signoff::testing::{new_record, with_inputs};
    use crate::snapshot::ObjectId;

    const PEOPLE: &str = "- {id: ana, roles: [risk-lead], logins: {github: Ana}, line: 2}\n";

    #[test]
    fn an_approval_is_of_the_person_and_of_the_file_as_it_is() {
        let mut record = new_record("release", "").record;
        record.path = "README.md".into();
        let now = ObjectId::new(crate::digest::sha256(b"# A page\n").as_str());
        let approval = |login: &str, id: &ObjectId, may_write: Fact<bool>| Approval {
            forge: Forge::GitHub,
            login: login.to_owned(),
            commit: ObjectId::new("1"),
            may_write,
            files: [("README.md".into(), id.clone())].into(),
        };
        let (yes, no, other) = (Fact::Known(true), Fact::Known(false), ObjectId::new("2"));
        let unknown = Fact::Undecided("no token".to_owned());
        let known = |approvals: Vec<Approval>| Fact::Known(approvals);
        let (waiting, undecided) = (Some(FindingKind::Waiting), Some(FindingKind::Undecided));
        let cases = [
            (known(vec![approval("ana", &now, yes.clone())]), None),
            (known(vec![]), waiting),
            (known(vec![approval("zoe", &now, yes.clone())]), waiting),
            (known(vec![approval("ana", &other, yes.clone())]), waiting),
            (known(vec![approval("ana", &now, no)]), waiting),
            (known(vec![approval("ana", &now, unknown)]), undecided),
            (Fact::Absent, undecided),
            (Fact::Undecided("no answer".to_owned()), undecided),
        ];
        for (approvals, expected) in cases {
            let found = with_inputs(PEOPLE, |inputs| {
                let person = &inputs.people().unwrap().people[0];
                reviewed(&inputs.with_approvals(&approvals), &record, &[], person)
            });
            assert_eq!(found.err().map(|flaw| flaw.nature), expected, "{approvals:?}");
        }
        // Whoever approves what will be exchanged afterwards has seen nothing of it.
        let seen = |id: &ObjectId| Fact::Known(vec![approval("ana", id, Fact::Known(true))]);
        for covered in ["README.md", "*.md", "not-here"] {
            let found = with_inputs(PEOPLE, |inputs| {
                let person = &inputs.people().unwrap().people[0];
                let covered = [covered.to_owned()];
                reviewed(&inputs.with_approvals(&seen(&now)), &record, &covered, person)
            });
            assert!(found.is_ok(), "{covered}");
        }
        let mut later = approval("ana", &now, Fact::Known(true));
        later.files.insert("weights/a.bin".into(), other);
        let later = Fact::Known(vec![later]);
        for covered in ["weights/a.bin", "weights/*"] {
            let found = with_inputs(PEOPLE, |inputs| {
                let person = &inputs.people().unwrap().people[0];
                let covered = [covered.to_owned()];
                reviewed(&inputs.with_approvals(&later), &record, &covered, person)
            });
            let text = found.err().map(|flaw| flaw.text).unwrap_or_default();
            assert!(text.contains("when `weights/a.bin` was not what it is now"), "{text}");
        }
        // What the target branch has was approved when it was merged.
        record.is_new = false;
        with_inputs(PEOPLE, |inputs| {
            let person = &inputs.people().unwrap().people[0];
            assert!(reviewed(&inputs.with_approvals(&Fact::Absent), &record, &[], person).is_ok());
        });
    }
}
