//! Randomness, all of it from the operating system.

use std::iter;

/// Fills an array with random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Makes a random string of lower-case letters and digits.
pub(crate) fn lower(length: usize) -> String {
    from_alphabet(b"abcdefghijklmnopqrstuvwxyz0123456789", length)
}

/// Makes a random string of letters and digits.
pub(crate) fn mixed(length: usize) -> String {
    from_alphabet(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        length,
    )
}

/// Makes a random decimal code.
pub(crate) fn digits(length: usize) -> String {
    from_alphabet(b"0123456789", length)
}

/// Makes a random UUID, version 4.
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(bytes())
        .into_uuid()
        .to_string()
}

fn from_alphabet(alphabet: &[u8], length: usize) -> String {
    // A byte past the last whole turn of the alphabet is drawn again, so that no letter is likelier.
    let limit = 256 - 256 % alphabet.len();
    iter::repeat_with(|| usize::from(bytes::<1>()[0]))
        .filter(|&byte| byte < limit)
        .take(length)
        .map(|byte| char::from(alphabet[byte % alphabet.len()]))
        .collect()
}
