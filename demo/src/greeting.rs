use std::net::SocketAddr;

use crate::embedded::{EmbeddedPool, TOTP_SECRET, USERS, totp_uri};
use crate::sessions::StoreSetting;
use crate::settings::Settings;
use crate::words::ENGLISH;

/// Prints where the site is, who can log in, and where its data is.
pub(crate) fn print(settings: &Settings, address: SocketAddr, embedded: Option<&EmbeddedPool>) {
    println!("axum-cognito demo: http://{address}\n");

    match embedded {
        Some(pool) => {
            println!("Users of the embedded pool ({}):", pool.endpoint());
            for (user, about) in USERS.iter().zip(ENGLISH.seeded) {
                println!("  {:<8} {:<17} {about}", user.name, user.password);
            }
            println!("\nAuthenticator secret of totp: {TOTP_SECRET}");
            println!("  {}\n", totp_uri());
            println!(
                "The login page also leads to the pool's own pages and to an identity provider, which lets you\n\
                 in as anyone.\n"
            );
            println!(
                "When the demo ends, the embedded pool forgets new users, new passwords and all tokens.\n\
                 Browsers stay logged in until their tokens expire."
            );
        }
        None => println!("User pool: {}", settings.cognito.user_pool),
    }
    let database = &settings.database.shown;
    match &settings.sessions {
        StoreSetting::Database => println!("Users and sessions are in {database}."),
        StoreSetting::Memory => println!(
            "Users are in {database}. Sessions are in memory: when the demo ends, so do all logins."
        ),
        StoreSetting::Redis { shown, .. } => {
            println!("Users are in {database}, sessions in {shown}.");
        }
    }
    println!("Ctrl-C ends it.");
}
