//! GitLab's project settings, protected branches and approvals.
//! Source: GitLab Docs, "Projects API", "Protected branches API", "Merge request approvals API".

use serde::Deserialize;

use super::{Point, SettingState, seen};
use crate::fact::Fact;

/// What was read of a project on GitLab.
#[derive(Debug)]
pub struct GitLabSettings {
    /// The project as it was named.
    pub(crate) project: String,
    pub(crate) settings: Fact<Project>,
    /// The protection of the default branch; absent where it is not protected.
    pub protected: Fact<ProtectedBranch>,
    /// Absent below Premium.
    pub(crate) approvals: Fact<ApprovalSettings>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Project {
    pub(crate) default_branch: Option<String>,
    pub(crate) only_allow_merge_if_pipeline_succeeds: Option<bool>,
    pub(crate) allow_merge_on_skipped_pipeline: Option<bool>,
    pub(crate) only_allow_merge_if_all_discussions_are_resolved: Option<bool>,
    pub(crate) merge_pipelines_enabled: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ProtectedBranch {
    #[serde(default)]
    pub(crate) push_access_levels: Vec<AccessLevel>,
    #[serde(default)]
    pub(crate) allow_force_push: bool,
    pub(crate) code_owner_approval_required: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AccessLevel {
    pub(crate) access_level: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ApprovalSettings {
    pub(crate) reset_approvals_on_push: Option<bool>,
    pub(crate) merge_requests_author_approval: Option<bool>,
}

/// What must hold for a merge to be blocked that the gate refuses.
pub(crate) fn of_gitlab(settings: &GitLabSettings) -> Vec<Point> {
    let mut points = of_project(settings);
    points.extend(of_branch(settings));
    points.extend(of_approvals(settings));
    points.push(Point::new(
        SettingState::CannotSee,
        "a change cannot drop the job",
        "the change's own .gitlab-ci.yml runs, unless a policy outside of the project puts the job \
         in",
        "a pipeline execution policy of the group (Ultimate), in the stage .pipeline-policy-pre \
         and with `dependencies: []`",
    ));
    points
}

/// What must hold of the project's settings for merge requests.
fn of_project(settings: &GitLabSettings) -> Vec<Point> {
    type IsAsItMustBe = fn(&Project) -> bool;
    let rows: [(&str, &str, bool, IsAsItMustBe); 4] = [
        (
            "a failed pipeline blocks the merge",
            "only_allow_merge_if_pipeline_succeeds",
            true,
            |it| it.only_allow_merge_if_pipeline_succeeds == Some(true),
        ),
        (
            "a skipped pipeline does not count as a pass",
            "allow_merge_on_skipped_pipeline",
            false,
            |it| it.allow_merge_on_skipped_pipeline != Some(true),
        ),
        (
            "what is merged is what was judged (merged results, Premium)",
            "merge_pipelines_enabled",
            true,
            |it| it.merge_pipelines_enabled == Some(true),
        ),
        (
            "open threads block the merge",
            "only_allow_merge_if_all_discussions_are_resolved",
            true,
            |it| it.only_allow_merge_if_all_discussions_are_resolved == Some(true),
        ),
    ];
    let project = &settings.project;
    let point = |(what, key, value, is): (&str, &str, bool, IsAsItMustBe)| {
        let mend = format!("glab api --method PUT projects/{project} --field {key}={value}");
        let judge = |it: Option<&Project>| Point::holds(it.is_some_and(is), what, key, &*mend);
        seen(&settings.settings, judge, what, &mend)
    };
    rows.into_iter().map(point).collect()
}

/// What must hold of the protection of the default branch.
fn of_branch(settings: &GitLabSettings) -> Vec<Point> {
    let project = &settings.project;
    let mut points = Vec::new();
    let what = "nobody pushes to the default branch";
    let mend = format!(
        "glab api --method POST projects/{project}/protected_branches --field name=main --field \
         push_access_level=0"
    );
    let judge = |it: Option<&ProtectedBranch>| match it {
        None => Point::new(SettingState::Not, what, "the branch is not protected", mend.clone()),
        Some(it) => {
            let nobody = it.push_access_levels.iter().all(|level| level.access_level == Some(0));
            Point::holds(
                nobody && !it.allow_force_push,
                what,
                "push_access_levels, allow_force_push",
                mend.clone(),
            )
        }
    };
    points.push(seen(&settings.protected, judge, what, &mend));
    let what = "code owners must approve (Premium)";
    let mend = "Settings, Repository, Protected branches: Code owner approval";
    let judge = |it: Option<&ProtectedBranch>| {
        let is = it.and_then(|it| it.code_owner_approval_required) == Some(true);
        Point::holds(is, what, "code_owner_approval_required", mend)
    };
    points.push(seen(&settings.protected, judge, what, mend));
    points
}

/// What must hold of approvals.
fn of_approvals(settings: &GitLabSettings) -> Vec<Point> {
    let project = &settings.project;
    let mut points = Vec::new();
    let change = format!("glab api --method POST projects/{project}/approvals --field ");
    let approval = |what: &str, key: &str, value: bool, is: &dyn Fn(&ApprovalSettings) -> bool| {
        let mend = format!("{change}{key}={value}");
        let judge = |it: Option<&ApprovalSettings>| match it {
            Some(it) => Point::holds(is(it), what, key, mend.clone()),
            None => Point::new(
                SettingState::CannotSee,
                what,
                "the project has no approval settings (Premium)",
                mend.clone(),
            ),
        };
        seen(&settings.approvals, judge, what, &mend)
    };
    let key = "reset_approvals_on_push";
    points.push(approval("an approval ends when the change goes on (Premium)", key, true, &|it| {
        it.reset_approvals_on_push == Some(true)
    }));
    let key = "merge_requests_author_approval";
    points.push(approval("nobody approves what they wrote (Premium)", key, false, &|it| {
        it.merge_requests_author_approval != Some(true)
    }));
    points
}
