//! A change takes a model from somewhere that no digest holds.

use std::collections::BTreeMap;

use globset::GlobSet;

use crate::asset::{FileSort, PathRole};
use crate::change::{Edit, new_lines};
use crate::check_id::CheckId;
use crate::detect::{Fetch, added_fetches, holds_weights, is_archive, without_comment};
use crate::document::Spanned;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::obligation::{ComparedSides, system_before};
use crate::part::Part;
use crate::settings::register::{Model, System};
use crate::snapshot::{Entry, FileMode, View};
use crate::span::{Place, RepoPath, Span};

pub(crate) const CHECK: Check = check(
    CheckId::ModelSourceChanged,
    "A change takes a model from somewhere that no digest holds",
    run,
)
.controls(&["A.4.4", "A.6.2.5"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("model_source_changed.md"));

/// Bytes of the largest text whose lines are compared.
const LARGEST_TEXT: u64 = 1 << 20;

/// Bytes of an archive that are looked into for the names of what it holds.
const ARCHIVE_HEAD: usize = 1 << 20;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let sides = match context.against(Subject::Register) {
        Ok(against) => &against.sides,
        Err(outcomes) => return outcomes,
    };
    let register = match context.whole_register() {
        Ok(register) if !register.systems.is_empty() => register,
        Ok(_) => return Vec::new(),
        Err(outcomes) => return outcomes,
    };
    let changed = ProductFiles::of(context, sides, &register.ignored());
    let mut found: BTreeMap<Subject, Problem> = BTreeMap::new();
    for file in &changed.files {
        if let Some(problem) = changed.problem(file) {
            found.insert(Subject::File(file.path.clone()), problem);
        }
    }
    for system in &register.systems {
        for model in &system.models {
            let subject =
                Subject::Model { system: system.id.value.clone(), model: model.id.value.clone() };
            if let Some(problem) = changed.no_longer_named(system, model) {
                found.insert(subject, problem);
            }
        }
    }
    if found.is_empty() {
        return vec![Outcome::pass(Subject::Register)];
    }
    found.into_iter().map(|(subject, problem)| Outcome::fail(subject, problem)).collect()
}

/// A file of the product that the change adds or edits.
struct ProductFile<'c> {
    path: &'c RepoPath,
    entry: &'c Entry,
    edit: Edit,
    /// Its text before (empty where it is new) and now; None where it is large, or no text.
    texts: Option<(String, String)>,
}

/// The files of the product that the change adds or edits, each read once.
struct ProductFiles<'c, 'a> {
    context: &'c Context<'a>,
    sides: &'c ComparedSides<'a>,
    files: Vec<ProductFile<'c>>,
}

impl<'c, 'a> ProductFiles<'c, 'a> {
    fn of(context: &'c Context<'a>, sides: &'c ComparedSides<'a>, ignored: &GlobSet) -> Self {
        let repo = context.judged;
        let is_product = |path: &RepoPath| {
            repo.declared.role_unless(ignored, path, &repo.view.scope) == PathRole::Product
                && path.is_in(&repo.view.scope)
                && !repo.is_governance(path)
        };
        let file = |(path, edit): (&'c RepoPath, &Edit)| {
            let entry = repo.view.snapshot.entry(path).filter(|_| is_product(path))?;
            let texts = content(&repo.view, entry).map(|now| {
                let origin = sides.change.moved_from.get(path).unwrap_or(path);
                let before = sides.tip_view.snapshot.entry(origin);
                let before = before.and_then(|entry| content(sides.tip_view, entry));
                (before.unwrap_or_default(), now)
            });
            Some(ProductFile { path, entry, edit: *edit, texts })
        };
        let kept = sides.change.files.iter().filter(|(_, edit)| **edit != Edit::Removed);
        Self { context, sides, files: kept.filter_map(file).collect() }
    }

    /// Returns what a file that the change adds or edits takes from elsewhere.
    fn problem(&self, file: &ProductFile<'_>) -> Option<Problem> {
        let path = file.path;
        if file.entry.mode == FileMode::Submodule {
            let text = format!("the submodule `{path}` comes in, whose content is not here");
            let place = Place::whole(path.clone());
            return Some(self.problem_at(place, path, text, "submodule"));
        }
        if is_archive(path) && file.edit == Edit::Added && self.sides.change.brings_content(path) {
            let head = self.context.judged.view.snapshot.head(file.entry, ARCHIVE_HEAD).ok()?;
            let text = match holds_weights(path, &head) {
                Some(true) => format!("the archive `{path}` holds weights, which nothing declares"),
                None if self.may_hold_models(path) => {
                    format!("the archive `{path}` comes in, and nobody can see what it holds")
                }
                None | Some(false) => return None,
            };
            return Some(self.problem_at(Place::whole(path.clone()), path, text, "archive"));
        }
        let (before, now) = file.texts.as_ref()?;
        if is_lock_file(path) {
            return None;
        }
        let fetches: Vec<Fetch> = added_fetches(before, now)
            .into_iter()
            .filter(|fetch| !self.is_declared(fetch))
            .collect();
        let first = fetches.first()?;
        let place = Place::bytes(path.clone(), Span::new(first.start, first.end));
        let text = format!("this {}, `{}`, which no digest holds", first.what, first.source);
        let problem = self.problem_at(place, path, text, "fetched");
        let more = fetches.iter().skip(1).take(4).fold(problem, |problem, fetch| {
            let place = Place::bytes(path.clone(), Span::new(fetch.start, fetch.end));
            problem.also(place, format!("`{}` as well", fetch.source))
        });
        Some(more)
    }

    /// Whether a packed file lies where models do: in a system's paths, or in a folder of models.
    fn may_hold_models(&self, path: &RepoPath) -> bool {
        let folders = path.parent().to_string().to_lowercase();
        let is_of_models = |part: &str| {
            matches!(part, "model" | "models" | "weights" | "checkpoints" | "artifacts")
        };
        self.context.judged.systems_of(path).next().is_some()
            || folders.split('/').any(is_of_models)
    }

    fn problem_at(
        &self,
        place: Place,
        path: &RepoPath,
        text: String,
        reason: &'static str,
    ) -> Problem {
        let systems = self.context.judged.systems_of(path).map(|it| it.id.value.clone());
        Problem::new(place, self.context.judged.class_it_may_be_of(path), text)
            .label("comes in with this change")
            .parts([Part::Entry { of: path.to_string(), reason }])
            .systems(systems)
            .remedy(Who::Author, "keep the weights here and declare them, or declare their source")
            .remedy(Who::SecondLine, "or name the file under `ignore` with a reason")
    }

    /// Whether the register names a source, or the line names the file of a declared model, as a
    /// default does.
    fn is_declared(&self, fetch: &Fetch) -> bool {
        let register = self.context.judged.declared.register.known();
        // What an address is written to is not where it comes from.
        let is_address = fetch.line.contains("://");
        let names = |model: &Model| {
            let known = [&model.hub, &model.service, &model.path, &model.pointer];
            let is_source = |it: &Spanned<String>| it.value.eq_ignore_ascii_case(&fetch.source);
            known.into_iter().flatten().any(is_source)
                || model
                    .path
                    .as_ref()
                    .is_some_and(|path| !is_address && fetch.line.contains(&path.value))
        };
        register.is_some_and(|register| register.all_models().any(names))
    }

    /// Returns that code which named the file of a model names another one instead.
    fn no_longer_named(&self, system: &System, model: &Model) -> Option<Problem> {
        let before = system_before(self.sides, &system.id.value)?;
        let was = before.models.iter().find(|it| it.id == model.id)?;
        let written = model.path.as_ref().filter(|path| was.path.as_ref() == Some(*path))?;
        let name = written.value.rsplit('/').next().filter(|name| !is_pattern(name))?;
        let code = self.files.iter().filter(|file| is_code(file.path));
        let code = code.filter_map(|file| Some((file.path, file.texts.as_ref()?)));
        let mut gained = code.clone();
        let names = |text: &str| text.lines().any(|line| without_comment(line).contains(name));
        if gained.any(|(_, (before, now))| names(now) && !names(before)) {
            return None;
        }
        let mut lost = code;
        let (path, _) = lost.find(|(_, (before, now))| {
            names(before) && !names(now) && names_a_file_instead(before, now)
        })?;
        let text = format!(
            "`{path}` names another file and no longer `{name}`, which the model `{}` is",
            model.id.value
        );
        let problem = Problem::new(Place::whole(path.clone()), system.class(), text)
            .related(system.place(written.span), "declared here")
            .parts([Part::Reason("named-no-longer")]);
        Some(
            problem
                .remedy(Who::Author, "declare what the code loads now, or have it load this file"),
        )
    }
}

/// Whether a file lists packages by address and digest, as a program wrote them.
fn is_lock_file(path: &RepoPath) -> bool {
    const NAMES: [&str; 5] =
        ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum", "gradle.lockfile"];
    path.extension() == "lock" || NAMES.contains(&path.file_name().as_str())
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// Whether a line that is new has a quoted text that looks like the name of a file.
fn names_a_file_instead(before: &str, now: &str) -> bool {
    let is_file = |quoted: &str| {
        let ending = quoted.rsplit_once('.').map(|(_, ending)| ending);
        let is_ending = |ending: &str| {
            (1..=12).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric())
        };
        !quoted.contains(char::is_whitespace)
            && (quoted.contains('/') || ending.is_some_and(is_ending))
    };
    const FROM_ELSEWHERE: [&str; 7] =
        ["environ", "getenv", "env::var", "process.env", "urlopen", "requests.get", "download"];
    new_lines(before, now).into_iter().map(without_comment).any(|line| {
        line.split(['"', '\'']).skip(1).step_by(2).any(is_file)
            || FROM_ELSEWHERE.iter().any(|word| line.contains(word))
    })
}

/// Whether a file may name what a product loads: source, build files and configuration.
fn is_code(path: &RepoPath) -> bool {
    let is_page = matches!(path.extension().as_str(), "md" | "rst" | "adoc" | "lock");
    FileSort::of(path) == FileSort::Source || (!is_page && path.file_name() != "aims.yaml")
}

/// Returns the text of a small file. None where it is large, no text, or not here.
fn content(view: &View<'_>, entry: &Entry) -> Option<String> {
    let text = entry.is_file().then(|| view.text(entry, LARGEST_TEXT))??;
    (!text.bytes().take(1024).any(|byte| byte == 0)).then_some(text)
}
