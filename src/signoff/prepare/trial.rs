//! What the gate would make of a file about a record that is not written yet.

use serde::de::DeserializeOwned;

use super::draft::Draft;
use crate::digest::sha256;
use crate::document::parse;
use crate::finding::FindingKind;
use crate::ids::PersonId;
use crate::settings::gate::Decision;
use crate::settings::read;
use crate::signoff::evaluate::flaws_of;
use crate::signoff::files::{Closing, Located, RecordFiles, Revocation, Statement};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::proof::{Signatures, entitled_signer, seats_of, signatures};
use crate::signoff::scope::ItemForm;
use crate::signoff::terms::{Benefits, RequiredSigners};
use crate::signoff::verify::{check_revocation, closing_flaw};

/// What a file says about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Agree,
    Dissent,
    Close,
    Revoke,
}

/// Returns why a file would not count as things are, in words, whoever signs it and with which key.
/// `benefits` says what a change of rules gives whom. Empty where it would.
pub(crate) fn would_refuse(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    draft: &Draft,
    said: Said,
    signer: &PersonId,
    benefits: Benefits<'_>,
) -> Vec<String> {
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    let is_of_rules = record_files.record.value.decision.value == Decision::RuleChange;
    let required = match is_of_rules {
        true => inputs.for_first_keys(required.benefiting(benefits)),
        false => required,
    };
    let signatures = signatures(inputs, record_files, &required);
    let trial = Trial { inputs, record_files, required, signatures };
    let of_file = match said {
        Said::Agree | Said::Dissent => trial.statement(draft, said == Said::Agree),
        Said::Close => trial.closing(draft),
        Said::Revoke => trial.revocation(draft),
    };
    let mut why: Vec<String> = of_file.into_iter().collect();
    why.extend(trial.without_proof(signer));
    if said == Said::Agree {
        let flaws = flaws_of(inputs, record_files).into_iter().filter(keeps_it_from_holding);
        why.extend(flaws.map(|flaw| format!("the record does not hold: {}", flaw.text)));
    }
    why
}

/// Whether no signature can mend what is wrong with the record.
fn keeps_it_from_holding(flaw: &SignOffFlaw) -> bool {
    use SignOffProperty::{Content, InForce, Present, Residual, Valid};
    let is_of_record = matches!(flaw.property, Present | Valid | Residual | Content | InForce);
    is_of_record && flaw.nature != FindingKind::Undecided
}

/// A file about a record, judged before it is written.
struct Trial<'t, 'a> {
    inputs: &'t SignOffInputs<'a>,
    record_files: &'t RecordFiles,
    required: RequiredSigners<'t>,
    signatures: Signatures<'a>,
}

impl Trial<'_, '_> {
    fn statement(&self, draft: &Draft, agrees: bool) -> Option<String> {
        let Self { inputs, record_files, required, signatures } = self;
        let located: Located<Statement> = located(draft)?;
        let signer = match entitled_signer(inputs, record_files, &located, required) {
            Ok(signer) => signer,
            Err(flaw) => return Some(flaw.text),
        };
        if !agrees || required.by_all_others || signatures.is_complete() {
            return None;
        }
        let before = seats_of(inputs, &signatures.signers, required);
        let with = signatures.with(signer);
        let after = seats_of(inputs, &with, required);
        (after == before).then(|| {
            let open: Vec<&str> = before.iter().map(|seat| seat.name.as_str()).collect();
            format!("it would fill none of the seats that are open: {}", open.join(", and "))
        })
    }

    fn closing(&self, draft: &Draft) -> Option<String> {
        let Self { inputs, record_files, required, signatures } = self;
        let located: Located<Closing> = located(draft)?;
        let mut conditions = record_files.record.value.conditions.iter();
        let condition = conditions.find(|it| it.id.value == located.value.condition.value)?;
        self.evidence_among_content(&located.value).or_else(|| {
            closing_flaw(inputs, &located, condition, record_files, signatures, required)
                .filter(is_about_more_than_its_proof)
                .map(|flaw| flaw.text)
        })
    }

    /// Returns that a file of evidence is content of the system which the record does not cover, so
    /// that the record would not hold beside it.
    fn evidence_among_content(&self, closing: &Closing) -> Option<String> {
        let record = &self.record_files.record.value;
        let items = self.inputs.items(self.inputs.system_of(record)?);
        let paths = closing.evidence.iter().map(|evidence| &evidence.path.value);
        let mut paths = paths.filter(|path| record.covered_file(path).is_none());
        let path = paths.find(|path| {
            let is_it =
                |form: &ItemForm| matches!(form, ItemForm::File { path: own } if own == *path);
            items.iter().any(|item| is_it(&item.form))
        })?;
        Some(format!(
            "`{path}` lies among what the system owns, so the record would no longer cover all of \
             it; put the evidence elsewhere, such as below reports/"
        ))
    }

    fn revocation(&self, draft: &Draft) -> Option<String> {
        let Self { inputs, record_files, required, signatures } = self;
        let located: Located<Revocation> = located(draft)?;
        let found = check_revocation(inputs, &located, record_files, required, signatures);
        found.err().filter(|flaw| is_about_more_than_its_proof(flaw)).map(|flaw| flaw.text)
    }

    /// Returns that nothing could show who made the file, where more than a claim is asked for.
    fn without_proof(&self, signer: &PersonId) -> Option<String> {
        let people = self.inputs.people().ok()?;
        let person = people.people.iter().find(|person| person.id.value == *signer)?;
        let proof = self.required.proof();
        (!self.inputs.can_prove(person, proof)).then(|| {
            format!(
                "nothing on the target branch shows that `{signer}` signed: no line of \
                 governance/allowed_signers gives them a key, or no login"
            )
        })
    }
}

fn is_about_more_than_its_proof(flaw: &SignOffFlaw) -> bool {
    !matches!(flaw.property, SignOffProperty::Proof | SignOffProperty::Signature)
}

/// Returns a draft as the file that it would be.
fn located<T: DeserializeOwned>(draft: &Draft) -> Option<Located<T>> {
    let bytes = draft.text.clone().into_bytes();
    let value = read(&parse(draft.path.clone(), bytes.clone())).ok()?;
    let (path, sha256) = (draft.path.clone(), sha256(&bytes));
    Some(Located { value, path, bytes, sha256, signature: None, is_new: true })
}
