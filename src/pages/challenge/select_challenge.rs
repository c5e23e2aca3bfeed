use super::asked::Asked;
use super::{password, unknown};
use crate::challenge::{Answer, Password, PasswordSrp, SelectChallenge};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{Choice, Field, SelectChallengePage};
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &SelectChallenge, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    if challenge.options().is_empty() {
        return unknown::render_dead_end(
            SelectChallenge::NAME,
            texts.challenge.no_way_to_log_in,
            asked,
        );
    }

    // A password that can be proved is not sent; so the other way to use one is not offered.
    let proves = challenge.offers_password();
    let options = challenge
        .options()
        .iter()
        .filter(|name| !proves || ![Password::NAME, PasswordSrp::NAME].contains(&name.as_str()))
        .map(|name| Choice::new(name, texts.factor(name)));
    let page = SelectChallengePage {
        options: options.collect(),
        password: proves.then(|| asked.mark(Field::password(texts.fields.password))),
        frame: asked.frame(),
    };

    view.templates().select_challenge(&page)
}

pub(super) fn read(
    challenge: SelectChallenge,
    form: &mut Form,
    texts: &Texts,
) -> Result<Answer, Mistake> {
    let none_of_these = |_| Mistake::of_form(texts.mistakes.choice_missing);

    match form.take("choice") {
        Some(choice) => challenge.answer(&choice).map_err(none_of_these),
        None if challenge.offers_password() => challenge
            .answer_with_password(password::read(form, texts)?)
            .map_err(none_of_these),
        None => Err(none_of_these(challenge)),
    }
}
