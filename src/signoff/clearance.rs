//! Whether somebody the target branch entitles signed for what a change weakens.

use std::collections::BTreeSet;

use super::evaluate::general_flaws;
use super::files::{FileChange, RecordFiles};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::inputs::SignOffInputs;
use super::proof::{could_sign, signatures};
use super::terms::Benefits;
use crate::catalog::Class;
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::fact::Fact;
use crate::ids::{PersonId, SystemId};
use crate::settings::gate::Decision;
use crate::settings::people::Person;
use crate::settings::waiver::Waiver;
use crate::snapshot::Snapshot;
use crate::span::RepoPath;

/// The digest of a file's content, or why there is none.
type FileDigest = Result<Sha256, String>;

/// A file before and after the change, by the digest of its content. None where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplacedFile {
    pub(crate) path: RepoPath,
    pub(crate) from: Option<FileDigest>,
    pub(crate) to: Option<FileDigest>,
}

/// What was decided about something that a change weakens.
pub(crate) enum Clearance<'a> {
    /// A record clears it.
    Cleared,
    /// A record is about it and does not count, or not yet.
    Refused(&'a RecordFiles, Vec<SignOffFlaw>),
    /// No record is about it; these people could sign one.
    Nothing(Vec<PersonId>),
    /// Nobody of the target branch could ever sign a record like that.
    Locked,
}

/// Returns what was decided about a change of trusted files. `benefits` says what of it gives
/// somebody more.
pub(crate) fn clear_rule_change<'a>(
    inputs: &SignOffInputs<'a>,
    files: &[ReplacedFile],
    benefits: Benefits<'_>,
) -> Clearance<'a> {
    let is_about = |record_files: &RecordFiles| {
        !files.is_empty() && files.iter().all(|it| it.from != it.to && names(record_files, it))
    };
    let paths: Vec<String> = files.iter().map(|file| file.path.to_string()).collect();
    clearance(inputs, Decision::RuleChange, inputs.class_of_rules(), &paths, is_about, benefits)
}

/// Whether a record names a file with what it was and becomes.
fn names(record_files: &RecordFiles, replaced: &ReplacedFile) -> bool {
    let base = record_files.record.path.parent().parent().parent();
    let is_digest = |stated: &Option<Spanned<Sha256>>, digest: &Option<FileDigest>| {
        stated.as_ref().map(|stated| Ok(&stated.value)) == digest.as_ref().map(Result::as_ref)
    };
    let is_it = |file: &FileChange| {
        let path = &file.path.value;
        let is_path = RepoPath::from(path.as_str()) == replaced.path
            || base.join(path).is_ok_and(|path| path == replaced.path);
        is_path && is_digest(&file.from, &replaced.from) && is_digest(&file.to, &replaced.to)
    };
    record_files.record.value.files.iter().any(is_it)
}

/// Returns a file before and after the change.
pub(crate) fn replaced_file(inputs: &SignOffInputs<'_>, path: &RepoPath) -> ReplacedFile {
    let digest = |snapshot: &dyn Snapshot| inputs.digests.at(snapshot, path);
    let from = inputs.tip.and_then(|(_, snapshot)| digest(snapshot));
    ReplacedFile { path: path.clone(), from, to: digest(inputs.repo.view.snapshot) }
}

/// Returns what was decided about a waiver that a change adds. It gives more to the person who
/// asked for it.
pub(crate) fn clear_waiver<'a>(inputs: &SignOffInputs<'a>, waiver: &Waiver) -> Clearance<'a> {
    let name = &waiver.requested_by.value;
    let benefits = |person: &Person| {
        let has_asked = person.id.value == name.as_str() || person.emails.contains(name);
        has_asked.then(|| "a waiver asked for".to_owned())
    };
    clear_rule_change(inputs, &[replaced_file(inputs, &waiver.file)], &benefits)
}

/// Returns what was decided about an obligation that a change lowers.
pub(crate) fn clear_classification<'a>(
    inputs: &SignOffInputs<'a>,
    system: Option<&SystemId>,
    class: Class,
    obligation: &str,
    from: &str,
    to: &str,
) -> Clearance<'a> {
    // What must not be used at all becomes nothing else by a signature.
    if class == Class::Prohibited {
        return Clearance::Nothing(Vec::new());
    }
    let is_about = |record_files: &RecordFiles| {
        let record = &record_files.record.value;
        let mut changes = record.changes.iter();
        record.system.as_ref().map(|named| &named.value) == system
            && changes.any(|change| {
                change.duty.value == obligation
                    && change.from.value == from
                    && change.to.value == to
            })
    };
    clearance(inputs, Decision::Classification, class, &[], is_about, &|_| None)
}

/// Returns what was decided by records of this change: a record counts in the change that adds it,
/// and in no other.
fn clearance<'a>(
    inputs: &SignOffInputs<'a>,
    decision: Decision,
    class: Class,
    files: &[String],
    is_about: impl Fn(&RecordFiles) -> bool,
    benefits: Benefits<'_>,
) -> Clearance<'a> {
    let mut refused = None;
    for record_files in inputs.store.records.values() {
        let is_new = record_files.record.is_new;
        if record_files.record.value.decision.value != decision
            || !is_new
            || !is_about(record_files)
        {
            continue;
        }
        let required = inputs.required_of(record_files, class).benefiting(benefits);
        let required = inputs.for_first_keys(required);
        let signatures = signatures(inputs, record_files, &required);
        let flaws = general_flaws(inputs, record_files, signatures, &required);
        if flaws.is_empty() {
            return Clearance::Cleared;
        }
        refused = Some((record_files, flaws));
    }
    // Whoever wrote it, whomever it gives more: nobody could sign anything of the kind. Where the
    // people cannot be read, nobody knows.
    let required = || {
        let required = inputs.required(decision, class, None, BTreeSet::new());
        inputs.for_files(required, files.iter().map(String::as_str))
    };
    // Who gets a first key is no other, and so does not keep the others from deciding.
    let of_anything = inputs.for_first_keys(match required() {
        of_anything if of_anything.by_all_others => of_anything.benefiting(benefits),
        of_anything => of_anything,
    });
    let is_known = !matches!(inputs.governance.people, Fact::Undecided(_));
    if is_known && could_sign(inputs, &of_anything).is_empty() {
        return Clearance::Locked;
    }
    match refused {
        Some((record_files, flaws)) => Clearance::Refused(record_files, flaws),
        None => {
            let required = inputs.for_first_keys(required().benefiting(benefits));
            Clearance::Nothing(could_sign(inputs, &required))
        }
    }
}

/// Returns what a finding says of a record that is about it and does not count.
pub(crate) fn refusal_text(record_files: &RecordFiles, flaws: &[SignOffFlaw]) -> String {
    let first = flaws.first().map_or("", |flaw| flaw.text.as_str());
    format!("the record `{}` does not clear it: {first}", record_files.record.value.id.value)
}

/// Whether nothing but signatures is missing.
pub(crate) fn is_waiting(flaws: &[SignOffFlaw]) -> bool {
    flaws.iter().all(|flaw| flaw.property == SignOffProperty::Signers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::{SHA, new_record};

    #[test]
    fn a_record_names_a_file_by_path_and_by_what_it_was_and_becomes() {
        let file = |path: &str, from: Option<&str>, to: Option<&str>| ReplacedFile {
            path: path.into(),
            from: from.map(|text| Ok(text.parse().unwrap())),
            to: to.map(|text| Ok(text.parse().unwrap())),
        };
        let files = format!("files: [{{path: governance/gate.yaml, to: {SHA}}}]\n");
        let mut record = new_record("rule-change", &files);
        let cases = [
            ("", file("governance/gate.yaml", None, Some(SHA)), true),
            ("", file("governance/gate.yaml", Some(SHA), Some(SHA)), false),
            ("", file("governance/gate.yaml", None, None), false),
            ("", file("governance/people.yaml", None, Some(SHA)), false),
            ("", file("product/governance/gate.yaml", None, Some(SHA)), false),
            ("product/", file("product/governance/gate.yaml", None, Some(SHA)), true),
        ];
        for (folder, replaced, expected) in cases {
            let path = format!("{folder}governance/signoffs/example-1.yaml");
            record.record.path = path.as_str().into();
            assert_eq!(names(&record, &replaced), expected, "{folder} {replaced:?}");
        }
    }
}
