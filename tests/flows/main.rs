//! Logins from end to end: the real SDK against the emulator, a real SQLite file, the real
//! session layer. Each test has a site and a user pool of its own.

mod account_pages;
#[path = "../../emulator/tests/emulator/authenticator.rs"]
mod authenticator;
mod backends;
mod bearer;
mod challenges;
mod client;
mod devices;
mod failure_pages;
mod group_flags;
mod guards;
mod hooks;
mod limits;
mod login_pages;
mod other_ways;
mod own_pages;
mod sessions;
mod site;
