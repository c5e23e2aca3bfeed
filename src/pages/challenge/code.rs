use secrecy::SecretString;

use super::asked::Asked;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{CodePage, Field};
use crate::pages::templates::Rendered;
use crate::pages::texts::{Texts, fill};

pub(super) fn render(destination: Option<&str>, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    let page = CodePage {
        intro: asked.destination(destination).map_or_else(
            || texts.challenge.code_sent.to_owned(),
            |to| fill(texts.challenge.code_sent_to, &[("destination", to)]),
        ),
        code: asked.mark(Field::code(texts.fields.code).with_focus(true)),
        frame: asked.frame(),
    };

    view.templates().code(&page)
}

/// Reads a code: six digits of an app, six to eight of a message.
pub(super) fn read(form: &mut Form, texts: &Texts) -> Result<SecretString, Mistake> {
    let digits = form.take_code(texts)?;

    if (6..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits.into())
    } else {
        Err(Mistake::new("code", texts.mistakes.code_wrong))
    }
}
