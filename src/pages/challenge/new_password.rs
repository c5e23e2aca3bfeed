use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::attribute::{AttributeName, Attributes};
use crate::challenge::{Answer, NewPasswordRequired};
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;

/// The page for a password in place of a temporary one.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/new_password.html")]
#[non_exhaustive]
pub struct NewPasswordPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// The new password.
    pub new_password: Field,
    /// Attributes that the user pool wants to know as well.
    pub attributes: Vec<Field>,
}

pub(super) fn render(challenge: &NewPasswordRequired, asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    let known = challenge.attributes();
    let attribute = |name: &AttributeName| {
        let value = known.get(name.as_str()).unwrap_or_default();
        Field::attribute(texts, name.as_str())
            .with_value(value)
            .with_error(asked.error_at(name.as_str()))
    };
    let required = challenge.required_attributes().iter();
    let page = NewPasswordPage {
        new_password: Field::new_password(texts.fields.new_password)
            .with_error(asked.error_at("new_password"))
            .with_focus(true),
        attributes: required.map(attribute).collect(),
        frame: asked.frame,
    };

    asked.view.templates().new_password(&page)
}

pub(super) fn read(
    challenge: NewPasswordRequired,
    form: &mut Form,
    texts: &Texts,
) -> Result<Answer, Mistake> {
    let Some(password) = form.take_secret("new_password") else {
        return Err(Mistake::new(
            "new_password",
            texts.mistakes.new_password_missing,
        ));
    };

    let attributes = challenge
        .required_attributes()
        .iter()
        .map(|name| {
            let missing = || Mistake::new(name.as_str(), texts.mistakes.value_missing);
            Ok((name.clone(), form.take(name.as_str()).ok_or_else(missing)?))
        })
        .collect::<Result<Attributes, Mistake>>()?;
    Ok(challenge.answer(password, &attributes))
}
