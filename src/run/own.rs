//! `aimsgate checks test`: whether an organisation's own checks say what their cases expect.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::output::print;
use crate::change::Change;
use crate::checks;
use crate::decision::Verdict;
use crate::document::Document;
use crate::edge::git;
use crate::engine::{Check, Context, Evaluation, TargetContext, evaluate};
use crate::error::Error;
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::finding::FindingKind;
use crate::load::sign_off_folders;
use crate::model::{Declared, Governance, RepositoryModel, TipEvidence};
use crate::obligation::ComparedSides;
use crate::settings::own_check::{self, CheckCase, OwnCheck};
use crate::signoff::{Digests, SignOffInputs, SignOffStore, due_decisions};
use crate::snapshot::View;
use crate::snapshot::memory::MemorySnapshot;
use crate::span::{Lines, RepoPath};

/// Runs the cases of a check, of a folder of checks, or of the checks of a repository.
pub(super) fn test(path: &Path, out: &mut dyn Write) -> Result<Verdict, Error> {
    let mut text = String::new();
    let mut verdict = Verdict::Pass;
    for document in documents(path)? {
        let own = match own_check::read(&document) {
            Ok(own) => Arc::new(own),
            Err(mistake) => {
                for mistake in mistake.each() {
                    let start = mistake.span().start;
                    let line = Lines::new(&*document.source).position(start).line;
                    let _ = writeln!(text, "unread  {}:{line}: {}", document.path, mistake.message);
                }
                verdict = Verdict::Undecided;
                continue;
            }
        };
        let (told, all_right) = tried(&own);
        text += &told;
        if !all_right && verdict == Verdict::Pass {
            verdict = Verdict::Fail;
        }
    }
    if text.is_empty() {
        return Err(Error::usage(format!("no own check is in {}", path.display())));
    }
    print(out, text)?;
    Ok(verdict)
}

fn documents(path: &Path) -> Result<Vec<Document>, Error> {
    if path.extension().is_some_and(|it| it == "yaml") {
        return Ok(vec![git::document(path)?]);
    }
    // A repository has them in their folder; a folder of checks has no such folder.
    let of_repository = git::documents_in(&path.join(own_check::FOLDER), "yaml", own_check::MOST);
    match of_repository {
        Ok(documents) => Ok(documents),
        Err(_) => Ok(git::documents_in(path, "yaml", own_check::MOST)?),
    }
}

/// What became of each case, one line each, and whether all is as expected.
fn tried(own: &Arc<OwnCheck>) -> (String, bool) {
    let mut text = String::new();
    let mut all_right = true;
    let mut tell = |is_right: bool, what: String| {
        let word = if is_right { "ok" } else { "fails" };
        let _ = writeln!(text, "{word:6}  {}  {what}", own.id);
        all_right &= is_right;
    };
    let row = checks::own_row(own);
    let (mut fires, mut passes) = (false, false);
    for case in &own.cases {
        let evaluation = evaluated(case, row);
        let of = |nature: FindingKind| -> BTreeSet<String> {
            let found = evaluation.findings.iter().filter(|it| it.nature == nature);
            found.map(|it| it.subject.to_string()).collect()
        };
        let found = (of(FindingKind::Fail), of(FindingKind::Undecided));
        fires |= !found.0.is_empty();
        passes |= evaluation.tallies.iter().any(|(_, tally)| tally.passed > 0);
        let is_right = found.0 == case.fires && found.1 == case.undecided;
        let mut what = case.name.clone();
        if !is_right {
            let _ = write!(what, ": fires {:?}, undecided {:?}", found.0, found.1);
            let _ = write!(what, "; expected {:?} and {:?}", case.fires, case.undecided);
        }
        tell(is_right, what);
    }
    if !fires {
        tell(false, "no case in which it fires".to_owned());
    }
    if !passes {
        tell(false, "no case in which it passes".to_owned());
    }
    (text, all_right)
}

/// What the check says of a case.
fn evaluated(case: &CheckCase, row: &'static Check) -> Evaluation {
    let snapshot = |files: &BTreeMap<String, String>| {
        MemorySnapshot::new(files.iter().map(|(path, text)| (path, text.as_str())))
    };
    let today = case.today;
    let judged = snapshot(&case.files);
    let before = case.before.as_ref().map(snapshot);
    let view = View::new(&judged, RepoPath::root());
    let tip = before.as_ref().map(|before| View::new(before, RepoPath::root()));
    let governance = Governance::load(tip.as_ref().unwrap_or(&view));
    let cache = FileCache::default();
    let repo = RepositoryModel::load(view, &governance.rules, &cache);
    let store = SignOffStore::load(&repo.view, tip.as_ref(), &sign_off_folders(&repo));
    let (digests, commits) = (Digests::default(), Fact::Absent);
    let declared = tip.as_ref().map(|tip| Declared::of(tip, &governance.rules));
    let of_tip = declared.as_ref().zip(tip.as_ref()).map(|(it, tip)| (it, tip.snapshot));
    let signoffs =
        SignOffInputs::new(&repo, &governance, &store, of_tip, &digests, &commits, today);
    let decisions = due_decisions(&signoffs);
    let fallback = checks::fallback_of(&repo);
    let change = before.as_ref().map(|before| Change::between(before, &judged));
    let evidence = TipEvidence::default();
    let against = match (&declared, &tip, &change) {
        (Some(declared), Some(tip_view), Some(change)) => Fact::Known(TargetContext {
            sides: ComparedSides {
                tip: declared,
                tip_view,
                tip_evidence: &evidence,
                rules: &governance.rules,
                judged: &repo,
                change,
                cache: &cache,
                witness: &signoffs,
                fallback: &fallback,
            },
            governance: &governance,
        }),
        _ => Fact::Absent,
    };
    let context = Context {
        decisions: &decisions,
        against,
        ..Context::alone(&repo, &governance, &signoffs, today, checks::ALL)
    };
    evaluate(&[row], &context, &fallback)
}
