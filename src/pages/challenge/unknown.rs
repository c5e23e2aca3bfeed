use super::asked::Asked;
use crate::pages::shown::UnknownPage;
use crate::pages::templates::Rendered;
use crate::pages::texts::fill;

/// The page for a challenge that has none of its own.
pub(super) fn render(name: &str, asked: Asked<'_>) -> Rendered {
    let text = asked.view.texts.challenge.unknown_text;
    render_dead_end(name, text, asked)
}

/// The page for a challenge that offers nothing which could be answered here: it says why, and whom
/// to ask.
pub(super) fn render_dead_end(name: &str, text: &str, asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let page = UnknownPage {
        name: name.to_owned(),
        text: fill(text, &[("name", name)]),
        frame: asked.frame(),
    };

    view.templates().unknown(&page)
}
