//! The table of checks. A check is one file with its explanation beside it, one folder of fixtures
//! and one row here.

mod data;
mod documents;
mod excuses;
mod inventory;
mod model;
mod operation;
mod organisation;
mod own;
mod people;
mod risk;
mod settings;
mod shared;
mod signoff;
mod supplier;
mod target;
mod trust;

pub(crate) use own::row as own_row;
pub(crate) use shared::{decision, fallback_of};

use std::sync::Arc;

use crate::check_id::CheckId;
use crate::engine::Check;
use crate::settings::own_check::OwnCheck;

/// Every check that ships, sorted by id.
pub const ALL: &[&Check] = &[
    &signoff::acceptance_missing::CHECK,
    &risk::action_overdue::CHECK,
    &trust::adoption_incomplete::CHECK,
    &organisation::applicability_incomplete::CHECK,
    &risk::assessment_outdated::CHECK,
    &organisation::audit_overdue::CHECK,
    &excuses::baseline_expired::CHECK,
    &trust::baseline_grown::CHECK,
    &excuses::baseline_unused::CHECK,
    &documents::boilerplate::CHECK,
    &supplier::bom_differs::CHECK,
    &documents::broken_link::CHECK,
    &inventory::class_contradicted::CHECK,
    &model::code_on_load::CHECK,
    &organisation::competence_expired::CHECK,
    &signoff::CONDITION_OVERDUE,
    &data::croissant_incomplete::CHECK,
    &data::croissant_invalid::CHECK,
    &inventory::declared_path_missing::CHECK,
    &model::digest_differs::CHECK,
    &documents::document_missing::CHECK,
    &documents::document_review_overdue::CHECK,
    &documents::document_unapproved::CHECK,
    &documents::document_unreadable::CHECK,
    &trust::duty_lowered::CHECK,
    &documents::element_missing::CHECK,
    &signoff::emergency_invalid::CHECK,
    &data::evaluation_on_training_data::CHECK,
    &trust::evidence_withdrawn::CHECK,
    &documents::explanation_missing::CHECK,
    &model::fairness_unmeasured::CHECK,
    &trust::gate_wiring_changed::CHECK,
    &inventory::generative_undeclared::CHECK,
    &operation::incident_log_outdated::CHECK,
    &operation::incident_plan_unexercised::CHECK,
    &documents::language_unread::CHECK,
    &operation::log_retention_too_short::CHECK,
    &operation::mandate_expired::CHECK,
    &target::merge_undecided::CHECK,
    &model::metric_differs::CHECK,
    &model::model_source_changed::CHECK,
    &organisation::objective_unmeasurable::CHECK,
    &trust::organisation_unproven::CHECK,
    &people::owner_unknown::CHECK,
    &trust::people_changed::CHECK,
    &data::personal_data_unexplained::CHECK,
    &documents::placeholder::CHECK,
    &inventory::prohibited_system::CHECK,
    &signoff::PROOF_TOO_WEAK,
    &model::purpose_differs::CHECK,
    &organisation::reason_unlinked::CHECK,
    &signoff::record_altered::CHECK,
    &inventory::register_invalid::CHECK,
    &inventory::register_missing::CHECK,
    &inventory::register_unnamed::CHECK,
    &organisation::requirement_unverifiable::CHECK,
    &signoff::RESIDUAL_TOO_HIGH,
    &inventory::rights_assessment_undeclared::CHECK,
    &inventory::risk_class_undeclared::CHECK,
    &risk::risk_entry_incomplete::CHECK,
    &risk::risk_level_differs::CHECK,
    &risk::risk_link_broken::CHECK,
    &risk::risk_not_about_ai::CHECK,
    &risk::risk_review_overdue::CHECK,
    &risk::risk_untreated::CHECK,
    &inventory::role_contradicted::CHECK,
    &people::role_unfilled::CHECK,
    &people::roles_incompatible::CHECK,
    &trust::rule_weakened::CHECK,
    &documents::section_thin::CHECK,
    &settings::settings_invalid::CHECK,
    &signoff::SIGN_OFF_DATES_IMPOSSIBLE,
    &signoff::SIGN_OFF_ENDED,
    &signoff::sign_off_invalid::CHECK,
    &signoff::SIGN_OFF_MISSING,
    &signoff::SIGN_OFF_VOID,
    &signoff::SIGNATURE_INVALID,
    &signoff::SIGNER_EXTERNAL,
    &signoff::SIGNER_MISSING,
    &signoff::SIGNER_NOT_INDEPENDENT,
    &signoff::SIGNER_UNAUTHORISED,
    &trust::signers_changed::CHECK,
    &inventory::stage_contradicted::CHECK,
    &supplier::supplier_unassessed::CHECK,
    &target::target_unknown::CHECK,
    &model::threshold_missed::CHECK,
    &inventory::undeclared_dataset::CHECK,
    &inventory::undeclared_model::CHECK,
    &inventory::undeclared_service::CHECK,
    &inventory::unowned_ai_code::CHECK,
    &supplier::used_ai_unreviewed::CHECK,
    &model::version_differs::CHECK,
    &model::version_floating::CHECK,
    &trust::waiver_added::CHECK,
    &excuses::waiver_expired::CHECK,
    &excuses::waiver_unauthorised::CHECK,
    &excuses::waiver_unused::CHECK,
];

/// Every check that ships, and then an organisation's own.
pub(crate) fn with_own(own: &[Arc<OwnCheck>]) -> Vec<&'static Check> {
    let mut own: Vec<&Check> = own.iter().map(own::row).collect();
    own.sort_by_key(|check| check.id);
    ALL.iter().copied().chain(own).collect()
}

/// The check of this id that ships.
pub(crate) fn find(id: CheckId) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id == id)
}

/// Whether findings of the check of this id may be excused; those of an own check may.
pub(crate) fn is_excusable(id: CheckId) -> bool {
    matches!(id, CheckId::Own(_)) || find(id).is_some_and(Check::is_excusable)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog;
    use crate::engine::RULE_SET;

    /// The headings of every explanation, in order.
    const HEADINGS: [&str; 4] = ["What it checks", "Why it matters", "How to fix", "References"];

    #[test]
    fn every_id_has_its_row_and_the_table_is_sorted() {
        let ids: Vec<CheckId> = ALL.iter().map(|check| check.id).collect();
        assert_eq!(ids, CheckId::all());
    }

    #[test]
    fn every_row_is_whole() {
        let known: BTreeSet<&str> = catalog::controls()
            .iter()
            .chain(catalog::clauses())
            .map(|control| control.id.as_str())
            .collect();
        for check in ALL {
            let headings: Vec<&str> =
                check.explanation.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(headings, HEADINGS, "{}", check.id);
            for section in check.explanation.split("## ").skip(1) {
                assert!(
                    section.lines().skip(1).any(|line| !line.trim().is_empty()),
                    "{}: {section}",
                    check.id
                );
            }
            assert!(!check.controls.is_empty(), "{}", check.id);
            assert!(
                check.controls.iter().all(|id| known.contains(id)),
                "{}: {:?}",
                check.id,
                check.controls
            );
            assert!(!check.title.ends_with('.') && check.title.len() <= 100, "{}", check.id);
            let version = |text: &str| text.parse::<crate::settings::gate::Version>().unwrap();
            assert!(version(check.since) <= version(RULE_SET), "{}", check.id);
        }
    }

    #[test]
    fn the_catalogue_names_every_check_and_every_kind_of_document() {
        let text = include_str!("../../docs/catalogue.md");
        for id in CheckId::all() {
            assert!(text.contains(&format!("`{id}`")), "{id} is missing");
        }
        for kind in catalog::kinds() {
            let line = format!("- `{}`: {}", kind.id, kind.name);
            assert!(text.contains(&line), "{line} is missing");
        }
    }

    #[test]
    fn what_law_makes_an_error_is_a_check_about_a_kind() {
        for raise in crate::catalog::raises() {
            assert!(raise.checks.iter().all(|id| is_excusable(*id)), "{:?}", raise.checks);
            assert!(
                raise.documents.iter().all(|id| crate::catalog::kind(id).is_some()),
                "{:?}",
                raise.documents
            );
        }
    }
}
