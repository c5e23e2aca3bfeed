use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake};
use crate::challenge::SoftwareTokenMfa;
use crate::pages::field::Field;
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
            code: Field::code(texts::APP_CODE)
                .with_error(error)
                .with_focus(true),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}
