//! A small site that shows axum-cognito: login, user details, a page for members and one for
//! administrators. Without settings it runs on a user pool of its own.

mod database;
mod developer;
mod embedded;
mod failure;
mod greeting;
mod headers;
mod health;
mod hosts;
mod keys;
mod pages;
mod private_file;
mod render;
mod serve;
mod sessions;
mod settings;
mod words;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::middleware;
use axum_cognito::backend::Error;
use axum_cognito::{Auth, UserPool};
use tracing_subscriber::EnvFilter;

use crate::database::Database;
use crate::embedded::EmbeddedPool;
use crate::failure::{Failure, with_causes};
use crate::health::Needs;
use crate::settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("demo: {failure}");
            failure.exit_code()
        }
    }
}

async fn run() -> Result<(), Failure> {
    let mut settings = Settings::read()?;
    start_log(&settings.log)?;
    let signals = serve::Signals::listen()?;
    let (socket, address) = serve::take(settings.listen)?;
    let database = Database::open(&settings.database).await?;

    let embedded = if settings.embedded {
        let callback = settings.callback(address)?;
        let pool = EmbeddedPool::start(&callback).await?;
        settings.cognito.endpoint = Some(pool.endpoint().to_owned());
        let managed = pool.managed_login(&callback);
        settings.cognito.login.managed_login =
            Some(managed.map_err(|error| Failure::Setting(error.to_string()))?);
        Some(Arc::new(pool))
    } else {
        None
    };
    let auth = build_auth(&settings, address, &database).await?;

    let site = pages::router(embedded.clone());
    let (mut site, sessions) = settings.sessions.around(site, &auth, &database).await?;
    if settings.https {
        site = site.layer(middleware::map_response(headers::stay_with_https));
    }
    let needs = Needs {
        users: database.users,
        sessions,
    };
    let site = site
        .layer(middleware::from_fn_with_state(
            settings.hosts.clone(),
            hosts::check,
        ))
        .merge(health::router(needs));

    // All is checked: from here on visitors can come.
    let listener = serve::listen(socket, address)?;
    greeting::print(&settings, address, embedded.as_deref());
    tokio::spawn(auth.clean_up());
    serve::serve(listener, site, signals).await;
    Ok(())
}

async fn build_auth(
    settings: &Settings,
    address: SocketAddr,
    database: &Database,
) -> Result<Auth, Failure> {
    let failed = |error: Error| match error {
        Error::Setup(_) => Failure::Setting(with_causes(&error)),
        _ => Failure::Start(with_causes(&error)),
    };

    let pool = UserPool::new(settings.cognito.clone(), database.users.clone()).await;
    let mut auth = Auth::builder()
        .with_pool(pool.map_err(failed)?)
        .with_sealing_keys(settings.keys.read()?)
        .with_client_address(settings.client_address)
        .with_cookie_name(settings.cookie_name(address));
    if !settings.https {
        auth = auth.with_insecure_cookie();
    }
    auth.build().await.map_err(failed)
}

fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Failure::Setting(format!("RUST_LOG: {error}")))?;
    // It logs each error that it returns, and so does its caller.
    let twice = "tower_sessions_core=off".parse();
    let filter = filter.add_directive(twice.expect("a directive"));

    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
