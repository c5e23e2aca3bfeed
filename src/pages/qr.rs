//! The seed of an authenticator app, for people to take over into the app.

use qrcode::QrCode;
use qrcode::render::svg;

/// The issuer that apps show beside the account.
const ISSUER: &str = "Login";

/// Draws the seed as a QR code, in SVG. Empty if it is too long, which no seed is.
pub(super) fn picture(account: &str, seed: &str) -> String {
    let encode = |text: &str| -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    let account = encode(account);
    let uri = format!("otpauth://totp/{ISSUER}:{account}?secret={seed}&issuer={ISSUER}");

    let Ok(code) = QrCode::new(uri) else {
        return String::new();
    };
    let xml = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    // Inside a page, the picture is an element and no document.
    match xml.find("<svg") {
        Some(at) => xml[at..].to_owned(),
        None => xml,
    }
}

/// Writes the seed in groups of four, as people type it.
pub(super) fn in_groups(seed: &str) -> String {
    let letters: Vec<char> = seed.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();

    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_an_element_and_writes_groups() {
        assert!(picture("alice", "JBSWY3DPEHPK3PXP").starts_with("<svg"));
        assert_eq!(in_groups("JBSWY3DPEH"), "JBSW Y3DP EH");
    }
}
