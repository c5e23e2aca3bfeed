//! Logins from end to end: the real SDK against the emulator, a real SQLite file, the real
//! session layer. Each test has a site and a user pool of its own.

mod account_pages;
#[path = "../../emulator/tests/emulator/authenticator.rs"]
mod authenticator;
mod backends;
mod bearer;
mod bearer_callers;
mod bearer_example;
mod bearer_judge;
mod bearer_resource;
mod bearer_revocation;
mod bearer_rows;
mod bearer_scopes;
mod bearer_tokens;
mod challenges;
mod client;
mod data;
mod devices;
mod domain;
mod exceptions;
mod failure_pages;
mod forms;
mod group_flags;
mod guards;
mod handle;
mod hooks;
mod identities;
mod json_errors;
mod limits;
mod login_pages;
mod looks;
mod managed_login;
mod managed_login_elsewhere;
mod mounted_pages;
mod other_ways;
mod own_pages;
mod recent_login;
mod sessions;
mod site;
mod snapshots;
