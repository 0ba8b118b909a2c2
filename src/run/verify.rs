//! `aimsgate verify`: whether something may be used, asked by the step that deploys it.

use std::io::Write;

use super::attest;
use super::output::print;
use crate::cli::{self, TextOrJson};
use crate::decision::Verdict;
use crate::edge::fs;
use crate::edge::git::{self, Content, Extent, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::load::with_inputs;
use crate::report::{self, Attestation};
use crate::signoff::{SubjectUse, UsedSubject, subject_use};

/// Asks whether a subject is covered by a release that stands.
pub(super) fn verify(arguments: &cli::VerifyArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let subjects = arguments.subjects.iter().map(|subject| subject.parse::<UsedSubject>());
    let subjects: Vec<UsedSubject> =
        subjects.collect::<Result<_, _>>().map_err(|why| Error::new(ErrorKind::Usage, why))?;
    let now = fs::today();
    // Whatever started the job: what the default branch holds may be used, and nothing else.
    let around = Surroundings { job: None, ..Surroundings::of_this_process(now) };
    let attestation = arguments.attestation.as_deref().map(attest::brought).transpose()?;
    let attested = attestation.as_ref().map(|it| it.commit.clone());
    let head = arguments.head.clone().or(attested).unwrap_or_else(|| "HEAD".to_owned());
    let content = Content::Revision(head);
    let comparison = git::compare(&arguments.path, &content, None, arguments.today, &around)?;
    // What the default branch does not hold, nobody merged.
    match &comparison.target {
        Fact::Undecided(why) => {
            return Err(Error::new(
                ErrorKind::Input,
                format!("the default branch is not known: {why}"),
            ));
        }
        Fact::Known(_) if comparison.extent == Extent::Whole => {}
        Fact::Known(target) => {
            let text =
                format!("{} is not part of {}", comparison.judged.snapshot.revision(), target.name);
            return Err(Error::new(ErrorKind::Input, text).hint("deploy what was merged"));
        }
        Fact::Absent => {
            return Err(Error::new(ErrorKind::Input, "there is no default branch here"));
        }
    }
    let today = arguments.today.unwrap_or(now);
    let simulated = around.ci && !comparison.simulation.is_empty();
    let commit = comparison.judged.snapshot.revision().commit();
    let is_other = |it: &Attestation| commit.is_none_or(|commit| commit.as_str() != it.commit);
    with_inputs(&comparison, &FileCache::default(), today, |inputs| {
        let Some(system) = inputs.repo.system(&SystemId::from(arguments.system.as_str())) else {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("the register declares no system `{}`", arguments.system),
            ));
        };
        let uses: Vec<(UsedSubject, SubjectUse<'_>)> = subjects
            .iter()
            .map(|subject| (subject.clone(), subject_use(inputs.signoffs, system, subject)))
            .collect();
        let mut objections = Vec::new();
        if let Some(attestation) = &attestation {
            let (system, subjects) = (&arguments.system, arguments.subjects.iter());
            objections =
                attest::objections(attestation, inputs.governance, system, subjects, today);
            objections.extend(is_other(attestation).then(|| "it is about another commit".into()));
        }
        print(
            out,
            match arguments.format {
                TextOrJson::Terminal => {
                    let uses = uses.iter();
                    let uses =
                        uses.map(|(it, found)| report::use_of(&it.to_string(), system, found));
                    let against = objections.iter();
                    uses.chain(
                        against.map(|why| format!("the attestation: {}\n", report::safe(why))),
                    )
                    .collect()
                }
                TextOrJson::Json => report::uses_json(system, &uses, &objections),
            },
        )?;
        let verdicts: Vec<Option<bool>> = uses.iter().map(|(_, found)| found.verdict()).collect();
        Ok(if simulated {
            Verdict::Undecided
        } else if !objections.is_empty() || verdicts.contains(&Some(false)) {
            Verdict::Fail
        } else if verdicts.contains(&None) {
            Verdict::Undecided
        } else {
            Verdict::Pass
        })
    })
}
