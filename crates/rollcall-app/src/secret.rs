//! Secrets: made at random, kept as hashes where we only compare, sealed where we must show them to
//! another system.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use secrecy::SecretString;

/// Why a secret could not be made, sealed or opened. Says nothing of the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The machine gives no random bytes.
    #[error("the machine gave no random bytes")]
    NoRandom,
    /// The text was sealed with another key, for another place, or was changed.
    #[error("a sealed value does not open with this installation's key; was secrets.key changed?")]
    NotOurs,
}

/// A fresh secret of 256 random bits behind a prefix that tells people and scanners what it is.
///
/// # Errors
/// [`SecretError::NoRandom`].
pub fn generate(prefix: &str) -> Result<SecretString, SecretError> {
    Ok(format!("{prefix}{}", hex(&random::<32>()?)).into())
}

/// A fresh id that names a secret, and is none: 96 random bits behind a prefix.
///
/// # Errors
/// [`SecretError::NoRandom`].
pub(crate) fn public_id(prefix: &str) -> Result<String, SecretError> {
    Ok(format!("{prefix}{}", hex(&random::<12>()?)))
}

/// The hash under which a random secret is kept: SHA-256 in hex. Not for passwords, which people choose.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(digest(&SHA256, secret.as_bytes()).as_ref())
}

/// The same as bytes, for a key of a map.
#[must_use]
pub(crate) fn hash_bytes(secret: &[u8]) -> [u8; 32] {
    digest(&SHA256, secret).as_ref().try_into().unwrap_or_default()
}

/// Seals values with AES-256-GCM under the installation's key, bound to the place where they are kept.
pub struct Sealer {
    key: LessSafeKey,
    root: hmac::Key,
}

impl Sealer {
    /// Takes the installation's key of 32 bytes.
    ///
    /// # Errors
    /// [`SecretError::NotOurs`] when it is of another length.
    pub fn new(key: &[u8]) -> Result<Self, SecretError> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SecretError::NotOurs)?;
        Ok(Self { key: LessSafeKey::new(key), root })
    }

    /// 256 bits that only who has the installation's key can know, for another purpose than sealing: the same
    /// ones for a purpose and a number each time.
    pub(crate) fn derive(&self, purpose: &str, number: u8) -> [u8; 32] {
        let text = format!("rollcall/derived/{purpose}/{number}");
        hmac::sign(&self.root, text.as_bytes()).as_ref().try_into().unwrap_or_default()
    }

    /// A fresh key for a new installation.
    ///
    /// # Errors
    /// [`SecretError::NoRandom`].
    pub fn generate_key() -> Result<[u8; 32], SecretError> {
        random()
    }

    /// Seals a value for a place, such as `tenant/wfm_link.client_secret`: it opens there only.
    ///
    /// # Errors
    /// [`SecretError::NoRandom`].
    pub fn seal(&self, value: &str, place: &str) -> Result<String, SecretError> {
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut bytes = value.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut bytes,
            )
            .map_err(|_| SecretError::NoRandom)?;
        Ok(format!("v1:{}:{}", hex(&nonce), hex(&bytes)))
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// [`SecretError::NotOurs`].
    pub fn open(&self, sealed: &str, place: &str) -> Result<SecretString, SecretError> {
        let mut parts = sealed.split(':');
        let (Some("v1"), Some(nonce), Some(bytes)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(SecretError::NotOurs);
        };
        let nonce: [u8; NONCE_LEN] =
            unhex(nonce).and_then(|nonce| nonce.try_into().ok()).ok_or(SecretError::NotOurs)?;
        let mut bytes = unhex(bytes).ok_or(SecretError::NotOurs)?;
        let value = self
            .key
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut bytes,
            )
            .map_err(|_| SecretError::NotOurs)?;
        String::from_utf8(value.to_vec()).map(Into::into).map_err(|_| SecretError::NotOurs)
    }
}

fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SecretError::NoRandom)?;
    Ok(bytes)
}

/// Gathers the randomness that the first secret of a process needs: AWS-LC takes milliseconds for it, once. Later
/// secrets are made without; should this fail, they tell.
pub fn gather_randomness() {
    let _ = random::<1>();
}

/// Random bytes for a salt.
pub(crate) fn salt() -> Result<[u8; 16], SecretError> {
    random()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    digits.len().is_multiple_of(2).then(|| {
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer.seal("s3cret", "tenant-a/wfm_link").unwrap();
        assert!(!sealed.contains("s3cret"));
        assert_eq!(sealer.open(&sealed, "tenant-a/wfm_link").unwrap().expose_secret(), "s3cret");
        assert!(sealer.open(&sealed, "tenant-b/wfm_link").is_err());
        assert!(Sealer::new(&[8; 32]).unwrap().open(&sealed, "tenant-a/wfm_link").is_err());
        assert!(sealer.open("v1:zz:", "tenant-a/wfm_link").is_err());
    }

    #[test]
    fn secrets_differ_and_their_hash_is_sha_256() {
        let (one, two) = (generate("rct_").unwrap(), generate("rct_").unwrap());
        assert_ne!(one.expose_secret(), two.expose_secret());
        assert_eq!(one.expose_secret().len(), 68);
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
