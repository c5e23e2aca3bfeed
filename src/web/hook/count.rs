//! The figures of the audit log: how often each event happened.

use super::hooks::Event;
use crate::backend::Refusal;
use crate::figures;

/// Counts an event, under the name that the audit log has for it.
pub(in crate::web) fn count(event: &Event) {
    let (event, detail) = match event {
        Event::Administered { action, .. } => ("administered", format!("{action:?}")),
        Event::CallerForbidden { .. } | Event::Forbidden { .. } => ("forbidden", String::new()),
        Event::Changed { change, .. } => ("changed", format!("{change:?}")),
        Event::Challenged { challenge, .. } => ("challenged", challenge.clone()),
        Event::Deleted { .. } => ("deleted", String::new()),
        Event::Ended { why, .. } => ("ended", format!("{why:?}")),
        Event::FoundOver { .. } => ("ended", "FoundOver".to_owned()),
        Event::Limited { .. } => ("limited", String::new()),
        Event::LoggedIn { created, .. } => {
            let detail = if *created { "created" } else { "" };
            ("logged_in", detail.to_owned())
        }
        Event::Locked { .. }
        | Event::LoginFailed {
            refusal: Refusal::Locked,
            ..
        } => ("locked", String::new()),
        Event::LoginFailed {
            refusal: Refusal::DifferentSubject,
            ..
        } => ("refused_by_sub", String::new()),
        Event::LoginFailed { refusal, .. } => ("refused", format!("{refusal:?}")),
        Event::Refreshed { .. } => ("refreshed", String::new()),
    };
    figures::count_event(event, detail);
}
