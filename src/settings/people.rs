//! `governance/people.yaml`: who may decide what. Entries end, they are never deleted.
//!
//! # Design
//!
//! The role `system-owner` lends no authority by itself, so that a system and its owner can come in
//! with one change. A person owns a system because the register says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::layout::OwnFile;
use super::{Mistake, Schema, read as read_settings};
use crate::authorship::Author;
use crate::catalog::{Level, Role};
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::ids::PersonId;
use crate::span::RepoPath;

/// Where the people are listed below the folder they are for.
pub(crate) const FILE: &str = OwnFile::People.path();

/// The people and automations known to the judged folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    pub(crate) people: Vec<Person>,
    pub(crate) automation: Vec<Automation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PeopleFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    people: Vec<Person>,
    #[serde(default)]
    automation: Vec<Automation>,
}

/// Somebody who may own or decide something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) id: Spanned<PersonId>,
    #[serde(default)]
    pub(crate) emails: Vec<String>,
    /// Names on forges: `github: ana-ex`.
    #[serde(default)]
    pub(crate) logins: BTreeMap<Forge, String>,
    pub(crate) roles: Vec<Role>,
    /// Line of defence: 1 builds and owns, 2 oversees, 3 audits.
    pub(crate) line: Spanned<u8>,
    pub(crate) affiliation: Option<Affiliation>,
    /// The highest residual risk this person may accept.
    pub(crate) may_accept: Option<Level>,
    #[serde(default)]
    pub(crate) may_grant_emergency: bool,
    /// Whose part this person takes, and when.
    #[serde(default)]
    pub(crate) stands_in_for: Vec<Deputy>,
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
    /// The list the entry stands in.
    #[serde(skip)]
    pub(crate) file: RepoPath,
}

impl Person {
    /// Returns whether the entry holds on a day; the last day counts.
    pub(crate) fn is_active(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Returns whether the person is no employee of the organisation.
    pub(crate) fn is_outside(&self) -> bool {
        !matches!(self.affiliation, None | Some(Affiliation::Employee))
    }

    /// Returns whether a name is the person's id, one of the e-mail addresses in any case, or the
    /// address that a forge gives for a login of the person.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id.value == name
            || self.emails.iter().any(|email| email.eq_ignore_ascii_case(name))
            || self.logins.iter().any(|(forge, login)| forge.is_address_of(login, name))
    }

    /// Returns whether somebody who took part in a commit is the person. A trailer without an
    /// address names an id in any case.
    pub(crate) fn is_author(&self, author: &Author) -> bool {
        let mut names = std::iter::once(&author.name).chain(&author.mapped);
        names.any(|name| self.is_called(name))
            || self.id.as_str().eq_ignore_ascii_case(&author.name)
    }
}

/// A deputy's entry: whose part the person takes, and for how long (clause 5.3). A deputy has no
/// deputy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Deputy {
    pub(crate) person: Spanned<PersonId>,
    pub(crate) from: Date,
    pub(crate) until: Date,
}

/// Where repositories lie, people have logins and jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Forge {
    #[strum(serialize = "github")]
    GitHub,
    #[strum(serialize = "gitlab")]
    GitLab,
}

impl Forge {
    /// Its name in settings.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// Whether an address is the one that the forge gives for a login, so that the person's own
    /// stays private: `12345+LOGIN@users.noreply.github.com`, on GitLab `12345-LOGIN@...`. A forge
    /// of an organisation has its own name after `users.noreply.`.
    fn is_address_of(self, login: &str, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        let domain = domain.to_ascii_lowercase();
        let Some(host) = domain.strip_prefix("users.noreply.") else { return false };
        let (own, others, sign) = match self {
            Self::GitHub => ("github.com", "gitlab.com", '+'),
            Self::GitLab => ("gitlab.com", "github.com", '-'),
        };
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let name = match local.split_once(sign) {
            Some((number, name)) if is_number(number) => name,
            _ => local,
        };
        (host == own || host != others) && name.eq_ignore_ascii_case(login)
    }

    /// What it calls a change that somebody asks to merge.
    pub(crate) fn request(self) -> &'static str {
        match self {
            Self::GitHub => "pull request",
            Self::GitLab => "merge request",
        }
    }
}

/// Who employs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Affiliation {
    Employee,
    Contractor,
    External,
}

/// A program that records and never decides.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Automation {
    pub(crate) id: Spanned<PersonId>,
    pub(crate) signs: Option<AutomationSigns>,
    /// The addresses in whose name it commits.
    #[serde(default)]
    pub(crate) emails: Vec<String>,
    #[serde(default)]
    pub(crate) logins: BTreeMap<Forge, String>,
}

impl Automation {
    /// Returns whether whoever took part in a commit is the program. A mailmap makes nobody a
    /// program: a person whose address it gives to one would be nobody any more.
    fn is_author(&self, author: &Author) -> bool {
        let name = &author.name;
        self.emails.iter().any(|email| email.eq_ignore_ascii_case(name))
            || self.logins.iter().any(|(forge, login)| forge.is_address_of(login, name))
    }
}

/// What a program may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum AutomationSigns {
    RunRecords,
}

impl People {
    /// Returns the person with this id or e-mail address, or `None` where there is none.
    pub(crate) fn find(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.is_called(name))
    }

    /// Returns the ids of the people and programs that an author of a commit may be: a mailmap can
    /// give somebody's address to another.
    pub(crate) fn authors(&self, author: &Author) -> impl Iterator<Item = &PersonId> {
        let people = self.people.iter().filter(|person| person.is_author(author));
        let programs = self.automation.iter().filter(|program| program.is_author(author));
        people.map(|it| &it.id.value).chain(programs.map(|it| &it.id.value))
    }

    /// Returns those whose entries count for somebody on a day: the person, and the people whose
    /// part the person takes on that day. Who is not active on the day is left out.
    pub(crate) fn parts<'p>(
        &'p self,
        person: &'p Person,
        day: Date,
    ) -> impl Iterator<Item = &'p Person> {
        let taken = person.stands_in_for.iter().filter(move |it| it.from <= day && day <= it.until);
        let others = taken
            .filter_map(|it| self.people.iter().find(|other| other.id.value == it.person.value));
        std::iter::once(person).chain(others).filter(move |person| person.is_active(day))
    }

    /// Iterates over those who may decide anything on a day: active, of the outermost list, and no
    /// auditor.
    pub(crate) fn deciding(&self, day: Date) -> impl Iterator<Item = &Person> {
        let may = move |person: &&Person| {
            person.is_active(day) && person.line.value != 3 && self.is_outermost(person)
        };
        self.people.iter().filter(may)
    }

    /// Returns whether somebody stands in the outermost list. The list of a subfolder adds people
    /// without authority over what lies above it.
    pub(crate) fn is_outermost(&self, person: &Person) -> bool {
        // The organisation's list is around that of the repository's root.
        let depth = |file: &RepoPath| {
            let is_own = *file != RepoPath::from(OwnFile::Bundle.path());
            (is_own, file.to_string().matches('/').count())
        };
        self.people.iter().all(|other| depth(&other.file) >= depth(&person.file))
    }

    /// Returns the people whom both lists hold with the same entry.
    #[must_use]
    pub(crate) fn and(mut self, other: &People) -> Self {
        self.people.retain(|person| other.people.contains(person));
        self.automation.retain(|automation| other.automation.contains(automation));
        self
    }

    /// Adds the people of a nested folder. Somebody already known stays as the outer file has them.
    pub(crate) fn add(&mut self, nested: People) {
        for person in nested.people {
            if !self.people.iter().any(|known| known.id == person.id) {
                self.people.push(person);
            }
        }
        for automation in nested.automation {
            if !self.automation.iter().any(|known| known.id == automation.id) {
                self.automation.push(automation);
            }
        }
    }
}

/// Reads one list of people.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn read(document: &Document) -> Result<People, Mistake> {
    let mut file: PeopleFile = read_settings(document)?;
    file.people.iter_mut().for_each(|person| person.file = document.path.clone());
    let mut seen = BTreeSet::new();
    let ids =
        file.people.iter().map(|person| &person.id).chain(file.automation.iter().map(|it| &it.id));
    for id in ids {
        if !seen.insert(id.value.as_str()) {
            return Err(Mistake::new(
                document,
                id.span,
                format!("the id `{}` stands here twice", id.value),
            ));
        }
    }
    for id in
        file.people.iter().map(|person| &person.id).chain(file.automation.iter().map(|it| &it.id))
    {
        if id.value.trim().is_empty() {
            return Err(Mistake::new(document, id.span, "this is empty"));
        }
    }
    let mut names: BTreeMap<String, &Spanned<PersonId>> = BTreeMap::new();
    for person in &file.people {
        let addresses = person
            .emails
            .iter()
            .map(String::as_str)
            .chain(std::iter::once(person.id.as_str()))
            .map(str::to_lowercase);
        let logins = person
            .logins
            .iter()
            .map(|(forge, login)| format!("{} login {}", forge.name(), login.to_lowercase()));
        for name in addresses.chain(logins) {
            if let Some(other) =
                names.insert(name.clone(), &person.id).filter(|other| **other != person.id)
            {
                let message = format!(
                    "`{name}` stands under `{}` too; whose it is must be clear",
                    other.value
                );
                return Err(Mistake::new(document, person.id.span, message));
            }
        }
    }
    for deputy in file.people.iter().flat_map(|person| &person.stands_in_for) {
        if !file.people.iter().any(|person| person.id.value == deputy.person.value) {
            let message = format!("`{}` is nobody in this list", deputy.person.value);
            return Err(Mistake::new(document, deputy.person.span, message));
        }
    }
    for person in &file.people {
        if !(1..=3).contains(&person.line.value) {
            return Err(Mistake::new(document, person.line.span, "a line of defence is 1, 2 or 3"));
        }
    }
    Ok(People { people: file.people, automation: file.automation })
}
