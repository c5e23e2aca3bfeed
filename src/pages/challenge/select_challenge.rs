use askama::Template;

use super::{Asked, ChallengeFrame, password};
use crate::challenge::{Answer, Password, PasswordSrp, SelectChallenge};
use crate::pages::Rendered;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;

/// The page on which the user chooses by which first factor to log in.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/select_challenge.html")]
#[non_exhaustive]
pub struct SelectChallengePage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// What there is to choose from, with a label each: the form sends one back as `choice`.
    pub options: Vec<(String, String)>,
    /// The password, if it is one way: its form sends no `choice`.
    pub password: Option<Field>,
}

pub(super) fn render(challenge: &SelectChallenge, asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    // A password that can be proved is not sent; so the other way to use one is not offered.
    let proves = challenge.offers_password();
    let options = challenge
        .options()
        .iter()
        .filter(|name| !proves || ![Password::NAME, PasswordSrp::NAME].contains(&name.as_str()))
        .map(|name| (name.clone(), texts.factor(name).to_owned()));
    let page = SelectChallengePage {
        options: options.collect(),
        password: proves
            .then(|| Field::password(texts.fields.password).with_error(asked.error_at("password"))),
        frame: asked.frame,
    };

    asked.view.templates().select_challenge(&page)
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
