//! `aimsgate doctor`: whether the forge really blocks what the gate refuses.

use std::collections::BTreeSet;
use std::io::Write;

use super::output::{print, write_data};
use super::publish::network;
use crate::cli::{self, TextOrJson};
use crate::codeowners::{self, CodeOwners};
use crate::decision::Verdict;
use crate::doctor::{Point, SettingState, of_github, of_gitlab, of_pins, of_workflows};
use crate::edge::forge::Client;
use crate::edge::fs;
use crate::edge::git::{self, Content, Forge, Job, Judges, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::pipeline::{ActionPin, RunStep, runs};
use crate::report;
use crate::settings::{gate, people, register};
use crate::snapshot::{Snapshot, View};
use crate::span::RepoPath;

/// Says of each point whether it is as it must be. Exit code: 0 all are, 1 one is not, 2 one could
/// not be seen.
pub(super) fn doctor(arguments: &cli::DoctorArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let source = git::open(&arguments.path, &Content::WorkingTree)?;
    let view = View::new(&*source.snapshot, RepoPath::root());
    let runs = runs(&view);
    let job = named(arguments);
    let on_gitlab = job.as_ref().is_some_and(|job| job.forge == Forge::GitLab);
    let mut points = if on_gitlab { Vec::new() } else { of_workflows(&runs) };
    if !on_gitlab && (job.is_none() || arguments.reach.offline) {
        let unseen = |_: &ActionPin| Fact::Undecided("the forge was not asked".to_owned());
        points.extend(of_pins(&pins(&runs, unseen)));
    }
    match job {
        Some(job) if !arguments.reach.offline => {
            points.extend(asked(&job, arguments, &view, &runs)?)
        }
        Some(_) | None => {
            let mend = "name the repository: --repository OWNER/NAME, or --project GROUP/PROJECT, \
                with a token in AIMSGATE_TOKEN";
            points.push(Point {
                state: SettingState::CannotSee,
                what: "the forge's settings".to_owned(),
                seen: "the forge was not asked".to_owned(),
                mend: mend.to_owned(),
            });
        }
    }
    match arguments.format {
        TextOrJson::Terminal => print(out, report::points(&points))?,
        TextOrJson::Json => write_data(out, &report::points_json(&points))?,
    };
    Ok(
        match points
            .iter()
            .map(|it| it.state)
            .max_by_key(|state| (*state == SettingState::Not, *state))
        {
            Some(SettingState::Not) => Verdict::Fail,
            Some(SettingState::CannotSee) => Verdict::Undecided,
            Some(SettingState::Ok) | None => Verdict::Pass,
        },
    )
}

/// The repository that is asked about: as named, else the job's.
fn named(arguments: &cli::DoctorArgs) -> Option<Job> {
    let (forge, repository) = match (&arguments.repository, &arguments.project) {
        (Some(repository), _) => (Forge::GitHub, repository.clone()),
        (None, Some(project)) => (Forge::GitLab, project.clone()),
        (None, None) => return Surroundings::of_this_process(fs::today()).job().cloned(),
    };
    Some(Job {
        forge,
        repository,
        request: None,
        commit: String::new(),
        head: String::new(),
        base: None,
        reference: String::new(),
        default_branch: String::new(),
        is_fork: false,
        judges: Judges::Standing,
    })
}

fn asked(
    job: &Job,
    arguments: &cli::DoctorArgs,
    view: &View<'_>,
    runs: &[RunStep],
) -> Result<Vec<Point>, Error> {
    let client = Client::of_job(job, &network(&arguments.reach)?);
    let client = client.map_err(|error| Error::new(ErrorKind::Input, error.to_string()))?;
    Ok(match client {
        Client::GitHub(github) => {
            let mut checks: Vec<String> = runs.iter().map(|run| run.check.clone()).collect();
            checks.push("aimsgate".to_owned());
            let mut guarded: Vec<String> =
                [register::FILE, gate::FILE, people::FILE].map(str::to_owned).to_vec();
            guarded.extend(runs.iter().map(|run| run.path.to_string()));
            let tagged = |pin: &ActionPin| github.tagged_commit(&pin.repository, &pin.version);
            let mut points = of_pins(&pins(runs, tagged));
            points.extend(of_github(&github.settings(owners(view.snapshot), checks, guarded)));
            points
        }
        Client::GitLab(gitlab) => of_gitlab(&gitlab.settings()),
    })
}

/// Actions that are looked up.
const MOST_PINS: usize = 50;

/// The actions that the gate's jobs name by commit, each with the commit of its version's tag.
fn pins(
    runs: &[RunStep],
    tagged: impl Fn(&ActionPin) -> Fact<String>,
) -> Vec<(ActionPin, Fact<String>)> {
    let all: BTreeSet<&ActionPin> = runs.iter().flat_map(|run| &run.pins).collect();
    all.into_iter().take(MOST_PINS).map(|pin| (pin.clone(), tagged(pin))).collect()
}

/// The code owners, as they are checked out here.
fn owners(snapshot: &dyn Snapshot) -> Fact<CodeOwners> {
    let mut entries =
        codeowners::PLACES.iter().filter_map(|place| snapshot.entry(&RepoPath::from(*place)));
    let Some(entry) = entries.next() else { return Fact::Absent };
    match snapshot.read(entry, codeowners::LARGEST) {
        Ok(bytes) => Fact::Known(CodeOwners::read(&String::from_utf8_lossy(&bytes))),
        Err(error) => Fact::Undecided(error.to_string()),
    }
}
