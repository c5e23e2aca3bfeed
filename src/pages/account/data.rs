use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};

use super::owner::RecentUser;
use crate::pages::error::{PageError, Shown};
use crate::pages::form::Form;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{DataPage, DeletedPage, Field};
use crate::pages::texts::fill;
use crate::pages::view::page;

/// The field in which the account is named that is to be deleted.
const CONFIRMATION: &str = "account";

/// A copy of the user's data, and the end of the account.
pub(in crate::pages) async fn show(recent: RecentUser) -> Shown {
    check(&recent).await?;
    Ok(render(&recent, None))
}

/// Hands the data out, or deletes the account.
pub(in crate::pages) async fn submit(recent: RecentUser, mut typed: Form) -> Shown {
    check(&recent).await?;
    match typed.take("action").as_deref() {
        Some("export") => export(&recent).await,
        Some("delete") => delete(&recent, typed.take_trimmed(CONFIRMATION)).await,
        _ => Ok(render(&recent, None)),
    }
}

async fn check(recent: &RecentUser) -> Result<(), PageError> {
    match recent.auth.can_delete_account().await? {
        true => Ok(()),
        false => Err(recent.without_account().await),
    }
}

async fn export(recent: &RecentUser) -> Shown {
    let Some(export) = recent.auth.export_account().await? else {
        return Err(recent.without_account().await);
    };
    let as_a_file = "attachment; filename=\"account.json\"";

    Ok(([(CONTENT_DISPOSITION, as_a_file)], Json(export)).into_response())
}

async fn delete(recent: &RecentUser, confirmation: Option<String>) -> Shown {
    let RecentUser { view, auth, user } = recent;
    let account = account_name(recent);
    let is_confirmed = confirmation.is_some_and(|typed| {
        typed == user.username || typed.to_lowercase() == account.to_lowercase()
    });
    if !is_confirmed {
        let text = fill(view.texts.data.not_confirmed, &[("account", account)]);
        return Ok(render(recent, Some(&Mistake::new(CONFIRMATION, text))));
    }

    match auth.delete_account().await {
        Ok(true) => {
            let shown = DeletedPage {
                texts: view.texts,
                paths: view.paths.clone(),
            };
            Ok(page(StatusCode::OK, view.templates().deleted(&shown)))
        }
        Ok(false) => Err(recent.without_account().await),
        Err(failure) => Err(recent.failed(failure).await),
    }
}

/// What people call their account: the address, or else the user name.
fn account_name(recent: &RecentUser) -> &str {
    match recent.user.email.as_str() {
        "" => &recent.user.username,
        email => email,
    }
}

fn render(recent: &RecentUser, mistake: Option<&Mistake>) -> Response {
    let view = &recent.view;
    let texts = view.texts;
    let account = [("account", account_name(recent))];
    let mut marks = Marks::new(mistake);
    let confirmation = Field::text(CONFIRMATION, fill(texts.data.delete_field, &account));
    let shown = DataPage {
        texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Data),
        delete_text: fill(texts.data.delete_text, &account),
        confirmation: marks.field(Field {
            plain: true,
            ..confirmation
        }),
        alert: marks.alert(),
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().data(&shown))
    })
}
