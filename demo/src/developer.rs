use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use axum_cognito::pages::Language;
use axum_cognito::web::AuthError;
use axum_cognito::{AuthSession, CurrentUser};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::render::render;
use crate::words::Speech;

#[derive(Template)]
#[template(path = "developer.html")]
struct Developer {
    speech: Speech,
    /// What there is to know, by its name.
    details: Vec<(&'static str, String)>,
}

/// What there is of a login that its user need not see. No token leaves the server: of their claims the
/// names alone are shown.
pub(crate) async fn show(
    user: CurrentUser,
    auth: AuthSession,
    Extension(language): Extension<Language>,
) -> Result<Response, AuthError> {
    let speech = Speech::from(language);
    let (words, texts) = (speech.words, speech.texts);
    let login = user.login();
    let tokens = auth.tokens().await?;
    let (id, access) = match &tokens {
        Some(tokens) => (claims(tokens.id.expose()), claims(tokens.access.expose())),
        None => Default::default(),
    };
    let sub = user.sub.as_ref().map(ToString::to_string);
    let details = vec![
        ("sub", sub.unwrap_or_default()),
        (texts.fields.username, user.username.clone()),
        (words.login_id, login.id.to_string()),
        (texts.profile.logged_in, time(login.logged_in_at)),
        (words.renewed, time(login.renewed_at)),
        (
            words.expires,
            login.expires_at.map(time).unwrap_or_default(),
        ),
        (texts.profile.groups, user.groups().join(", ")),
        (words.id_claims, id),
        (words.access_claims, access),
    ];
    let details = details.into_iter().filter(|(_, value)| !value.is_empty());

    Ok(render(
        StatusCode::OK,
        &Developer {
            speech,
            details: details.collect(),
        },
    ))
}

fn time(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// The names of the claims in a token.
fn claims(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Map<String, Value> = serde_json::from_slice(&payload).unwrap_or_default();
    let names: Vec<_> = claims.keys().map(String::as_str).collect();
    names.join(", ")
}
