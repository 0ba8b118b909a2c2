//! Many reports as one picture: which repositories are missing or behind, and what they have.
//!
//! # Design
//!
//! A report is the JSON that `check` writes. Of each only what the picture shows is kept, so that
//! hundreds need little memory. A repository is called by the path of its report: whoever collects
//! the reports knows where each came from, and what one says of itself shows only that two are
//! copies. The signature of an attestation is not looked at here; whoever fetches reports verifies
//! it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::attestation::STATEMENT;
use super::data::SCHEMA;
use crate::catalog::Class;
use crate::date::Date;
use crate::digest::{Sha256, sha256};

/// Days after which a report is stale, where nobody says otherwise.
pub(crate) const FRESH_DAYS: i32 = 7;

/// Why a repository is in the picture where it is: what needs somebody first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum FleetState {
    /// Its attestation is about other bytes, or another report says it is of the same repository.
    Forged,
    /// It is expected, and there is no report.
    Missing,
    /// The report is none that this version reads.
    Unreadable,
    /// It is too old, not about the newest commit, or no verdict at all.
    Stale,
    /// It was judged by an older bundle of its organisation than another one.
    OlderBundle,
    Fail,
    Undecided,
    Pass,
}

/// A repository in the picture.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FleetRepository {
    pub(crate) repository: String,
    pub(crate) state: FleetState,
    pub(crate) because: String,
    pub(crate) today: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) tool: Option<String>,
    pub(crate) bundle: Option<u64>,
    /// Whether an attestation beside the report names its digest.
    pub(crate) attested: bool,
    pub(crate) sha256: Option<String>,
}

/// An AI system of some repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FleetSystem {
    pub(crate) repository: String,
    pub(crate) id: String,
    pub(crate) class: String,
    pub(crate) stage: String,
    pub(crate) owner: String,
}

/// A model or data that several repositories hold.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SharedAsset {
    pub(crate) sha256: String,
    /// The strictest class of a system of these repositories.
    pub(crate) class: String,
    /// Each place: the repository and the path.
    pub(crate) places: BTreeSet<(String, String)>,
}

/// What ends on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FleetObligation {
    pub(crate) on: String,
    pub(crate) repository: String,
    pub(crate) system: Option<String>,
    pub(crate) what: String,
}

/// All of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Fleet {
    schema: &'static str,
    pub(crate) today: String,
    /// The repositories, those that need somebody first.
    pub(crate) repositories: Vec<FleetRepository>,
    pub(crate) systems: Vec<FleetSystem>,
    pub(crate) shared: Vec<SharedAsset>,
    pub(crate) obligations: Vec<FleetObligation>,
    /// Of each control, how many repositories have it in which state.
    pub(crate) controls: BTreeMap<String, BTreeMap<String, usize>>,
}

/// A report that was read from a file, as far as the picture needs it.
#[derive(Debug)]
pub(crate) struct FleetReport {
    name: String,
    sha256: Sha256,
    attested: Option<bool>,
    read: Result<ReadReport, String>,
}

#[derive(Debug, Deserialize)]
struct ReadReport {
    schema: String,
    tool: ReadTool,
    inputs: ReadInputs,
    verdict: String,
    #[serde(default)]
    systems: Vec<ReadSystem>,
    #[serde(default)]
    upcoming: Vec<ReadUpcoming>,
    evidence: ReadEvidence,
}

#[derive(Debug, Deserialize)]
struct ReadTool {
    version: String,
}

#[derive(Debug, Deserialize)]
struct ReadInputs {
    repository: Option<String>,
    bundle: Option<ReadBundle>,
    revision: String,
    scope: String,
    today: Date,
    simulation: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct ReadBundle {
    organisation: String,
    sequence: u64,
}

#[derive(Debug, Deserialize)]
struct ReadSystem {
    id: String,
    class: Class,
    stage: String,
    owner: String,
}

#[derive(Debug, Deserialize)]
struct ReadUpcoming {
    system: Option<String>,
    what: String,
    on: String,
}

#[derive(Debug, Deserialize)]
struct ReadEvidence {
    controls: Vec<ReadControl>,
    #[serde(deserialize_with = "assets")]
    files: Vec<ReadAsset>,
}

#[derive(Debug, Deserialize)]
struct ReadControl {
    id: String,
    state: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ReadAsset {
    path: String,
    sha256: Option<String>,
    is_asset: bool,
}

/// Keeps of the files of a report those that are models or data.
fn assets<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<ReadAsset>, D::Error> {
    let files = Vec::<ReadAsset>::deserialize(from)?;
    Ok(files.into_iter().filter(|file| file.is_asset).collect())
}

/// An attestation: a statement of in-toto.
#[derive(Debug, Deserialize)]
struct ReadStatement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<ReadSubject>,
}

#[derive(Debug, Deserialize)]
struct ReadSubject {
    digest: BTreeMap<String, String>,
}

impl FleetReport {
    /// Reads the report of a repository, and the attestation that stands beside it.
    pub(crate) fn read(name: String, bytes: &[u8], attestation: Option<&[u8]>) -> Self {
        let digest = sha256(bytes);
        let read = serde_json::from_slice(bytes).map_err(|why| why.to_string());
        let read = read.and_then(|read: ReadReport| match read.schema.as_str() {
            SCHEMA => Ok(read),
            other => Err(format!("its schema is `{other}`")),
        });
        let attested = attestation.map(|bytes| {
            let statement = serde_json::from_slice::<ReadStatement>(bytes).ok();
            statement.is_some_and(|it| {
                it.kind == STATEMENT
                    && it.subject.iter().any(|subject| {
                        subject.digest.get("sha256").is_some_and(|hex| *hex == digest.to_string())
                    })
            })
        });
        Self { name, sha256: digest, attested, read }
    }
}

/// What is expected of each repository: the commit its report is about, where that is known.
pub(crate) type Expected = BTreeMap<String, Option<String>>;

/// Reads the list of repositories: one a line, with the newest commit behind it where it is known.
///
/// # Errors
/// The first line that is none.
pub(crate) fn expected(text: &str) -> Result<Expected, String> {
    let mut all = Expected::new();
    for (at, line) in text.lines().enumerate() {
        let mut words = line.split('#').next().unwrap_or_default().split([' ', '\t', ',']);
        let mut next = || words.by_ref().find(|word| !word.is_empty()).map(str::to_owned);
        let Some(name) = next() else { continue };
        let revision = next();
        if next().is_some() {
            return Err(format!("line {}: more than a repository and a commit", at + 1));
        }
        if all.insert(name.clone(), revision).is_some() {
            return Err(format!("line {}: `{name}` stands here twice", at + 1));
        }
    }
    Ok(all)
}

/// Puts reports together.
pub(crate) fn fleet(
    reports: &[FleetReport],
    expected: Option<&Expected>,
    today: Date,
    fresh_days: i32,
) -> Fleet {
    let sound = || reports.iter().filter_map(|it| Some((it, it.read.as_ref().ok()?)));
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    let mut same: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (report, read) in sound() {
        if let Some(ReadBundle { organisation, sequence }) = &read.inputs.bundle {
            let known = newest.entry(organisation).or_default();
            *known = (*known).max(*sequence);
        }
        if let Some(repository) = &read.inputs.repository {
            let key = (repository.as_str(), read.inputs.scope.as_str());
            same.entry(key).or_default().push(&report.name);
        }
    }
    let mut repositories: Vec<FleetRepository> = reports
        .iter()
        .map(|report| {
            let (state, because) = state(report, &newest, &same, expected, (today, fresh_days));
            let read = report.read.as_ref().ok();
            FleetRepository {
                repository: report.name.clone(),
                state,
                because,
                today: read.map(|read| read.inputs.today.to_string()),
                revision: read.map(|read| read.inputs.revision.clone()),
                tool: read.map(|read| read.tool.version.clone()),
                bundle: read.and_then(|read| Some(read.inputs.bundle.as_ref()?.sequence)),
                attested: report.attested == Some(true),
                sha256: Some(report.sha256.to_string()),
            }
        })
        .collect();
    repositories.extend(missing(reports, expected));
    repositories.sort_by(|a, b| (a.state, &a.repository).cmp(&(b.state, &b.repository)));
    // What is not the repository's own report says nothing of it.
    let forged: BTreeSet<&str> = repositories
        .iter()
        .filter(|it| it.state == FleetState::Forged)
        .map(|it| it.repository.as_str())
        .collect();
    let counted: Vec<(&str, &ReadReport)> = sound()
        .map(|(report, read)| (report.name.as_str(), read))
        .filter(|(name, _)| !forged.contains(name))
        .collect();
    let (systems, obligations, controls) = register(&counted);
    let shared = shared(&counted);
    let (schema, today) = ("aimsgate-fleet/1", today.to_string());
    Fleet { schema, today, repositories, systems, shared, obligations, controls }
}

/// The repositories of which there is no report.
fn missing<'r>(
    reports: &'r [FleetReport],
    expected: Option<&'r Expected>,
) -> impl Iterator<Item = FleetRepository> + 'r {
    let names: BTreeSet<&str> = reports.iter().map(|it| it.name.as_str()).collect();
    let expected = expected.into_iter().flat_map(BTreeMap::keys);
    let gone = expected.filter(move |name| !names.contains(name.as_str()));
    gone.map(|name| FleetRepository {
        repository: name.clone(),
        state: FleetState::Missing,
        because: "there is no report".to_owned(),
        today: None,
        revision: None,
        tool: None,
        bundle: None,
        attested: false,
        sha256: None,
    })
}

/// Where a report belongs, and why.
fn state(
    report: &FleetReport,
    newest: &BTreeMap<&str, u64>,
    same: &BTreeMap<(&str, &str), Vec<&str>>,
    expected: Option<&Expected>,
    (today, fresh_days): (Date, i32),
) -> (FleetState, String) {
    if report.attested == Some(false) {
        return (FleetState::Forged, "its attestation is about other bytes".to_owned());
    }
    let read = match &report.read {
        Ok(read) => read,
        Err(why) => return (FleetState::Unreadable, why.clone()),
    };
    let ReadInputs { repository, bundle, revision, scope, today: day, simulation } = &read.inputs;
    let others = repository.as_ref().and_then(|it| same.get(&(it.as_str(), scope.as_str())));
    let other = others.and_then(|all| all.iter().find(|name| **name != report.name));
    if let (Some(other), Some(repository)) = (other, repository) {
        let text = format!("it says it is of `{repository}`, and so does `{other}`");
        return (FleetState::Forged, text);
    }
    let age = day.days_until(today);
    if age > fresh_days || age < 0 {
        return (FleetState::Stale, format!("it is of {day}"));
    }
    let tip = expected.and_then(|all| all.get(&report.name)?.as_ref());
    if let Some(tip) = tip.filter(|tip| !revision.contains(tip.as_str())) {
        return (FleetState::Stale, format!("it is about {revision}, and the newest is {tip}"));
    }
    if let Some(why) = simulation.first() {
        return (FleetState::Stale, format!("it is a simulation: {why}"));
    }
    if let Some(ReadBundle { organisation, sequence }) = bundle
        && let Some(newest) = newest.get(organisation.as_str()).filter(|it| *it > sequence)
    {
        return (FleetState::OlderBundle, format!("bundle {sequence}, and the newest is {newest}"));
    }
    match read.verdict.as_str() {
        "pass" => (FleetState::Pass, String::new()),
        "fail" => (FleetState::Fail, String::new()),
        _ => (FleetState::Undecided, String::new()),
    }
}

type FleetRegister =
    (Vec<FleetSystem>, Vec<FleetObligation>, BTreeMap<String, BTreeMap<String, usize>>);

/// The systems of all repositories, what ends when, and the state of each control.
fn register(reports: &[(&str, &ReadReport)]) -> FleetRegister {
    let (mut systems, mut obligations) = (Vec::new(), Vec::new());
    let mut controls: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (name, read) in reports {
        systems.extend(read.systems.iter().map(|it| FleetSystem {
            repository: (*name).to_owned(),
            id: it.id.clone(),
            class: it.class.name().to_owned(),
            stage: it.stage.clone(),
            owner: it.owner.clone(),
        }));
        obligations.extend(read.upcoming.iter().map(|it| FleetObligation {
            on: it.on.clone(),
            repository: (*name).to_owned(),
            system: it.system.clone(),
            what: it.what.clone(),
        }));
        for control in &read.evidence.controls {
            let states = controls.entry(control.id.clone()).or_default();
            *states.entry(control.state.clone()).or_default() += 1;
        }
    }
    systems.sort();
    obligations.sort();
    (systems, obligations, controls)
}

/// The strictest class of an asset, and where it stands: the repository and the path in it.
type SharedPlaces = (Class, BTreeSet<(String, String)>);

/// The models and data that more than one repository holds.
fn shared(reports: &[(&str, &ReadReport)]) -> Vec<SharedAsset> {
    let mut places: BTreeMap<&str, SharedPlaces> = BTreeMap::new();
    for (name, read) in reports {
        let class = read.systems.iter().map(|it| it.class).max().unwrap_or(Class::Minimal);
        for file in &read.evidence.files {
            let Some(digest) = &file.sha256 else { continue };
            let known = places.entry(digest).or_insert((class, BTreeSet::new()));
            known.0 = known.0.max(class);
            known.1.insert(((*name).to_owned(), file.path.clone()));
        }
    }
    let several = |places: &BTreeSet<(String, String)>| {
        places.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() > 1
    };
    let shared = places.into_iter().filter(|(_, (_, places))| several(places));
    shared
        .map(|(digest, (class, places))| SharedAsset {
            sha256: digest.to_owned(),
            class: class.name().to_owned(),
            places,
        })
        .collect()
}
