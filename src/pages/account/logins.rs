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
    /// Since when, and when it was used last, in words.
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
        told => short_name(told).unwrap_or_else(|| told.to_owned()),
    };
    let date = texts.date(login.logged_in_at);

    LoginRow {
        since: fill(
            texts.logins.since,
            &[("date", &date), ("seen", &texts.date(login.seen_at))],
        ),
        end_label: fill(texts.logins.end_named, &[("date", &date)]),
        id: login.id,
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
