use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::texts::{Texts, fill};
use super::{View, page, query_parameter, see_other};
use crate::backend::Error;
use crate::users::User;
use crate::web::{AuthError, AuthSession, LocalPath};

/// So many users are on one page.
const PAGE: u32 = 50;

/// The list of all users, in the order of their names.
#[derive(Clone, Debug, Template)]
#[template(path = "users/users.html")]
#[non_exhaustive]
pub struct UsersPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// The users on this page.
    pub users: Vec<UserRow>,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// Whether there are users before these.
    pub has_previous: bool,
    /// The page after this one.
    pub next_page: Option<LocalPath>,
}

/// A user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserRow {
    /// The key of the row.
    pub id: i64,
    /// The name that Cognito gave the user.
    pub username: String,
    /// First and last name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether the site lets the user log in, in a word.
    pub is_active: &'static str,
    /// When the user logged in last, in words.
    pub last_login: String,
    /// What the button says that ends the user's logins: its form goes to `/admin/users`, with
    /// the `id` of the row.
    pub end_label: String,
}

/// Lists users, a page at a time.
pub(super) async fn show(view: View, auth: AuthSession, RawQuery(query): RawQuery) -> Response {
    let Some(store) = auth.user_store() else {
        return view.no_user_pool();
    };
    let after = query_parameter(query.as_deref(), "after");
    // One more than is shown tells whether there is another page.
    let users = match store.list(after.as_deref(), PAGE + 1).await {
        Ok(users) => users,
        Err(failure) => return view.failed(&AuthError::from(Error::from(failure))),
    };

    let has_next = users.len() > PAGE as usize;
    let shown = &users[..users.len().min(PAGE as usize)];
    let ended = query_parameter(query.as_deref(), "ended").is_some();
    let list = UsersPage {
        texts: view.texts,
        notice: if ended {
            view.texts.users.logins_ended
        } else {
            ""
        },
        users: shown.iter().map(|user| row(user, view.texts)).collect(),
        has_previous: after.is_some(),
        next_page: shown.last().filter(|_| has_next).and_then(page_after),
    };
    page(StatusCode::OK, view.templates().users(&list))
}

/// Ends all logins of a user.
pub(super) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Response {
    let Some(id) = typed.take("id").and_then(|id| id.parse().ok()) else {
        return view.error(StatusCode::BAD_REQUEST);
    };

    match auth.end_logins_of(id).await {
        Ok(()) => see_other(&LocalPath::from_static("/admin/users?ended=1")),
        Err(failure) => view.failed(&failure),
    }
}

fn row(user: &User, texts: &Texts) -> UserRow {
    UserRow {
        end_label: fill(texts.users.end_logins_of, &[("name", &user.username)]),
        id: user.id,
        username: user.username.clone(),
        name: user.full_name(),
        email: user.email.clone(),
        is_active: if user.is_active {
            texts.users.yes
        } else {
            texts.users.no
        },
        last_login: user
            .last_login
            .map_or_else(|| texts.users.never.to_owned(), |at| texts.date(at)),
    }
}

fn page_after(user: &User) -> Option<LocalPath> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("after", &user.username).finish();

    format!("/admin/users?{query}").parse().ok()
}
