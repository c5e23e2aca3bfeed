use super::asked::Asked;
use super::unknown;
use crate::challenge::{Answer, SelectMfaType};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{Choice, SelectMfaPage};
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &SelectMfaType, asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    if challenge.options().is_empty() {
        return unknown::render_dead_end(
            SelectMfaType::NAME,
            texts.challenge.no_way_to_log_in,
            asked,
        );
    }

    let options = challenge
        .options()
        .iter()
        .map(|name| Choice::new(name, texts.factor(name)));
    let page = SelectMfaPage {
        options: options.collect(),
        frame: asked.frame(),
    };

    view.templates().select_mfa(&page)
}

pub(super) fn read(
    challenge: SelectMfaType,
    form: &mut Form,
    texts: &Texts,
) -> Result<Answer, Mistake> {
    let chosen = form.take("mfa").unwrap_or_default();

    challenge
        .answer(&chosen)
        .map_err(|_| Mistake::of_form(texts.mistakes.choice_missing))
}
