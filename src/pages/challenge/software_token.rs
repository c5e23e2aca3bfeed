use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake};
use crate::challenge::{Answer, SoftwareTokenMfa};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{page, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/software_token.html")]
struct SoftwareTokenPage<'a> {
    device: Option<&'a str>,
    alert: &'a str,
    code: Field,
    next: Option<&'a LocalPath>,
    time_left: String,
}

pub(super) fn render(
    asked: &SoftwareTokenMfa,
    frame: &Frame,
    mistake: Option<&Mistake>,
) -> Response {
    let error = mistake.map_or("", |mistake| mistake.at("code"));

    page(
        frame.status,
        &SoftwareTokenPage {
            device: asked.device_name(),
            alert: mistake.map_or("", Mistake::of_form),
            code: Field::code("Six-digit code")
                .with_error(error)
                .with_focus(true),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

pub(super) fn read(asked: SoftwareTokenMfa, form: &mut Form) -> Result<Answer, Mistake> {
    let code = form.take("code").unwrap_or_default();
    // Apps show the digits in groups, and people type them so.
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Err(Mistake::field("code", texts::CODE_MISSING));
    }
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Mistake::field("code", texts::CODE_WRONG));
    }

    Ok(asked.answer(digits.into()))
}
