use std::net::IpAddr;

#[cfg(feature = "alb")]
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use super::site::Site;
#[cfg(feature = "alb")]
use crate::backend::AlbProof;

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

/// What a load balancer has put into a request, or somebody who says so.
#[cfg(feature = "alb")]
pub(in crate::web) struct AlbHeaders {
    data: HeaderValue,
    access_token: Option<HeaderValue>,
}

#[cfg(feature = "alb")]
impl AlbHeaders {
    /// Finds the headers. `x-amzn-oidc-identity` is not signed, and not looked at.
    fn of(headers: &HeaderMap) -> Option<Self> {
        Some(Self {
            data: only(headers, "x-amzn-oidc-data")?,
            access_token: only(headers, "x-amzn-oidc-accesstoken"),
        })
    }

    pub(in crate::web) fn proof(&self) -> Option<AlbProof<'_>> {
        let access_token = self.access_token.as_ref();

        Some(AlbProof {
            data: self.data.to_str().ok()?,
            access_token: access_token.and_then(|token| token.to_str().ok()),
        })
    }
}

/// Returns a header that is there once. Of two, nobody knows which the load balancer has written.
#[cfg(feature = "alb")]
fn only(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;

    values.next().is_none().then(|| first.clone())
}
