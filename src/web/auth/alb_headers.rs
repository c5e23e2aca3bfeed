use axum::http::{HeaderMap, HeaderValue};

use crate::backend::AlbProof;

/// What a load balancer has put into a request, or somebody who says so.
pub(in crate::web) struct AlbHeaders {
    data: HeaderValue,
    access_token: Option<HeaderValue>,
}

impl AlbHeaders {
    /// Finds the headers. `x-amzn-oidc-identity` is not signed, and not looked at.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
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
fn only(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;

    values.next().is_none().then(|| first.clone())
}
