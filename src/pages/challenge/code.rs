use askama::Template;
use axum::response::Response;
use secrecy::SecretString;

use super::{Frame, Mistake};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{page, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/code.html")]
struct CodePage<'a> {
    destination: Option<&'a str>,
    alert: &'a str,
    code: Field,
    next: Option<&'a LocalPath>,
    time_left: String,
}

/// The page for a code that was sent.
pub(super) fn render(
    destination: Option<&str>,
    frame: &Frame,
    mistake: Option<&Mistake>,
) -> Response {
    let error = mistake.map_or("", |mistake| mistake.at("code"));

    page(
        frame.status,
        &CodePage {
            destination,
            alert: mistake.map_or("", Mistake::of_form),
            code: Field::code(texts::SENT_CODE)
                .with_error(error)
                .with_focus(true),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

/// Reads a code: six digits of an app, six to eight of a message.
pub(super) fn read(form: &mut Form) -> Result<SecretString, Mistake> {
    let digits = form
        .take_code()
        .ok_or_else(|| Mistake::field("code", texts::CODE_MISSING))?;

    if (6..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits.into())
    } else {
        Err(Mistake::field("code", texts::CODE_WRONG))
    }
}
