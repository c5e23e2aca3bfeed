//! `/login`: a form for the pool's own users, and a button for each identity provider.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;

use super::page::{self, alert, escape, field, hidden, page};
use super::request::{Fields, LoginRequest};
use crate::failure::Failure;
use crate::login::{Reply, Step, answer, begin_hosted};
use crate::pool::Visitor;
use crate::shared::Shared;
use crate::wire::Parameters;

/// How long a person may take, in seconds.
const PATIENCE: u64 = 5 * 60;

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Query(fields): Query<Fields>,
) -> Response {
    match LoginRequest::read(&shared, fields) {
        Ok(request) => form(&request, ""),
        Err(answer) => *answer,
    }
}

pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    Query(fields): Query<Fields>,
    Form(form): Form<Fields>,
) -> Response {
    let work = move || match LoginRequest::read(&shared, fields) {
        Ok(request) => judge(&request, &form),
        Err(answer) => *answer,
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => page::error("The emulator failed."),
    }
}

/// Checks what was typed: a password, or the answer to a challenge.
fn judge(request: &LoginRequest, given: &Fields) -> Response {
    let now = request.pool.directory().clock.unix();
    let get = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let started: u64 = get("started").parse().unwrap_or(0);
    if now.saturating_sub(started) > PATIENCE {
        return page::error("The login took too long. Go back to the site and begin again.");
    }
    let client = request.client.without_secrets();
    let challenge = get("challenge");
    let result = if challenge.is_empty() {
        begin_hosted(&request.pool, &client, get("username"), get("password"))
    } else {
        let mut responses: Parameters = given
            .iter()
            .filter(|(name, _)| *name == "NEW_PASSWORD" || name.starts_with("userAttributes."))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        responses.insert("USERNAME".to_owned(), get("username").to_owned());
        responses.insert(format!("{challenge}_CODE"), get("code").trim().to_owned());
        responses.insert("ANSWER".to_owned(), get("answer").to_owned());
        answer(&Reply {
            pool: &request.pool,
            client: &client,
            challenge,
            session: Some(get("session")),
            responses: &responses,
            metadata: &serde_json::Value::Null,
        })
    };
    let sent = request
        .pool
        .send_drafts(client.id(), &serde_json::Value::Null);
    match (result, sent) {
        (Ok(step), Ok(())) => go_on(request, step, get("username"), ""),
        (Err(failure), _) | (_, Err(failure)) => refused(request, given, &failure),
    }
}

/// The form again, with what is wrong; a refusal of a function goes back to the site.
fn refused(request: &LoginRequest, given: &Fields, failure: &Failure) -> Response {
    if failure.name() == "UserLambdaValidationException" {
        return request.refuse("invalid_request", failure.message());
    }
    let get = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let is_open = [
        "CodeMismatchException",
        "ExpiredCodeException",
        "InvalidPasswordException",
    ]
    .contains(&failure.name());
    if is_open && !get("challenge").is_empty() {
        let step = Step {
            challenge_name: Some(get("challenge").to_owned()),
            session: Some(get("session").to_owned()),
            ..Step::default()
        };
        return go_on(request, step, get("username"), failure.message());
    }
    form(request, failure.message())
}

/// Logs the user in, or shows what is asked next.
fn go_on(request: &LoginRequest, step: Step, username: &str, notice: &str) -> Response {
    if let Some(username) = step.hosted_user {
        let visitor = {
            let directory = request.pool.directory();
            let account = directory.accounts.get(&username);
            account.map(|account| Visitor {
                username: account.username.clone(),
                sub: account.sub.clone(),
                auth_time: directory.clock.unix(),
                provider: None,
            })
        };
        return match visitor {
            Some(visitor) => request.enter(visitor),
            None => form(request, "User does not exist."),
        };
    }
    let name = step.challenge_name.unwrap_or_default();
    let parameters = step.challenge_parameters;
    let (title, fields) = match name.as_str() {
        "NEW_PASSWORD_REQUIRED" => {
            let required = parameters.get("requiredAttributes");
            let required: Vec<String> = required
                .and_then(|it| serde_json::from_str(it).ok())
                .unwrap_or_default();
            let mut fields = field("New password", "NEW_PASSWORD", "password", "");
            for attribute in &required {
                let label = attribute.trim_start_matches("userAttributes.");
                fields += &field(label, attribute, "text", "");
            }
            ("Choose a password", fields)
        }
        "SELECT_MFA_TYPE" => {
            let offered = parameters.get("MFAS_CAN_CHOOSE");
            let offered: Vec<String> = offered
                .and_then(|it| serde_json::from_str(it).ok())
                .unwrap_or_default();
            let options = offered
                .iter()
                .map(|it| format!("<option>{}</option>", escape(it)));
            let options: String = options.collect();
            let select = format!(
                "<label for=\"answer\">Second factor</label><select id=\"answer\" name=\"answer\">{options}</select>"
            );
            ("Choose a second factor", select)
        }
        "SOFTWARE_TOKEN_MFA" | "SMS_MFA" | "EMAIL_OTP" => {
            ("Enter the code", field("Code", "code", "text", ""))
        }
        _ => {
            return form(
                request,
                &format!("The emulator's login page cannot do {name}."),
            );
        }
    };
    let username = parameters
        .get("USER_ID_FOR_SRP")
        .map_or(username, String::as_str);
    let content = format!(
        "{}<form method=\"post\" action=\"{}\">{}{}{}{}{fields}<button>Go on</button></form>",
        alert(notice),
        escape(&action(request)),
        hidden("challenge", &name),
        hidden("session", step.session.as_deref().unwrap_or_default()),
        hidden("username", username),
        started(request),
    );
    page(title, &content)
}

/// The first form.
fn form(request: &LoginRequest, notice: &str) -> Response {
    let supported = &request.client.oauth.supported_identity_providers;
    let mut content = alert(notice);
    for name in supported.iter().filter(|it| *it != "COGNITO") {
        let query = request.query(
            &["identity_provider", "idp_identifier"],
            &[("identity_provider", name)],
        );
        content += &format!(
            "<a class=\"button other\" href=\"/oauth2/authorize?{}\">Continue with {}</a>",
            escape(&query),
            escape(name)
        );
    }
    if supported.iter().any(|it| it == "COGNITO") {
        content += &format!(
            "<form method=\"post\" action=\"{}\">{}{}{}<button>Sign in</button></form>",
            escape(&action(request)),
            started(request),
            field(
                "Username",
                "username",
                "text",
                request.get("login_hint").unwrap_or_default()
            ),
            field("Password", "password", "password", ""),
        );
    }
    page("Sign in", &content)
}

fn action(request: &LoginRequest) -> String {
    format!("/login?{}", request.query(&[], &[]))
}

fn started(request: &LoginRequest) -> String {
    let now = request.pool.directory().clock.unix();
    hidden("started", &now.to_string())
}
