//! A page whose parts are fetched by htmx. If the login has ended meanwhile, htmx leads the whole page
//! to the login page, and back.
//!
//! The browser loads htmx from a content delivery network.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::response::Html;
use axum::{Form, Router, routing::get};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};
use tower_http::csrf::CsrfLayer;

type Failure = Box<dyn std::error::Error>;
type Orders = Arc<Mutex<Vec<String>>>;

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
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build()
        .await?;

    Ok(Router::new()
        .route("/", get(async || Html(include_str!("shop.html"))))
        .route("/orders", get(orders).post(place_order))
        .route_layer(login_required()) // browsers: 303; htmx: 401 with `HX-Redirect`
        .route_layer(CsrfLayer::new()) // refuses the forms of other sites
        .with_state(Orders::default())
        .merge(pages::router())
        .layer(auth.layer(sessions)))
}

#[derive(serde::Deserialize)]
struct Order {
    thing: String,
}

async fn orders(State(orders): State<Orders>, user: CurrentUser) -> Html<String> {
    let orders = orders.lock().unwrap_or_else(PoisonError::into_inner);
    part(&orders, &user)
}

async fn place_order(
    State(orders): State<Orders>,
    user: CurrentUser,
    Form(order): Form<Order>,
) -> Html<String> {
    let mut orders = orders.lock().unwrap_or_else(PoisonError::into_inner);
    orders.push(order.thing);
    part(&orders, &user)
}

/// The part of the page that htmx puts in.
fn part(orders: &[String], user: &CurrentUser) -> Html<String> {
    let line = |thing: &String| format!("<li>{}</li>", escape(thing));
    let list: String = orders.iter().map(line).collect();
    Html(format!(
        "<p>Hello {}</p><ul>{list}</ul>",
        escape(&user.username)
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
