use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::challenge::{Answer, SelectMfaType};
use crate::pages::Rendered;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;

/// The page on which the user chooses which second factor to be asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/select_mfa.html")]
#[non_exhaustive]
pub struct SelectMfaPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// What there is to choose from, with a label each: the form sends one back as `mfa`.
    pub options: Vec<(String, String)>,
}

pub(super) fn render(challenge: &SelectMfaType, asked: Asked<'_>) -> Rendered {
    let texts = asked.view.texts;
    let options = challenge
        .options()
        .iter()
        .map(|name| (name.clone(), texts.factor(name).to_owned()));
    let page = SelectMfaPage {
        options: options.collect(),
        frame: asked.frame,
    };

    asked.view.templates().select_mfa(&page)
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
