//! The audit log: what happened to logins, as events of `tracing` with a target of their own.
//!
//! An event names rows and reasons, and never a value that somebody typed or that Cognito sent: what
//! is typed as a name can be a password. Instead of the name there is a number that stands for it
//! while the process runs.

use std::net::IpAddr;

use tracing::{info, warn};

use super::hooks::Event;
use crate::backend::Refusal;
use crate::web::protect::Limiter;

/// What the audit log is filtered by: `RUST_LOG=axum_cognito::audit=info`.
const TARGET: &str = "axum_cognito::audit";

/// Writes down that something happened to a login.
pub(in crate::web) fn write(event: &Event, limiter: &Limiter, address: Option<IpAddr>) {
    let address = address.map(tracing::field::display);
    let alias = |account: &str| format!("{:016x}", limiter.alias(account));

    match event {
        Event::Administered {
            by,
            user_id,
            action,
        } => info!(
            target: TARGET, event = "administered", user = %user_id, by = %by.id, ?action, address
        ),
        Event::CallerForbidden {
            sub,
            client,
            required,
        } => warn!(
            target: TARGET, event = "forbidden", sub = sub.as_str(), client, required, address
        ),
        Event::Changed { user, change } => {
            info!(target: TARGET, event = "changed", user = %user.id, ?change, address);
        }
        Event::Challenged {
            username,
            challenge,
        } => info!(
            target: TARGET, event = "challenged", account = alias(username), challenge, address
        ),
        Event::Deleted { user } => {
            info!(target: TARGET, event = "deleted", user = %user.id, address);
        }
        Event::Ended { user_id, why } => {
            info!(target: TARGET, event = "ended", user = %user_id, ?why, address);
        }
        Event::FoundOver { login, user_id } => {
            let user = user_id.as_ref().map(tracing::field::display);
            info!(target: TARGET, event = "ended", user, %login, why = "FoundOver", address);
        }
        Event::Forbidden { user_id, required } => {
            warn!(target: TARGET, event = "forbidden", user = %user_id, required, address);
        }
        Event::Limited { account } => {
            warn!(target: TARGET, event = "limited", account = alias(account), address);
        }
        Event::LoggedIn { user, created } => {
            if *created {
                info!(target: TARGET, event = "created", user = %user.id, address);
            }
            let provider = user.provider();
            info!(target: TARGET, event = "logged_in", user = %user.id, provider, address);
        }
        Event::Locked { username }
        | Event::LoginFailed {
            username,
            refusal: Refusal::Locked,
        } => warn!(target: TARGET, event = "locked", account = alias(username), address),
        Event::LoginFailed {
            username,
            refusal: Refusal::DifferentSubject,
        } => warn!(
            target: TARGET, event = "refused_by_sub", account = alias(username), address
        ),
        Event::LoginFailed { username, refusal } => info!(
            target: TARGET, event = "refused", account = alias(username), ?refusal, address
        ),
        Event::Refreshed { user } => {
            info!(target: TARGET, event = "refreshed", user = %user.id, address);
        }
    }
}
