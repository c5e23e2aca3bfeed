use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::challenge::SoftwareTokenMfa;
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::texts::fill;

/// The page for the code of an authenticator app.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/code.html")]
#[non_exhaustive]
pub struct SoftwareTokenPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// Which app to look at, in words.
    pub intro: String,
    /// The code.
    pub code: Field,
}

pub(super) fn render(challenge: &SoftwareTokenMfa, asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    let page = SoftwareTokenPage {
        intro: challenge.device_name().map_or_else(
            || texts.challenge.app_code.to_owned(),
            |device| fill(texts.challenge.app_code_for, &[("device", device)]),
        ),
        code: Field::code(texts.fields.app_code)
            .with_error(asked.error_at("code"))
            .with_focus(true),
        frame: asked.frame,
    };

    asked.view.templates().software_token(&page)
}
