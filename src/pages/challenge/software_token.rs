use super::asked::Asked;
use crate::challenge::SoftwareTokenMfa;
use crate::pages::shown::{Field, SoftwareTokenPage};
use crate::pages::templates::Rendered;
use crate::pages::texts::fill;

pub(super) fn render(challenge: &SoftwareTokenMfa, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    let page = SoftwareTokenPage {
        intro: challenge.device_name().map_or_else(
            || texts.challenge.app_code.to_owned(),
            |device| fill(texts.challenge.app_code_for, &[("device", device)]),
        ),
        code: asked.mark(Field::code(texts.fields.app_code).with_focus(true)),
        frame: asked.frame(),
    };

    view.templates().software_token(&page)
}
