//! What has become of the wish to connect an identity provider, in the query of its page.

use super::page::Page;
use super::texts::Texts;
use super::view::{View, query_parameter};
use crate::web::{ConnectRefusal, LocalPath, ManagedLoginRefusal};

/// In the query: what has happened before.
const CONNECTED: &str = "connected";
pub(super) const DISCONNECTED: &str = "disconnected";
pub(super) const LAST: &str = "last";

/// Where a browser goes on that came back from the provider.
pub(super) fn after(view: &View, done: Result<(), ConnectRefusal>) -> LocalPath {
    let page = view.paths.of(Page::Identities);
    let page = page.unwrap_or_else(|| view.paths.home());

    page.with(done.map_or_else(name, |()| CONNECTED), "1")
}

fn name(why: ConnectRefusal) -> &'static str {
    match why {
        ConnectRefusal::InUse => "in_use",
        ConnectRefusal::NotPossible => "not_possible",
        ConnectRefusal::TooMany => "too_many",
        ConnectRefusal::Login(ManagedLoginRefusal::Cancelled) => "cancelled",
        ConnectRefusal::Login(ManagedLoginRefusal::Expired) => "too_late",
        ConnectRefusal::Login(ManagedLoginRefusal::NotAllowed(_)) => "not_allowed",
        ConnectRefusal::Login(ManagedLoginRefusal::NotProved) => "not_proved",
        ConnectRefusal::Login(ManagedLoginRefusal::Provider) => "failed",
    }
}

/// A notice, and an alert: one of them is empty.
pub(super) fn words(query: Option<&str>, texts: &'static Texts) -> (&'static str, &'static str) {
    let texts = &texts.identities;
    let alerts = [
        ("cancelled", texts.cancelled),
        ("failed", texts.failed),
        ("in_use", texts.in_use),
        (LAST, texts.last),
        ("not_allowed", texts.not_allowed),
        ("not_possible", texts.not_possible),
        ("not_proved", texts.not_proved),
        ("too_late", texts.expired),
        ("too_many", texts.too_many),
    ];
    let said = |name: &str| query_parameter(query, name).is_some();

    let mut alerts = alerts.into_iter();
    if let Some((_, alert)) = alerts.find(|(name, _)| said(name)) {
        ("", alert)
    } else if said(CONNECTED) {
        (texts.connected, "")
    } else if said(DISCONNECTED) {
        (texts.disconnected, "")
    } else {
        ("", "")
    }
}
