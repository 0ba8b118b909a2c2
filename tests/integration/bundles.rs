//! Bundles of an organisation as the tables of changes name them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::keys;
use crate::support::write;

const FILE: &str = "governance/bundle.json";
const RULES: &str = "governance/gate.yaml";

/// What of a bundle differs from the one that holds ana, dee, ida and rob, whose keys sign, and rules
/// that introduce the gate.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BundleEdit {
    sequence: u64,
    /// Who is in it.
    who: Option<Vec<String>>,
    /// Whose key signs as whom, if another's.
    #[serde(default)]
    keys: BTreeMap<String, String>,
    /// The last day of somebody.
    #[serde(default)]
    until: BTreeMap<String, String>,
    rules: Option<String>,
    /// The text of an own check.
    check: Option<String>,
    built: Option<String>,
    expires: Option<String>,
    organisation: Option<String>,
    /// The digest that it says the bundle before it has.
    previous: Option<String>,
    /// A key that no bundle has.
    extra: Option<String>,
    /// Whose keys sign it; dee's, where it is left out.
    signed: Option<Vec<String>>,
    namespace: Option<String>,
    /// What the pin says beside the digest, as far as it is not what it was or would be; `none`
    /// leaves the pin as it is.
    pin: Option<String>,
}

fn person(id: &str, until: Option<&String>) -> String {
    let (roles, line) = match id {
        "dee" | "rob" | "mallory" => ("risk-lead", 2),
        "ida" => ("ai-governance-lead", 2),
        _ => ("system-owner", 1),
    };
    let until = until.map_or_else(String::new, |day| format!(", until: {day}"));
    format!(
        "  - {{id: {id}, emails: [{id}@example.com], roles: [{roles}], line: {line}, from: \
         2025-01-01{until}}}\n"
    )
}

impl BundleEdit {
    pub(crate) fn apply(&self, root: &Path) {
        let usual = || ["ana", "dee", "ida", "rob"].map(str::to_owned).to_vec();
        let who = self.who.clone().unwrap_or_else(usual);
        let people: String = who.iter().map(|id| person(id, self.until.get(id))).collect();
        let keys: String = who
            .iter()
            .map(|id| {
                let key = self.keys.get(id).unwrap_or(id);
                let namespaces = "namespaces=\"aimsgate,aimsgate-bundle\"";
                format!("{id}@example.com {namespaces} {}\n", keys::public_line(key))
            })
            .collect();
        let rules = "schema: aimsgate/1\nrules: \"0.1\"\nenforce: {mode: introduce}\n";
        let mut files = BTreeMap::from([
            (RULES, self.rules.clone().unwrap_or_else(|| rules.to_owned())),
            ("governance/people.yaml", format!("schema: aimsgate/1\npeople:\n{people}")),
            ("governance/allowed_signers", keys),
        ]);
        files.extend(self.check.clone().map(|text| ("governance/checks/own.yaml", text)));
        let before = fs::read(root.join(FILE)).ok().map(|bytes| keys::sha256(&bytes));
        let mut bundle = serde_json::json!({
            "schema": "aimsgate-bundle/1",
            "organisation": self.organisation.as_deref().unwrap_or("Example Bank"),
            "sequence": self.sequence,
            "built-on": self.built.as_deref().unwrap_or("2026-11-20"),
            "expires": self.expires.as_deref().unwrap_or("2027-05-20"),
            "previous": self.previous.clone().or(before),
            "files": files,
        });
        if let Some(extra) = &self.extra {
            bundle[extra] = serde_json::json!(true);
        }
        let text = serde_json::to_string_pretty(&bundle).unwrap() + "\n";
        let usual = || vec!["dee".to_owned()];
        let signed = self.signed.clone().unwrap_or_else(usual);
        let namespace = self.namespace.as_deref().unwrap_or("aimsgate-bundle");
        let signatures: String =
            signed.iter().map(|key| keys::sign(key, namespace, text.as_bytes())).collect();
        write(root, FILE, &text);
        write(root, &format!("{FILE}.sig"), signatures);
        if self.pin.as_deref() != Some("none") {
            self.pin(root, &keys::sha256(text.as_bytes()));
        }
    }

    fn pin(&self, root: &Path, sha256: &str) {
        let rules = fs::read_to_string(root.join(RULES)).unwrap();
        let kept = rules.lines().filter(|line| !line.starts_with("organisation:"));
        let kept: String = kept.map(|line| format!("{line}\n")).collect();
        let rest = self.pin.clone().unwrap_or_else(|| {
            format!(
                "name: Example Bank, signers: {{people: 1, from: [risk-lead, \
                 ai-governance-lead]}}, min-sequence: {}",
                self.sequence
            )
        });
        write(root, RULES, format!("{kept}organisation: {{sha256: {sha256}, {rest}}}\n"));
    }
}
