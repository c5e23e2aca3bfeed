//! Three looks of the same pages: `cargo run --example looks`, `… looks -- dark` or `… looks -- shop`.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Redirect;
use axum::routing::get;
use axum_cognito::pages::{Brand, Frame, Pages, PagesError, Rendered, Templates, Texts};
use axum_cognito::web::LocalPath;
use axum_cognito::{Auth, Cognito, SqliteUsers, UserPool};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

/// A company: its name, logo and colours on our pages.
fn company() -> Result<Pages, PagesError> {
    let brand = Brand::named("Harbour & Lane")
        .with_logo(LocalPath::from_static("/static/logo.svg"))
        .with_favicon(LocalPath::from_static("/static/logo.svg"))
        .with_accent("#0b6b3a", "#7fe0a8")?;

    Ok(Pages::new().with_brand(brand))
}

/// A product that is always dark: the variables of our style sheet, in one of its own.
fn dark() -> Result<Pages, PagesError> {
    let brand = Brand::named("nightshift")
        .with_favicon(LocalPath::from_static("/static/logo.svg"))
        .with_stylesheet(LocalPath::from_static("/static/dark.css"));

    Ok(Pages::new().with_brand(brand))
}

/// A site with a navigation of its own: our pages stand inside of it.
fn shop() -> Result<Pages, PagesError> {
    Ok(Pages::new().with_templates(Shop))
}

struct Shop;

impl Templates for Shop {
    fn layout(&self, frame: &Frame<'_>) -> Rendered {
        let account = match &frame.user {
            Some(user) => format!("<a href=\"/profile\">{}</a>", escape(&user.username)),
            None => format!("<a href=\"{}\">Log in</a>", frame.paths.login()),
        };
        let languages = frame.languages.iter().map(|link| {
            let path = escape(link.path.as_str());
            format!(
                "<a href=\"{path}\" lang=\"{}\">{}</a> ",
                link.language, link.name
            )
        });

        Ok(format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{} – Paper &amp; Ink</title>\
             <link rel=\"stylesheet\" href=\"{}\"><link rel=\"stylesheet\" href=\"/static/shop.css\">\
             <link rel=\"icon\" href=\"/static/logo.svg\">{}</head>\
             <body><header class=\"shop\"><a href=\"/\"><strong>Paper &amp; Ink</strong></a>\
             <nav aria-label=\"Shop\"><a href=\"/\">Notebooks</a> <a href=\"/\">Pens</a> {account}</nav>\
             </header><main class=\"card{}\">{}</main>\
             <footer class=\"shop\"><span>{}</span> <a href=\"/\">Imprint</a></footer></body></html>",
            frame.texts.language,
            frame.texts.direction,
            frame.title,
            frame.paths.stylesheet(),
            frame.head,
            frame.card,
            frame.main,
            languages.collect::<String>(),
        ))
    }
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;")
}

/// The site's own files.
fn files() -> Router {
    let file =
        |kind: &'static str, text: &'static str| get(async move || ([(CONTENT_TYPE, kind)], text));

    Router::new()
        .route(
            "/static/dark.css",
            file("text/css", include_str!("dark.css")),
        )
        .route(
            "/static/shop.css",
            file("text/css", include_str!("shop.css")),
        )
        .route(
            "/static/logo.svg",
            file("image/svg+xml", include_str!("logo.svg")),
        )
}

pub(crate) async fn site(emulator: &Emulator, look: &str) -> Result<Router, Failure> {
    let pages = match look {
        "company" => company()?,
        "dark" => dark()?,
        "shop" => shop()?,
        _ => return Err("which look? company, dark or shop".into()),
    };
    let pages = pages
        .with_languages([
            &Texts::ENGLISH,
            &Texts::GERMAN,
            &Texts::FRENCH,
            &Texts::SPANISH,
        ])
        .with_sign_up(["email"])?;

    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("given_name", "Alice"),
    );
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

    Ok(Router::new()
        .route("/", get(async || Redirect::to("/profile")))
        .merge(pages.router())
        .merge(files())
        .layer(auth.layer(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let look = std::env::args().nth(1);
    let site = site(&emulator, look.as_deref().unwrap_or("company")).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
