//! Whether a record was signed before the change, or is up to the change.

use super::table::decision_rule;
use crate::catalog::Class;
use crate::signoff::files::RecordFiles;

/// Whether the record becomes valid by this change: it brings the record, or the last statement it
/// needed. A record that was merged with too few statements was a draft, which nobody judged.
pub(crate) fn is_fresh(record_files: &RecordFiles) -> bool {
    !was_signed_when_merged(record_files)
}

/// Whether as many people as its decision takes agreed before this change. The gate judged the
/// record when they did.
pub(crate) fn was_signed_when_merged(record_files: &RecordFiles) -> bool {
    let record = &record_files.record.value;
    let class = record.risk_class.as_ref().map_or(Class::High, |class| class.value);
    let terms = decision_rule(record.decision.value).terms(class);
    let seats = terms.seats(record.highest_residual()).count();
    !record_files.record.is_new && record_files.merged_agreements() >= seats
}
