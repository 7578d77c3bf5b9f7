//! Signatures: HMAC-SHA256 over exactly four parts of a message (header, parent
//! header, metadata, content), written in hexadecimal. Buffers are not signed.

use std::collections::{HashSet, VecDeque};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many signatures are remembered to refuse a replay.
pub const REMEMBERED_SIGNATURES: usize = 1 << 16;

/// Signs messages and checks their signatures.
#[derive(Clone)]
pub struct Signer {
    keyed: Option<Hmac<Sha256>>,
}

impl Signer {
    /// A signer with the key of the connection file; an empty key means that
    /// messages carry no signature.
    #[must_use]
    pub fn new(key: &str) -> Self {
        // HMAC takes a key of any length, so only the empty key gives `None`.
        let keyed = (!key.is_empty())
            .then(|| Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok())
            .flatten();
        Self { keyed }
    }

    /// The signature of the four parts, empty without a key.
    ///
    /// ```
    /// use lightcone_kernel::protocol::signature::Signer;
    /// let signature = Signer::new("key").sign([b"{}", b"{}", b"{}", b"{}"]);
    /// assert_eq!(signature.len(), 64);
    /// ```
    #[must_use]
    pub fn sign(&self, parts: [&[u8]; 4]) -> String {
        let Some(keyed) = &self.keyed else {
            return String::new();
        };
        let mut mac = keyed.clone();
        for part in parts {
            mac.update(part);
        }
        hexadecimal(&mac.finalize().into_bytes())
    }

    /// Checks a signature in constant time; gives the raw digest, or `None` if
    /// there is no key and so nothing to check.
    ///
    /// # Errors
    /// The signature is not the one of these parts.
    pub fn verify(
        &self,
        parts: [&[u8]; 4],
        signature: &[u8],
    ) -> Result<Option<[u8; 32]>, SignatureError> {
        let Some(keyed) = &self.keyed else {
            return Ok(None);
        };
        let digest = from_hexadecimal(signature).ok_or(SignatureError::Wrong)?;
        let mut mac = keyed.clone();
        for part in parts {
            mac.update(part);
        }
        mac.verify_slice(&digest)
            .map_err(|_| SignatureError::Wrong)?;
        Ok(Some(digest))
    }
}

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It does not belong to the message.
    #[error("the signature does not belong to the message: the sender has another key")]
    Wrong,
    /// A message with it came before.
    #[error("a message with this signature came before")]
    Replayed,
}

/// Remembers the latest signatures, so that a recorded message cannot be sent
/// a second time.
#[derive(Default)]
pub struct SeenSignatures {
    known: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl SeenSignatures {
    /// Remembers a digest.
    ///
    /// # Errors
    /// It was seen before.
    pub fn note(&mut self, digest: [u8; 32]) -> Result<(), SignatureError> {
        if !self.known.insert(digest) {
            return Err(SignatureError::Replayed);
        }
        self.order.push_back(digest);
        if self.order.len() > REMEMBERED_SIGNATURES
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn from_hexadecimal(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut digest = [0; 32];
    if text.len() != 2 * digest.len() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 1, the data cut into four parts.
    #[test]
    fn published_values() {
        assert_eq!(
            Signer::new("Jefe").sign([b"what do ya", b" want ", b"", b"for nothing?"]),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            Signer::new(&"\u{b}".repeat(20)).sign([b"Hi", b" ", b"The", b"re"]),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn only_the_right_signature_passes() {
        let signer = Signer::new("secret");
        let parts: [&[u8]; 4] = [b"{\"a\":1}", b"{}", b"{}", b"{}"];
        let signature = signer.sign(parts);
        assert!(
            signer
                .verify(parts, signature.as_bytes())
                .unwrap()
                .is_some()
        );
        assert!(
            signer
                .verify(parts, signature.to_uppercase().as_bytes())
                .unwrap()
                .is_some()
        );
        let changed: [&[u8]; 4] = [b"{\"a\":2}", b"{}", b"{}", b"{}"];
        for (parts, signature) in [
            (changed, signature.as_bytes()),
            (parts, &signature.as_bytes()[..63]),
            (parts, b"".as_slice()),
            (parts, "é".repeat(32).as_bytes()),
            (parts, Signer::new("other").sign(parts).as_bytes()),
        ] {
            assert_eq!(signer.verify(parts, signature), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn an_empty_key_checks_nothing() {
        let signer = Signer::new("");
        assert_eq!(signer.sign([b"", b"", b"", b""]), "");
        assert_eq!(signer.verify([b"", b"", b"", b""], b"anything"), Ok(None));
    }

    #[test]
    fn a_replay_is_refused_until_it_is_forgotten() {
        let digest = |number: usize| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_le_bytes());
            digest
        };
        let mut seen = SeenSignatures::default();
        for number in 0..REMEMBERED_SIGNATURES {
            seen.note(digest(number)).unwrap();
        }
        assert_eq!(seen.note(digest(0)), Err(SignatureError::Replayed));
        seen.note(digest(REMEMBERED_SIGNATURES)).unwrap();
        assert_eq!(seen.note(digest(0)), Ok(()), "the oldest one was forgotten");
        assert_eq!(seen.known.len(), REMEMBERED_SIGNATURES);
    }
}
