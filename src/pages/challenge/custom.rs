use super::asked::Asked;
use crate::challenge::{Answer, CustomChallenge};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{CustomPage, Field};
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &CustomChallenge, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let question = ["question", "prompt", "message"]
        .into_iter()
        .find_map(|name| challenge.parameter(name))
        .unwrap_or_default();
    let answer = Field::text("answer", view.texts.fields.answer).with_focus(true);
    let page = CustomPage {
        question: question.to_owned(),
        answer: asked.mark(answer),
        frame: asked.frame(),
    };

    view.templates().custom(&page)
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
