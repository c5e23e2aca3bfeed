//! A made-up identity provider: choose a person, and log in, refuse or fail.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;

use super::federation::{Person, come_in};
use super::page::{self, escape, field, page};
use super::request::{Fields, LoginRequest};
use crate::pool::IdentityProvider;
use crate::shared::Shared;

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Query(fields): Query<Fields>,
) -> Response {
    let request = match LoginRequest::read(&shared, fields) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let name = request.get("identity_provider").unwrap_or_default();
    if let Some(answer) = refuse_real(&request) {
        return answer;
    }
    let content = format!(
        "<p>This stands for {}. Whoever you say you are, you are.</p>\
         <form method=\"post\" action=\"/_emulator/idp?{}\">{}{}{}\
         <p><label><input type=\"checkbox\" name=\"email_verified\" value=\"true\" checked> The address is verified</label></p>\
         <button name=\"do\" value=\"login\">Log in</button>\
         <button class=\"other\" name=\"do\" value=\"refuse\">Refuse</button>\
         <button class=\"other\" name=\"do\" value=\"fail\">Fail</button></form>",
        escape(name),
        escape(&request.query(&[], &[])),
        field("Id at the provider", "sub", "text", "1234567890"),
        field(
            "Mail address",
            "email",
            "email",
            request.get("login_hint").unwrap_or_default()
        ),
        field("Name", "name", "text", ""),
    );
    page(&format!("Log in at {name}"), &content)
}

pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    Query(fields): Query<Fields>,
    Form(form): Form<Fields>,
) -> Response {
    let work = move || {
        let request = match LoginRequest::read(&shared, fields) {
            Ok(request) => request,
            Err(answer) => return *answer,
        };
        if let Some(answer) = refuse_real(&request) {
            return answer;
        }
        let name = request
            .get("identity_provider")
            .unwrap_or_default()
            .to_owned();
        match form.get("do").map(String::as_str) {
            Some("login") => {}
            Some("refuse") => return request.refuse("access_denied", "user_cancelled_authorize"),
            _ => {
                let text = format!("{name} Error - 500 error getting token");
                return request.refuse("invalid_request", &text);
            }
        }
        let claims = form
            .into_iter()
            .filter(|(name, value)| name != "do" && !value.is_empty())
            .collect();
        match come_in(&request.pool, &request.client, &name, &Person { claims }) {
            Ok(visitor) => request.enter(visitor),
            Err(failure) => request.refuse("invalid_request", failure.message()),
        }
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => page::error("The emulator failed."),
    }
}

/// Nobody comes in here who would have to prove themselves elsewhere.
fn refuse_real(request: &LoginRequest) -> Option<Response> {
    let name = request.get("identity_provider").unwrap_or_default();
    let directory = request.pool.directory();
    let is_real = directory
        .providers
        .get(name)
        .is_some_and(IdentityProvider::is_real);
    is_real.then(|| page::error("This identity provider is not made up."))
}
