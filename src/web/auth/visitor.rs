use std::net::IpAddr;

use axum::http::HeaderValue;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

#[cfg(feature = "alb")]
use super::alb_headers::AlbHeaders;
use super::site::Site;

/// What a request shows of its sender.
pub(in crate::web) struct Visitor {
    pub(in crate::web) address: Option<IpAddr>,
    pub(in crate::web) user_agent: Option<HeaderValue>,
    #[cfg(feature = "alb")]
    pub(in crate::web) load_balancer: Option<AlbHeaders>,
}

impl Visitor {
    pub(super) fn of(parts: &Parts, site: &Site) -> Self {
        Self {
            address: site.client_address.of(&parts.extensions, &parts.headers),
            user_agent: parts.headers.get(USER_AGENT).cloned(),
            #[cfg(feature = "alb")]
            load_balancer: AlbHeaders::of(&parts.headers)
                .filter(|_| site.backends.have_load_balancer()),
        }
    }
}
