//! Tokens in few bytes, for the registry.
//!
//! The parts of a JWT are base64, which takes a third more than what it stands for. After the expiry
//! come the ID, the access and the refresh token and the key of the device, each as its number of
//! parts and the parts: twice their length, and one more for a part that is kept as it is.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::token::{RefreshToken, Tokens};

pub(super) fn pack(tokens: &Tokens) -> Vec<u8> {
    let texts = [
        Some(tokens.id.expose()),
        Some(tokens.access.expose()),
        tokens.refresh.as_ref().map(RefreshToken::expose),
        tokens.device_key.as_deref(),
    ];
    let expires_at = tokens.expires_at.unix_timestamp();

    // At once, and wiped where it is no longer wanted: what grows leaves copies behind.
    let length: usize = texts.iter().flatten().map(|text| 8 + text.len()).sum();
    let mut packed = Vec::with_capacity(64 + 2 * length);
    packed.extend_from_slice(&expires_at.to_be_bytes());
    for text in texts {
        let parts: Vec<_> = text.into_iter().flat_map(|text| text.split('.')).collect();
        write_number(&mut packed, parts.len());
        for part in parts {
            let decoded = BASE64_URL_SAFE_NO_PAD.decode(part).map(Zeroizing::new);
            let (bytes, is_text) = match &decoded {
                Ok(bytes) => (&bytes[..], 0),
                Err(_) => (part.as_bytes(), 1),
            };
            write_number(&mut packed, 2 * bytes.len() + is_text);
            packed.extend_from_slice(bytes);
        }
    }
    packed
}

/// Returns `None` for what is not packed tokens.
pub(super) fn unpack(packed: &[u8]) -> Option<Tokens> {
    let (expires_at, mut rest) = packed.split_first_chunk()?;
    let expires_at = i64::from_be_bytes(*expires_at);

    let mut texts: [Option<String>; 4] = Default::default();
    for text in &mut texts {
        for number in 0..read_number(&mut rest)? {
            let text = text.get_or_insert_default();
            if number > 0 {
                text.push('.');
            }
            let length = read_number(&mut rest)?;
            let (bytes, after) = rest.split_at_checked(length / 2)?;
            rest = after;
            if length % 2 == 0 {
                BASE64_URL_SAFE_NO_PAD.encode_string(bytes, text);
            } else {
                text.push_str(str::from_utf8(bytes).ok()?);
            }
        }
    }
    let [id, access, refresh, device_key] = texts;
    let tokens = Tokens {
        id: id?.into(),
        access: access?.into(),
        refresh: refresh.map(RefreshToken::new),
        expires_at: OffsetDateTime::from_unix_timestamp(expires_at).ok()?,
        device_key,
    };
    rest.is_empty().then_some(tokens)
}

fn write_number(packed: &mut Vec<u8>, number: usize) {
    let number = u32::try_from(number).expect("tokens are no gigabytes");
    packed.extend_from_slice(&number.to_be_bytes());
}

fn read_number(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    usize::try_from(u32::from_be_bytes(*number)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::to_value;

    use super::*;

    fn tokens(id: &str, access: &str, refresh: Option<&str>, device: Option<&str>) -> Tokens {
        let mut tokens = Tokens::new(id, access, refresh.map(RefreshToken::new));
        tokens.expires_at = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("a time");
        tokens.device_key = device.map(str::to_owned);
        tokens
    }

    fn comes_back(tokens: &Tokens) -> bool {
        let unpacked = unpack(&pack(tokens));
        unpacked.and_then(|tokens| to_value(tokens).ok()) == to_value(tokens).ok()
    }

    #[test]
    fn a_quarter_is_saved() {
        let part = "QUJD".repeat(100);
        let jwt = format!("{part}.{part}.{part}");
        let tokens = tokens(&jwt, &jwt, Some("opaque"), None);
        assert_eq!(pack(&tokens).len(), 8 + 4 * 4 + 6 * (4 + 300) + 4 + 6);
        assert!(comes_back(&tokens));
    }

    #[test]
    fn what_is_cut_or_goes_on_is_nothing() {
        let packed = pack(&tokens("e30.e30.c2ln", "a.b", Some("c"), Some("d_e")));
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end]).is_none(), "{end}");
        }
        assert!(unpack(&[&packed[..], b"x"].concat()).is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_packed_comes_back(
            id in "[A-Za-z0-9_.=-]{0,20}|\\PC{0,20}",
            access in "[A-Za-z0-9_.=-]{0,20}|\\PC{0,20}",
            refresh in prop::option::of("[A-Za-z0-9_.-]{0,20}"),
            device in prop::option::of("\\PC{0,20}"),
        ) {
            let tokens = tokens(&id, &access, refresh.as_deref(), device.as_deref());
            prop_assert!(comes_back(&tokens));
        }

        #[test]
        fn garbage_is_nothing_or_tokens(garbage in prop::collection::vec(0_u8..4, 0..60)) {
            if let Some(tokens) = unpack(&garbage) {
                prop_assert!(comes_back(&tokens));
            }
        }
    }
}
