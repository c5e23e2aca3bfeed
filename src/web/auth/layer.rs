use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

#[cfg(all(feature = "managed-login", feature = "pages"))]
use axum::http::Extensions;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::request::{InRequest, RequestState};
use super::site::{Cookie, Site};
use crate::web::error::{RETRY_OUTAGE_AFTER, StoppedByAuth, seconds};
use crate::web::store::unsaved;

/// A layer by which handlers know who is logged in, and log users in and out. Made by
/// [`Auth`](super::Auth); it goes outside the layer of sessions.
///
/// It also keeps a cookie alone that it has no business with: tower-sessions has browsers delete
/// the cookie of every session that it does not find, be it that of another site on this host, or
/// one that another tab has replaced a moment ago. And a session that cannot be saved is an outage,
/// 503 with `Retry-After`, where tower-sessions says 500.
#[derive(Clone)]
pub struct AuthLayer {
    site: Arc<Site>,
}

impl AuthLayer {
    pub(super) fn new(site: Arc<Site>) -> Self {
        Self { site }
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService {
            inner,
            site: self.site.clone(),
        }
    }
}

impl fmt::Debug for AuthLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer").finish_non_exhaustive()
    }
}

/// Returns the domains of managed login of the site that a request is to.
#[cfg(all(feature = "managed-login", feature = "pages"))]
pub(crate) fn managed_domains(extensions: &Extensions) -> impl Iterator<Item = &str> {
    let request = extensions.get::<InRequest>();
    let backends = request.into_iter().flat_map(|it| it.0.site.backends.iter());
    backends.filter_map(|backend| Some(backend.managed_login()?.1.domain()))
}

/// The service of [`AuthLayer`].
#[derive(Clone)]
pub struct AuthService<S> {
    inner: S,
    site: Arc<Site>,
}

impl<S, Body, Answer> Service<Request<Body>> for AuthService<S>
where
    S: Service<Request<Body>, Response = Response<Answer>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = AuthFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let state = Arc::new(RequestState::new(self.site.clone()));
        let around = request.extensions_mut().insert(InRequest(state.clone()));
        if let Some(InRequest(around)) = around {
            state.set_around(around);
        }

        AuthFuture {
            inner: self.inner.call(request),
            state,
        }
    }
}

impl<S> fmt::Debug for AuthService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService").finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of [`AuthService`].
    pub struct AuthFuture<F> {
        #[pin]
        inner: F,
        state: Arc<RequestState>,
    }
}

impl<F, Answer, E> Future for AuthFuture<F>
where
    F: Future<Output = Result<Response<Answer>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        unsaved::forget();
        let mut answer = ready!(this.inner.poll(cx));
        if let Ok(answer) = &mut answer
            && answer.status() == StatusCode::INTERNAL_SERVER_ERROR
            && unsaved::is_told()
        {
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            let after = seconds(RETRY_OUTAGE_AFTER);
            answer.headers_mut().insert(RETRY_AFTER, after);
            answer.extensions_mut().insert(StoppedByAuth);
        }
        if let Ok(answer) = &mut answer
            && answer.headers().contains_key(SET_COOKIE)
        {
            let ended = this.state.has_ended_session();
            correct_removals(answer.headers_mut(), &this.state.site.cookie, ended);
        }
        Poll::Ready(answer)
    }
}

impl<F> fmt::Debug for AuthFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthFuture").finish_non_exhaustive()
    }
}

/// Takes out the removal of our cookie, unless this request has ended the session. A removal that
/// stays gets the attributes of the cookie, without which some browsers refuse it.
fn correct_removals(headers: &mut HeaderMap, cookie: &Cookie, ended: bool) {
    let is_removal = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| {
            let name = value.split_once('=').map(|(name, _)| name);
            name == Some(&*cookie.name) && value.contains("Max-Age=0;")
        })
    };
    if !headers.get_all(SET_COOKIE).iter().any(is_removal) {
        return;
    }

    let values: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in values {
        if !is_removal(&value) {
            headers.append(SET_COOKIE, value);
        } else if ended {
            headers.append(SET_COOKIE, with_attributes(&value, cookie));
        }
    }
}

fn with_attributes(removal: &HeaderValue, cookie: &Cookie) -> HeaderValue {
    let secure = if cookie.is_secure { "; Secure" } else { "" };
    let text = removal.to_str().unwrap_or_default();

    HeaderValue::try_from(format!("{text}; HttpOnly{secure}")).unwrap_or_else(|_| removal.clone())
}
