use super::asked::Asked;
use super::{code, unknown};
use crate::challenge::{Answer, MfaSetup};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::{AppSetup, Field, MfaSetupPage};
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &MfaSetup, mut asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let texts = view.texts;
    if challenge.totp_seed().is_none() && !challenge.offers_email() {
        return unknown::render_dead_end(
            MfaSetup::NAME,
            texts.challenge.mfa_setup_elsewhere,
            asked,
        );
    }

    let app = challenge.totp_seed().map(|seed| {
        let code = asked.mark(Field::code(texts.fields.app_code).with_focus(true));
        AppSetup::new(texts, &view.pages().issuer, asked.username(), seed, code)
    });
    let email = challenge.offers_email().then(|| {
        let typed = asked.typed("email").unwrap_or_default().to_owned();
        asked.mark(Field::attribute(texts, "email").with_value(typed))
    });
    let page = MfaSetupPage {
        app,
        email,
        frame: asked.frame(),
    };

    view.templates().mfa_setup(&page)
}

pub(super) fn read(challenge: MfaSetup, form: &mut Form, texts: &Texts) -> Result<Answer, Mistake> {
    match form.get_trimmed("email") {
        Some(address) if challenge.offers_email() => Ok(challenge.answer_with_email(address)),
        _ => Ok(challenge.answer_with_code(code::read(form, texts)?)),
    }
}
