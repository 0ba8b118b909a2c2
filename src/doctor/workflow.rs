//! The repository's own workflow: what starts the gate, and what would let a change pass by it.

use super::{Point, SettingState};
use crate::fact::Fact;
use crate::pipeline::{ActionPin, RunStep};

/// What must hold of the jobs of GitHub Actions that run the gate.
pub(crate) fn of_workflows(runs: &[RunStep]) -> Vec<Point> {
    if runs.is_empty() {
        let mend = "add a job that runs it to .github/workflows; docs/forges.md has one";
        return vec![Point::new(
            SettingState::Not,
            "a workflow runs the gate",
            "none below .github/workflows does",
            mend,
        )];
    }
    runs.iter().flat_map(of_run).collect()
}

/// What must hold of the actions that are named by commit: each with the commit of its version's
/// tag, if that could be asked for.
pub(crate) fn of_pins(pins: &[(ActionPin, Fact<String>)]) -> Vec<Point> {
    let what = "the commit is that of the version beside it";
    let point = |(pin, tag): &(ActionPin, Fact<String>)| {
        let ActionPin { repository, commit, version } = pin;
        let mend = format!("gh api repos/{repository}/commits/{version} --jq .sha");
        let at = format!("{repository}@{commit} # {version}");
        match tag {
            Fact::Known(tagged) if tagged == commit => Point::new(SettingState::Ok, what, at, mend),
            Fact::Known(tagged) => {
                Point::new(SettingState::Not, what, format!("{at}: the tag is {tagged}"), mend)
            }
            Fact::Absent => {
                Point::new(SettingState::Not, what, format!("{at}: there is no such tag"), mend)
            }
            Fact::Undecided(why) => {
                Point::new(SettingState::CannotSee, what, format!("{at}: {why}"), mend)
            }
        }
    };
    pins.iter().map(point).collect()
}

fn of_run(run: &RunStep) -> Vec<Point> {
    let at = format!("`{}`, job `{}`", run.path, run.check);
    let mut points = of_events(run, &at);
    points.extend([
        Point::holds(
            !run.is_lenient,
            "a failure of the gate fails the job",
            at.clone(),
            "take continue-on-error out",
        ),
        Point::holds(
            !run.is_conditional,
            "the job is never passed over",
            at.clone(),
            "take `if` and `needs` out of the job: a job that is skipped counts as a pass",
        ),
        Point::holds(
            !run.may_write_all,
            "the job's token may no more than it needs",
            at.clone(),
            "permissions: {contents: read}, and of checks, pull-requests and security-events \
             `write` where it posts there",
        ),
    ]);
    let mend = "name the commit: uses: OWNER/NAME@COMMIT # version";
    let text =
        if run.unpinned.is_empty() { at } else { format!("{at}: {}", run.unpinned.join(", ")) };
    points.push(Point::holds(
        run.unpinned.is_empty(),
        "what the job uses is named by commit",
        text,
        mend,
    ));
    points
}

/// What must hold of the events that start a job.
fn of_events(run: &RunStep, at: &str) -> Vec<Point> {
    let needed = ["opened", "synchronize", "reopened"];
    let has = |event: &str| {
        let all = |types: &[String]| {
            types.is_empty() || needed.iter().all(|kind| types.iter().any(|it| it == kind))
        };
        run.events.get(event).is_some_and(|it| !it.is_narrowed && all(&it.types))
    };
    let narrowed: Vec<&str> = run
        .events
        .iter()
        .filter(|(_, event)| event.is_narrowed)
        .map(|(name, _)| name.as_str())
        .collect();
    vec![
        Point::holds(
            has("pull_request"),
            "it runs for every pull request",
            if narrowed.is_empty() {
                at.to_owned()
            } else {
                format!("{at}: {} is narrowed", narrowed.join(", "))
            },
            "on: {pull_request: {types: [opened, synchronize, reopened, edited]}}, without paths \
             and branches: a workflow that is passed over leaves a required check pending for \
             ever, or lets a change by",
        ),
        Point::holds(
            run.events
                .get("pull_request")
                .is_some_and(|it| it.types.iter().any(|kind| kind == "edited")),
            "it runs again when a pull request gets another target",
            at.to_owned(),
            "add `edited` to the types of pull_request",
        ),
        Point::holds(
            run.events.contains_key("merge_group"),
            "it runs in a merge queue",
            at.to_owned(),
            "add the event merge_group; a queue waits for ever for a required check that does not \
             run",
        ),
        Point::holds(
            run.events.contains_key("push") || run.events.contains_key("schedule"),
            "the default branch itself is judged again",
            at.to_owned(),
            "add `push: {branches: [main]}` and a schedule",
        ),
        Point::holds(
            !run.events.contains_key("pull_request_target"),
            "no change is judged with the default branch's rights",
            at.to_owned(),
            "use pull_request instead of pull_request_target",
        ),
    ]
}
