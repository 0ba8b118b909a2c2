//! Signatures people make with OpenSSH keys, verified in process.
//!
//! What is read and how it is judged follows `ssh-keygen -Y verify` (PROTOCOL.sshsig,
//! PROTOCOL.certkeys, ssh-keygen(1)), which a test holds over generated cases; where this is
//! stricter, [`Refused::is_stricter`] says so and `docs/signatures.md` lists it.
//!
//! # Design
//!
//! The formats of OpenSSH are read by rules of this module, in the lowest layer. A test compares
//! them with `ssh-keygen` over generated cases, so that what is stricter here is a list and not an
//! accident.
//!
//! A certificate must be valid on the day of signing only. The line of `allowed_signers` that
//! trusts its authority must be valid on the day of signing and on the day the signature is
//! brought. Certificates for one hour are the usual use of an authority, so asking for the
//! certificate's validity later would refuse all of them.

mod allowed;
mod key;
mod patterns;
mod refused;
mod sshsig;
mod times;
mod wire;

pub use allowed::AllowedSigners;
pub use allowed::RevokedKeys;
pub(crate) use allowed::{VerifyTimes, names_principal, replaces_keys};
pub(crate) use key::PublicKey;
pub use refused::{Refused, WeakAlgorithm};
pub use sshsig::Signature;

/// Whose keys count, and which no longer do.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    pub allowed: AllowedSigners,
    pub revoked: RevokedKeys,
}

impl Trust {
    /// Whether a key counts for a principal: a line holds at a time (seconds since 1970, UTC) in a
    /// namespace, and its key is not revoked. The line of an authority counts: it may certify one.
    pub(crate) fn has_key(&self, principal: &str, namespace: &str, at: u64) -> bool {
        let is_revoked = |key: &PublicKey| self.revoked.holds(key) != Ok(false);
        self.allowed.keys(principal, namespace, at).any(|key| !is_revoked(key))
    }
}

/// Whether a signature over a message is `principal`'s, in a namespace and at a time (seconds since
/// 1970, UTC).
///
/// # Errors
/// Why it is not.
pub fn verify(
    trust: &Trust,
    principal: &str,
    namespace: &str,
    signature: &Signature,
    message: &[u8],
    at: u64,
) -> Result<(), Refused> {
    verify_certified(
        trust,
        principal,
        namespace,
        signature,
        message,
        VerifyTimes { line: at, certificate: at },
    )
}

/// Does what [`verify`] does, where a certificate's own window is asked about another moment than
/// the line that trusts its authority.
///
/// # Errors
/// Why it is not.
pub(crate) fn verify_certified(
    trust: &Trust,
    principal: &str,
    namespace: &str,
    signature: &Signature,
    message: &[u8],
    at: VerifyTimes,
) -> Result<(), Refused> {
    signature.verify(namespace, message)?;
    if trust.revoked.holds(signature.key())? {
        return Err(Refused::Revoked);
    }
    trust.allowed.allows(signature.key(), principal, namespace, at)?;
    if signature.was_touched() == Some(false) {
        return Err(Refused::NoPresence);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
