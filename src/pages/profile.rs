use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::texts::{Texts, fill};
use super::{View, page};
use crate::attribute::Attributes;
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection};

/// The user's details. Never a token.
#[derive(Clone, Debug, Template)]
#[template(path = "profile/profile.html")]
#[non_exhaustive]
pub struct ProfilePage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// The columns of the row, with their labels.
    pub details: Vec<(String, String)>,
    /// What Cognito has of the user, by name. `None`: it cannot be told at the moment.
    pub attributes: Option<Vec<(String, String)>>,
    /// What there is to know of this login, with labels.
    pub login: Vec<(&'static str, String)>,
    /// Whether the account can be changed at a user pool.
    pub has_account: bool,
    /// Addresses that wait to be verified: a form to `/profile/verify/send` for each, that sends
    /// the `attribute`, and what its button says.
    pub unverified: Vec<(&'static str, String)>,
}

/// The details of the user: the row, the attributes, and the login.
pub(super) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    let texts = view.texts;
    let user = match user {
        Ok(user) => user,
        Err(CurrentUserRejection::Failed(failure)) => return view.failed(&failure),
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

    let shown = ProfilePage {
        texts,
        notice: query
            .filter(|query| query == "saved=1")
            .map_or("", |_| texts.notices.saved),
        details: details(&user, texts),
        unverified: attributes
            .as_ref()
            .map(|attributes| unverified(attributes, texts))
            .unwrap_or_default(),
        attributes: attributes.map(|attributes| {
            attributes
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_owned()))
                .collect()
        }),
        login: login(&user, texts),
        has_account: user.tokens_expire_at().is_some(),
    };
    page(StatusCode::OK, view.templates().profile(&shown))
}

fn details(user: &CurrentUser, texts: &Texts) -> Vec<(String, String)> {
    let own = [
        (texts.fields.username.to_owned(), &user.username),
        (texts.attribute("given_name"), &user.first_name),
        (texts.attribute("family_name"), &user.last_name),
        (texts.attribute("email"), &user.email),
    ];
    let extra = user
        .extra
        .iter()
        .map(|(column, value)| (column.clone(), value.clone().unwrap_or_default()));
    let joined = (
        texts.profile.joined.to_owned(),
        texts.date(user.date_joined),
    );

    own.into_iter()
        .map(|(label, value)| (label, value.clone()))
        .chain(extra)
        .chain([joined])
        .collect()
}

fn login(user: &CurrentUser, texts: &Texts) -> Vec<(&'static str, String)> {
    let groups = match user.groups() {
        [] => texts.common.none.to_owned(),
        groups => groups.join(", "),
    };
    let expire = user
        .tokens_expire_at()
        .map(|at| (texts.profile.tokens_expire, texts.date(at)));

    [
        (texts.profile.groups, groups),
        (texts.profile.logged_in, texts.date(user.logged_in_at())),
    ]
    .into_iter()
    .chain(expire)
    .collect()
}

/// Addresses that Cognito has, and that nobody has verified yet.
fn unverified(attributes: &Attributes, texts: &Texts) -> Vec<(&'static str, String)> {
    [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ]
    .into_iter()
    .filter(|(name, flag)| attributes.get(name).is_some() && attributes.get(flag) != Some("true"))
    .map(|(name, _)| {
        let attribute = texts.attribute(name);
        (
            name,
            fill(texts.profile.verify, &[("attribute", &attribute)]),
        )
    })
    .collect()
}
