//! Public keys and certificates (RFC 4253, RFC 5656, RFC 8709, PROTOCOL.u2f, PROTOCOL.certkeys).

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use signature::Verifier as _;
use ssh_encoding::Decode as _;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg};

use super::Refused;

/// A public key, perhaps in a certificate that an authority signed.
#[derive(Clone, Debug)]
pub struct PublicKey {
    blob: Vec<u8>,
    data: KeyData,
    certificate: Option<Box<Certificate>>,
}

impl PartialEq for PublicKey {
    /// Two keys are one where their encoding is; of a certificate all of it.
    fn eq(&self, other: &Self) -> bool {
        self.blob == other.blob
    }
}

/// What an authority says of a key (PROTOCOL.certkeys).
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    is_for_user: bool,
    principals: Vec<String>,
    /// Seconds since 1970; the second one no longer counts.
    valid_after: u64,
    valid_before: u64,
    pub(super) has_critical_options: bool,
    authority: PublicKey,
}

impl Certificate {
    /// Reads a certificate: its plain key, and what was said of that. Nothing where it is cut off.
    fn decode(blob: &[u8]) -> Option<Result<(PublicKey, Self), Refused>> {
        let mut wire = WireReader(blob);
        let kind = wire.string()?;
        let (plain, fields): (&[u8], usize) = match kind {
            b"ssh-ed25519-cert-v01@openssh.com" => (b"ssh-ed25519", 1),
            b"ssh-rsa-cert-v01@openssh.com" => (b"ssh-rsa", 2),
            b"ecdsa-sha2-nistp256-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp256", 2),
            b"ecdsa-sha2-nistp384-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp384", 2),
            b"ecdsa-sha2-nistp521-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp521", 2),
            b"sk-ssh-ed25519-cert-v01@openssh.com" => (b"sk-ssh-ed25519@openssh.com", 2),
            b"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com" => {
                (b"sk-ecdsa-sha2-nistp256@openssh.com", 3)
            }
            _ => {
                return Some(Err(Refused::UnreadableKey(
                    "it is a certificate of no known kind".to_owned(),
                )));
            }
        };
        let _nonce = wire.string()?;
        let from = wire.0;
        for _ in 0..fields {
            wire.string()?;
        }
        let own = from.get(..from.len() - wire.0.len())?;
        let plain = [&u32::try_from(plain.len()).ok()?.to_be_bytes()[..], plain, own].concat();
        let _serial = wire.long()?;
        let is_for_user = wire.number()? == 1;
        let _id = wire.string()?;
        let mut names = WireReader(wire.string()?);
        let mut principals = Vec::new();
        while !names.0.is_empty() {
            principals.push(String::from_utf8_lossy(names.string()?).into_owned());
        }
        let (valid_after, valid_before) = (wire.long()?, wire.long()?);
        let has_critical_options = !wire.string()?.is_empty();
        let (_extensions, _reserved) = (wire.string()?, wire.string()?);
        let authority = wire.string()?;
        let signed = blob.get(..blob.len() - wire.0.len())?;
        let signature = wire.string()?;
        if !wire.0.is_empty() {
            return None;
        }
        let read = || {
            let authority = PublicKey::decode(authority)?;
            let wrong = |why: &str| Refused::UnreadableKey(why.to_owned());
            if authority.certificate.is_some() {
                return Err(wrong("its authority is a certificate itself"));
            }
            let signature = super::sshsig::signature(signature).map_err(|_| {
                wrong(
                    "its signature \
                cannot be read",
                )
            })?;
            authority
                .verify(signed, &signature)
                .map_err(|_| wrong("its authority did not sign it"))?;
            let it = Self {
                is_for_user,
                principals,
                valid_after,
                valid_before,
                has_critical_options,
                authority,
            };
            Ok((PublicKey::decode(&plain)?, it))
        };
        Some(read())
    }
}

/// Reads what RFC 4251 writes.
pub(super) struct WireReader<'a>(pub(super) &'a [u8]);

impl<'a> WireReader<'a> {
    pub(super) fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn long(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*number))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

impl PublicKey {
    /// Reads the encoding of a key or certificate.
    ///
    /// # Errors
    /// When it is none that is known, or a certificate that its authority did not sign.
    pub fn decode(blob: &[u8]) -> Result<Self, Refused> {
        let unreadable = |why: &str| Refused::UnreadableKey(why.to_owned());
        let name = WireReader(blob).string().ok_or_else(|| unreadable("it is cut off"))?;
        if !name.ends_with(b"-cert-v01@openssh.com") {
            let mut rest = blob;
            let data =
                KeyData::decode(&mut rest).map_err(|error| unreadable(&error.to_string()))?;
            if !rest.is_empty() {
                return Err(unreadable("something follows it"));
            }
            return Self { blob: blob.to_vec(), data, certificate: None }.known();
        }
        let (plain, certificate) =
            Certificate::decode(blob).ok_or_else(|| unreadable("the certificate is cut off"))??;
        Self { blob: blob.to_vec(), data: plain.data, certificate: Some(Box::new(certificate)) }
            .known()
    }

    /// Refuses a key of a kind that is not verified.
    fn known(self) -> Result<Self, Refused> {
        match &self.data {
            KeyData::Ecdsa(_)
            | KeyData::Ed25519(_)
            | KeyData::Rsa(_)
            | KeyData::SkEd25519(_)
            | KeyData::SkEcdsaSha2NistP256(_) => Ok(self),
            other => Err(Refused::UnreadableKey(format!(
                "`{}` is no kind of key that is known",
                other.algorithm()
            ))),
        }
    }

    /// The name of its kind, as it stands before a key.
    pub(super) fn kind(&self) -> &[u8] {
        WireReader(&self.blob).string().unwrap_or_default()
    }

    pub(super) fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_deref()
    }

    /// From when until when the certificate holds, if there is one; the last second no longer
    /// counts.
    pub fn window(&self) -> Option<(u64, u64)> {
        self.certificate.as_ref().map(|it| (it.valid_after, it.valid_before))
    }

    /// Whether this is the plain key of a certificate, or the same key.
    pub fn is_same(&self, other: &PublicKey) -> bool {
        self.data == other.data
    }

    /// Whether this is the key of the authority that signed a certificate.
    pub(super) fn is_authority_of(&self, certificate: &Certificate) -> bool {
        *self == certificate.authority
    }

    /// Whether it is kept in hardware that can tell whether somebody touched it.
    pub(super) fn is_hardware(&self) -> bool {
        matches!(self.data, KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_))
    }

    /// Whether it made a signature over these bytes.
    pub(super) fn verify(
        &self,
        signed: &[u8],
        signature: &ssh_key::Signature,
    ) -> Result<(), Refused> {
        let KeyData::Rsa(key) = &self.data else {
            // The signature names its algorithm itself; it must be that of the key.
            if signature.algorithm() != self.data.algorithm() {
                return Err(Refused::DoesNotFit);
            }
            return self.data.verify(signed, signature).map_err(|_| Refused::DoesNotFit);
        };
        let parameters: &RsaParameters = match signature.algorithm() {
            Algorithm::Rsa { hash: Some(HashAlg::Sha256) } => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Rsa { hash: Some(HashAlg::Sha512) } => &RSA_PKCS1_2048_8192_SHA512,
            Algorithm::Rsa { .. } => return Err(Refused::WeakAlgorithm("SHA-1".to_owned())),
            _ => return Err(Refused::DoesNotFit),
        };
        let number = |mpint: &ssh_key::Mpint| mpint.as_positive_bytes().map(<[u8]>::to_vec);
        let (Some(n), Some(e)) = (number(&key.n), number(&key.e)) else {
            return Err(Refused::DoesNotFit);
        };
        let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if bits < 2048 {
            return Err(Refused::WeakAlgorithm(format!("an RSA key of {bits} bits")));
        }
        // OpenSSH accepts a signature without its leading zeros.
        let length = bits.div_ceil(8);
        let bytes = signature.as_bytes();
        let padded = [vec![0; length.saturating_sub(bytes.len())], bytes.to_vec()].concat();
        RsaPublicKeyComponents { n, e }
            .verify(parameters, signed, &padded)
            .map_err(|_| Refused::DoesNotFit)
    }
}

/// Why a certificate does not stand for a person at a time; nothing where it does.
pub(super) fn certificate_flaw(
    certificate: &Certificate,
    principal: &str,
    at: u64,
) -> Option<&'static str> {
    if !certificate.is_for_user {
        return Some("it is a certificate of a host");
    }
    if at < certificate.valid_after {
        return Some("it was not yet valid");
    }
    if at >= certificate.valid_before {
        return Some("it was no longer valid");
    }
    if certificate.principals.is_empty() {
        return Some("it names no principal");
    }
    let named = certificate.principals.iter().any(|named| named == principal);
    (!named).then_some("it does not name this person")
}
