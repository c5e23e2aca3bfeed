use std::env;
use std::net::SocketAddr;

use axum_cognito::web::ClientAddress;
use axum_cognito::{Auth, Settings, SqliteUsers, UserPool};
use tokio::net::TcpListener;
use tokio::signal;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,tower_sessions_core=off"));
    tracing_subscriber::fmt().with_env_filter(filter).init();

    let users = SqliteUsers::connect("sqlite://site.db").await?; // opens, creates, migrates
    let sessions = users.sessions();
    let pool = UserPool::new(Settings::from_env()?, users).await?; // the COGNITO_ variables
    let mut auth = Auth::builder().with_pool(pool);
    auth = match env::var("PROXIES") {
        // Behind https: README.md.
        Ok(proxies) => auth
            .with_client_address(ClientAddress::behind(proxies.parse()?))
            .with_cookie_name("__Host-session"),
        // On this machine alone: over plain http, browsers keep no secure cookie.
        Err(_) => auth.with_insecure_cookie(),
    };
    let auth = auth.build().await?; // everything is checked here

    let site = {{crate_name}}::routes().layer(auth.layer(sessions));
    tokio::spawn(auth.clean_up());

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://localhost:3000");
    let site = site.into_make_service_with_connect_info::<SocketAddr>(); // for the limits by address
    axum::serve(listener, site)
        .with_graceful_shutdown(async { signal::ctrl_c().await.expect("a signal") })
        .await?;
    Ok(())
}
