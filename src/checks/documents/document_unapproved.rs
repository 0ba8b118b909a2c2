//! A document that must be approved is not.

use crate::check::{ByClass, Check, Context, Firmness, Outcome};
use crate::checks::reader::{Held, held};
use crate::evidence::is_placeholder;
use crate::fact::Fact;
use crate::finding::{Fault, Gate, Severity, Who};

pub(crate) const CHECK: Check = Check {
    id: "document-unapproved",
    title: "A document that must be approved is not",
    since: "0.1",
    controls: &["7.5", "5.2", "A.5.3"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Firmness::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the AI policy, the impact assessment and the validation report name in their metadata who approved
them and when (`approved-by`, `approved-on`): somebody of `governance/people.yaml` who is not the document's
own `owner`, on a day that is not to come. A `status` other than approved speaks against it.

## Why it matters

Until somebody else has agreed to it, an assessment is a draft of its author.

## How to fix

Have it approved and add `status: approved`, `approved-by` and `approved-on` to the front matter.

## References

ISO/IEC 42001:2023 clauses 5.2 and 7.5 and control A.5.3.
";

/// The kinds that somebody must have agreed to.
const APPROVED: [&str; 3] = ["ai-policy", "impact-assessment", "verification-validation-report"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    APPROVED.iter().flat_map(|kind| held(context, Some(kind))).map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: Held<'_>) -> Outcome {
    let text_of = |key: &str| held.metadata(key).and_then(|node| node.as_text()).filter(|text| !is_placeholder(text));
    let place = held.metadata("approved-by").or(held.metadata("status"));
    let place = place.map_or_else(|| held.reading.place(), |node| held.at(node.span));
    let fail = |text: String| {
        let fault = Fault::new(place.clone(), held.need.class, format!("{} {text}", held.named())).due().parts([text]);
        let fault =
            fault.remedy(Who::SecondLine, "approve it: status, approved-by and approved-on in its front matter");
        Outcome::fail(held.subject(), fault).controls(&held.need.kind.controls)
    };
    if let Some(status) = text_of("status").filter(|status| !status.eq_ignore_ascii_case("approved")) {
        return fail(format!("is {status}, not approved"));
    }
    let Some(by) = text_of("approved-by") else { return fail("does not say who approved it".to_owned()) };
    let Some((day, _)) = held.date("approved-on") else { return fail("does not say when it was approved".to_owned()) };
    if day > context.today {
        return fail(format!("is approved on {day}, after today"));
    }
    if text_of("owner") == Some(by) {
        return fail(format!("is approved by its own owner, {by}"));
    }
    match &context.governance.people {
        Fact::Known(people) if people.find(by).is_none() => {
            fail(format!("is approved by {by}, who is not in governance/people.yaml"))
        }
        _ => Outcome::pass(held.subject()).controls(&held.need.kind.controls),
    }
}
