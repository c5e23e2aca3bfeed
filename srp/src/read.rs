//! Reads what the server sent. Length first, then characters, then the value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;

use super::SrpError;
use super::modulus::{N, N_HEX};

/// Cognito's salts have 16 bytes.
const MAX_SALT_DIGITS: usize = 2 * 256;

/// Cognito's secret blocks have about 1,200 bytes.
const MAX_SECRET_BLOCK_LENGTH: usize = 16 * 1024;

/// Reads `B`, which must be in `0 < B < N`.
pub(super) fn server_public(srp_b: &str) -> Result<BigUint, SrpError> {
    if srp_b.len() > N_HEX.len() {
        return Err(SrpError::ServerValueTooLarge);
    }

    let value = BigUint::from_bytes_be(&hex(srp_b).ok_or(malformed("SRP_B"))?);
    if value == BigUint::ZERO {
        Err(SrpError::ServerValueIsZero)
    } else if value >= *N {
        Err(SrpError::ServerValueTooLarge)
    } else {
        Ok(value)
    }
}

/// Reads the salt. It is an integer: whoever pads it drops its leading zeros.
pub(super) fn salt(salt: &str) -> Result<Vec<u8>, SrpError> {
    if salt.len() > MAX_SALT_DIGITS {
        return Err(malformed("SALT"));
    }

    hex(salt).ok_or(malformed("SALT"))
}

/// Reads the secret block, which the server understands and we do not.
pub(super) fn secret_block(secret_block: &str) -> Result<Vec<u8>, SrpError> {
    if secret_block.is_empty() || secret_block.len() > MAX_SECRET_BLOCK_LENGTH {
        return Err(malformed("SECRET_BLOCK"));
    }

    STANDARD
        .decode(secret_block)
        .map_err(|_| malformed("SECRET_BLOCK"))
}

/// Reads hexadecimal digits of either case, of which there may be an odd number.
///
/// num-bigint reads them too, but takes `+1` and `1_0` as well.
fn hex(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let (first, pairs) = digits.as_bytes().split_at(digits.len() % 2);
    if digits.is_empty() {
        return None;
    }

    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    for &digit in first {
        bytes.push(value(digit)?);
    }
    for pair in pairs.chunks_exact(2) {
        bytes.push(value(pair[0])? << 4 | value(pair[1])?);
    }
    bytes
        .into_iter()
        .map(|byte| u8::try_from(byte).ok())
        .collect()
}

fn malformed(parameter: &'static str) -> SrpError {
    SrpError::Malformed { parameter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hexadecimal_digits() {
        for (digits, bytes) in [
            ("0", &[0][..]),
            ("a", &[10]),
            ("0a", &[10]),
            ("abc", &[0x0a, 0xbc]),
            ("aBCd", &[0xab, 0xcd]),
            ("00ab", &[0, 0xab]),
        ] {
            assert_eq!(hex(digits).as_deref(), Some(bytes), "{digits:?}");
        }
    }

    #[test]
    fn refuses_what_num_bigint_would_take() {
        for digits in [
            "", "+1", "-1", "1_0", "_1", " 1", "1 ", "0x1", "1\0", "\u{ff11}", "\u{e9}", "g", "\n",
        ] {
            assert_eq!(hex(digits), None, "{digits:?}");
        }
    }

    #[test]
    fn bounds_the_salt() {
        for (digits, is_salt) in [
            (1, true),
            (32, true),
            (512, true),
            (513, false),
            (8192, false),
        ] {
            assert_eq!(
                salt(&"a".repeat(digits)).is_ok(),
                is_salt,
                "{digits} digits"
            );
        }
        assert_eq!(salt(""), Err(malformed("SALT")));
    }

    #[test]
    fn refuses_a_secret_block_that_is_no_base64() {
        let too_long = "A".repeat(MAX_SECRET_BLOCK_LENGTH + 4);
        for block in [
            "", "A", "QQ", "QR==", "-_-_", "QUJD\n", " QUJD", "\u{e9}", &too_long,
        ] {
            assert_eq!(
                secret_block(block),
                Err(malformed("SECRET_BLOCK")),
                "{block:.80?}"
            );
        }
        assert_eq!(secret_block("QUJD"), Ok(b"ABC".to_vec()));
        assert!(secret_block(&too_long[4..]).is_ok(), "the longest");
    }
}
