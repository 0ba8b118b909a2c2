//! The questions of `init` on a terminal, each with a default and what it leads to.

use std::collections::BTreeMap;
use std::io::Write;

use crate::adoption::{FACTS, ProposedSystem};
use crate::catalog::Class;
use crate::edge::keygen;
use crate::error::Error;
use crate::report::safe;
use crate::wording::wrapped;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// Nobody: everything is as proposed.
    Silent,
    Terminal,
}

impl Asker {
    /// Somebody at a terminal.
    ///
    /// # Errors
    /// When there is no terminal to ask on.
    pub(super) fn terminal() -> Result<Self, Error> {
        if keygen::can_ask() {
            return Ok(Self::Terminal);
        }
        let error = Error::usage("there is no terminal to ask on");
        Err(error.hint("`--yes` takes what is proposed, and `--dry-run` shows it"))
    }

    /// Asks; nothing where the default is taken.
    fn ask(
        self,
        out: &mut dyn Write,
        question: &str,
        default: &str,
    ) -> Result<Option<String>, Error> {
        if self == Self::Silent {
            return Ok(None);
        }
        for line in wrapped(question, 98) {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
        let answer = keygen::ask(&format!("[{default}]")).map_err(Error::usage)?;
        writeln!(out)?;
        Ok(Some(answer).filter(|answer| !answer.is_empty()))
    }

    /// Asks for one of several words until one is given.
    pub(super) fn choice(
        self,
        out: &mut dyn Write,
        question: &str,
        known: &[&str],
        default: &str,
    ) -> Result<Option<String>, Error> {
        let question = format!("{question} ({})?", known.join(", "));
        loop {
            match self.ask(out, &question, default)? {
                None => return Ok(None),
                Some(answer) if known.contains(&answer.as_str()) => return Ok(Some(answer)),
                Some(answer) => writeln!(out, "`{}` is none of these.", safe(&answer))?,
            }
        }
    }

    /// Shows the systems, and asks which of them to declare.
    pub(super) fn systems(
        self,
        systems: &mut Vec<ProposedSystem>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        if self == Self::Silent {
            return Ok(());
        }
        for system in systems.iter() {
            let of = |list: &[crate::adoption::ProposedAsset]| {
                let names: Vec<&str> = list.iter().map(|it| it.value.as_str()).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            };
            writeln!(
                out,
                "{}: {}\n  models: {}; datasets: {}",
                safe(&system.id),
                safe(&system.paths.join(", ")),
                safe(&of(&system.models)),
                safe(&of(&system.datasets))
            )?;
        }
        let ids: Vec<String> = systems.iter().map(|system| system.id.clone()).collect();
        let question = "Which of these are systems of yours? Their ids with a space between; each \
            comes to owe documents, and its files are what signatures cover.";
        if let Some(answer) = self.ask(out, question, &ids.join(" "))? {
            let wanted: Vec<&str> = answer.split([' ', ',']).filter(|id| !id.is_empty()).collect();
            if let Some(unknown) = wanted.iter().find(|id| !ids.iter().any(|it| it == *id)) {
                let error = Error::usage(format!("`{unknown}` was not found here"));
                return Err(error.hint("aimsgate init --system ID=FOLDER names one by hand"));
            }
            systems.retain(|system| wanted.contains(&system.id.as_str()));
        }
        Ok(())
    }

    /// Explains the classes and asks for one; nothing where it is left open.
    pub(super) fn class(
        self,
        out: &mut dyn Write,
        classes: &[(Class, &str)],
    ) -> Result<Option<Class>, Error> {
        if self == Self::Terminal {
            for (class, text) in classes {
                let text = format!("{}: {text}", class.name());
                writeln!(out, "{}", wrapped(&text, 96).join("\n  "))?;
            }
        }
        let names: Vec<&str> = classes.iter().map(|(class, _)| class.name()).collect();
        let question = "Which class? People decide it; left open, `aimsgate check` fails until it \
            is decided";
        let answer = self.choice(out, question, &names, "leave open")?;
        Ok(classes.iter().map(|(class, _)| *class).find(|it| Some(it.name()) == answer.as_deref()))
    }

    /// Asks which facts hold.
    pub(super) fn facts(self, out: &mut dyn Write) -> Result<BTreeMap<String, bool>, Error> {
        if self == Self::Terminal {
            for (fact, what) in FACTS {
                writeln!(out, "  {}: {what}", fact.name())?;
            }
        }
        let question = "Which of these hold? Their names, or `none`; the others are false then. \
            Left open, the register asks for them.";
        let Some(answer) = self.ask(out, question, "leave open")? else {
            return Ok(BTreeMap::new());
        };
        let said: Vec<&str> = answer.split([' ', ',']).filter(|it| !it.is_empty()).collect();
        let names = FACTS.map(|(fact, _)| fact.name());
        let is_known = |name: &&str| *name == "none" || names.contains(name);
        if let Some(unknown) = said.iter().find(|name| !is_known(name)) {
            return Err(Error::usage(format!("`{unknown}` is none of these facts")));
        }
        Ok(names.iter().map(|name| ((*name).to_owned(), said.contains(name))).collect())
    }

    /// Asks who oversees.
    pub(super) fn second_line(self, out: &mut dyn Write) -> Result<Option<String>, Error> {
        let question = "Who oversees, and does not build? ID=E-MAIL, or `solo` if you decide \
            alone: then each report says that assurance is reduced. Left open, nobody can sign, \
            and `check` says so.";
        self.ask(out, question, "leave open")
    }

    /// Asks for the public key of whoever runs it.
    pub(super) fn key(self, out: &mut dyn Write) -> Result<Option<String>, Error> {
        let question = "With which public key do you sign? The line of your .pub file. It cannot \
            be added later without the signature of somebody else.";
        self.ask(out, question, "leave open")
    }
}
