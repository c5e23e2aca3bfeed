//! Encryption of what is stored on the server: sessions, and the tokens of logins.
//!
//! Who reads a dump of the database or of Redis finds no token in it. AES-256-GCM-SIV (RFC 8452)
//! with a random nonce: should a nonce ever come twice, nothing but the equality of two equal
//! texts would show.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 12;

/// What is sealed begins with the form of all that follows: the id of the key, the nonce, the text.
const FORM: u8 = 1;

/// The keys that seal what is stored. `Debug` shows their number alone.
///
/// The first seals; each opens what it has sealed. To change keys, put a new one in front, and take
/// the old one away when nothing is left that it sealed: after the longest life of a login.
///
/// # Examples
///
/// ```
/// use axum_cognito::seal::SealingKeys;
///
/// // As `openssl rand -base64 32` makes them; several are separated by commas.
/// let keys: SealingKeys = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=".parse()?;
/// # Ok::<_, axum_cognito::seal::ParseSealingKeysError>(())
/// ```
#[derive(Clone)]
pub struct SealingKeys {
    keys: Arc<[Key]>,
}

struct Key {
    id: [u8; KEY_ID_BYTES],
    key: RandomizedNonceKey,
}

impl SealingKeys {
    /// Generates a key, as text: for a file or a variable that keeps it.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system gives no random bytes.
    pub fn generate() -> Result<SecretString, io::Error> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *key).map_err(io::Error::other)?;

        Ok(BASE64_STANDARD.encode(*key).into())
    }

    /// Seals a text so that it opens in this place alone.
    ///
    /// `place` says where it is kept, e.g. in which session: moved elsewhere, it does not open.
    pub(crate) fn seal(&self, place: &[&str], plain: &[u8]) -> Vec<u8> {
        let first = &self.keys[0];
        let mut text = Zeroizing::new(plain.to_vec());
        let nonce = first
            .key
            .seal_in_place_append_tag(aad(place), &mut *text)
            .expect("a text of a few kilobytes can be sealed");

        [&[FORM], &first.id[..], nonce.as_ref(), &text].concat()
    }

    /// Opens what was sealed for this place. `None`: it was not, or not with these keys.
    pub(crate) fn open(&self, place: &[&str], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = sealed.strip_prefix(&[FORM])?;
        let (key_id, sealed) = sealed.split_at_checked(KEY_ID_BYTES)?;
        let key = self.keys.iter().find(|key| key.id == key_id)?;
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;

        let mut text = Zeroizing::new(text.to_vec());
        let length = key
            .key
            .open_in_place(nonce, aad(place), &mut text)
            .ok()?
            .len();
        text.truncate(length);
        Some(text)
    }
}

/// Reads keys of 32 bytes, each in base64, separated by commas.
impl FromStr for SealingKeys {
    type Err = ParseSealingKeysError;

    fn from_str(keys: &str) -> Result<Self, Self::Err> {
        let keys: Arc<[Key]> = keys.split(',').map(Key::parse).collect::<Result<_, _>>()?;
        let is_new = |index: usize| !keys[..index].iter().any(|key| key.id == keys[index].id);

        if (0..keys.len()).all(is_new) {
            Ok(Self { keys })
        } else {
            Err(ParseSealingKeysError)
        }
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKeys")
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

impl Key {
    fn parse(key: &str) -> Result<Self, ParseSealingKeysError> {
        let bytes = BASE64_STANDARD.decode(key.trim());
        let bytes = Zeroizing::new(bytes.map_err(|_| ParseSealingKeysError)?);
        if bytes.len() != KEY_BYTES || bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(ParseSealingKeysError);
        }

        let digest: [u8; 32] = Sha256::digest(&*bytes).into();
        let (id, _) = digest.split_first_chunk().expect("32 bytes");
        let id = *id;
        let key =
            RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes).map_err(|_| ParseSealingKeysError)?;
        Ok(Self { id, key })
    }
}

/// The parts of a place, each with its length, so that no two places read alike.
fn aad(place: &[&str]) -> Aad<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in place {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Aad::from(bytes)
}

/// A text that is no list of keys. The message does not repeat it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "expected keys of 32 random bytes in base64, separated by commas, each of them once; make one \
     with `openssl rand -base64 32`"
)]
#[non_exhaustive]
pub struct ParseSealingKeysError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    const PLACE: &[&str] = &["session", "a"];

    fn new_key() -> String {
        let key = SealingKeys::generate().expect("random bytes");
        key.expose_secret().to_owned()
    }

    fn keys(list: &str) -> SealingKeys {
        list.parse().expect("keys")
    }

    #[test]
    fn opens_in_its_place_alone() {
        let keys = keys(&new_key());
        let sealed = keys.seal(PLACE, b"canary");
        let opened = keys.open(PLACE, &sealed).expect("opened");
        assert_eq!(*opened, b"canary");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"canary"));

        for place in [
            &["session", "b"][..],
            &["login", "a"],
            &["session"],
            &["session", "a", ""],
            &["sessiona", ""],
            &["", "sessiona"],
        ] {
            assert!(keys.open(place, &sealed).is_none(), "{place:?}");
        }
    }

    #[test]
    fn an_old_key_opens_and_the_first_seals() {
        let (old, new) = (new_key(), new_key());
        let before = keys(&old).seal(PLACE, b"x");
        let both = keys(&format!("{new}, {old}"));
        let after = both.seal(PLACE, b"x");

        assert!(both.open(PLACE, &before).is_some());
        assert!(keys(&new).open(PLACE, &after).is_some());
        assert!(keys(&new).open(PLACE, &before).is_none());
        assert!(keys(&old).open(PLACE, &after).is_none());
    }

    #[test]
    fn takes_keys_of_32_bytes_alone_and_repeats_none() {
        let key = new_key();
        for list in [
            "".to_owned(),
            format!("{key},"),
            format!("{key},{key}"),
            key[..40].to_owned(),
            format!("{key}AAAA"),
            "not base64 at all, of forty-four characters.".to_owned(),
            BASE64_STANDARD.encode([0; 32]),
            BASE64_STANDARD.encode([7; 32]),
        ] {
            let error = list.parse::<SealingKeys>().expect_err("no keys");
            assert!(list.is_empty() || !error.to_string().contains(&list));
        }
        assert_eq!(format!("{:?}", keys(&key)), "SealingKeys { keys: 1, .. }");
    }

    #[test]
    fn no_changed_bit_goes_unseen() {
        let keys = keys(&new_key());
        let sealed = keys.seal(PLACE, b"the text");

        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.open(PLACE, &changed).is_none(), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_comes_back(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let keys = keys(&new_key());
            let opened = keys.open(PLACE, &keys.seal(PLACE, &text)).expect("opened");
            prop_assert_eq!(&*opened, &text);
        }

        #[test]
        fn garbage_opens_nothing(
            known in 0..=1 + KEY_ID_BYTES,
            garbage in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let keys = keys(&new_key());
            let begin = [&[FORM], &keys.keys[0].id[..]].concat();
            let garbage = [&begin[..known], &garbage].concat();
            prop_assert!(keys.open(PLACE, &garbage).is_none());
        }
    }
}
