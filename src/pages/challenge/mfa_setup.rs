use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake, code};
use crate::challenge::{Answer, MfaSetup};
use crate::pages::app_setup::AppSetup;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::page;
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/mfa_setup.html")]
struct MfaSetupPage<'a> {
    app: Option<AppSetup>,
    email: Option<Field>,
    alert: &'a str,
    next: Option<&'a LocalPath>,
    time_left: String,
}

pub(super) fn render(asked: &MfaSetup, frame: &Frame, mistake: Option<&Mistake>) -> Response {
    let error_at = |name: &str| mistake.map_or("", |mistake| mistake.at(name)).to_owned();
    let app = asked
        .totp_seed()
        .map(|seed| AppSetup::new(&frame.username, seed, error_at("code")));
    let email = asked
        .offers_email()
        .then(|| Field::attribute("email").with_error(error_at("email")));

    page(
        frame.status,
        &MfaSetupPage {
            app,
            email,
            alert: mistake.map_or("", Mistake::of_form),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

pub(super) fn read(asked: MfaSetup, form: &mut Form) -> Result<Answer, Mistake> {
    match form.take("email") {
        Some(address) if asked.offers_email() => Ok(asked.answer_with_email(&address)),
        _ => Ok(asked.answer_with_code(code::read(form)?)),
    }
}
