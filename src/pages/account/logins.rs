use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::pages::form::Form;
use crate::pages::texts::{Texts, fill};
use crate::pages::{View, page, see_other};
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection, LocalPath, LoginInfo};

/// The logins of a user in all browsers. Its forms go to `/profile/logins`, with the `id` of the
/// login to be ended.
#[derive(Clone, Debug, Template)]
#[template(path = "account/logins.html")]
#[non_exhaustive]
pub struct LoginsPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// The logins, the newest first.
    pub logins: Vec<LoginRow>,
}

/// A login.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginRow {
    /// Tells it from all others.
    pub id: String,
    /// Where it is, as the browser said.
    pub name: String,
    /// Since when, in words.
    pub since: String,
    /// Whether the page is shown in it.
    pub is_this: bool,
    /// What the button says to somebody who does not see the row: which login ends.
    pub end_label: String,
}

/// The logins of a user.
pub(in crate::pages) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
) -> Response {
    match user {
        Ok(_) => {}
        Err(CurrentUserRejection::Failed(failure)) => return view.failed(&failure),
        Err(rejection) => return rejection.into_response(),
    }
    let logins = match auth.logins().await {
        Ok(logins) => logins,
        Err(failure) => return view.failed(&failure),
    };

    let shown = LoginsPage {
        texts: view.texts,
        logins: logins
            .into_iter()
            .map(|login| row(login, view.texts))
            .collect(),
    };
    page(StatusCode::OK, view.templates().logins(&shown))
}

/// Ends a login, here or elsewhere.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Response {
    let id = typed.take("id").unwrap_or_default();

    match auth.log_out_of(&id).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/logins")),
        Err(failure) => view.failed(&failure),
    }
}

fn row(login: LoginInfo, texts: &Texts) -> LoginRow {
    let name = match login.user_agent.as_str() {
        "" => texts.logins.nameless.to_owned(),
        told => told.to_owned(),
    };
    let date = texts.date(login.logged_in_at);

    LoginRow {
        since: fill(texts.logins.since, &[("date", &date)]),
        end_label: fill(texts.logins.end_named, &[("date", &date)]),
        id: login.id,
        name,
        is_this: login.is_this,
    }
}
