//! A document that is due and is not there.

use super::shared::{asked, is_early};
use crate::change::Edit;
use crate::check_id::CheckId;
use crate::checks::shared::{named, subject};
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Mend, MendStep, Problem, UnwrittenDocument, Who};
use crate::settings::{covers, risks};
use crate::span::RepoPath;
use crate::template::{FormSubject, asked as asked_by, place, usual_place};

pub(crate) const CHECK: Check = check(
    CheckId::DocumentMissing,
    "A document that the class and stage of a system ask for is missing",
    run,
)
.controls(&["7.5", "A.6.2.7"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("document_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let judge = |(need, answer): &(Requirement, Answer)| {
        let subject = subject(need);
        let since = need.kind.since.as_deref();
        let owed = |problem: Problem| problem.since(since).due().parts([need.bound()]);
        let cleared = |problem: Problem| cleared(context, need, answer, problem);
        let missing = |problem: Problem| Outcome::fail(subject.clone(), cleared(owed(problem)));
        match answer {
            Answer::Read(_) | Answer::Pointer(_) | Answer::Typed(_) => Outcome::pass(subject),
            Answer::NotApplicable => Outcome::new(subject, CheckResult::NotApplicable),
            Answer::Unreadable(..) => {
                Outcome::new(subject, CheckResult::Because(CheckId::DocumentUnreadable))
            }
            _ if is_early(need, answer, context.today) => {
                Outcome::new(subject, CheckResult::NotApplicable)
            }
            Answer::Missing => missing(
                Problem::new(need.asked.clone(), need.class, format!("{} is missing", named(need)))
                    .label(why(need)),
            ),
            Answer::NotThere { written, declared } => {
                let text =
                    format!("{} should be `{written}`, and no such file is here", named(need));
                let problem =
                    Problem::new(declared.clone(), need.class, text).label("names no file");
                // A path that names nothing is the register's mistake, whatever asks for the
                // document.
                let problem = problem.since(since).parts([need.bound()]);
                Outcome::fail(subject.clone(), cleared(problem))
            }
            Answer::EmptySection(place) => {
                let text = format!("the section for {} is empty", named(need));
                missing(Problem::new(place.clone(), need.class, text).label(
                    "nothing stands under \
                    this heading",
                ))
            }
            Answer::UnreadLanguage(..) => {
                Outcome::new(subject, CheckResult::Because(CheckId::LanguageUnread))
            }
            Answer::NotRecognised(reading, instead) => {
                let found = reading.found();
                let of = reading.elements.len();
                let text = match instead {
                    Some(instead) => {
                        format!("{} is missing; this file is {}", named(need), instead.name)
                    }
                    None => {
                        format!(
                            "{} is missing; this file is not read as one, for it says {found} of \
                             the {of} things that one says",
                            named(need)
                        )
                    }
                };
                let problem = Problem::new(reading.place(), need.class, text).label(
                    "its name alone \
                    is not enough",
                );
                missing(problem.related(need.asked.clone(), why(need)))
            }
        }
    };
    context.judged.evidence.iter().map(judge).collect()
}

/// Says who clears it and how. Whoever takes a document away can bring it back, whoever owes it.
fn cleared(
    context: &Context<'_>,
    need: &Requirement,
    answer: &Answer,
    problem: Problem,
) -> Problem {
    let Some(path) = removed(context, need, answer) else {
        let unwritten = Some(unwritten(context, need, answer.written()));
        let problem = Problem { unwritten, ..problem };
        return problem.remedy(who(need), remedy(need, answer.written()));
    };
    let text = format!(
        "bring `{path}` back, which this change takes away, or say \
        where it is now"
    );
    let mend = Mend::new(path.clone(), MendStep::BringBack);
    problem.remedy(Who::Author, text).mended_by(mend)
}

/// The file that a change takes away from where the document is looked for.
fn removed<'a>(
    context: &'a Context<'_>,
    need: &Requirement,
    answer: &Answer,
) -> Option<&'a RepoPath> {
    let files = context.against.known()?.sides.change.files.iter();
    let mut gone =
        files.filter(|(_, edit)| **edit == Edit::Removed).map(|(path, _)| path).peekable();
    gone.peek()?;
    if let Some(written) = answer.written() {
        let declared = need.base.join(written).ok()?;
        return gone.find(|path| **path == declared);
    }
    let usual = covers(need.kind.locations.iter().map(|place| (&need.base, place.as_str())));
    gone.find(|path| path.is_in(&need.base) && usual.is_match(path.to_string()))
}

/// The document, for whoever writes it.
fn unwritten(
    context: &Context<'_>,
    need: &Requirement,
    declared: Option<&str>,
) -> UnwrittenDocument {
    let system = need.system.as_ref().and_then(|id| context.judged.system(id));
    let about = FormSubject::of_need(need, system);
    let place = match (declared, need.system.as_deref()) {
        (Some(path), _) => path.to_owned(),
        (None, Some(system)) if need.kind.id == risks::KIND => risks::place(system),
        (None, _) => usual_place(need.kind).unwrap_or_else(|| place(need.kind, &about)),
    };
    UnwrittenDocument {
        kind: need.kind.id.clone(),
        object: need.object.clone(),
        place,
        elements: asked_by(need.kind, &about).len(),
        class: need.class,
        stage: need.stage,
    }
}

/// Who writes it: the organisation's own documents are the second line's.
fn who(need: &Requirement) -> Who {
    match (&need.system, &need.object) {
        (None, _) => Who::SecondLine,
        (Some(_), None) => Who::Owner,
        (Some(_), Some(_)) => Who::Author,
    }
}

fn why(need: &Requirement) -> String {
    asked(&format!("class {} at stage {}", need.class.name(), need.stage.name()), need)
}

fn remedy(need: &Requirement, declared: Option<&str>) -> String {
    if need.kind.id == risks::KIND {
        let place = need.system.as_deref().map(risks::place).unwrap_or_default();
        let place = declared.map_or(place, str::to_owned);
        return format!(
            "write it in {place}: schema, system, and under `risks` each with id, risk, about, \
             hurts, before, treatment, measures, after, owner, reviewed-on and status"
        );
    }
    let elements: Vec<&str> = need.kind.elements.iter().map(|element| element.name()).collect();
    let place = match declared {
        Some(path) => format!("at {path} (or correct the path)"),
        None => {
            let place = need.kind.locations.first().map_or("a Markdown file", String::as_str);
            // What a card may carry has no place of its own in the register.
            let named = match (&need.object, need.kind.part_of.is_empty()) {
                (Some(_), true) => ", and name it as `card` in the register",
                (Some(_), false) => ", or in the card",
                (None, _) => "",
            };
            format!("for example in {place}{named}")
        }
    };
    let of = need.system.as_ref().map_or_else(String::new, |id| format!(" --system {id}"));
    format!(
        "write it, {place}, with a heading and text for each of {}; `aimsgate template {}{of}` \
         prints a form",
        elements.join(", "),
        need.kind.id
    )
}
