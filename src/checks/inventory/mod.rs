//! Group INV: what the repository holds against what the register declares.

pub(super) mod class_contradicted;
pub(super) mod declared_path_missing;
pub(super) mod generative_undeclared;
pub(super) mod prohibited_system;
pub(super) mod register_invalid;
pub(super) mod register_missing;
pub(super) mod register_unnamed;
pub(super) mod rights_assessment_undeclared;
pub(super) mod risk_class_undeclared;
pub(super) mod role_contradicted;
mod shared;
pub(super) mod stage_contradicted;
pub(super) mod undeclared_dataset;
pub(super) mod undeclared_model;
pub(super) mod undeclared_service;
pub(super) mod unowned_ai_code;
