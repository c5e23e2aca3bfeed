//! The seed of an authenticator app, for people to take over into the app.

use std::fmt;

use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::Field;
use crate::cognito::TotpSecret;
use crate::pages::texts::Texts;

/// An authenticator app that is being enrolled: its seed as a picture and as text, and the
/// field for the code that it shows. As text, it is the HTML of all that.
#[derive(Clone, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "components/app_setup.html")]
#[non_exhaustive]
pub struct AppSetup {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// The QR code, as an SVG element.
    pub picture: String,
    /// What the QR code says: a link that an app on the same device opens.
    pub uri: String,
    /// The seed, in groups of four.
    pub seed: String,
    /// The field for the code.
    pub code: Field,
}

impl AppSetup {
    /// An app of the account with this name, at an issuer of that name.
    pub(in crate::pages) fn new(
        texts: &'static Texts,
        issuer: &str,
        account: &str,
        seed: &str,
        code: Field,
    ) -> Self {
        let uri = TotpSecret::new(seed.to_owned()).uri(issuer, account);

        Self {
            texts,
            picture: picture(uri.expose_secret()),
            uri: uri.expose_secret().to_owned(),
            seed: in_groups(seed),
            code,
        }
    }
}

impl fmt::Debug for AppSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSetup([redacted])")
    }
}

/// Draws a QR code, in SVG. Empty if the text is too long, which that of no seed is.
fn picture(uri: &str) -> String {
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
        assert!(picture("otpauth://totp/Login:alice?secret=JBSWY3DPEHPK3PXP").starts_with("<svg"));
        assert_eq!(in_groups("JBSWY3DPEH"), "JBSW Y3DP EH");
    }
}
