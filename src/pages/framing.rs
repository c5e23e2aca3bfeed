//! Puts pages into the site's frame.
//!
//! A template renders what is inside of the frame, in parts that `templates/page.html` keeps apart.
//! The layer here makes documents of them: it alone knows the request. A page of the site's own, which
//! has no such parts, is a document already.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::{Extensions, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::framed::Framed;
use super::shown::Frame;
use super::view::View;
use crate::web::{AuthSession, CurrentUser};

/// Puts the pages of the router into the site's frame.
pub(super) async fn frame_pages(request: Request, next: Next) -> Response {
    let view = View::of(request.extensions(), request.headers(), request.uri());
    let (mut parts, body) = request.into_parts();
    // Made here, so that the handler and the frame ask for the user once.
    let _ = AuthSession::from_request_parts(&mut parts, &()).await;
    let extensions = parts.extensions.clone();

    let response = next.run(Request::from_parts(parts, body)).await;
    put_into_frame(&view, &extensions, response).await
}

/// Makes a document of a response that is a page in parts.
pub(super) async fn put_into_frame(
    view: &View,
    extensions: &Extensions,
    mut response: Response,
) -> Response {
    let Some(framed) = response.extensions_mut().remove::<Framed>() else {
        return response;
    };
    let frame = Frame {
        texts: view.texts,
        paths: &view.paths,
        brand: &view.pages().brand,
        title: &framed.title,
        head: &framed.head,
        card: &framed.card,
        main: &framed.main,
        user: user_of(extensions).await,
        extensions,
    };
    match view.templates().layout(&frame) {
        Ok(html) => {
            *response.body_mut() = Body::from(html);
            response
        }
        Err(error) => {
            error!(%error, "a page could not be put into its frame");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Returns the user of a request, if that can be told.
async fn user_of(extensions: &Extensions) -> Option<CurrentUser> {
    let (mut parts, ()) = axum::http::Request::new(()).into_parts();
    parts.extensions = extensions.clone();
    let auth = AuthSession::from_request_parts(&mut parts, &())
        .await
        .ok()?;

    auth.current_user().await.ok().flatten()
}
