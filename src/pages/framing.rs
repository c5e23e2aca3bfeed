//! Puts pages into the site's frame.
//!
//! A template renders what is inside of the frame, in parts that `templates/page.html` keeps apart.
//! The layer here makes documents of them: it alone knows the request. A page of the site's own, which
//! has no such parts, is a document already.

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::{Extensions, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::framed::Framed;
use super::languages;
use super::page::Page;
use super::scripts;
use super::sections::Account;
use super::shown::{Frame, Sections};
use super::view::View;
use crate::web::{AuthSession, LocalPath};

/// Puts the pages of the router into the site's frame.
pub(super) async fn frame_pages(request: Request, next: Next) -> Response {
    let view = View::of(request.extensions(), request.headers(), request.uri());
    let here = languages::path_of(&request);
    let (mut parts, body) = request.into_parts();
    // Made here, so that the handler and the frame ask for the user once.
    let _ = AuthSession::from_request_parts(&mut parts, &()).await;
    let extensions = parts.extensions.clone();

    let response = next.run(Request::from_parts(parts, body)).await;
    put_into_frame(&view, &extensions, here.as_ref(), response).await
}

/// Makes a document of a response that is a page in parts.
pub(super) async fn put_into_frame(
    view: &View,
    extensions: &Extensions,
    here: Option<&LocalPath>,
    mut response: Response,
) -> Response {
    let Some(framed) = response.extensions_mut().remove::<Framed>() else {
        return response;
    };
    let page = response.extensions().get::<Page>().copied();
    let auth = auth_of(extensions).await;
    let user = match &auth {
        Some(auth) => auth.current_user().await.ok().flatten(),
        None => None,
    };
    let rendered = async {
        let mut main = framed.main;
        if let (Some(page), Some(auth), Some(user)) = (page, &auth, &user) {
            let account = Account::of(view, auth, user).await;
            let links = account.sections(page);
            if !links.is_empty() {
                let texts = view.texts;
                main.insert_str(
                    0,
                    &Sections {
                        texts,
                        links: &links,
                    }
                    .render()?,
                );
            }
        }
        let frame = Frame {
            texts: view.texts,
            paths: &view.paths,
            brand: &view.pages().brand,
            title: &framed.title,
            head: &scripts::head(&framed.head, &main, &view.paths, view.texts)?,
            card: &framed.card,
            main: &main,
            languages: languages::links(view, here),
            user,
            extensions,
        };
        view.templates().layout(&frame)
    };
    match rendered.await {
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

/// Returns the login of a request, if it has one.
async fn auth_of(extensions: &Extensions) -> Option<AuthSession> {
    let (mut parts, ()) = axum::http::Request::new(()).into_parts();
    parts.extensions = extensions.clone();

    AuthSession::from_request_parts(&mut parts, &()).await.ok()
}
