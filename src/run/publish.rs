//! Posts the verdict on the forge that the job runs on.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli;
use crate::decision::Verdict;
use crate::edge::forge::{Approver, Client, Network, Notice};
use crate::edge::git::{self, Comparison, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::model::Governance;
use crate::report::Report;
use crate::settings::gate::{Channel, Proof};
use crate::signoff::Approval;
use crate::snapshot::{Snapshot, View};

/// Bytes of a file of authorities.
const LARGEST_AUTHORITIES: u64 = 4 << 20;

/// A forge, or why it cannot be reached, in words.
pub(super) type Reached = Result<Client, String>;

/// How forges are reached.
///
/// # Errors
/// When the file of authorities cannot be read.
pub(super) fn network(reach: &cli::Reach) -> Result<Network, Error> {
    let authorities = match &reach.ca_file {
        None => Vec::new(),
        Some(file) => git::bytes(file, LARGEST_AUTHORITIES).map_err(|error| {
            Error::new(ErrorKind::Usage, error.to_string()).hint("--ca-file names a file in PEM")
        })?,
    };
    Ok(Network { authorities, ..Network::default() })
}

/// The forge that the job runs on, or why it cannot be reached; nothing where this is no job.
/// Nothing is asked yet.
///
/// # Errors
/// As [`network`].
pub(super) fn forge(around: &Surroundings, reach: &cli::Reach) -> Result<Option<Reached>, Error> {
    let Some(job) = around.job() else { return Ok(None) };
    if reach.offline {
        return Ok(Some(Err("the run is --offline".to_owned())));
    }
    Ok(Some(Client::of_job(job, &network(reach)?).map_err(|error| error.to_string())))
}

/// Who approved the change on its forge, where the rules ask for such a proof.
pub(super) fn approvals(
    path: &Path,
    comparison: &Comparison,
    around: &Surroundings,
    forge: Option<&Reached>,
) -> Fact<Vec<Approval>> {
    let Some((job, forge)) = around.job().filter(|job| job.request.is_some()).zip(forge) else {
        return Fact::Absent;
    };
    let judged = &*comparison.judged.snapshot;
    let tip = comparison.target.known().map_or(judged, |target| &*target.tip);
    let load = |snapshot: &dyn Snapshot| {
        Governance::load(&View::new(snapshot, comparison.judged.scope.clone()))
    };
    let default = comparison.target.known().and_then(|target| target.default.as_ref());
    let all: Vec<Governance> = [Some(tip), default.map(|(_, snapshot)| &**snapshot)]
        .into_iter()
        .flatten()
        .map(load)
        .collect();
    let asks =
        |it: &Governance| it.rules.who_signs.values().any(|who| who.proof == Proof::Reviewed);
    if !all.iter().any(asks) {
        return Fact::Absent;
    }
    // Only they may sign, so of all others who approve nothing is asked.
    let people = all.iter().filter_map(|it| it.people.known()).flat_map(|people| &people.people);
    let logins: Vec<&String> = people.filter_map(|person| person.logins.get(&job.forge)).collect();
    let is_known = |login: &str| logins.iter().any(|known| known.eq_ignore_ascii_case(login));
    let read = || -> Result<Vec<Approval>, String> {
        let client = forge.as_ref().map_err(Clone::clone)?;
        let all = client.approvals(&is_known).map_err(|error| error.to_string())?;
        let approval = |it: Approver| {
            let files = git::files_of(path, around.remote.as_ref(), &it.commit)?;
            Ok(Approval {
                forge: job.forge,
                login: it.login,
                commit: it.commit,
                may_write: it.may_write,
                files,
            })
        };
        all.into_iter().map(approval).collect()
    };
    read().map_or_else(Fact::Undecided, Fact::Known)
}

/// What became of a post, in words.
pub(super) enum Posted {
    Done(String),
    Failed(String),
}

/// Posts what was asked for and what the rules name, and says what became of each.
///
/// Posting is a courtesy: what fails is said and changes nothing, but for a channel that the rules
/// name (`must-publish`). Without that one a pass is none.
///
/// # Errors
/// When the command line asks for what cannot be.
pub(super) fn publish(
    report: &Report,
    around: &Surroundings,
    asked: &[Channel],
    forge: Option<&Reached>,
) -> Result<(Verdict, Vec<Posted>), Error> {
    let must: BTreeSet<Channel> = report.inputs.must_publish.iter().copied().collect();
    let mut verdict = report.verdict;
    let mut posted = Vec::new();
    let Some(forge) = forge else {
        if !asked.is_empty() {
            let error = Error::new(
                ErrorKind::Usage,
                "--publish posts from a job of GitHub Actions or GitLab CI/CD only",
            );
            return Err(error.hint("the reports are the same: --format"));
        }
        if around.ci && !must.is_empty() && verdict == Verdict::Pass {
            let why = "the rules count no pass of a job that is not posted (`must-publish`), and \
                this job's event is not known";
            posted.push(Posted::Failed(why.to_owned()));
            verdict = Verdict::Undecided;
        }
        return Ok((verdict, posted));
    };
    // What a forge takes for the verdict comes last, when it is known what became of the rest.
    let is_verdict = |channel: &Channel| {
        matches!(channel, Channel::CheckRun | Channel::CommitStatus | Channel::StatusCheck)
    };
    let mut channels: Vec<Channel> =
        asked.iter().chain(&must).copied().collect::<BTreeSet<Channel>>().into_iter().collect();
    channels.sort_by_key(is_verdict);
    let client = if report.inputs.simulation.is_empty() {
        forge.as_ref().map_err(String::as_str)
    } else {
        Err("this is a simulation, of which nothing is posted")
    };
    for channel in channels {
        let notice = Notice { report, verdict };
        match client.map_err(str::to_owned).and_then(|client| client.post(channel, &notice)) {
            Ok(done) => posted.push(Posted::Done(format!("{}: {done}", channel.name()))),
            Err(why) => {
                posted.push(Posted::Failed(format!("{} was not posted: {why}", channel.name())));
                if must.contains(&channel) && verdict == Verdict::Pass {
                    let why = "the rules count no pass that is not posted as";
                    posted
                        .push(Posted::Failed(format!("{why} {} (`must-publish`)", channel.name())));
                    verdict = Verdict::Undecided;
                }
            }
        }
    }
    Ok((verdict, posted))
}
