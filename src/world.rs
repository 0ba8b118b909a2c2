//! What a snapshot says, put together: register, inventory, documents, evidence, rules, people.
//!
//! Loading reads the snapshot; nothing after it does. Rules and people are loaded apart from the
//! rest, because they need not come from the same revision.

use globset::GlobSet;

use crate::asset::Inventory;
use crate::catalog::Class;
use crate::detect::{self, Breadth};
use crate::document::{Damage, Document};
use crate::evidence::{self, Documents, Evidence};
use crate::fact::Fact;
use crate::settings::Mistake;
use crate::settings::gate::{self, Gate, Mode, Rules};
use crate::settings::people::{self, People};
use crate::settings::register::{self, Register, System, covers};
use crate::settings::risks::{self, RiskRegister};
use crate::snapshot::View;
use crate::span::{Place, RepoPath, Span};

/// One revision of the judged folder.
pub struct World<'a> {
    pub view: View<'a>,
    pub register: Fact<Register>,
    /// Why the register as a whole could not be used, if so.
    pub register_mistake: Option<Mistake>,
    pub inventory: Inventory,
    pub documents: Documents,
    pub evidence: Evidence,
    /// The risk registers in the gate's own format, with the system each is for.
    pub risks: Vec<(String, RiskRegister)>,
    /// What each system's paths cover, in the order of the register.
    covered: Vec<GlobSet>,
}

/// The rules and the people a verdict is given by.
#[derive(Debug)]
pub struct Governance {
    pub rules: Rules,
    pub people: Fact<People>,
    /// Mistakes in those files.
    pub mistakes: Vec<Mistake>,
    /// Files of rules or people that could not be read at all.
    pub unreadable: Vec<(RepoPath, Damage)>,
}

impl<'a> World<'a> {
    /// Reads a view.
    pub fn load(view: View<'a>) -> Self {
        let mut documents = Documents::default();
        let (register, register_mistake) = load_register(&view, &mut documents);
        let ignored = register.known().map_or_else(GlobSet::empty, |register| {
            covers(&register.base, register.ignore.iter().map(|ignored| ignored.path.value.as_str()))
        });
        // Without declared systems the only question is whether there is AI at all.
        let declared = register.known().is_some_and(|register| !register.systems.is_empty());
        let breadth = if declared { Breadth::Product } else { Breadth::UntilEvidence };
        let inventory = detect::inventory(&view, breadth, &ignored);
        let mut evidence = Evidence::new();
        let mut risks = Vec::new();
        let mut covered = Vec::new();
        if let Fact::Known(register) = &register {
            evidence = evidence::gather(&view, register, &mut documents);
            risks = typed_risks(&evidence, &documents);
            covered = register.systems.iter().map(|system| covered_by(register, system)).collect();
        }
        Self { view, register, register_mistake, inventory, documents, evidence, risks, covered }
    }

    /// The declared systems; none where the register is absent or could not be used.
    pub fn systems(&self) -> &[System] {
        self.register.known().map_or(&[], |register| &register.systems)
    }

    /// Why the register could not even be read as a document, if so.
    pub fn register_damage(&self) -> Option<(&RepoPath, &Damage)> {
        let document = self.documents.get(&self.register_mistake.as_ref()?.place.path)?;
        Some((&document.path, document.damage()?))
    }

    /// The declared system of this id.
    pub fn system(&self, id: &str) -> Option<&System> {
        self.systems().iter().find(|system| system.id.value == id)
    }

    /// A place in the register.
    pub fn in_register(&self, span: Span) -> Place {
        let path = self.register.known().map_or_else(|| RepoPath::from(register::FILE), |it| it.path.clone());
        Place::bytes(path, span)
    }

    /// The systems whose paths cover a file.
    pub fn systems_of(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        let name = path.to_string();
        self.systems().iter().zip(&self.covered).filter(move |(_, set)| set.is_match(&name)).map(|(system, _)| system)
    }

    /// The strictest class that covers a file; a file of no system is judged as limited.
    pub fn class_of(&self, path: &RepoPath) -> Class {
        self.systems_of(path).map(System::class).max().unwrap_or(Class::Limited)
    }

    /// The strictest class of all systems.
    pub fn strictest_class(&self) -> Class {
        self.systems().iter().map(System::class).max().unwrap_or(Class::Limited)
    }
}

fn covered_by(register: &Register, system: &System) -> GlobSet {
    covers(&register.base, system.paths.iter().map(|path| path.value.as_str()))
}

/// The nearest register at or above the judged folder.
fn load_register(view: &View<'_>, documents: &mut Documents) -> (Fact<Register>, Option<Mistake>) {
    for folder in view.scope.ancestors_from_root().iter().rev() {
        let Ok(path) = folder.join(register::FILE) else { continue };
        let Some(document) = documents.load(view, &path) else { continue };
        return match register::read(document) {
            Ok(mut register) => {
                register.mistakes.extend(misnamed(view, &path));
                if !register.base.is_in(&view.scope) {
                    keep_in_scope(&mut register, view);
                }
                (Fact::Known(register), None)
            }
            Err(mistake) => (Fact::Undecided(mistake.message.clone()), Some(mistake)),
        };
    }
    let mut folders = view.scope.ancestors_from_root().into_iter().rev();
    match folders.find_map(|folder| misnamed(view, &folder.join(register::FILE).ok()?)) {
        Some(mistake) => (Fact::Undecided(mistake.message.clone()), Some(mistake)),
        None => (Fact::Absent, None),
    }
}

/// What keeps a file that was surely meant to be `expected` from being read: another case, `.yml`, a
/// folder of that name, a link on the way.
fn misnamed(view: &View<'_>, expected: &RepoPath) -> Option<Mistake> {
    let plain = |path: &RepoPath| {
        let path = path.to_string().to_lowercase();
        path.strip_suffix(".yml").map(|stem| format!("{stem}.yaml")).unwrap_or(path)
    };
    let wanted = plain(expected);
    // Only names of that length, or one shorter for `.yml`, are worth folding.
    let lengths = [wanted.len(), wanted.len() - 1];
    let mut near = view.snapshot.entries().iter().filter(|entry| lengths.contains(&entry.path.as_bytes().len()));
    let twin = near.find(|entry| entry.path != *expected && plain(&entry.path) == wanted);
    let twin = twin.map(|entry| (entry, format!("this file is not read; its name must be `{expected}`")));
    // A link or a submodule where a folder should be hides what lies behind it.
    let folders = expected.parent().ancestors_from_root();
    let hidden = folders.iter().filter(|folder| !folder.is_root()).find_map(|folder| view.snapshot.entry(folder));
    let hidden = hidden.map(|entry| (entry, format!("this must be a folder for `{expected}` to be looked for in it")));
    let below = View::new(view.snapshot, expected.clone()).entries().iter().find(|entry| entry.path != *expected);
    let below = below.map(|entry| (entry, format!("`{expected}` must be a file and is a folder")));
    let (entry, message) = twin.or(hidden).or(below)?;
    Some(Mistake { place: Place::whole(entry.path.clone()), message })
}

/// Of a register above the judged folder, the systems that own something in it.
fn keep_in_scope(register: &mut Register, view: &View<'_>) {
    let systems = std::mem::take(&mut register.systems);
    let owns = |system: &System| {
        let set = covered_by(register, system);
        // What does not compile is a mistake of the register, and no way out of being judged.
        set.is_empty() || view.entries().iter().any(|entry| set.is_match(entry.path.to_string()))
    };
    (register.systems, register.elsewhere) = systems.into_iter().partition(owns);
}

fn typed_risks(evidence: &Evidence, documents: &Documents) -> Vec<(String, RiskRegister)> {
    let typed = evidence.iter().filter_map(|(need, answer)| match answer {
        evidence::Answer::Typed(path) => Some((need.system.clone()?, documents.get(path)?)),
        _ => None,
    });
    typed.filter_map(|(system, document)| Some((system, risks::read(document).ok()?))).collect()
}

impl Governance {
    /// Reads every file of rules and people on the way from the root down to the judged folder.
    ///
    /// Rules that cannot be read are replaced by the strictest, never by the default.
    pub fn load(view: &View<'_>) -> Self {
        let mut documents = Documents::default();
        let mut mistakes = Vec::new();
        let mut unreadable = Vec::new();
        let mut gates: Vec<(RepoPath, Gate)> = Vec::new();
        let mut people = Fact::Absent;
        let mut refuse = |document: &Document, mistake: Mistake| match document.damage() {
            Some(damage) => unreadable.push((document.path.clone(), damage.clone())),
            None => mistakes.push(mistake),
        };
        let mut broken_rules = false;
        let mut twins = Vec::new();
        for folder in view.scope.ancestors_from_root() {
            let paths = [gate::FILE, people::FILE].into_iter().filter_map(|file| folder.join(file).ok());
            twins.extend(paths.filter_map(|path| misnamed(view, &path)));
            if let Some(document) = folder.join(gate::FILE).ok().and_then(|path| documents.load(view, &path)) {
                match gate::read(document) {
                    Ok(gate) => gates.push((document.path.clone(), gate)),
                    Err(mistake) => {
                        broken_rules = true;
                        refuse(document, mistake);
                    }
                }
            }
            if let Some(document) = folder.join(people::FILE).ok().and_then(|path| documents.load(view, &path)) {
                people = match (people::read(document), people) {
                    (Ok(more), Fact::Known(mut known)) => {
                        people::People::add(&mut known, more);
                        Fact::Known(known)
                    }
                    (Ok(more), Fact::Absent) => Fact::Known(more),
                    (Ok(_), undecided @ Fact::Undecided(_)) => undecided,
                    (Err(mistake), _) => {
                        let why = mistake.message.clone();
                        refuse(document, mistake);
                        Fact::Undecided(why)
                    }
                };
            }
        }
        mistakes.extend(twins);
        let mut rules = Rules::compose(gates);
        if broken_rules {
            rules.mode = Mode::Strict;
        }
        Self { rules, people, mistakes, unreadable }
    }
}
