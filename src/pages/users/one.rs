use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::action::{ACTIONS, Action};
use super::directory::{Account, Directory};
use super::known::Known;
use super::list::{last_login, path_of, status};
use crate::cognito::{UserProfile, UserStatus};
use crate::pages::account::logins::browser_name;
use crate::pages::account::owner::RecentUser;
use crate::pages::error::{PageError, Shown, see_other};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::once::each_time;
use crate::pages::page::Page;
use crate::pages::shown::{Confirmation, Detail, Link, LoginRow, TimedText, UserAction, UserPage};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{page, query_parameter};
use crate::users::{LoginRecord, User};
use crate::web::AdminAction;

/// What there is to know of one user, and what can be done; or the question whether to do it.
pub(in crate::pages) async fn show(recent: RecentUser, RawQuery(query): RawQuery) -> Shown {
    let parameter = |name: &str| query_parameter(query.as_deref(), name);
    let directory = Directory::of(&recent.auth).await?;
    let user = directory.find(parameter("id")).await?;
    let texts = recent.view.texts;
    let done = parameter("done").and_then(|name| Action::named(&name));
    let notice = done.map_or("", |action| action.done(texts));
    let asked = parameter("confirm").and_then(|name| Action::named(&name));

    render(&recent, &directory, &user, notice, asked, None).await
}

/// Does something to a user, and writes it down.
pub(in crate::pages) async fn submit(
    recent: RecentUser,
    RawQuery(query): RawQuery,
    mut typed: Form,
) -> Shown {
    let id = query_parameter(query.as_deref(), "id");
    let directory = Directory::of(&recent.auth).await?;
    let user = directory.find(id).await?;
    let action = typed.take("action");
    let action = action.and_then(|name| Action::named(&name));
    let action = action.ok_or(PageError::Refused(StatusCode::BAD_REQUEST))?;
    let account = directory.account(&user).await;
    if !is_possible(action, &recent, &user, &account) {
        return Err(PageError::Refused(match account {
            Account::Unknown => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }));
    }

    match action.run(&recent.auth, &directory, &user).await {
        Ok(()) => {
            let path = path_of(&recent.view, &user.id.to_string());
            let answer = see_other(&path.with("done", action.name));
            Ok(match action.told {
                // Whoever was logged out may have come back.
                AdminAction::LoginsEnded => each_time(answer),
                _ => answer,
            })
        }
        Err(failure) => {
            let mistake = Mistake::of(failure, &recent.view)?;
            render(&recent, &directory, &user, "", None, Some(&mistake)).await
        }
    }
}

fn is_possible(action: &Action, recent: &RecentUser, user: &User, account: &Account) -> bool {
    let profile = account.profile();
    let status = profile.and_then(|profile| profile.status.as_ref());
    let is_theirs = matches!(account, Account::Found(_) | Account::NotAsked);
    match action.name {
        // Administrators who lock themselves out help nobody.
        "disable" => is_theirs && user.is_active && user.id != recent.user.id,
        "enable" => is_theirs && !user.is_active,
        "reset" => matches!(status, Some(UserStatus::Confirmed)),
        "factor" => profile.is_some_and(|profile| !profile.mfa.is_empty()),
        "invite" => matches!(status, Some(UserStatus::ForceChangePassword)),
        _ => true,
    }
}

async fn render(
    recent: &RecentUser,
    directory: &Directory<'_>,
    user: &User,
    notice: &'static str,
    asked: Option<&Action>,
    mistake: Option<&Mistake>,
) -> Shown {
    let RecentUser { view, auth, .. } = recent;
    let texts = view.texts;
    let id = user.id.to_string();
    let path = path_of(view, &id);
    let account = directory.account(user).await;
    let possible: Vec<_> = ACTIONS
        .iter()
        .filter(|action| is_possible(action, recent, user, &account))
        .collect();
    let asked = asked.filter(|asked| possible.iter().any(|it| it.name == asked.name));
    let logins = auth.logins_of(directory.backend, &user.id).await?;
    let known = match (&directory.admin, account.profile()) {
        (Some(admin), Some(profile)) if asked.is_none() => {
            Known::of(admin, &profile.username).await
        }
        _ => Known::default(),
    };

    let shown = UserPage {
        texts,
        paths: view.paths.clone(),
        action: path.clone(),
        heading: match user.full_name() {
            name if name.is_empty() => user.username.clone(),
            name => name,
        },
        notice,
        alert: mistake.map_or_else(String::new, |mistake| mistake.text().to_owned()),
        details: details(texts, user, account.profile(), &known),
        logins: logins.iter().map(|login| login_row(login, texts)).collect(),
        devices: known.devices(texts),
        events: known.events(texts),
        actions: possible
            .iter()
            .map(|action| UserAction {
                path: path.with("confirm", action.name),
                label: action.label(texts),
            })
            .collect(),
        confirmation: asked.map(|action| Confirmation {
            texts,
            path: path.clone(),
            action: action.name,
            id: String::new(),
            text: fill(action.consequence(texts), &[("name", &user.username)]),
            label: action.label(texts).to_owned(),
        }),
        back: Link {
            path: view.paths.own(Page::Users),
            label: texts.users.back,
        },
    };
    Ok(Mistake::answer(mistake, |status| {
        page(status, view.templates().user(&shown))
    }))
}

/// What there is to know: a detail that is not set is left out.
fn details(
    texts: &Texts,
    user: &User,
    profile: Option<&UserProfile>,
    known: &Known,
) -> Vec<Detail> {
    let factors = profile.map_or_else(String::new, |profile| {
        let factors = profile.mfa.iter().map(|name| texts.factor_name(name));
        factors.collect::<Vec<_>>().join(", ")
    });
    let state = profile.and_then(|profile| profile.status.as_ref());
    let state = state.map_or("", |state| account_state(state, texts));
    let extra = user.extra.iter().map(|(column, value)| {
        let value = value.clone().unwrap_or_default();
        (texts.attribute(column), value)
    });

    let own = [
        (texts.fields.username.to_owned(), user.username.clone()),
        (texts.users.name.to_owned(), user.full_name()),
        (texts.attribute("email"), user.email.clone()),
        (
            texts.users.status.to_owned(),
            status(user, texts).to_owned(),
        ),
        (texts.users.state.to_owned(), state.to_owned()),
        (texts.profile.groups.to_owned(), known.groups()),
        (texts.mfa.heading.to_owned(), factors),
    ];
    let joined = TimedText::time(texts, user.date_joined);
    own.into_iter()
        .chain(extra)
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| Detail::new(label, TimedText::plain(&value)))
        .chain([
            Detail::new(texts.profile.joined, joined),
            Detail::new(texts.users.last_login, last_login(user, texts)),
        ])
        .collect()
}

fn account_state(state: &UserStatus, texts: &Texts) -> &'static str {
    let texts = &texts.users;
    match state {
        UserStatus::Confirmed | UserStatus::ExternalProvider => texts.confirmed,
        UserStatus::ForceChangePassword => texts.invited_state,
        UserStatus::ResetRequired => texts.reset_required,
        UserStatus::Unconfirmed => texts.unconfirmed,
        _ => "",
    }
}

fn login_row(login: &LoginRecord, texts: &Texts) -> LoginRow {
    LoginRow {
        id: String::new(),
        name: browser_name(&login.user_agent, texts),
        since: TimedText::new(
            texts,
            texts.logins.since,
            &[("date", login.logged_in_at), ("seen", login.seen_at)],
        ),
        is_this: false,
        end_label: String::new(),
    }
}
