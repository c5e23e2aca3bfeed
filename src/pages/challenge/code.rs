use askama::Template;
use secrecy::SecretString;

use super::{Asked, ChallengeFrame};
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::{Texts, fill};

/// The page for a code that was sent.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/code.html")]
#[non_exhaustive]
pub struct CodePage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// Where the code went, in words.
    pub intro: String,
    /// The code.
    pub code: Field,
}

pub(super) fn render(destination: Option<&str>, asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    let page = CodePage {
        intro: destination.map_or_else(
            || texts.challenge.code_sent.to_owned(),
            |to| fill(texts.challenge.code_sent_to, &[("destination", to)]),
        ),
        code: Field::code(texts.fields.code)
            .with_error(asked.error_at("code"))
            .with_focus(true),
        frame: asked.frame,
    };

    asked.view.templates().code(&page)
}

/// Reads a code: six digits of an app, six to eight of a message.
pub(super) fn read(form: &mut Form, texts: &Texts) -> Result<SecretString, Mistake> {
    let digits = form
        .take_code()
        .ok_or_else(|| Mistake::new("code", texts.mistakes.code_missing))?;

    if (6..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits.into())
    } else {
        Err(Mistake::new("code", texts.mistakes.code_wrong))
    }
}
