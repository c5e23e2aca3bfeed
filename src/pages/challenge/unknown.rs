use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::challenge::OtherChallenge;
use crate::pages::Rendered;
use crate::pages::texts::fill;

/// The page for a challenge that has none of its own.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/unknown.html")]
#[non_exhaustive]
pub struct UnknownPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// The API's name of the challenge.
    pub name: String,
    /// What is to be done, in words.
    pub text: String,
}

pub(super) fn render(challenge: &OtherChallenge, asked: Asked<'_>) -> Rendered {
    let name = challenge.name();
    let page = UnknownPage {
        name: name.to_owned(),
        text: fill(asked.view.texts.challenge.unknown_text, &[("name", name)]),
        frame: asked.frame,
    };

    asked.view.templates().unknown(&page)
}
