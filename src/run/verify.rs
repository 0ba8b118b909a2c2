//! `aimsgate verify`: whether something may be used, asked by the step that deploys it.

use std::io::Write;

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
use crate::report;
use crate::signoff::{SubjectUse, UsedSubject, subject_use};

/// Asks whether a subject is covered by a release that stands.
pub(super) fn verify(arguments: &cli::VerifyArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let subjects = arguments.subjects.iter().map(|subject| subject.parse::<UsedSubject>());
    let subjects: Vec<UsedSubject> =
        subjects.collect::<Result<_, _>>().map_err(|why| Error::new(ErrorKind::Usage, why))?;
    let now = fs::today();
    // Whatever started the job: what the default branch holds may be used, and nothing else.
    let around = Surroundings { job: None, ..Surroundings::of_this_process(now) };
    let content = Content::Revision(arguments.head.clone().unwrap_or_else(|| "HEAD".to_owned()));
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
        print(
            out,
            match arguments.format {
                TextOrJson::Terminal => uses
                    .iter()
                    .map(|(subject, found)| report::use_of(&subject.to_string(), system, found))
                    .collect(),
                TextOrJson::Json => report::uses_json(system, &uses),
            },
        )?;
        let verdicts: Vec<Option<bool>> = uses.iter().map(|(_, found)| found.verdict()).collect();
        Ok(if simulated {
            Verdict::Undecided
        } else if verdicts.contains(&Some(false)) {
            Verdict::Fail
        } else if verdicts.contains(&None) {
            Verdict::Undecided
        } else {
            Verdict::Pass
        })
    })
}
