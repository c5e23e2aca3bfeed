//! Server-sent events and a WebSocket behind a guard, which end when the login ends. On an emulated user pool.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, Response};
use axum::{Router, routing::get};
use axum_cognito::backend::Error;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, AuthSession, Cognito, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};
use futures_util::stream::{self, Stream, StreamExt};

pub(crate) async fn site(cognito: Cognito, users: SqliteUsers) -> Result<Router, Error> {
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users))
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build()
        .await?;

    Ok(Router::new()
        .route("/", get(async || Html(PAGE)))
        .route("/ticks", get(ticks))
        .route("/echo", get(echo))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(MemoryStore::default())))
}

/// A number every second, until the login is over. Then it is 401, which tells the browser to stop.
async fn ticks(auth: AuthSession) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = stream::unfold(0_u64, |number| async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok(Event::default().data(number.to_string())), number + 1))
    });

    // Ends in this process are noticed at once, others after ten seconds at most.
    let ended = async move { auth.ended(Duration::from_secs(10)).await };
    Sse::new(ticks.take_until(ended)).keep_alive(KeepAlive::default())
}

/// Says what it is told, until the login is over.
async fn echo(auth: AuthSession, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        let echo = async {
            while let Some(Ok(message)) = socket.recv().await
                && socket.send(message).await.is_ok()
            {}
        };
        // Whichever ends first: then the socket is closed.
        tokio::select! {
            () = echo => {}
            () = auth.ended(Duration::from_secs(10)) => {}
        }
    })
}

const PAGE: &str = r#"<!doctype html><title>Ticks</title><p id="tick">
<form method="post" action="/logout"><button>Log out</button></form>
<script>
new EventSource("/ticks").onmessage = (tick) => (document.getElementById("tick").textContent = tick.data);
</script>"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));
    let client = pool.add_client(AppClient::new("site"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;

    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site(cognito, users).await?).await?)
}
