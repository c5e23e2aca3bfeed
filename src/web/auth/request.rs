use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;
use tokio::sync::Mutex;
use tower_sessions::Session;

use super::site::Site;
use super::visitor::Visitor;
use crate::web::login::CurrentUser;

/// What the extensions of a request have of its site.
#[derive(Clone)]
pub(in crate::web) struct InRequest(pub(in crate::web) Arc<RequestState>);

/// What the layer and the handlers of one request share.
pub(in crate::web) struct RequestState {
    pub(in crate::web) site: Arc<Site>,
    ended_session: AtomicBool,
    /// That of the site around a tenant, which may share its sessions.
    around: OnceLock<Arc<Self>>,
    /// Empty until a handler asks for the login: public pages do not.
    seen: OnceLock<Seen>,
}

/// What has been seen of the browser, and of its login. Copies of a request share it.
pub(in crate::web) struct Seen {
    pub(in crate::web) session: Option<Session>,
    pub(in crate::web) visitor: Visitor,
    pub(in crate::web) loaded: Mutex<Loaded>,
}

pub(in crate::web) enum Loaded {
    NotYet,
    Done(Option<CurrentUser>),
}

impl RequestState {
    pub(super) fn new(site: Arc<Site>) -> Self {
        Self {
            site,
            ended_session: AtomicBool::new(false),
            around: OnceLock::new(),
            seen: OnceLock::new(),
        }
    }

    /// Sees what the request shows, the first time.
    pub(in crate::web) fn see(&self, parts: &Parts) {
        self.seen.get_or_init(|| Seen {
            session: parts.extensions.get().cloned(),
            visitor: Visitor::of(parts, &self.site),
            loaded: Mutex::new(Loaded::NotYet),
        });
    }

    /// Returns what [`see`](Self::see), which is called before, has seen.
    pub(in crate::web) fn seen(&self) -> &Seen {
        self.seen.get().expect("a request that was seen")
    }

    pub(super) fn set_around(&self, around: Arc<Self>) {
        let _ = self.around.set(around);
    }

    /// Has the browser delete its cookie: this request has ended the session.
    pub(in crate::web) fn end_session(&self) {
        self.ended_session.store(true, Ordering::Release);
        if let Some(around) = self.around.get() {
            around.end_session();
        }
    }

    pub(super) fn has_ended_session(&self) -> bool {
        self.ended_session.load(Ordering::Acquire)
    }
}
