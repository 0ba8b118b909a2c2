//! Public keys and certificates (RFC 4253, RFC 5656, RFC 8709, PROTOCOL.u2f, PROTOCOL.certkeys).

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use signature::Verifier as _;
use ssh_encoding::Decode as _;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg};

use super::refused::{Refused, WeakAlgorithm};
use super::wire::{self, WireReader};

/// A public key, perhaps in a certificate that an authority signed.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
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
    /// Reads a certificate; returns its plain key, and what the authority says of that.
    fn decode(blob: &[u8]) -> Result<(PublicKey, Self), Refused> {
        let cut_off = || unreadable("the certificate is cut off");
        let kind = WireReader(blob).string().ok_or_else(cut_off)?;
        let (plain_kind, numbers) =
            plain_kind(kind).ok_or_else(|| unreadable("it is a certificate of no known kind"))?;
        let fields = CertificateFields::read(blob, plain_kind, numbers).ok_or_else(cut_off)?;
        let authority = PublicKey::decode(fields.authority)?;
        if authority.certificate.is_some() {
            return Err(unreadable("its authority is a certificate itself"));
        }
        let signature = wire::signature(fields.signature)
            .map_err(|_| unreadable("its signature cannot be read"))?;
        authority
            .verify(fields.signed, &signature)
            .map_err(|_| unreadable("its authority did not sign it"))?;
        let certificate = Self {
            is_for_user: fields.is_for_user,
            principals: fields.principals,
            valid_after: fields.valid_after,
            valid_before: fields.valid_before,
            has_critical_options: fields.has_critical_options,
            authority,
        };
        Ok((PublicKey::decode(&fields.plain)?, certificate))
    }
}

fn unreadable(why: &str) -> Refused {
    Refused::UnreadableKey(why.to_owned())
}

/// Returns the kind of the plain key in a certificate, and of how many strings that key consists;
/// `None` for a certificate of no known kind.
fn plain_kind(kind: &[u8]) -> Option<(&'static [u8], usize)> {
    Some(match kind {
        b"ssh-ed25519-cert-v01@openssh.com" => (b"ssh-ed25519", 1),
        b"ssh-rsa-cert-v01@openssh.com" => (b"ssh-rsa", 2),
        b"ecdsa-sha2-nistp256-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp256", 2),
        b"ecdsa-sha2-nistp384-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp384", 2),
        b"ecdsa-sha2-nistp521-cert-v01@openssh.com" => (b"ecdsa-sha2-nistp521", 2),
        b"sk-ssh-ed25519-cert-v01@openssh.com" => (b"sk-ssh-ed25519@openssh.com", 2),
        b"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com" => {
            (b"sk-ecdsa-sha2-nistp256@openssh.com", 3)
        }
        _ => return None,
    })
}

/// The fields of a certificate as they stand in it; none of them is verified yet.
struct CertificateFields<'a> {
    /// The encoding of the plain key.
    plain: Vec<u8>,
    is_for_user: bool,
    principals: Vec<String>,
    valid_after: u64,
    valid_before: u64,
    has_critical_options: bool,
    /// The encoding of the authority's key.
    authority: &'a [u8],
    /// What the authority signed.
    signed: &'a [u8],
    signature: &'a [u8],
}

impl<'a> CertificateFields<'a> {
    /// Reads the fields; `None` where the certificate is cut off or something follows it.
    fn read(blob: &'a [u8], plain_kind: &[u8], numbers: usize) -> Option<Self> {
        let mut wire = WireReader(blob);
        let (_kind, _nonce) = (wire.string()?, wire.string()?);
        let from = wire.0;
        for _ in 0..numbers {
            wire.string()?;
        }
        let own = from.get(..from.len() - wire.0.len())?;
        let length = u32::try_from(plain_kind.len()).ok()?.to_be_bytes();
        let plain = [&length[..], plain_kind, own].concat();
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
        wire.0.is_empty().then_some(Self {
            plain,
            is_for_user,
            principals,
            valid_after,
            valid_before,
            has_critical_options,
            authority,
            signed,
            signature,
        })
    }
}

impl PublicKey {
    /// Reads the encoding of a key or certificate.
    ///
    /// # Errors
    /// When it is none that is known, or a certificate that its authority did not sign.
    pub(crate) fn decode(blob: &[u8]) -> Result<Self, Refused> {
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
        let (plain, certificate) = Certificate::decode(blob)?;
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
    pub(crate) fn window(&self) -> Option<(u64, u64)> {
        self.certificate.as_ref().map(|it| (it.valid_after, it.valid_before))
    }

    /// Returns the fingerprint that OpenSSH prints: the SHA-256 of the encoded key in base64 (RFC
    /// 4648) without padding. None for a certificate, whose plain key is not kept.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        use base64::Engine as _;
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&self.blob);
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(digest);
        self.certificate.is_none().then(|| format!("SHA256:{text}"))
    }

    /// Whether both hold the same plain key; what authorities say of it does not count.
    pub(crate) fn is_same(&self, other: &PublicKey) -> bool {
        self.data == other.data
    }

    /// Whether this is the key of the authority that signed a certificate.
    pub(super) fn is_authority_of(&self, certificate: &Certificate) -> bool {
        *self == certificate.authority
    }

    /// Whether the key is of a security key, which says in its signatures whether it was touched.
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
            Algorithm::Rsa { .. } => return Err(Refused::WeakAlgorithm(WeakAlgorithm::Sha1)),
            _ => return Err(Refused::DoesNotFit),
        };
        let number = |mpint: &ssh_key::Mpint| mpint.as_positive_bytes().map(<[u8]>::to_vec);
        let (Some(n), Some(e)) = (number(&key.n), number(&key.e)) else {
            return Err(Refused::DoesNotFit);
        };
        let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if bits < 2048 {
            return Err(Refused::WeakAlgorithm(WeakAlgorithm::ShortRsa(bits)));
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
