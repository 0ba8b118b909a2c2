//! Signatures people make with OpenSSH keys, verified in process.
//!
//! What is read and how it is judged follows `ssh-keygen -Y verify` (PROTOCOL.sshsig,
//! PROTOCOL.certkeys, ssh-keygen(1)), which a test holds over generated cases; where this is
//! stricter, [`Refused::is_stricter`] says so and `docs/signatures.md` lists it.
//!
//! # Design
//!
//! The formats of OpenSSH are read by rules of this module, on the lowest floor. A test compares
//! them with `ssh-keygen` over generated cases, so that what is stricter here is a list and not an
//! accident.
//!
//! A certificate must be valid on the day of signing only. The line of `allowed_signers` that
//! trusts its authority must be valid on the day of signing and on the day the signature is
//! brought. Certificates for one hour are the usual use of an authority, so asking for the
//! certificate's validity later would refuse all of them.

mod allowed;
mod key;
mod sshsig;

pub use allowed::{AllowedSigners, RevokedKeys, SignerLineError, names_principal};
pub use key::PublicKey;
pub use sshsig::Signature;

/// Whose keys count, and which no longer do.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    pub allowed: AllowedSigners,
    pub revoked: RevokedKeys,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("this is no SSH signature: {0}")]
    NotASignature(&'static str),
    #[error("the key in the signature cannot be read: {0}")]
    UnreadableKey(String),
    #[error("it was made for the namespace `{0}`")]
    OtherNamespace(String),
    #[error("it does not fit what was signed")]
    DoesNotFit,
    #[error("it is made with {0}, which is not accepted")]
    WeakAlgorithm(String),
    #[error("the key is revoked")]
    Revoked,
    #[error("governance/revoked_keys cannot be read (line {0}), so nobody can say which keys hold")]
    RevocationsUnreadable(usize),
    #[error("no line of governance/allowed_signers gives this key to {0}")]
    NotAllowed(String),
    #[error("line {line} gives the key, but not for the namespace `{namespace}`")]
    NamespaceNotAllowed { line: usize, namespace: String },
    #[error("line {0} gives the key, but not at that time")]
    OutsideWindow(usize),
    #[error("line {line} trusts the certificate's authority, but {why}")]
    Certificate { line: usize, why: &'static str },
    #[error("the security key was not touched when it signed")]
    NoPresence,
    #[error("line {0} has a pattern for a principal; only lines of a certificate authority may")]
    WildcardPrincipal(usize),
    #[error("line {0} has a time without a zone; write it with a Z at its end")]
    NoZone(usize),
}

impl Refused {
    /// Whether no line is about the key and the name at all.
    pub fn is_about_nobody(&self) -> bool {
        matches!(self, Self::NotAllowed(_))
    }

    /// Whether OpenSSH itself would accept it.
    pub fn is_stricter(&self) -> bool {
        match self {
            Self::NoPresence | Self::WildcardPrincipal(_) | Self::NoZone(_) => true,
            Self::WeakAlgorithm(algorithm) => algorithm.starts_with("an RSA key"),
            Self::Certificate { why, .. } => *why == allowed::CRITICAL_OPTION,
            Self::RevocationsUnreadable(_) => true,
            _ => false,
        }
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

/// When a signature is asked about, in seconds since 1970, UTC.
#[derive(Clone, Copy, Debug)]
pub struct VerifyTimes {
    /// When the line of `allowed_signers` must hold.
    pub line: u64,
    /// When a certificate must hold: it was made for the moment of signing, and its authority may
    /// go on.
    pub certificate: u64,
}

/// The same, where a certificate's own window is asked about another moment than the line that
/// trusts its authority.
///
/// # Errors
/// Why it is not.
pub fn verify_certified(
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
