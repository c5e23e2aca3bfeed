use askama::Template;
use axum::response::Response;

use super::{Frame, Mistake};
use crate::challenge::{Answer, CustomChallenge};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{page, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/custom.html")]
struct CustomPage<'a> {
    question: &'a str,
    alert: &'a str,
    answer: Field,
    next: Option<&'a LocalPath>,
    time_left: String,
}

/// The page for a question of the user pool's triggers. They choose the names of its public
/// parameters; a question is looked for under the usual ones.
pub(super) fn render(
    asked: &CustomChallenge,
    frame: &Frame,
    mistake: Option<&Mistake>,
) -> Response {
    let question = ["question", "prompt", "message"]
        .into_iter()
        .find_map(|name| asked.parameter(name))
        .unwrap_or_default();
    let error = mistake.map_or("", |mistake| mistake.at("answer"));

    page(
        frame.status,
        &CustomPage {
            question,
            alert: mistake.map_or("", Mistake::of_form),
            answer: Field::text("answer", texts::ANSWER)
                .with_error(error)
                .with_focus(true),
            next: frame.next.as_ref(),
            time_left: frame.time_left(),
        },
    )
}

pub(super) fn read(asked: CustomChallenge, form: &mut Form) -> Result<Answer, Mistake> {
    match form.take_secret("answer") {
        Some(answer) => Ok(asked.answer(answer)),
        None => Err(Mistake::field("answer", texts::VALUE_MISSING)),
    }
}
