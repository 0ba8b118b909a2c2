//! Reads the strings and numbers that SSH writes (RFC 4251, section 5).

use super::refused::Refused;

/// Reads one value after the other; each method returns `None` where the bytes end too early.
pub(super) struct WireReader<'a>(pub(super) &'a [u8]);

impl<'a> WireReader<'a> {
    pub(super) fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    pub(super) fn long(&mut self) -> Option<u64> {
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

/// Reads the signature itself: an algorithm and what that writes.
pub(super) fn signature(mut bytes: &[u8]) -> Result<ssh_key::Signature, Refused> {
    let read = <ssh_key::Signature as ssh_encoding::Decode>::decode(&mut bytes);
    let signature = read.map_err(|_| Refused::NotASignature("its signature cannot be read"))?;
    if bytes.is_empty() {
        Ok(signature)
    } else {
        Err(Refused::NotASignature("something follows its signature"))
    }
}
