use askama::Template;
use secrecy::SecretString;

use super::{Asked, ChallengeFrame};
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::{Texts, fill};

/// The page that asks for the password, after the user has chosen to log in with it.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/password.html")]
#[non_exhaustive]
pub struct PasswordPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// For which account, in words.
    pub intro: String,
    /// The password.
    pub password: Field,
}

pub(super) fn render(asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    let username = [("username", asked.frame.username.as_str())];
    let page = PasswordPage {
        intro: fill(texts.challenge.password_intro, &username),
        password: Field::password(texts.fields.password)
            .with_error(asked.error_at("password"))
            .with_focus(true),
        frame: asked.frame,
    };

    asked.view.templates().password(&page)
}

pub(super) fn read(form: &mut Form, texts: &Texts) -> Result<SecretString, Mistake> {
    form.take_secret("password")
        .ok_or_else(|| Mistake::new("password", texts.mistakes.password_missing))
}
