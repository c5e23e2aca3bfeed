use askama::Template;

use super::{Asked, ChallengeFrame, code};
use crate::challenge::{Answer, MfaSetup};
use crate::pages::Rendered;
use crate::pages::app_setup::AppSetup;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;

/// The page on which a second factor is set up before the login can go on.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/mfa_setup.html")]
#[non_exhaustive]
pub struct MfaSetupPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// An authenticator app, if there may be one.
    pub app: Option<AppSetup>,
    /// An address for codes by mail, if there may be one. It has a form of its own.
    pub email: Option<Field>,
}

pub(super) fn render(challenge: &MfaSetup, asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let app = challenge
        .totp_seed()
        .map(|seed| AppSetup::new(view, &asked.frame.username, seed, asked.error_at("code")));
    let email = challenge
        .offers_email()
        .then(|| Field::attribute(view.texts, "email").with_error(asked.error_at("email")));
    let page = MfaSetupPage {
        app,
        email,
        frame: asked.frame,
    };

    view.templates().mfa_setup(&page)
}

pub(super) fn read(challenge: MfaSetup, form: &mut Form, texts: &Texts) -> Result<Answer, Mistake> {
    match form.take("email") {
        Some(address) if challenge.offers_email() => Ok(challenge.answer_with_email(&address)),
        _ => Ok(challenge.answer_with_code(code::read(form, texts)?)),
    }
}
