use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::PageError;
use crate::web::is_referred_from_elsewhere;

/// Refuses a form that an old browser says comes from another site.
///
/// `CsrfLayer` decides by `Sec-Fetch-Site` and `Origin`. Browsers that send neither may still
/// send `Referer`, which that layer does not look at. A program that sends none is let
/// through, as it is there: it carries no cookie that somebody else could use.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    let changes_something = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let authority = request.uri().authority().map(|host| host.as_str());
    if changes_something && is_referred_from_elsewhere(request.headers(), authority) {
        return PageError::Refused(StatusCode::FORBIDDEN).into_response();
    }

    next.run(request).await
}
