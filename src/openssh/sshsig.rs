//! The signature file of `ssh-keygen -Y sign` (PROTOCOL.sshsig).

use sha2::{Digest as _, Sha256, Sha512};

use super::key::PublicKey;
use super::refused::Refused;
use super::wire::{WireReader, signature};

const BEGIN: &[u8] = b"-----BEGIN SSH SIGNATURE-----\n";
const END: &[u8] = b"\n-----END SSH SIGNATURE-----";
const MAGIC: &[u8] = b"SSHSIG";

/// Bytes of the largest signature file that is read.
const LARGEST: usize = 64 << 10;

/// A signature with the key that made it.
#[derive(Clone, Debug)]
pub struct Signature {
    key: PublicKey,
    namespace: String,
    hash: Hash,
    signature: ssh_key::Signature,
}

#[derive(Clone, Copy, Debug)]
enum Hash {
    Sha256,
    Sha512,
}

impl Signature {
    /// Reads a signature file.
    ///
    /// # Errors
    /// When it is none, or its key cannot be read.
    pub fn parse(armored: &[u8]) -> Result<Self, Refused> {
        if armored.len() > LARGEST {
            return Err(Refused::NotASignature("it is too large"));
        }
        Self::decode(&dearmored(armored)?)
    }

    fn decode(blob: &[u8]) -> Result<Self, Refused> {
        let cut = || Refused::NotASignature("it is cut off");
        let mut wire = WireReader(
            blob.strip_prefix(MAGIC).ok_or(Refused::NotASignature("it does not begin as one"))?,
        );
        if wire.number().ok_or_else(cut)? != 1 {
            return Err(Refused::NotASignature("it has another version than 1"));
        }
        let key = wire.string().ok_or_else(cut)?;
        let namespace = wire.string().ok_or_else(cut)?;
        let _reserved = wire.string().ok_or_else(cut)?;
        let hash = match wire.string().ok_or_else(cut)? {
            b"sha256" => Hash::Sha256,
            b"sha512" => Hash::Sha512,
            _ => {
                return Err(Refused::NotASignature("it names another hash than sha256 and sha512"));
            }
        };
        let written = wire.string().ok_or_else(cut)?;
        if !wire.0.is_empty() {
            return Err(Refused::NotASignature("something follows it"));
        }
        let namespace = String::from_utf8(namespace.to_vec());
        let namespace =
            namespace.map_err(|_| Refused::NotASignature("its namespace is no text"))?;
        Ok(Self { key: PublicKey::decode(key)?, namespace, hash, signature: signature(written)? })
    }

    /// The key that made it, or that it says made it.
    pub(crate) fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether the key in it signed this message in this namespace.
    ///
    /// # Errors
    /// Why not.
    pub fn verify(&self, namespace: &str, message: &[u8]) -> Result<(), Refused> {
        if self.namespace != namespace {
            return Err(Refused::OtherNamespace(self.namespace.clone()));
        }
        let (name, digest) = match self.hash {
            Hash::Sha256 => (&b"sha256"[..], Sha256::digest(message).to_vec()),
            Hash::Sha512 => (&b"sha512"[..], Sha512::digest(message).to_vec()),
        };
        let mut signed = MAGIC.to_vec();
        for part in [namespace.as_bytes(), b"", name, &digest] {
            let length = u32::try_from(part.len()).map_err(|_| Refused::DoesNotFit)?;
            signed.extend(length.to_be_bytes());
            signed.extend(part);
        }
        self.key.verify(&signed, &self.signature)
    }

    /// Whether somebody touched the security key; nothing for a key that is kept in a file.
    pub(crate) fn was_touched(&self) -> Option<bool> {
        const USER_PRESENT: u8 = 1;
        // Flags, and four bytes of a counter, end the signature (PROTOCOL.u2f).
        let flags = self.signature.as_bytes().iter().rev().nth(4).copied();
        self.key.is_hardware().then(|| flags.is_some_and(|flags| flags & USER_PRESENT != 0))
    }
}

/// The bytes between the marks.
fn dearmored(text: &[u8]) -> Result<Vec<u8>, Refused> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let rest = text
        .strip_prefix(BEGIN)
        .ok_or(Refused::NotASignature("it does not begin with its mark"))?;
    let end = rest.windows(END.len()).position(|window| window == END);
    let body = &rest[..end.ok_or(Refused::NotASignature("it has no end mark"))?];
    let base64: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(base64).map_err(|_| Refused::NotASignature("it is no base64"))
}
