//! The checks that tell of one property of a sign-off each: a row a property.
//!
//! What the property means is said in the Markdown file of the check and decided in `signoff`.

use super::shared::reported;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, check};
use crate::signoff::SignOffProperty;

pub(crate) const CONDITION_OVERDUE: Check = check(
    CheckId::ConditionOverdue,
    "A condition of a decision is overdue, or was closed by nobody who may",
    |context| reported(context, SignOffProperty::Conditions),
)
.controls(&["6.1.3", "8.3"])
.severity(ByClass::ERROR_IF_HIGH)
.never_waived()
.explained(include_str!("condition_overdue.md"));

pub(crate) const PROOF_TOO_WEAK: Check =
    check(CheckId::ProofTooWeak, "That somebody signed is only claimed", |context| {
        reported(context, SignOffProperty::Proof)
    })
    .controls(&["6.1.3", "7.5"])
    .severity(ByClass::RISES_WITH_CLASS)
    .never_waived()
    .explained(include_str!("proof_too_weak.md"));

pub(crate) const RESIDUAL_TOO_HIGH: Check =
    check(CheckId::ResidualTooHigh, "More risk remains than anybody may accept", |context| {
        reported(context, SignOffProperty::Residual)
    })
    .controls(&["6.1.1", "6.1.3"])
    .never_excused()
    .explained(include_str!("residual_too_high.md"));

pub(crate) const SIGN_OFF_DATES_IMPOSSIBLE: Check =
    check(CheckId::SignOffDatesImpossible, "The dates of a signature cannot be", |context| {
        reported(context, SignOffProperty::Dates)
    })
    .controls(&["A.6.2.5", "7.5"])
    .severity(ByClass::ERROR_IF_HIGH)
    .never_excused()
    .explained(include_str!("sign_off_dates_impossible.md"));

pub(crate) const SIGN_OFF_ENDED: Check = check(
    CheckId::SignOffEnded,
    "A decision has ended, was revoked, or would hold for too long",
    |context| reported(context, SignOffProperty::InForce),
)
.controls(&["6.1.3", "8.2"])
.never_waived()
.explained(include_str!("sign_off_ended.md"));

pub(crate) const SIGN_OFF_MISSING: Check =
    check(CheckId::SignOffMissing, "Nobody has signed a decision that a system needs", |context| {
        reported(context, SignOffProperty::Present)
    })
    .controls(&["6.1.3", "8.3", "A.6.2.5"])
    .severity(ByClass::RISES_WITH_CLASS)
    .never_waived()
    .explained(include_str!("sign_off_missing.md"));

pub(crate) const SIGN_OFF_VOID: Check =
    check(CheckId::SignOffVoid, "What was signed is not what is there", |context| {
        reported(context, SignOffProperty::Content)
    })
    .controls(&["6.1.3", "8.2", "8.4", "A.6.2.5"])
    .never_waived()
    .explained(include_str!("sign_off_void.md"));

pub(crate) const SIGNATURE_INVALID: Check = check(
    CheckId::SignatureInvalid,
    "A signature does not verify, or one key signed for two people",
    |context| reported(context, SignOffProperty::Signature),
)
.controls(&["6.1.3", "7.5"])
.floor()
.explained(include_str!("signature_invalid.md"));

pub(crate) const SIGNER_EXTERNAL: Check =
    check(CheckId::SignerExternal, "Somebody from outside decided", |context| {
        reported(context, SignOffProperty::Affiliation)
    })
    .controls(&["5.3", "6.1.3"])
    .never_waived()
    .explained(include_str!("signer_external.md"));

pub(crate) const SIGNER_MISSING: Check =
    check(CheckId::SignerMissing, "Not enough people have signed", |context| {
        reported(context, SignOffProperty::Signers)
    })
    .controls(&["6.1.3", "5.3"])
    .never_waived()
    .explained(include_str!("signer_missing.md"));

pub(crate) const SIGNER_NOT_INDEPENDENT: Check =
    check(CheckId::SignerNotIndependent, "Somebody signed for own work", |context| {
        reported(context, SignOffProperty::Independence)
    })
    .controls(&["A.3.2", "5.3"])
    .severity(ByClass::ERROR_IF_HIGH)
    .never_excused()
    .explained(include_str!("signer_not_independent.md"));

pub(crate) const SIGNER_UNAUTHORISED: Check =
    check(CheckId::SignerUnauthorised, "Whoever signed may not decide that", |context| {
        reported(context, SignOffProperty::Authority)
    })
    .controls(&["5.3", "A.3.2", "6.1.3"])
    .never_waived()
    .explained(include_str!("signer_unauthorised.md"));
