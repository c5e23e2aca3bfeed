use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake};
use crate::challenge::{Answer, SelectMfaType};
use crate::pages::form::Form;
use crate::pages::{page, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/select_mfa.html")]
struct SelectMfaPage<'a> {
    options: Vec<(&'a str, &'a str)>,
    alert: &'a str,
    next: Option<&'a LocalPath>,
    time_left: String,
}

pub(super) fn render(asked: &SelectMfaType, frame: &Frame, mistake: Option<&Mistake>) -> Response {
    let options = asked
        .options()
        .iter()
        .map(|name| (name.as_str(), texts::mfa_method(name)));

    page(
        frame.status,
        &SelectMfaPage {
            options: options.collect(),
            alert: mistake.map_or("", Mistake::of_form),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

pub(super) fn read(asked: SelectMfaType, form: &mut Form) -> Result<Answer, Mistake> {
    let chosen = form.take("mfa").unwrap_or_default();

    asked
        .answer(&chosen)
        .map_err(|_| Mistake::Form(texts::METHOD_MISSING.to_owned()))
}
