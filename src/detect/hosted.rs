//! Services that run models for others: their addresses, and the ids of the models that they run.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::model_ids::LONGEST_ID;
use super::patterns::compiled;
use super::signs::signs;
use crate::catalog::embedded;

/// `data/code/services.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostedServices {
    addresses: BTreeMap<String, Vec<String>>,
    beginnings: Vec<String>,
    models: Vec<String>,
}

fn services() -> &'static HostedServices {
    static SERVICES: LazyLock<HostedServices> =
        LazyLock::new(|| embedded("code/services", include_str!("../../data/code/services.yaml")));
    &SERVICES
}

/// Returns all hosts, and beginnings of addresses, of model services.
pub(super) fn hosts() -> impl Iterator<Item = &'static str> {
    let more = signs().addresses.iter().filter(|it| service_at(it.as_bytes()).is_none());
    services().addresses.values().flatten().chain(more).map(String::as_str)
}

/// Returns how ids begin that nothing else is called by.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    services().beginnings.iter().map(String::as_str)
}

/// The service that is at a host.
fn service_at(host: &[u8]) -> Option<&'static str> {
    let is_host = |it: &String| it.as_bytes() == host;
    let found = services().addresses.iter().find(|(_, hosts)| hosts.iter().any(is_host));
    found.map(|(id, _)| id.as_str())
}

/// Returns the addresses in a text: the service, and where its host begins and ends.
pub(super) fn addresses(text: &[u8]) -> Vec<(&'static str, usize, usize)> {
    static HOSTS: LazyLock<Regex> = LazyLock::new(|| {
        let all: Vec<String> = hosts().map(regex::escape).collect();
        compiled(&all.join("|"))
    });
    let hits = HOSTS.find_iter(text);
    hits.filter_map(|hit| {
        // Not the end of a longer name, as in `api.openai.com.example.net` or `myapi.openai.com`.
        let before = hit.start().checked_sub(1).map(|at| text[at]);
        let after = text.get(hit.end());
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let own_start = hit.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
            && !before.is_some_and(is_part);
        let own_end = hit.as_bytes().ends_with(b".")
            || !after.is_some_and(|byte| is_part(*byte) || *byte == b'.');
        let host = hosts().find(|host| host.as_bytes() == hit.as_bytes())?;
        let service = service_at(hit.as_bytes()).unwrap_or(host);
        (own_start && own_end).then_some((service, hit.start(), hit.end()))
    })
    .collect()
}

/// Whether a text is the id of a model that a service runs, with or without its supplier.
pub(super) fn is_hosted_id(text: &str) -> bool {
    static IDS: LazyLock<Regex> = LazyLock::new(|| {
        let all = services().models.join("|");
        compiled(&format!(r"^(?:[a-z][a-z\d_-]*[/:]){{0,2}}(?:{all})$"))
    });
    text.len() <= LONGEST_ID && IDS.is_match(text.as_bytes())
}

/// Whether a package is one of Python that AI code uses, in the spelling of an index.
pub(super) fn is_python_package(plain: &str) -> bool {
    static MORE: LazyLock<Vec<String>> =
        LazyLock::new(|| embedded("code/pypi", include_str!("../../data/code/pypi.yaml")));
    let is_listed = |listed: &String| match listed.strip_suffix('*') {
        Some(beginning) => plain.starts_with(beginning),
        None => plain == listed,
    };
    signs().packages.contains(plain)
        || signs().services.iter().any(|it| it.packages.contains(plain))
        || MORE.iter().any(is_listed)
}
