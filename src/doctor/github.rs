//! GitHub's rulesets and branch protection.
//! Source: GitHub REST API description, version 2022-11-28.

use serde::Deserialize;
use serde_json::Value;

use super::{Point, SettingState, seen};
use crate::codeowners::CodeOwners;
use crate::fact::Fact;

/// What was read of a repository on GitHub.
#[derive(Debug)]
pub struct GitHubSettings {
    /// `OWNER/NAME`.
    pub(crate) repository: String,
    pub(crate) default_branch: String,
    /// The active rules of the default branch, from every ruleset.
    pub rules: Fact<Vec<BranchRule>>,
    /// The rulesets they come from.
    pub(crate) rulesets: Vec<Fact<Ruleset>>,
    /// The older protection of the branch.
    pub protection: Fact<BranchProtection>,
    pub(crate) owners: Fact<CodeOwners>,
    /// What the gate's checks may be called: its own, and those of the jobs that run it.
    pub(crate) checks: Vec<String>,
    /// Files that decide whether the gate runs and by which rules.
    pub(crate) guarded: Vec<String>,
}

/// A rule that is active for a branch.
#[derive(Clone, Debug, Deserialize)]
pub struct BranchRule {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) parameters: Value,
    pub(crate) ruleset_id: Option<u64>,
}

/// Where rules come from.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ruleset {
    pub(crate) name: String,
    /// Who may pass by; GitHub says so to administrators only.
    pub(crate) bypass_actors: Option<Vec<Value>>,
}

/// The older protection of a branch.
#[derive(Clone, Debug, Deserialize)]
pub struct BranchProtection {
    pub(crate) required_status_checks: Option<RequiredChecks>,
    pub(crate) required_pull_request_reviews: Option<RequiredReviews>,
    pub(crate) enforce_admins: Option<Enabled>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RequiredChecks {
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    checks: Vec<RequiredCheck>,
}

#[derive(Clone, Debug, Deserialize)]
struct RequiredCheck {
    context: String,
    app_id: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RequiredReviews {
    #[serde(default)]
    dismiss_stale_reviews: bool,
    #[serde(default)]
    require_code_owner_reviews: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Enabled {
    enabled: bool,
}

/// A required check, whichever way it is required.
struct Required {
    context: String,
    /// The app that must set it; anybody's where none is named.
    by: Option<i64>,
}

/// What must hold for a merge to be blocked that the gate refuses.
pub(crate) fn of_github(settings: &GitHubSettings) -> Vec<Point> {
    let rules = match (&settings.rules, &settings.protection) {
        (Fact::Known(rules), _) => rules.clone(),
        (Fact::Absent, _) => Vec::new(),
        (Fact::Undecided(why), _) => {
            let mend = "give a token that may read the repository: AIMSGATE_TOKEN";
            return vec![Point::new(
                SettingState::CannotSee,
                "the rules of the default branch",
                why.clone(),
                mend,
            )];
        }
    };
    let classic = settings.protection.known();
    let mut points = of_check(settings, &rules, classic);
    let others =
        std::iter::once(of_order(&rules, classic)).chain(of_reviews(settings, &rules, classic));
    points.extend(others.map(|point| unless_unseen(point, &settings.protection)));
    points.push(of_code_scanning(&rules));
    points.push(of_job(&rules));
    points.extend(settings.rulesets.iter().map(of_ruleset));
    if let Some(classic) = classic {
        let (repository, branch) = (&settings.repository, &settings.default_branch);
        let is = classic.enforce_admins.as_ref().is_some_and(|it| it.enabled);
        let mend = format!(
            "gh api --method POST repos/{repository}/branches/{branch}/protection/enforce_admins"
        );
        let what = "the branch's protection holds for administrators";
        points.push(Point::holds(is, what, "enforce_admins", mend));
    }
    points
}

/// A point that no ruleset makes hold may hold by the older protection, which only administrators
/// see.
fn unless_unseen(point: Point, protection: &Fact<BranchProtection>) -> Point {
    match protection {
        Fact::Undecided(why) if point.state == SettingState::Not => Point {
            state: SettingState::CannotSee,
            seen: format!("no ruleset does; the branch's protection: {why}"),
            ..point
        },
        _ => point,
    }
}

/// The required check, and who can set it.
fn of_check(
    settings: &GitHubSettings,
    rules: &[BranchRule],
    classic: Option<&BranchProtection>,
) -> Vec<Point> {
    let branch = &settings.default_branch;
    let required = required(rules, classic);
    let ours: Vec<&Required> =
        required.iter().filter(|it| settings.checks.contains(&it.context)).collect();
    let names = settings.checks.join(", ");
    let listed: Vec<&str> = required.iter().map(|it| it.context.as_str()).collect();
    let text = match (ours.first(), listed.is_empty()) {
        (Some(it), _) => format!("`{}` is required on {branch}", it.context),
        (None, true) => format!("no check is required on {branch}; the gate's are {names}"),
        (None, false) => {
            format!("required on {branch}: {}; the gate's are {names}", listed.join(", "))
        }
    };
    let what = "the gate's check is required";
    let point = Point::holds(!ours.is_empty(), what, text, mend_of_check(settings));
    let mut points = vec![unless_unseen(point, &settings.protection)];
    if !ours.is_empty() {
        let open = ours.iter().all(|it| it.by.is_none_or(|by| by < 0));
        let text = if open { "whoever may write a status may set it" } else { "an app is named" };
        let mend = "name the app beside the check (`integration_id`); GitHub Actions is 15368";
        let what = "only the app that runs the gate can set its check";
        points.push(Point::holds(!open, what, text, mend));
    }
    points
}

/// The command that makes a ruleset which requires the gate's check.
fn mend_of_check(settings: &GitHubSettings) -> String {
    let repository = &settings.repository;
    let check = settings.checks.first().map_or("aimsgate", String::as_str);
    format!(
        "gh api --method POST repos/{repository}/rulesets --input - <<< '{{\"name\": \"aimsgate\", \
         \"target\": \"branch\", \"enforcement\": \"active\", \
         \"conditions\": {{\"ref_name\": {{\"include\": [\"~DEFAULT_BRANCH\"], \
         \"exclude\": []}}}}, \"rules\": [{{\"type\": \"required_status_checks\", \
         \"parameters\": {{\"strict_required_status_checks_policy\": true, \
         \"required_status_checks\": [{{\"context\": \"{check}\", \
         \"integration_id\": 15368}}]}}}}]}}'"
    )
}

/// Whether the branch can go on between the judging and the merge.
fn of_order(rules: &[BranchRule], classic: Option<&BranchProtection>) -> Point {
    let is_strict = parameters(rules, "required_status_checks")
        .any(|it| it["strict_required_status_checks_policy"] == true)
        || classic.and_then(|it| it.required_status_checks.as_ref()).is_some_and(|it| it.strict);
    let queue = rules.iter().any(|rule| rule.kind == "merge_queue");
    let seen = match (queue, is_strict) {
        (true, _) => "a merge queue",
        (false, true) => "branches must be up to date",
        (false, false) => "branches may be behind",
    };
    Point::holds(
        is_strict || queue,
        "what is merged is what was judged",
        seen,
        "require branches to be up to date (`strict_required_status_checks_policy`), or use a \
         merge queue",
    )
}

/// Whether a rule waits for an upload that a pull request of a fork may not make.
fn of_code_scanning(rules: &[BranchRule]) -> Point {
    let scanned = parameters(rules, "code_scanning").any(|it| {
        let mut tools = it["code_scanning_tools"].as_array().into_iter().flatten();
        tools.any(|tool| {
            tool["tool"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("aimsgate"))
        })
    });
    let seen = if scanned {
        "a code-scanning rule waits for aimsgate"
    } else {
        "no code-scanning rule names aimsgate"
    };
    Point::holds(
        !scanned,
        "no pull request of a fork waits for an upload that cannot come",
        seen,
        "take aimsgate out of the code-scanning rule; let the required check block",
    )
}

/// Whether a change runs its own workflow, or one that it cannot edit.
fn of_job(rules: &[BranchRule]) -> Point {
    let workflows = rules.iter().any(|rule| rule.kind == "workflows");
    Point::holds(
        workflows,
        "a change cannot drop the job",
        if workflows { "a ruleset requires a workflow" } else { "the change's own workflow runs" },
        "in the organisation: a ruleset with `Require workflows to pass before merging`, which \
         runs another repository's workflow",
    )
}

fn of_reviews(
    settings: &GitHubSettings,
    rules: &[BranchRule],
    classic: Option<&BranchProtection>,
) -> Vec<Point> {
    let old = classic.and_then(|it| it.required_pull_request_reviews.as_ref());
    let set = |key: &str| parameters(rules, "pull_request").any(|it| it[key] == true);
    let asks = parameters(rules, "pull_request").next().is_some() || old.is_some();
    let stale =
        set("dismiss_stale_reviews_on_push") || old.is_some_and(|it| it.dismiss_stale_reviews);
    let owners =
        set("require_code_owner_review") || old.is_some_and(|it| it.require_code_owner_reviews);
    let change = "in the rule `pull_request` of the ruleset: ";
    let mut points = vec![
        Point::holds(
            asks,
            "changes come by pull request",
            "the rule `pull_request`",
            format!("{change}add it"),
        ),
        Point::holds(
            stale,
            "an approval ends when the change goes on",
            "dismiss_stale_reviews_on_push",
            format!("{change}dismiss_stale_reviews_on_push: true"),
        ),
        Point::holds(
            owners,
            "code owners must review",
            "require_code_owner_review",
            format!("{change}require_code_owner_review: true"),
        ),
    ];
    let what = "the gate's own files have code owners";
    let mend = "in .github/CODEOWNERS: /aims.yaml, /governance/ and /.github/ @OWNER/risk";
    points.push(seen(
        &settings.owners,
        |owners| match owners {
            None => Point::new(SettingState::Not, what, "there is no CODEOWNERS", mend),
            Some(owners) => {
                let without: Vec<&str> = settings
                    .guarded
                    .iter()
                    .map(String::as_str)
                    .filter(|path| owners.of(path).is_empty())
                    .collect();
                let text = if without.is_empty() {
                    "each has".to_owned()
                } else {
                    format!("none: {}", without.join(", "))
                };
                Point::holds(without.is_empty(), what, text, mend)
            }
        },
        what,
        mend,
    ));
    points
}

fn of_ruleset(ruleset: &Fact<Ruleset>) -> Point {
    let mend = "take the bypass list of the ruleset down to nobody";
    let what = "nobody passes by the rules";
    let judge = |ruleset: Option<&Ruleset>| match ruleset.map(|it| (&it.name, &it.bypass_actors)) {
        Some((name, Some(actors))) => {
            let text = format!("the ruleset `{name}` lets {} pass by", actors.len());
            Point::holds(actors.is_empty(), what, text, mend)
        }
        Some((name, None)) => {
            let text = format!("only administrators see who may pass by the ruleset `{name}`");
            Point::new(SettingState::CannotSee, what, text, mend)
        }
        None => Point::new(SettingState::CannotSee, what, "the ruleset is not there", mend),
    };
    seen(ruleset, judge, what, mend)
}

fn parameters<'r>(rules: &'r [BranchRule], kind: &'r str) -> impl Iterator<Item = &'r Value> {
    rules.iter().filter(move |rule| rule.kind == kind).map(|rule| &rule.parameters)
}

fn required(rules: &[BranchRule], classic: Option<&BranchProtection>) -> Vec<Required> {
    let mut all = Vec::new();
    for parameters in parameters(rules, "required_status_checks") {
        for check in parameters["required_status_checks"].as_array().into_iter().flatten() {
            let context = check["context"].as_str().unwrap_or_default().to_owned();
            all.push(Required { context, by: check["integration_id"].as_i64() });
        }
    }
    let old = classic.and_then(|it| it.required_status_checks.as_ref());
    for check in old.into_iter().flat_map(|it| &it.checks) {
        all.push(Required { context: check.context.clone(), by: check.app_id });
    }
    all
}
