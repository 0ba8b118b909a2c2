//! Why a signature does not count.

/// What OpenSSH passes over and this does not.
pub(super) const CRITICAL_OPTION: &str = "it has a critical option that is not known here";

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
    WeakAlgorithm(WeakAlgorithm),
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

/// What a signature was made with that is too weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakAlgorithm {
    #[error("SHA-1")]
    Sha1,
    /// An RSA key of so many bits.
    #[error("an RSA key of {0} bits")]
    ShortRsa(usize),
}

impl Refused {
    /// Whether no line is about the key and the name at all.
    pub(crate) fn is_about_nobody(&self) -> bool {
        matches!(self, Self::NotAllowed(_))
    }

    /// Whether OpenSSH itself would accept it.
    pub fn is_stricter(&self) -> bool {
        match self {
            Self::NoPresence | Self::WildcardPrincipal(_) | Self::NoZone(_) => true,
            Self::WeakAlgorithm(weak) => matches!(weak, WeakAlgorithm::ShortRsa(_)),
            Self::Certificate { why, .. } => *why == CRITICAL_OPTION,
            Self::RevocationsUnreadable(_) => true,
            _ => false,
        }
    }
}
