use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::challenge::{Answer, CustomChallenge};
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;

/// The page for a question of the user pool's triggers.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/custom.html")]
#[non_exhaustive]
pub struct CustomPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// The question. Triggers choose the names of their public parameters; it is looked for
    /// under `question`, `prompt` and `message`.
    pub question: String,
    /// The answer.
    pub answer: Field,
}

pub(super) fn render(challenge: &CustomChallenge, asked: Asked<'_>) -> Rendered {
    let question = ["question", "prompt", "message"]
        .into_iter()
        .find_map(|name| challenge.parameter(name))
        .unwrap_or_default();
    let page = CustomPage {
        question: question.to_owned(),
        answer: Field::text("answer", asked.view.texts.fields.answer)
            .with_error(asked.error_at("answer"))
            .with_focus(true),
        frame: asked.frame,
    };

    asked.view.templates().custom(&page)
}

pub(super) fn read(
    challenge: CustomChallenge,
    form: &mut Form,
    texts: &Texts,
) -> Result<Answer, Mistake> {
    match form.take_secret("answer") {
        Some(answer) => Ok(challenge.answer(answer)),
        None => Err(Mistake::new("answer", texts.mistakes.value_missing)),
    }
}
