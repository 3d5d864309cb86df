//! Secrets: random ones, keyed ones, and comparing them without telling how near a guess came.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A random secret of 256 bits from the system's generator, as URL-safe text.
#[must_use]
pub fn random_secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes[..]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a random secret.
#[must_use]
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The service's signing key. Each use has a key of its own derived from it, named by its purpose.
#[derive(Clone)]
pub struct Keys {
    root: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// From `DISCO_SECRET_KEY`, or the key kept in the database.
    #[must_use]
    pub fn new(root: &str) -> Self {
        Self { root: root.as_bytes().to_vec() }
    }

    /// HMAC-SHA-256 of `message` under the key for `purpose`.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let key = mac(&self.root, purpose.as_bytes());
        mac(&key, message)
    }

    /// A signed token for `id`: id, version and 128 bits of HMAC, as URL-safe text of 44 characters.
    #[must_use]
    pub fn token(&self, purpose: &str, id: uuid::Uuid, version: u8) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend_from_slice(id.as_bytes());
        bytes.push(version);
        let tag = self.sign(purpose, &bytes);
        bytes.extend_from_slice(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The id and version of a token made by [`Keys::token`] for the same purpose; `None` for anything else.
    #[must_use]
    pub fn read_token(&self, purpose: &str, token: &str) -> Option<(uuid::Uuid, u8)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == TOKEN_BYTES)?;
        let (signed, tag) = bytes.split_at(TOKEN_BYTES - TAG_BYTES);
        let expected = self.sign(purpose, signed);
        if !same(&expected[..TAG_BYTES], tag) {
            return None;
        }
        let (id, version) = signed.split_at(16);
        Some((uuid::Uuid::from_slice(id).ok()?, *version.first()?))
    }
}

const TAG_BYTES: usize = 16;
const TOKEN_BYTES: usize = 16 + 1 + TAG_BYTES;

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length, so this has no failing case.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Compares in constant time.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        let keys = Keys::new("key");
        let id = uuid::Uuid::from_u128(7);
        let token = keys.token("pledge", id, 3);
        assert_eq!(token.len(), 44);
        assert_eq!(keys.read_token("pledge", &token), Some((id, 3)));
        assert_eq!(keys.read_token("other", &token), None);
        assert_eq!(Keys::new("another").read_token("pledge", &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8_lossy(&forged).into_owned();
            assert_eq!(keys.read_token("pledge", &forged), None, "changed at {at}");
        }
    }
}
