//! Rules that a change makes weaker.

use crate::check::{ByClass, Check, Context, Firmness, Outcome};
use crate::checks::RULE_SET;
use crate::finding::{Gate, Subject};
use crate::settings::gate::{FILE, Rules};
use crate::settings::loosened;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = Check {
    id: "rule-weakened",
    title: "A change makes the rules of the gate weaker",
    since: "0.1",
    controls: &["5.3", "7.5", "8.1"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Firmness::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether `governance/gate.yaml` is at least as strict as on the target branch. The effective rules are
compared: mode and the day it becomes strict, the pinned rule set, the minimum version, overlays, who
signs, the release gate, and the severity of each check. Comments, order and `x-` keys do not matter.
Where the target branch's rules cannot be read, they are compared with the built-in ones.

## Why it matters

A change that may weaken its own judge passes by doing so.

## How to fix

Undo it, or make the change without it. A signed record of somebody the target branch entitles will clear
it; this version verifies no signatures yet, so until then it stays red.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(FILE));
    let before = match context.adopted(subject.clone()) {
        Ok(before) => before,
        Err(outcomes) => return outcomes,
    };
    if context.proposed.rules.refused {
        // Rules that cannot be read are the strictest; that they cannot is told by another check.
        return vec![Outcome::pass(subject)];
    }
    if !context.proposed.is_adopted {
        let text = format!("`{FILE}` is gone, so nothing would hold a change to anything");
        return vec![Outcome::fail(subject, super::fault(super::fallback(context), text, KEEP))];
    }
    // What mends rules must keep what they say beside the mistake; where nothing can be read, it must be no weaker
    // than having none.
    let mut built_in = Rules::default();
    built_in.pinned = RULE_SET.parse().ok();
    let rules = match (before.rules.refused, &before.salvaged.rules) {
        (false, _) => &before.rules,
        (true, Some(salvaged)) => salvaged,
        (true, None) => &built_in,
    };
    let severities = |id: &str| {
        let check = context.table.iter().find(|check| check.id == id);
        check.map_or(Vec::new(), |check| vec![check.severity.high, check.severity.limited, check.severity.minimal])
    };
    let loosened = loosened::rules(rules, &context.proposed.rules, severities);
    vec![super::outcome(context, subject, &loosened, &context.proposed.rules.files, KEEP)]
}

const KEEP: &str = "keep the rules as strict as on the target branch";
