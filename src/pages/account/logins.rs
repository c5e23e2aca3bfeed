use axum::extract::RawQuery;
use axum::http::StatusCode;

use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::login;
use crate::pages::logout::After;
use crate::pages::page::Page;
use crate::pages::shown::{LoginRow, LoginsPage, TimedText};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{Change, View, page};
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection, LoginInfo, browser_and_system};

/// The logins of a user.
pub(in crate::pages) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
    RawQuery(query): RawQuery,
) -> Shown {
    user?;
    let logins = auth.logins().await?;

    let shown = LoginsPage {
        texts: view.texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Logins),
        notice: view.saved_notice(query.as_deref()),
        logins: logins.iter().map(|login| row(login, view.texts)).collect(),
    };
    Ok(page(StatusCode::OK, view.templates().logins(&shown)))
}

/// Ends a login, here or elsewhere.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    let id = typed.take("id").unwrap_or_default();
    let own = view.paths.own(Page::Logins);
    let Some(user) = auth.current_user().await? else {
        return Err(login::ended(&view, Some(&own)));
    };
    if user.login_id().as_str() == id {
        let after = After::read(&view, &auth).await;
        auth.log_out().await?;
        return Ok(after.answer());
    }
    if !auth.proved_within(&user, view.recent_login().saturating_mul(2)) {
        return Err(login::prove_again(&view, Some(&own)));
    }
    auth.log_out_of(&id.into()).await?;
    Ok(see_other(&Change::LoginEnded.of(&own)))
}

fn row(login: &LoginInfo, texts: &Texts) -> LoginRow {
    let name = browser_name(&login.user_agent, texts);
    let date = texts.date(login.logged_in_at);

    LoginRow {
        since: TimedText::new(
            texts,
            texts.logins.since,
            &[("date", login.logged_in_at), ("seen", login.seen_at)],
        ),
        end_label: fill(texts.logins.end_named, &[("date", &date)]),
        id: login.id.to_string(),
        name,
        is_this: login.is_this,
    }
}

/// What to call a browser.
pub(in crate::pages) fn browser_name(user_agent: &str, texts: &Texts) -> String {
    match user_agent {
        "" => texts.logins.nameless.to_owned(),
        told => browser_and_system(told).unwrap_or_else(|| told.to_owned()),
    }
}
