//! Hosted models that are called and that no system declares.

use std::collections::BTreeMap;

use super::shared::problem_across;
use crate::asset::{Asset, AssetKind};
use crate::check_id::CheckId;
use crate::detect::same_service;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Subject, Who};

pub(crate) const CHECK: Check =
    check(CheckId::UndeclaredService, "A hosted model is called that no system declares", run)
        .controls(&["A.10.3", "A.4.2"])
        .severity(ByClass::WARNING_IF_HIGH)
        .severity_if_brought(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("undeclared_service.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let register = match context.whole_register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let mut services: BTreeMap<&str, Vec<&Asset>> = BTreeMap::new();
    for asset in repo.inventory.product_evidence() {
        if asset.kind == AssetKind::HostedService {
            services.entry(&asset.name).or_default().push(asset);
        }
    }
    let declared = |service: &str| {
        let used = register.used_ai.iter().map(|used| used.service.as_str());
        let mut names = register
            .all_models()
            .filter_map(|model| model.service.as_ref().map(|name| name.value.as_str()))
            .chain(used);
        names.any(|name| same_service(name, service))
    };
    let judge = |(service, assets): (&str, Vec<&Asset>)| {
        let subject = Subject::Asset(format!("service:{service}"));
        if declared(service) {
            return Outcome::pass(subject);
        }
        let text = format!("no system declares the hosted service `{service}`");
        let remedy = format!(
            "add a model with `service: {service}` and `supplier` to the system \
            that calls it"
        );
        let problem = problem_across(repo, &assets, text).label("its client is called here");
        Outcome::fail(subject, problem.remedy(Who::Author, remedy))
    };
    services.into_iter().map(judge).collect()
}
