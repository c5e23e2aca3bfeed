use axum::http::StatusCode;

use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::login;
use crate::pages::logout::After;
use crate::pages::page::Page;
use crate::pages::shown::{LoginRow, LoginsPage};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{View, page};
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection, LoginInfo};

/// The logins of a user.
pub(in crate::pages) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
) -> Shown {
    user?;
    let logins = auth.logins().await?;

    let shown = LoginsPage {
        texts: view.texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Logins),
        logins: logins.iter().map(|login| row(login, view.texts)).collect(),
        back: view.back_to_details(),
    };
    Ok(page(StatusCode::OK, view.templates().logins(&shown)))
}

/// Ends a login, here or elsewhere.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    let id = typed.take("id").unwrap_or_default();
    let own = view.paths.own(Page::Logins);
    if let Some(user) = auth.current_user().await? {
        if user.login_id().as_str() == id {
            let after = After::read(&view, &auth).await;
            auth.log_out().await?;
            return Ok(after.answer());
        }
        if !auth.proved_within(&user, 2 * view.recent_login()) {
            return Err(login::prove_again(&view, Some(&own)));
        }
    }
    auth.log_out_of(&id.into()).await?;
    Ok(see_other(&own))
}

fn row(login: &LoginInfo, texts: &Texts) -> LoginRow {
    let name = match login.user_agent.as_str() {
        "" => texts.logins.nameless.to_owned(),
        told => short_name(told).unwrap_or_else(|| told.to_owned()),
    };
    let date = texts.date(login.logged_in_at);

    LoginRow {
        since: fill(
            texts.logins.since,
            &[("date", &date), ("seen", &texts.date(login.seen_at))],
        ),
        end_label: fill(texts.logins.end_named, &[("date", &date)]),
        id: login.id.to_string(),
        name,
        is_this: login.is_this,
    }
}

/// What people call a browser and its system: `Firefox, Windows`. Each name is looked for before
/// those that its bearer claims as well.
fn short_name(user_agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];

    let known = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names.find_map(|(mark, name)| user_agent.contains(mark).then_some(*name))
    };
    Some(format!("{}, {}", known(&BROWSERS)?, known(&SYSTEMS)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_browsers_what_people_call_them() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (told, name) in [
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/140.0 Safari/537.36"),
                Some("Chrome, Linux"),
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/140.0 Safari/537.36 Edg/140.0"),
                Some("Edge, Windows"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0"
                    .to_owned(),
                Some("Firefox, macOS"),
            ),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {webkit} Version/18.0 Mobile/15E148 Safari/604.1"),
                Some("Safari, iPhone"),
            ),
            ("curl/8.0".to_owned(), None),
        ] {
            assert_eq!(short_name(&told).as_deref(), name, "{told}");
        }
    }
}
