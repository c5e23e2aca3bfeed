//! The seed of an authenticator app, for people to take over into the app.

use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::ExposeSecret;

use super::field::Field;
use super::texts;
use crate::cognito::TotpSecret;

/// The issuer that apps show beside the account.
const ISSUER: &str = "Login";

/// An authenticator app that is being enrolled: its seed as a picture and as text, and the
/// field for the code that it shows.
#[derive(Template)]
#[template(path = "components/app_setup.html")]
pub(super) struct AppSetup {
    picture: String,
    seed: String,
    code: Field,
}

impl AppSetup {
    pub(super) fn new(account: &str, seed: &str, error: impl Into<String>) -> Self {
        Self {
            picture: picture(account, seed),
            seed: in_groups(seed),
            code: Field::code(texts::APP_CODE)
                .with_error(error)
                .with_focus(true),
        }
    }
}

/// Draws the seed as a QR code, in SVG. Empty if it is too long, which no seed is.
fn picture(account: &str, seed: &str) -> String {
    let uri = TotpSecret::new(seed.to_owned()).uri(ISSUER, account);

    let Ok(code) = QrCode::new(uri.expose_secret()) else {
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
fn in_groups(seed: &str) -> String {
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
