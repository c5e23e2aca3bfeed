//! A small site that shows axum-cognito: login, user details, a page for members and one for
//! administrators. Without settings it runs on a user pool of its own.

mod database;
mod embedded;
mod greeting;
mod headers;
mod keys;
mod pages;
mod serve;
mod sessions;
mod settings;

use std::process::ExitCode;
use std::sync::Arc;

use axum::middleware;
use axum_cognito::backend::Error;
use axum_cognito::{AuthLayer, UserPoolBackend};
use tracing_subscriber::EnvFilter;

use crate::database::Database;
use crate::embedded::EmbeddedPool;
use crate::sessions::Sessions;
use crate::settings::{Failure, Settings};

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
    let listener = serve::bind(settings.listen).await?;
    let database = Database::open(&settings.database).await?;
    let keys = settings.keys.read()?;
    let database = database.with_sealing_keys(keys.clone());
    let sessions = Sessions::open(&settings.sessions, &database, keys).await?;

    let embedded = if settings.embedded {
        let pool = EmbeddedPool::start().await?;
        settings.cognito.endpoint = Some(pool.endpoint().to_owned());
        Some(Arc::new(pool))
    } else {
        None
    };
    let backend = UserPoolBackend::new(settings.cognito.clone(), database.users())
        .await
        .map_err(|error| match error {
            Error::Setup(error) => Failure::Setting(error.to_string()),
            error => Failure::Start(error.to_string()),
        })?;

    let auth = AuthLayer::new(backend).with_client_address(settings.client_address);
    let mut site =
        pages::router(embedded.clone()).layer((sessions.layer(settings.https), auth.clone()));
    if settings.https {
        site = site.layer(middleware::map_response(headers::stay_with_https));
    }
    greeting::print(&settings, &listener, embedded.as_deref());
    tokio::spawn(auth.clean_up());
    serve::serve(listener, site, signals).await;
    Ok(())
}

fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Failure::Setting(format!("RUST_LOG: {error}")))?;

    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
