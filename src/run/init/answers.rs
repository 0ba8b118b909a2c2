//! The answers of `init`: from options, from questions, else as proposed.

use std::collections::BTreeMap;
use std::io::Write;

use super::ask::Asker;
use crate::adoption::{AdoptionAnswers, CLASSES, FACTS, NewPerson, ProposedSystem, id_of};
use crate::catalog::{Class, Stage};
use crate::cli;
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::git::RepositoryOrigin;
use crate::edge::keygen::{Identity, public_half};
use crate::error::Error;
use crate::settings::gate::Mode;
use crate::settings::people::Forge;

/// The systems that the command line names, each with its folders.
pub(super) fn named(options: &[String]) -> Result<Vec<(String, Vec<String>)>, Error> {
    let one = |option: &String| {
        let (id, folders) = option.split_once('=').unwrap_or((option, ""));
        let folders: Vec<String> = folders
            .split(',')
            .map(|folder| folder.trim().trim_start_matches("./").trim_end_matches('/').to_owned())
            .filter(|folder| !folder.is_empty() && folder != ".")
            .collect();
        if id_of(id, "").is_empty() || folders.is_empty() {
            let text = format!("`{option}` names no system and its folders");
            return Err(Error::usage(text).hint("--system chatbot=apps/chatbot,prompts"));
        }
        Ok((id_of(id, "system"), folders))
    };
    options.iter().map(one).collect()
}

/// Puts the answers together.
pub(super) fn answered(
    arguments: &cli::InitArgs,
    asker: Asker,
    (identity, origin): (&Identity, &RepositoryOrigin),
    mut systems: Vec<ProposedSystem>,
    has_register: bool,
    out: &mut dyn Write,
) -> Result<AdoptionAnswers, Error> {
    if !has_register {
        asker.systems(&mut systems, out)?;
        about_systems(arguments, asker, &mut systems, out)?;
    }
    let keys = keys(&arguments.keys)?;
    let with_key = |mut person: NewPerson| {
        person.key = keys.get(&person.id).cloned().or(person.key);
        person
    };
    let owner = match &arguments.owner {
        Some(option) => person(option)?,
        None => of_git(identity),
    };
    let is_git = owner.email == identity.email;
    let mut owner = with_key(owner);
    let (second, solo) = second_line(arguments, asker, out)?;
    if owner.key.is_none() && is_git {
        owner.key = identity.public_key();
    }
    if owner.key.is_none()
        && let Some(key) = asker.key(out)?
    {
        owner.key = Some(key_of(&key)?);
    }
    let further = arguments.further_owner.as_deref().map(person).transpose()?;
    let mode = mode(arguments, asker, out)?;
    let repository = arguments.repository.clone().or_else(|| name_of(origin.remote.as_deref()?));
    let first = systems.first().map_or("repository", |system| system.id.as_str());
    Ok(AdoptionAnswers {
        repository: repository.unwrap_or_else(|| format!("local/{first}")),
        systems,
        owner,
        second_line: second.map(with_key),
        further_owner: further.map(with_key),
        solo,
        mode,
        forge: forge_of(origin.remote.as_deref()),
        branch: origin.branch.clone().unwrap_or_else(|| "main".to_owned()),
        today: arguments.today.unwrap_or_else(fs::today),
    })
}

/// Returns who oversees, and whether one person decides alone.
fn second_line(
    arguments: &cli::InitArgs,
    asker: Asker,
    out: &mut dyn Write,
) -> Result<(Option<NewPerson>, bool), Error> {
    if let Some(option) = &arguments.second_line {
        return Ok((Some(person(option)?), false));
    }
    if arguments.solo {
        return Ok((None, true));
    }
    Ok(match asker.second_line(out)? {
        Some(answer) if answer == "solo" => (None, true),
        Some(answer) => (Some(person(&answer)?), false),
        None => (None, false),
    })
}

fn mode(arguments: &cli::InitArgs, asker: Asker, out: &mut dyn Write) -> Result<Mode, Error> {
    if let Some(mode) = arguments.mode {
        return Ok(mode.into());
    }
    let answer = asker.choice(out, MODE, &["observe", "introduce", "strict"], "introduce")?;
    Ok(match answer.as_deref() {
        Some("observe") => Mode::Observe,
        Some("strict") => Mode::Strict,
        _ => Mode::Introduce,
    })
}

const MODE: &str = "How strictly? observe reports and blocks nothing; introduce blocks by class; \
    strict weighs every class as high";

const ROLE: &str = "What are you for it? provider builds it, deployer uses it, both do both; each \
    owes other documents";

const STAGE: &str = "Where does it stand? A later stage owes more documents";

/// Role, stage, class and facts.
fn about_systems(
    arguments: &cli::InitArgs,
    asker: Asker,
    systems: &mut [ProposedSystem],
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut roles: Vec<String> = arguments
        .roles
        .iter()
        .map(|role| match role {
            cli::PlayedRole::Provider => "provider".to_owned(),
            cli::PlayedRole::Deployer => "deployer".to_owned(),
            cli::PlayedRole::Importer => "importer".to_owned(),
            cli::PlayedRole::Distributor => "distributor".to_owned(),
        })
        .collect();
    if roles.is_empty() {
        let known = ["provider", "deployer", "both"];
        roles = match asker.choice(out, ROLE, &known, "provider")?.as_deref() {
            Some("both") => vec!["provider".to_owned(), "deployer".to_owned()],
            Some(role) => vec![role.to_owned()],
            None => vec!["provider".to_owned()],
        };
    }
    let proposed = systems.iter().map(|it| it.stage).max().unwrap_or(Stage::Development);
    let stages = ["design", "development", "verification", "deployment", "operation"];
    let stage = match arguments.stage {
        Some(stage) => Some(Stage::from(stage)),
        None => asker
            .choice(out, STAGE, &stages, proposed.name())?
            .and_then(|name| ALL_STAGES.into_iter().find(|stage| stage.name() == name)),
    };
    let class = match arguments.class {
        Some(class) => Some((Class::from(class), arguments.because.clone())),
        None => asker.class(out, &CLASSES)?.map(|class| (class, None)),
    };
    let mut facts = facts(&arguments.facts)?;
    if facts.is_empty() {
        facts = asker.facts(out)?;
    }
    for system in systems {
        system.roles.clone_from(&roles);
        system.stage = stage.unwrap_or(system.stage);
        system.class.clone_from(&class);
        system.facts.clone_from(&facts);
    }
    Ok(())
}

const ALL_STAGES: [Stage; 6] = [
    Stage::Design,
    Stage::Development,
    Stage::Verification,
    Stage::Deployment,
    Stage::Operation,
    Stage::Retirement,
];

/// What options say of facts.
fn facts(options: &[String]) -> Result<BTreeMap<String, bool>, Error> {
    let one = |option: &String| {
        let (name, value) = option.split_once('=').unwrap_or((option, "yes"));
        let names = FACTS.iter().map(|(fact, _)| fact.name());
        if !names.clone().any(|known| known == name) {
            let error = Error::usage(format!("`{name}` is no fact that init asks for"));
            let known = names.clone().collect::<Vec<_>>().join(", ");
            return Err(match nearest(name, names) {
                Some(meant) => error.hint(format!("did you mean `{meant}`?")),
                None => error.hint(format!("known: {known}")),
            });
        }
        match value {
            "yes" | "true" => Ok((name.to_owned(), true)),
            "no" | "false" => Ok((name.to_owned(), false)),
            _ => Err(Error::usage(format!("`{option}` says neither yes nor no"))),
        }
    };
    options.iter().map(one).collect()
}

/// `ana=ana@example.com`, or an address alone.
fn person(text: &str) -> Result<NewPerson, Error> {
    let text = text.trim();
    let (id, email) = match text.split_once(['=', ' ']) {
        Some((id, email)) => (id.trim(), email.trim()),
        None => (text.split('@').next().unwrap_or_default(), text),
    };
    let fits = email.len() <= 200
        && email.contains('@')
        && email.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | ',' | '*' | '?' | '!'));
    if !fits || id_of(id, "").is_empty() {
        let error = Error::usage(format!("`{text}` is no id with an e-mail address"));
        return Err(error.hint("for example dee=dee@example.com"));
    }
    Ok(NewPerson { id: id_of(id, "owner"), email: Some(email.to_owned()), key: None })
}

/// Who git says commits here.
fn of_git(identity: &Identity) -> NewPerson {
    let first = identity.name.as_deref().and_then(|name| name.split_whitespace().next());
    let local = identity.email.as_deref().and_then(|email| email.split('@').next());
    let named = identity.email.as_deref().and_then(|email| person(&format!("x={email}")).ok());
    NewPerson {
        id: id_of(first.or(local).unwrap_or_default(), "owner"),
        email: named.and_then(|person| person.email),
        key: None,
    }
}

fn key_of(text: &str) -> Result<String, Error> {
    public_half(text).ok_or_else(|| {
        let error = Error::usage("this is no public key of SSH");
        error.hint("the line of ~/.ssh/id_ed25519.pub: ssh-ed25519 AAAA...")
    })
}

fn keys(options: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let one = |option: &String| {
        let Some((id, key)) = option.split_once('=') else {
            return Err(Error::usage(format!("`{option}` says not whose key it is"))
                .hint("--key 'ana=ssh-ed25519 AAAA...'"));
        };
        Ok((id_of(id, "owner"), key_of(key)?))
    };
    options.iter().map(one).collect()
}

/// The name of a repository by the address of its remote: `github.com/owner/name`.
fn name_of(address: &str) -> Option<String> {
    let address = address.trim_end_matches('/').trim_end_matches(".git");
    let rest = match address.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.to_owned(),
        // `git@github.com:owner/name`
        None => address.split_once(':').map(|(host, path)| format!("{host}/{path}"))?,
    };
    // What stands before the host may be a password.
    let host_on = rest.rsplit_once('@').map_or(rest.as_str(), |(_, it)| it);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let name: String = host_on.chars().filter(|c| is_plain(*c)).take(200).collect();
    (name.contains('/') && name.split('/').next()?.contains('.')).then_some(name)
}

/// The forge of a remote, by the name of its host.
fn forge_of(address: Option<&str>) -> Option<Forge> {
    let name = name_of(address?)?;
    let host = name.split('/').next()?;
    if host.contains("github") {
        Some(Forge::GitHub)
    } else if host.contains("gitlab") {
        Some(Forge::GitLab)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_by_its_remote_without_its_secrets() {
        let cases = [
            ("git@github.com:o/n.git", Some("github.com/o/n")),
            ("https://token:x@gitlab.example.com/g/s/n", Some("gitlab.example.com/g/s/n")),
            ("ssh://git@github.com/o/n", Some("github.com/o/n")),
            ("/srv/git/n.git", None),
            ("file:///srv/n", None),
        ];
        for (address, expected) in cases {
            assert_eq!(name_of(address).as_deref(), expected, "{address}");
        }
        assert_eq!(forge_of(Some("git@github.com:o/n.git")), Some(Forge::GitHub));
        assert_eq!(forge_of(Some("https://git.example.com/o/n")), None);
    }

    #[test]
    fn people_are_named_by_id_and_address() {
        let dee = person("Dee=dee@example.com").unwrap();
        assert_eq!((dee.id.as_str(), dee.email.as_deref()), ("dee", Some("dee@example.com")));
        assert_eq!(person("dee@example.com").unwrap().id, "dee");
        assert!(person("dee").is_err());
        assert!(person("dee=a@b\" namespaces=\"x").is_err());
    }

    #[test]
    fn facts_are_yes_or_no_of_known_names() {
        assert!(facts(&["personal-data=no".to_owned()]).unwrap().values().all(|it| !it));
        let error = facts(&["personal_data=no".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("did you mean `personal-data`?"), "{error}");
        assert!(facts(&["generative=maybe".to_owned()]).is_err());
    }

    #[test]
    fn systems_have_folders_and_never_everything() {
        let named_one = named(&["Bot=./apps/bot/,prompts".to_owned()]).unwrap();
        assert_eq!(named_one, [("bot".to_owned(), vec!["apps/bot".into(), "prompts".into()])]);
        assert!(named(&["bot=.".to_owned()]).is_err());
        assert!(named(&["bot".to_owned()]).is_err());
    }
}
