//! Whether a bundle of the organisation is the next one of those who may sign it.

use std::collections::BTreeSet;

use super::proof::signed_as;
use crate::date::Date;
use crate::ids::PersonId;
use crate::model::TakenOver;
use crate::openssh::{Signature, Trust, VerifyTimes};
use crate::part::Reason;
use crate::settings::organisation::NAMESPACE;
use crate::settings::people::{People, Person};
use crate::settings::pin::BundleSigners;

/// The most signatures of a bundle that are looked at.
const MOST_SIGNATURES: usize = 16;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";

/// Who may sign a bundle: those of the bundle that it takes the place of.
#[derive(Debug)]
pub(crate) struct BundleTrust<'a> {
    pub(crate) people: &'a People,
    pub(crate) trust: Trust,
    pub(crate) signers: &'a BundleSigners,
}

/// Why a bundle may not take the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BundleFlaw {
    pub(crate) reason: Reason,
    pub(crate) text: String,
}

impl BundleTrust<'_> {
    /// Returns why a bundle may not take the place of the one `before` it. None where it may.
    pub(crate) fn flaw(
        &self,
        bundle: &TakenOver,
        before: Option<&TakenOver>,
        today: Date,
    ) -> Option<BundleFlaw> {
        let flaw = |reason, text: String| Some(BundleFlaw { reason, text });
        let head = &bundle.head;
        if let Some(before) = before {
            let last = before.head.sequence;
            if head.sequence <= last {
                return flaw("rollback", format!("it does not come after bundle {last}"));
            }
            if head.sequence == last + 1 && head.previous.as_ref() != Some(&before.sha256) {
                return flaw("other-line", format!("it was not built on bundle {last}"));
            }
        }
        if head.built_on > today {
            return flaw("too-early", format!("it was built on {}, a later day", head.built_on));
        }
        let (signers, why) = self.signers_of(bundle, today);
        let asked = usize::try_from(self.signers.people).unwrap_or(usize::MAX);
        if signers.len() >= asked {
            return None;
        }
        let by = if before.is_some() { "the bundle before it" } else { "it" };
        let text = format!(
            "{by} asks for {}, of whom {} signed{}",
            self.signers.words(),
            signers.len(),
            why.map_or_else(String::new, |why| format!("; {why}"))
        );
        flaw("unsigned", text)
    }

    /// Returns who of those who may sign did, and why the last signature that counts for nobody
    /// does not.
    pub(crate) fn signers_of(
        &self,
        bundle: &TakenOver,
        today: Date,
    ) -> (BTreeSet<PersonId>, Option<String>) {
        let armored = String::from_utf8_lossy(&bundle.signatures);
        let blocks: Vec<&str> = armored.split(BEGIN).skip(1).take(MOST_SIGNATURES).collect();
        let (mut signers, mut why) = (BTreeSet::new(), None);
        for block in blocks {
            let signature = match Signature::parse(format!("{BEGIN}{block}").as_bytes()) {
                Ok(signature) => signature,
                Err(refused) => {
                    why = Some(refused.to_string());
                    continue;
                }
            };
            match self.signer(bundle, &signature, today) {
                Ok(person) => drop(signers.insert(person.id.value.clone())),
                Err(refused) => why = Some(refused),
            }
        }
        (signers, why)
    }

    /// Who of those who may sign made a signature. They may do so on the day the bundle was built
    /// and today, so that nobody who left brings one in that bears an earlier day.
    fn signer(
        &self,
        bundle: &TakenOver,
        signature: &Signature,
        today: Date,
    ) -> Result<&Person, String> {
        let built = bundle.head.built_on;
        let may = |person: &&Person| {
            self.people.is_outermost(person)
                && [built, today].iter().all(|day| person.is_active(*day))
                && person.roles.iter().any(|role| self.signers.from.contains(role))
        };
        let window = signature.key().window();
        let certificate = window.map_or(built.noon(), |window| built.within(window));
        let mut why = "nobody holds the role".to_owned();
        for person in self.people.people.iter().filter(may) {
            let is_signed = |day: Date| {
                let at = VerifyTimes { line: day.noon(), certificate };
                signed_as(&self.trust, NAMESPACE, (&bundle.bytes, signature), person, at)
            };
            match is_signed(built).and_then(|()| is_signed(today)) {
                Ok(()) => return Ok(person),
                Err(refused) => why = refused.to_string(),
            }
        }
        Err(why)
    }
}
