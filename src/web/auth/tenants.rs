//! Sites of several tenants: a request is for one of them, each with backends of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Auth, AuthLayer};
use crate::backend::Error;
use crate::web::error::{AuthError, StoppedByAuth};

/// The tenants of a site: which of them a request is for.
///
/// Decide by the host, the path, or whatever your site goes by. Keep the handles in a map, and add to
/// it while the site runs. The trait is [`async_trait`](crate::async_trait), so that a tenant can be
/// looked up in a database.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::RwLock;
///
/// use axum::http::header::HOST;
/// use axum::http::request::Parts;
/// use axum_cognito::backend::Error;
/// use axum_cognito::web::Tenants;
/// use axum_cognito::{Auth, async_trait};
///
/// /// One company for each host.
/// struct Companies(RwLock<HashMap<String, Auth>>);
///
/// #[async_trait]
/// impl Tenants for Companies {
///     async fn tenant(&self, request: &Parts) -> Result<Option<Auth>, Error> {
///         let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
///         let companies = self.0.read().expect("nobody panics with the lock");
///         Ok(companies.get(host.unwrap_or_default()).cloned())
///     }
/// }
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell which tenant a request is for",
    note = "implement `axum_cognito::web::Tenants` for it"
)]
pub trait Tenants: Send + Sync + 'static {
    /// Returns the handle of the tenant that a request is for, which
    /// [`Auth::tenant`] has made. `None`: there is no such tenant, and the answer is 404.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be told: 503.
    async fn tenant(&self, request: &Parts) -> Result<Option<Auth>, Error>;
}

/// A layer by which handlers know who is logged in at the tenant that a request is for. It goes where
/// [`Auth::login_layer`] goes on a site of one tenant: outside the layer of sessions. Inside a site that has
/// users of its own, it goes around the routes of its tenants: a login of that site is nobody there.
///
/// # Examples
///
/// ```no_run
/// use axum::Router;
/// use axum_cognito::tower_sessions::MemoryStore;
/// use axum_cognito::web::{TenantLayer, Tenants};
/// use axum_cognito::{Auth, pages};
///
/// fn site(auth: &Auth, companies: impl Tenants) -> Router {
///     let sessions = auth.sessions(MemoryStore::default());
///
///     Router::new()
///         .merge(pages::router())
///         .layer((TenantLayer::new(companies), sessions))
/// }
/// ```
#[derive(Clone)]
pub struct TenantLayer {
    tenants: Arc<dyn Tenants>,
}

impl TenantLayer {
    /// Creates a layer that asks `tenants` at each request.
    pub fn new(tenants: impl Tenants) -> Self {
        Self {
            tenants: Arc::new(tenants),
        }
    }
}

impl<S> Layer<S> for TenantLayer {
    type Service = TenantService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TenantService {
            inner,
            tenants: self.tenants.clone(),
        }
    }
}

impl fmt::Debug for TenantLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantLayer").finish_non_exhaustive()
    }
}

/// The service of [`TenantLayer`].
#[derive(Clone)]
pub struct TenantService<S> {
    inner: S,
    tenants: Arc<dyn Tenants>,
}

impl<S, Body> Service<Request<Body>> for TenantService<S>
where
    S: Service<Request<Body>, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
    Body: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The one that is ready, and not its clone.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let tenants = self.tenants.clone();

        Box::pin(async move {
            let (parts, body) = request.into_parts();
            match tenants.tenant(&parts).await {
                Ok(Some(auth)) => {
                    let mut service = AuthLayer::new(auth.site).layer(inner);
                    service.call(Request::from_parts(parts, body)).await
                }
                Ok(None) => Ok(unknown()),
                Err(error) => Ok(AuthError::from(error).into_response()),
            }
        })
    }
}

impl<S> fmt::Debug for TenantService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantService").finish_non_exhaustive()
    }
}

fn unknown() -> Response {
    let mut answer = (StatusCode::NOT_FOUND, "There is no such site.").into_response();
    answer.extensions_mut().insert(StoppedByAuth);
    answer
}
