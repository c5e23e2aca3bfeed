use secrecy::SecretString;

use super::asked::Asked;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{Field, PasswordPage};
use crate::pages::templates::Rendered;
use crate::pages::texts::{Texts, fill};

pub(super) fn render(mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    let page = PasswordPage {
        intro: fill(
            texts.challenge.password_intro,
            &[("username", asked.username())],
        ),
        password: asked.mark(Field::password(texts.fields.password).with_focus(true)),
        frame: asked.frame(),
    };

    view.templates().password(&page)
}

pub(super) fn read(form: &mut Form, texts: &Texts) -> Result<SecretString, Mistake> {
    form.take_secret("password")
        .ok_or_else(|| Mistake::new("password", texts.mistakes.password_missing))
}
