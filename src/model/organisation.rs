//! The bundle of its organisation that a repository takes over, as its root holds it.

use std::sync::Arc;

use crate::digest::{Sha256, sha256};
use crate::document::{self, LIMITS};
use crate::settings::Mistake;
use crate::settings::organisation::{self, Bundle, BundleHead, FILE};
use crate::settings::pin::BundlePin;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// Bytes of the largest file of signatures that is read.
const LARGEST_SIGNATURES: u64 = 256 << 10;

/// A bundle that could be read whole, with what is beside it.
#[derive(Clone, Debug)]
pub(crate) struct TakenOver {
    pub(crate) head: BundleHead,
    pub(crate) sha256: Sha256,
    /// The bytes that are signed.
    pub(crate) bytes: Arc<[u8]>,
    /// The file of signatures beside it; empty where there is none.
    pub(crate) signatures: Arc<[u8]>,
}

impl TakenOver {
    /// Reads a bundle.
    ///
    /// # Errors
    /// The first mistake in it.
    pub(crate) fn of(bytes: Vec<u8>, signatures: Vec<u8>) -> Result<(Self, Bundle), Mistake> {
        let bundle = organisation::read(&document::parse(FILE.into(), bytes.clone()))?;
        let taken_over = Self {
            head: bundle.head.clone(),
            sha256: sha256(&bytes),
            bytes: bytes.into(),
            signatures: signatures.into(),
        };
        Ok((taken_over, bundle))
    }

    /// Reads the bundle at the root of a repository, which has to be the one that is pinned in its
    /// rules, the file at `rules`.
    ///
    /// # Errors
    /// Why it does not count.
    pub(super) fn pinned(
        view: &View<'_>,
        pin: &BundlePin,
        rules: &RepoPath,
    ) -> Result<(Self, Bundle), Mistake> {
        let at = |span| Place::bytes(rules.clone(), span);
        let path = RepoPath::from(FILE);
        let read = |path: &RepoPath, most: u64| {
            let entry = view.snapshot.entry(path).filter(|entry| entry.is_file())?;
            view.snapshot.read(entry, most).ok()
        };
        let Some(bytes) = read(&path, LIMITS.bytes) else {
            let text = format!("`{FILE}` is not there, no file, or too large");
            return Err(Mistake::at(at(pin.sha256.span), text));
        };
        if sha256(&bytes) != pin.sha256.value {
            let text = format!("`{FILE}` has another digest, {}", sha256(&bytes));
            return Err(Mistake::at(at(pin.sha256.span), text));
        }
        let signatures = format!("{FILE}.sig").as_str().into();
        let signatures = read(&signatures, LARGEST_SIGNATURES).unwrap_or_default();
        let (taken_over, bundle) = Self::of(bytes, signatures)?;
        let BundleHead { organisation, sequence, .. } = &taken_over.head;
        if *organisation != pin.name.value {
            let text = format!("`{FILE}` is of another organisation, `{organisation}`");
            return Err(Mistake::at(at(pin.name.span), text));
        }
        if *sequence < pin.min_sequence.value {
            let text = format!("`{FILE}` is older than this: its sequence is {sequence}");
            return Err(Mistake::at(at(pin.min_sequence.span), text));
        }
        Ok((taken_over, bundle))
    }

    /// Reads it again.
    ///
    /// # Errors
    /// None: it could be read before.
    pub(super) fn again(&self) -> Result<(Self, Bundle), Mistake> {
        Self::of(self.bytes.to_vec(), self.signatures.to_vec())
    }
}
