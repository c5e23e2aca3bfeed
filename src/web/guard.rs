use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::auth_session::AuthSession;
use super::current_user::{CurrentUser, CurrentUserRejection};
use super::error::StoppedByAuth;
use super::hooks::Event;

/// Lets only users through who are logged in.
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
    GuardLayer {
        requirement: Requirement::Login,
    }
}

/// Lets only users through who are in the group of exactly this name.
///
/// As [`login_required`], and 403 for a user who is not in the group; the audit log tells.
pub fn group_required(group: impl Into<Arc<str>>) -> GuardLayer {
    GuardLayer {
        requirement: Requirement::Group(group.into()),
    }
}

/// Lets only users through who have the permission, by one of their groups.
///
/// Which group has which permission is said by
/// [`AuthLayer::with_permissions`](super::AuthLayer::with_permissions). As
/// [`login_required`], and 403 for a user without the permission; the audit log tells.
pub fn permission_required(permission: impl Into<Arc<str>>) -> GuardLayer {
    GuardLayer {
        requirement: Requirement::Permission(permission.into()),
    }
}

/// The layer of a guard: [`login_required`], [`group_required`], [`permission_required`].
#[derive(Clone)]
#[must_use]
pub struct GuardLayer {
    requirement: Requirement,
}

#[derive(Clone)]
enum Requirement {
    Group(Arc<str>),
    Login,
    Permission(Arc<str>),
}

impl Requirement {
    async fn check(&self, parts: &mut Parts) -> Result<(), Response> {
        let user = CurrentUser::from_request_parts(parts, &())
            .await
            .map_err(CurrentUserRejection::into_response)?;

        let allowed = match self {
            Self::Group(group) => user.is_in_group(group),
            Self::Login => true,
            Self::Permission(permission) => user.has_permission(permission),
        };
        if allowed {
            return Ok(());
        }

        if let Ok(auth) = AuthSession::from_request_parts(parts, &()).await {
            auth.tell(&Event::Forbidden {
                user_id: user.id,
                required: self.to_string(),
            });
        }
        let text = "You may not see this page.";
        Err((StatusCode::FORBIDDEN, Extension(StoppedByAuth), text).into_response())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "group {group}"),
            Self::Login => f.write_str("login"),
            Self::Permission(permission) => write!(f, "permission {permission}"),
        }
    }
}

impl<S> Layer<S> for GuardLayer {
    type Service = GuardService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardService {
            inner,
            requirement: self.requirement.clone(),
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
    requirement: Requirement,
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
        let requirement = self.requirement.clone();

        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match requirement.check(&mut parts).await {
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
