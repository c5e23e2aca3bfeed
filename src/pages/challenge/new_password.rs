use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake};
use crate::attribute::Attributes;
use crate::challenge::{Answer, NewPasswordRequired};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{page, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/new_password.html")]
struct NewPasswordPage<'a> {
    username: &'a str,
    alert: &'a str,
    new_password: Field,
    attributes: Vec<Field>,
    next: Option<&'a LocalPath>,
    time_left: String,
}

pub(super) fn render(
    asked: &NewPasswordRequired,
    frame: &Frame,
    mistake: Option<&Mistake>,
) -> Response {
    let error_at = |name: &str| mistake.map_or("", |mistake| mistake.at(name)).to_owned();
    let known = asked.attributes();
    let attributes = asked.required_attributes().iter().map(|name| {
        let value = known.get(name.as_str()).unwrap_or_default();
        Field::attribute(name.as_str())
            .with_value(value)
            .with_error(error_at(name.as_str()))
    });

    page(
        frame.status,
        &NewPasswordPage {
            username: &frame.username,
            alert: mistake.map_or("", Mistake::of_form),
            new_password: Field::password("new_password", "New password", "new-password")
                .with_error(error_at("new_password"))
                .with_focus(true),
            attributes: attributes.collect(),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

pub(super) fn read(asked: NewPasswordRequired, form: &mut Form) -> Result<Answer, Mistake> {
    let Some(password) = form.take_secret("new_password") else {
        return Err(Mistake::field("new_password", texts::NEW_PASSWORD_MISSING));
    };

    let attributes = asked
        .required_attributes()
        .iter()
        .map(|name| {
            let value = form.take(name.as_str());
            let value = value.ok_or_else(|| Mistake::field(name.as_str(), texts::VALUE_MISSING))?;
            Ok((name.clone(), value))
        })
        .collect::<Result<Attributes, Mistake>>()?;
    Ok(asked.answer(password, &attributes))
}
