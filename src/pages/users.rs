use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::error::{PageError, Shown, see_other};
use super::form::Form;
use super::page::Page;
use super::shown::{UserRow, UsersPage};
use super::texts::{Texts, fill};
use super::view::{View, page, query_parameter};
use crate::backend::Error;
use crate::users::User;
use crate::web::{AuthError, AuthSession};

/// So many users are on one page.
const PAGE: u32 = 50;

/// Lists users, a page at a time.
pub(super) async fn show(view: View, auth: AuthSession, RawQuery(query): RawQuery) -> Shown {
    let (_, store) = auth.users().ok_or(PageError::NO_USER_POOL)?;
    let after = query_parameter(query.as_deref(), "after");
    // One more than is shown tells whether there is another page.
    let users = store
        .list(after.as_deref(), PAGE + 1)
        .await
        .map_err(|failure| AuthError::from(Error::from(failure)))?;

    let has_next = users.len() > PAGE as usize;
    let shown = &users[..users.len().min(PAGE as usize)];
    let ended = query_parameter(query.as_deref(), "ended").is_some();
    let action = view.paths.own(Page::Users);
    let list = UsersPage {
        texts: view.texts,
        paths: view.paths.clone(),
        notice: if ended {
            view.texts.users.logins_ended
        } else {
            ""
        },
        users: shown.iter().map(|user| row(user, view.texts)).collect(),
        has_previous: after.is_some(),
        next_page: shown
            .last()
            .filter(|_| has_next)
            .map(|last| action.with("after", &last.username)),
        action,
    };
    Ok(page(StatusCode::OK, view.templates().users(&list)))
}

/// Ends all logins of a user.
pub(super) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    let (backend, _) = auth.users().ok_or(PageError::NO_USER_POOL)?;
    let id = typed.take("id");
    let id = id.ok_or(PageError::Refused(StatusCode::BAD_REQUEST))?;

    auth.end_logins_of(backend, &id.into()).await?;
    Ok(see_other(&view.paths.own(Page::Users).with("ended", "1")))
}

fn row(user: &User, texts: &Texts) -> UserRow {
    UserRow {
        end_label: fill(texts.users.end_logins_of, &[("name", &user.username)]),
        id: user.id.to_string(),
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
