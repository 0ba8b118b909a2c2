//! Posts the verdict on the forge that the job runs on.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::cli;
use crate::decision::Verdict;
use crate::error::{Error, Kind};
use crate::fact::Fact;
use crate::forge::{Client, Network, Notice};
use crate::report::{self, Report};
use crate::settings::gate::{Channel, Proof};
use crate::signoff::Approval;
use crate::snapshot::{Snapshot, View};
use crate::source::{self, Comparison, Remote, Surroundings};
use crate::world::Governance;

/// Bytes of a file of authorities.
const LARGEST_AUTHORITIES: u64 = 4 << 20;

/// How forges are reached.
///
/// # Errors
/// When the file of authorities cannot be read.
pub(super) fn network(reach: &cli::Reach) -> Result<Network, Error> {
    let authorities = match &reach.ca_file {
        None => Vec::new(),
        Some(file) => source::bytes(file, LARGEST_AUTHORITIES)
            .map_err(|error| Error::new(Kind::Usage, error.to_string()).hint("--ca-file names a file in PEM"))?,
    };
    Ok(Network { authorities, ..Network::default() })
}

/// The forge that the job runs on, to be asked for what a shallow copy lacks. Nothing is asked yet.
///
/// # Errors
/// As [`network`].
pub(super) fn remote(around: &Surroundings, reach: &cli::Reach) -> Result<Option<Arc<dyn Remote>>, Error> {
    let Some(job) = around.job().filter(|_| !reach.offline) else { return Ok(None) };
    Ok(match Client::of_job(job, &network(reach)?) {
        Ok(Client::GitHub(github)) => Some(Arc::new(github)),
        // GitLab's job fetches what it needs; without a token nothing can be asked.
        Ok(Client::GitLab(_)) | Err(_) => None,
    })
}

/// Who approved the change on its forge, where the rules ask for such a proof.
///
/// # Errors
/// As [`network`].
pub(super) fn approvals(
    path: &Path,
    comparison: &Comparison,
    around: &Surroundings,
    reach: &cli::Reach,
) -> Result<Fact<Vec<Approval>>, Error> {
    let Some(job) = around.job().filter(|job| job.request.is_some()) else { return Ok(Fact::Absent) };
    let judged = &*comparison.judged.snapshot;
    let tip = comparison.target.known().map_or(judged, |target| &*target.tip);
    let rules = |snapshot: &dyn Snapshot| Governance::load(&View::new(snapshot, comparison.judged.scope.clone())).rules;
    let default = comparison.target.known().and_then(|target| target.default.as_ref());
    let all = [Some(tip), default.map(|(_, snapshot)| &**snapshot)];
    let asks = |snapshot: &dyn Snapshot| rules(snapshot).who_signs.values().any(|who| who.proof == Proof::Reviewed);
    if !all.into_iter().flatten().any(asks) {
        return Ok(Fact::Absent);
    }
    if reach.offline {
        return Ok(Fact::Undecided("the run is --offline".to_owned()));
    }
    let client = Client::of_job(job, &network(reach)?);
    let all = match client.and_then(|client| client.approvals()) {
        Ok(all) => all,
        Err(trouble) => return Ok(Fact::Undecided(trouble.to_string())),
    };
    let mut approvals = Vec::new();
    for (login, commit) in all {
        match source::files_of(path, around.remote.as_ref(), &commit) {
            Ok(files) => approvals.push(Approval { forge: job.forge, login, commit, files }),
            Err(why) => return Ok(Fact::Undecided(why)),
        }
    }
    Ok(Fact::Known(approvals))
}

/// Posts what was asked for and what the rules name, and says what became of each.
///
/// Posting is a courtesy: what fails is said and changes nothing, but for a channel that the rules name (`must-publish`).
/// Without that one a pass is none.
///
/// # Errors
/// When the command line asks for what cannot be.
pub(super) fn publish(
    report: &Report,
    around: &Surroundings,
    asked: &[Channel],
    reach: &cli::Reach,
    notes: &mut dyn Write,
) -> Result<Verdict, Error> {
    let must: BTreeSet<Channel> = report.inputs.must_publish.iter().copied().collect();
    let mut verdict = report.verdict;
    let mut say = |text: String| writeln!(notes, "aimsgate: {}", report::safe(&text));
    let Some(job) = around.job() else {
        if !asked.is_empty() {
            let error = Error::new(Kind::Usage, "--publish posts from a job of GitHub Actions or GitLab CI/CD only");
            return Err(error.hint("the reports are the same: --format"));
        }
        if around.ci && !must.is_empty() && verdict == Verdict::Pass {
            say("the rules count no pass of a job that is not posted (`must-publish`), and this job's event is not known".to_owned())?;
            verdict = Verdict::Undecided;
        }
        return Ok(verdict);
    };
    // What a forge takes for the verdict comes last, when it is known what became of the rest.
    let is_verdict =
        |channel: &Channel| matches!(channel, Channel::CheckRun | Channel::CommitStatus | Channel::StatusCheck);
    let mut channels: Vec<Channel> =
        asked.iter().chain(&must).copied().collect::<BTreeSet<Channel>>().into_iter().collect();
    channels.sort_by_key(is_verdict);
    if channels.is_empty() {
        return Ok(verdict);
    }
    let client = if !report.inputs.simulation.is_empty() {
        Err("this is a simulation, of which nothing is posted".to_owned())
    } else if reach.offline {
        Err("the run is --offline".to_owned())
    } else {
        Client::of_job(job, &network(reach)?).map_err(|trouble| trouble.to_string())
    };
    for channel in channels {
        let notice = Notice { report, verdict };
        let result = match &client {
            Ok(client) => client.post(channel, &notice).result,
            Err(why) => Err(why.clone()),
        };
        match result {
            Ok(done) => say(format!("{}: {done}", channel.name()))?,
            Err(why) => {
                say(format!("{} was not posted: {why}", channel.name()))?;
                if must.contains(&channel) && verdict == Verdict::Pass {
                    say(format!("the rules count no pass that is not posted as {} (`must-publish`)", channel.name()))?;
                    verdict = Verdict::Undecided;
                }
            }
        }
    }
    Ok(verdict)
}
