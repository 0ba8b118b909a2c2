//! Rules that a change makes weaker.

use super::shared::{Loosening, compared, outcome};
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, Context, Outcome, RULE_SET, check};
use crate::finding::Subject;
use crate::model::Governance;
use crate::settings::gate::{FILE, Rules};
use crate::settings::people::Person;
use crate::settings::weakening;
use crate::signoff::more_in_rules;

pub(crate) const CHECK: Check =
    check(CheckId::RuleWeakened, "A change makes the rules of the gate weaker", run)
        .controls(&["5.3", "7.5", "8.1"])
        .floor()
        .explained(include_str!("rule_weakened.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    compared(context, FILE, judge)
}

fn judge(context: &Context<'_>, subject: Subject, before: &Governance) -> Vec<Outcome> {
    if context.proposed.rules.refused {
        // Rules that cannot be read are the strictest; that they cannot is told by another check.
        return vec![Outcome::pass(subject)];
    }
    if !context.proposed.is_adopted {
        let text = format!("`{FILE}` is gone, so nothing would hold a change to anything");
        let mut loosening = Loosening::new(subject, fallback(context), text, KEEP);
        loosening.files = before.rules.every_file().collect();
        return vec![loosening.outcome(context)];
    }
    // What mends rules must keep what they say beside the mistake; where nothing can be read, it
    // must be no weaker than having none.
    let mut built_in = Rules::default();
    built_in.pinned = RULE_SET.parse().ok();
    let rules = match (before.rules.refused, &before.salvaged.rules) {
        (false, _) => &before.rules,
        (true, Some(salvaged)) => salvaged,
        (true, None) => &built_in,
    };
    let severities = |id: CheckId| {
        let check = context.table.iter().find(|check| check.id == id);
        check.map_or(Vec::new(), |check| {
            vec![check.severity.high, check.severity.limited, check.severity.minimal]
        })
    };
    let weakenings = weakening::rules(rules, &context.proposed.rules, severities);
    let now = &context.proposed.rules;
    let favours = |person: &Person| more_in_rules(rules, now, person);
    let files = before.rules.every_file().chain(now.every_file());
    vec![outcome(context, subject, &weakenings, files, KEEP, &favours)]
}

const KEEP: &str = "keep the rules as strict as on the target branch";
