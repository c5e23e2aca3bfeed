use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::requirement::BearerRequirement;
use crate::web::error::{AuthError, StoppedByAuth};
use crate::web::extract::{AnyUser, AnyUserRejection, BearerRejection, CurrentUserRejection};
use crate::web::hook::Event;
use crate::web::login::CurrentUser;
use crate::web::problem::problem;
use crate::web::session::AuthSession;

/// Requires a user who is logged in.
///
/// Others get: a browser 303 to the login page, a program 401; 503 when it cannot be told.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use axum_cognito::login_required;
///
/// let reports: Router = Router::new()
///     .route("/reports", get(async || "for users"))
///     .route_layer(login_required());
/// ```
pub fn login_required() -> GuardLayer {
    GuardLayer::of(Requirement::Login)
}

/// Requires a member of the group of exactly this name.
///
/// As [`login_required`], and 403 for a user who is not in the group; the audit log tells.
pub fn group_required(group: impl Into<Arc<str>>) -> GuardLayer {
    GuardLayer::of(Requirement::Group(group.into()))
}

/// Requires a user who has the permission, by one of their groups.
///
/// Which group has which permission is said by
/// [`AuthBuilder::with_permissions`](crate::web::AuthBuilder::with_permissions). As
/// [`login_required`], and 403 for a user without the permission; the audit log tells.
pub fn permission_required(permission: impl Into<Arc<str>>) -> GuardLayer {
    GuardLayer::of(Requirement::Permission(permission.into()))
}

/// Requires a user who has proved within `max_age` who they are.
///
/// As [`login_required`], and others are asked for a new proof: a browser gets 303 to the login page,
/// which asks for the password or whatever else the user logs in with and leads back, a program 401
/// with `insufficient_user_authentication`
/// ([RFC 9470](https://www.rfc-editor.org/rfc/rfc9470#section-3)). A form may be sent for twice as
/// long as its page may be opened, so that nothing that was typed is lost.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use axum::Router;
/// use axum::routing::get;
/// use axum_cognito::web::recent_login;
///
/// let payouts: Router = Router::new()
///     .route("/payouts", get(async || "where the money goes"))
///     .route_layer(recent_login(Duration::from_secs(10 * 60)));
/// ```
pub fn recent_login(max_age: Duration) -> GuardLayer {
    GuardLayer::of(Requirement::Recent(max_age))
}

/// The layer of a guard: [`login_required`], [`group_required`], [`permission_required`],
/// [`recent_login`], and those of an API, such as [`scope_required`](super::scope_required).
#[derive(Clone)]
#[must_use]
pub struct GuardLayer {
    requirement: Requirement,
    takes_tokens: bool,
}

impl GuardLayer {
    fn of(requirement: Requirement) -> Self {
        Self {
            requirement,
            takes_tokens: false,
        }
    }

    pub(super) fn of_bearer(requirement: BearerRequirement) -> Self {
        Self::of(Requirement::Bearer(requirement))
    }

    /// Accepts an access token in place of a session, as
    /// [`AnyUser`](crate::web::AnyUser) does: with their row, and with protection of sessions
    /// against forged requests. [`recent_login`] takes no token all the same: a token does not tell
    /// when its user has proved who they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::post;
    /// use axum_cognito::group_required;
    /// use axum_cognito::web::json_errors;
    ///
    /// let api: Router = Router::new()
    ///     .route("/api/prices", post(async || "changed"))
    ///     .route_layer(group_required("editors").or_token())
    ///     .layer(json_errors());
    /// ```
    pub fn or_token(mut self) -> Self {
        self.takes_tokens = true;
        self
    }

    async fn check(&self, parts: &mut Parts) -> Result<(), Response> {
        // In a box of its own: otherwise each request has room for it in its future.
        match &self.requirement {
            Requirement::Bearer(requirement) => {
                let checked = Box::pin(requirement.check(parts)).await;
                checked.map_err(BearerRejection::into_response)
            }
            requirement if self.takes_tokens => {
                let found = Box::pin(AnyUser::from_request_parts(parts, &())).await;
                let user = found.map_err(AnyUserRejection::into_response)?;
                requirement.check(parts, user).await
            }
            requirement => {
                let found = CurrentUser::from_request_parts(parts, &()).await;
                let user = found.map_err(CurrentUserRejection::into_response)?;
                requirement.check(parts, AnyUser::Session(user)).await
            }
        }
    }
}

#[derive(Clone)]
enum Requirement {
    Bearer(BearerRequirement),
    Group(Arc<str>),
    Login,
    Permission(Arc<str>),
    Recent(Duration),
}

impl Requirement {
    async fn check(&self, parts: &mut Parts, user: AnyUser) -> Result<(), Response> {
        if let Self::Recent(max_age) = *self {
            let auth = AuthSession::from_request_parts(parts, &()).await;
            let auth = auth.map_err(AuthError::into_response)?;
            let reads = matches!(parts.method, Method::GET | Method::HEAD);
            let within = if reads {
                max_age
            } else {
                max_age.saturating_mul(2)
            };
            return match user {
                AnyUser::Session(user) if auth.proved_within(&user, within) => Ok(()),
                _ => Err(CurrentUserRejection::not_recent(&auth, parts, max_age).into_response()),
            };
        }

        let allowed = match self {
            Self::Group(group) => user.is_in_group(group),
            Self::Bearer(_) | Self::Login | Self::Recent(_) => true,
            Self::Permission(permission) => user.has_permission(permission),
        };
        if allowed {
            return Ok(());
        }

        if let Ok(auth) = AuthSession::from_request_parts(parts, &()).await {
            auth.tell(&Event::Forbidden {
                user_id: user.id.clone(),
                required: self.to_string(),
            });
        }
        let text = "You may not see this page.";
        Err(match user {
            AnyUser::Session(_) => {
                (StatusCode::FORBIDDEN, Extension(StoppedByAuth), text).into_response()
            }
            AnyUser::Token(_) => problem(StatusCode::FORBIDDEN, "this user may not do this"),
        })
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer(requirement) => requirement.fmt(f),
            Self::Group(group) => write!(f, "group {group}"),
            Self::Login => f.write_str("login"),
            Self::Permission(permission) => write!(f, "permission {permission}"),
            Self::Recent(max_age) => write!(f, "login within {} s", max_age.as_secs()),
        }
    }
}

impl<S> Layer<S> for GuardLayer {
    type Service = GuardService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardService {
            inner,
            guard: self.clone(),
        }
    }
}

impl fmt::Debug for GuardLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardLayer").finish_non_exhaustive()
    }
}

/// The service of [`GuardLayer`].
#[derive(Clone)]
pub struct GuardService<S> {
    inner: S,
    guard: GuardLayer,
}

impl<S> Service<Request> for GuardService<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was polled ready must be the one that is called.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();

        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match guard.check(&mut parts).await {
                Ok(()) => {
                    let answer = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(answer.into_response())
                }
                Err(refused) => Ok(refused),
            }
        })
    }
}

impl<S> fmt::Debug for GuardService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardService").finish_non_exhaustive()
    }
}
