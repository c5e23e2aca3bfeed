//! The names by which visitors may call the site.
//!
//! A page of another site can have its own name lead to this machine (DNS rebinding), and then read
//! what is here as if it were its own: the inbox, above all. Such requests have that name as `Host`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names that requests may have as their `Host`.
#[derive(Clone)]
pub(crate) enum Hosts {
    Any,
    /// `localhost` and the addresses of this machine.
    Loopback,
    Named(Arc<[String]>),
}

impl Hosts {
    /// Takes the names that are set. Without any, the embedded pool is for this machine alone.
    pub(crate) fn new(named: Option<Vec<String>>, embedded: bool) -> Self {
        match named {
            Some(named) => Self::Named(named.into()),
            None if embedded => Self::Loopback,
            None => Self::Any,
        }
    }

    fn allow(&self, request: &Request) -> bool {
        if matches!(self, Self::Any) {
            return true;
        }
        let host = request.headers().get(HOST);
        let Some(host) = host.and_then(|host| Authority::try_from(host.as_bytes()).ok()) else {
            return false;
        };

        let host = host.host().trim_start_matches('[').trim_end_matches(']');
        match self {
            Self::Named(named) => named.iter().any(|name| name.eq_ignore_ascii_case(host)),
            _ => {
                let host = host.to_ascii_lowercase();
                let is_address = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
                is_address || host == "localhost" || host.ends_with(".localhost")
            }
        }
    }
}

/// Refuses requests for any other name.
pub(crate) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if hosts.allow(&request) {
        return next.run(request).await;
    }
    let why = "This site does not answer to that name. DEMO_HOSTS sets those that it answers to.";
    (StatusCode::MISDIRECTED_REQUEST, why).into_response()
}
