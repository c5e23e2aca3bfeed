use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{error, page, texts};
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection};

#[derive(Template)]
#[template(path = "profile/profile.html")]
struct ProfilePage {
    details: Vec<(String, String)>,
    /// `None`: they cannot be told at the moment.
    attributes: Option<Vec<(String, String)>>,
    login: Vec<(&'static str, String)>,
}

/// The details of the user: the row, the attributes, and the login. Never a token.
pub(super) async fn show(
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
) -> Response {
    let user = match user {
        Ok(user) => user,
        Err(CurrentUserRejection::Failed(failure)) => return error::failed(&failure),
        Err(rejection) => return rejection.into_response(),
    };
    // The row says who the user is; without the rest, the page is still worth showing.
    let attributes = match auth.attributes().await {
        Ok(attributes) => Some(attributes),
        Err(failure) => {
            failure.log();
            None
        }
    };

    let own = [
        ("User name", user.username.clone()),
        ("First name", user.first_name.clone()),
        ("Last name", user.last_name.clone()),
        ("E-mail", user.email.clone()),
    ];
    let extra = user
        .extra
        .iter()
        .map(|(column, value)| (column.clone(), value.clone().unwrap_or_default()));
    let joined = ("Joined".to_owned(), texts::date(user.date_joined));
    let details = own
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .chain(extra)
        .chain([joined])
        .collect();

    let mut login = vec![
        ("Groups", list(user.groups())),
        ("Logged in", texts::date(user.logged_in_at())),
    ];
    if let Some(at) = user.tokens_expire_at() {
        login.push(("Tokens expire", texts::date(at)));
    }
    page(
        StatusCode::OK,
        &ProfilePage {
            details,
            attributes: attributes.map(|attributes| {
                attributes
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_owned()))
                    .collect()
            }),
            login,
        },
    )
}

fn list(groups: &[String]) -> String {
    if groups.is_empty() {
        "none".to_owned()
    } else {
        groups.join(", ")
    }
}
