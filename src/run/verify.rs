//! `aimsgate verify`: whether something may be used, asked by the step that deploys it.

use std::io::Write;

use super::output::print;
use crate::cli;
use crate::decision::Verdict;
use crate::digest::Sha256;
use crate::edge::fs;
use crate::edge::git::{self, Content, Extent, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::load::with_inputs;
use crate::report;
use crate::signoff::subject_use;

/// Asks whether a subject is covered by a release that stands.
pub(super) fn verify(arguments: &cli::VerifyArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let digest = arguments.subject.strip_prefix("sha256:").unwrap_or(&arguments.subject);
    let Some(digest) = Sha256::in_any_case(digest) else {
        let error = Error::new(ErrorKind::Usage, format!("`{}` is no SHA-256", arguments.subject));
        return Err(error.hint("write it as sha256:HEX, 64 digits; sha256sum prints it"));
    };
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
        let use_of = subject_use(inputs.signoffs, system, &digest);
        let verdict = use_of.verdict();
        print(out, report::use_of(&arguments.subject, system, &use_of))?;
        Ok(match verdict {
            _ if simulated => Verdict::Undecided,
            Some(true) => Verdict::Pass,
            Some(false) => Verdict::Fail,
            None => Verdict::Undecided,
        })
    })
}
