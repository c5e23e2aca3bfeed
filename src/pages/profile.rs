use askama::Template;
use axum::extract::RawQuery;
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
    notice: &'static str,
    /// Whether the account can be changed at a user pool.
    has_account: bool,
    /// Addresses that wait to be verified, with their labels.
    unverified: Vec<(&'static str, String)>,
}

/// The details of the user: the row, the attributes, and the login. Never a token.
pub(super) async fn show(
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
    RawQuery(query): RawQuery,
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

    let known = |name: &str| {
        attributes
            .as_ref()
            .and_then(|attributes| attributes.get(name))
    };
    let unverified = [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ]
    .into_iter()
    .filter(|(name, flag)| known(name).is_some() && known(flag) != Some("true"))
    .map(|(name, _)| (name, texts::attribute(name).to_lowercase()))
    .collect();

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
            notice: query
                .filter(|query| query == "saved=1")
                .map_or("", |_| texts::CHANGED),
            has_account: user.tokens_expire_at().is_some(),
            unverified,
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
