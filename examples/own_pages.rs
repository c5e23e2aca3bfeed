//! One page and one text of one's own; all others stay as they are.

use axum::{Router, response::Redirect, routing::get};
use axum_cognito::pages::{LoginPage, LogoutTexts, Pages, Rendered, Templates, Texts};
use axum_cognito::web::LocalPath;
use axum_cognito::{Auth, Cognito, SqliteUsers, UserPool};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

static TEXTS: Texts = Texts {
    logout: LogoutTexts {
        heading: "Leaving so soon?",
        ..Texts::ENGLISH.logout
    },
    ..Texts::ENGLISH
};

struct OwnLogin;

impl Templates for OwnLogin {
    /// Any template engine will do. What a page holds as `Field` is HTML that is escaped already.
    fn login(&self, page: &LoginPage) -> Rendered {
        let (username, password) = (&page.username, &page.password);
        let next = page.next.as_ref().map_or("/profile", LocalPath::as_str);
        let next = next.replace('&', "&amp;").replace('"', "&quot;");

        Ok(format!(
            r#"<!doctype html><html lang="en"><title>Acme</title><h1>Acme</h1><p>{}</p>
            <form method="post" action="{}">{username}{password}
            <input type="hidden" name="next" value="{next}"><button>Open</button></form>"#,
            page.alert,
            page.paths.login()
        ))
    }
}

pub(crate) async fn site(emulator: &Emulator) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let sessions = users.sessions();
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users))
        .with_insecure_cookie()
        .build()
        .await?;

    let pages = Pages::new().with_templates(OwnLogin);
    Ok(Router::new()
        .route("/", get(async || Redirect::to("/profile")))
        .merge(pages.with_languages([&TEXTS]).router())
        .layer(auth.layer(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
