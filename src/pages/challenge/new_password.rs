use super::asked::Asked;
use crate::attribute::Attributes;
use crate::challenge::{Answer, NewPasswordRequired};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{Field, NewPasswordPage};
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &NewPasswordRequired, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    let known = challenge.attributes();
    let new_password = Field::new_password(texts, texts.fields.new_password, asked.policy);
    let new_password = new_password.with_focus(true);
    let new_password = asked.mark(new_password);
    let mut attributes = Vec::new();
    for name in challenge.required_attributes() {
        let name = name.as_str();
        let value = asked.typed(name).or(known.get(name)).unwrap_or_default();
        let field = Field::attribute(texts, name).with_value(value);
        attributes.push(asked.mark(field));
    }
    let page = NewPasswordPage {
        new_password,
        attributes,
        frame: asked.frame(),
    };

    view.templates().new_password(&page)
}

pub(super) fn read(
    challenge: NewPasswordRequired,
    form: &mut Form,
    texts: &Texts,
) -> Result<Answer, Mistake> {
    let password = form.take_new_password(texts)?;

    let attributes = challenge
        .required_attributes()
        .iter()
        .map(|name| {
            let missing = || Mistake::new(name.as_str(), texts.mistakes.value_missing);
            let value = form.get_trimmed(name.as_str()).ok_or_else(missing)?;
            Ok((name.clone(), value.to_owned()))
        })
        .collect::<Result<Attributes, Mistake>>()?;
    Ok(challenge.answer(password, &attributes))
}
