//! Guards of an API: who may call by the access token in the request.

use std::sync::Arc;
use std::time::Duration;

use super::layer::GuardLayer;
use super::requirement::BearerRequirement;
use super::revocation::Revocations;

/// Requires a good access token, a user's or a machine's.
///
/// Others get 401 with a challenge of [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750#section-3), and
/// 503 when it cannot be told. A session counts for nothing: for both, see
/// [`GuardLayer::or_token`].
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use axum_cognito::web::{bearer_required, scope_required};
///
/// let api: Router = Router::new()
///     .route("/orders", get(async || "for those who may read them"))
///     .route_layer(scope_required("orders/read"))
///     .route("/prices", get(async || "for every caller with a token"))
///     .route_layer(bearer_required());
/// ```
pub fn bearer_required() -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::Any)
}

/// Requires a user's access token. As [`bearer_required`], and 403 for a
/// machine.
pub fn bearer_user_required() -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::User)
}

/// Requires a machine's access token: one that an app client has for itself. As [`bearer_required`], and 403
/// for a user.
pub fn bearer_machine_required() -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::Machine)
}

/// Requires a user's access token that names the group of exactly this name. As
/// [`bearer_user_required`], and 403 for others; the audit log tells. A user who has left the group
/// stays in it until the token expires.
pub fn bearer_group_required(group: impl Into<Arc<str>>) -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::Group(group.into()))
}

/// Requires an access token with this scope, a user's or a machine's.
///
/// As [`bearer_required`], and 403 with `insufficient_scope` for others; the audit log tells.
///
/// # Panics
///
/// If it is no scope: visible ASCII without `"` and `\`.
#[track_caller]
pub fn scope_required(scope: &str) -> GuardLayer {
    scopes_required([scope])
}

/// Requires an access token with all of these scopes. As [`scope_required`].
///
/// # Panics
///
/// If there is none, or one is no scope.
#[track_caller]
pub fn scopes_required<'a>(scopes: impl IntoIterator<Item = &'a str>) -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::AllScopes(join(scopes)))
}

/// Requires an access token with one of these scopes. As [`scope_required`]; the
/// challenge names all of them.
///
/// # Panics
///
/// If there is none, or one is no scope.
#[track_caller]
pub fn any_scope_required<'a>(scopes: impl IntoIterator<Item = &'a str>) -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::AnyScope(join(scopes)))
}

/// Requires a user's access token that was not revoked when Cognito was last asked, which is
/// `max_age` ago at most.
///
/// Everything else in this module verifies tokens offline: a user who logs out everywhere, is disabled
/// or deleted can call until the token expires. This guard is for the few routes where that is too
/// long. What it costs: one `GetUser` for each token and `max_age`, which takes as long as the user
/// pool does and counts against its quota; 1 MB of memory in each process for 10,000 tokens, of which
/// the first makes room for the next. What remains: a token that is revoked within `max_age` after
/// the question is taken for good until that is over, in each process and for each of these guards
/// by itself. With a `max_age` of zero every request asks.
///
/// Cognito answers only for tokens with the scope `aws.cognito.signin.user.admin`, which every login
/// by the SDK has; others get 403 with `insufficient_scope`. A machine gets 403 too: its tokens cannot
/// be revoked. If Cognito does not answer, it is 503.
pub fn revocation_checked(max_age: Duration) -> GuardLayer {
    GuardLayer::of_bearer(BearerRequirement::NotRevoked(Arc::new(Revocations::new(
        max_age,
    ))))
}

/// Joins scopes as a token does.
#[track_caller]
fn join<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Arc<str> {
    let scopes: Vec<_> = scopes.into_iter().collect();
    assert!(!scopes.is_empty(), "a guard needs a scope");
    for scope in &scopes {
        // Section 3.3 of RFC 6749.
        let is_allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        let is_scope = !scope.is_empty() && scope.bytes().all(is_allowed);
        assert!(is_scope, "{scope:?} is no scope");
    }
    scopes.join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_scope_is_a_mistake_of_the_site() {
        assert_eq!(&*join(["orders/read", "openid"]), "orders/read openid");
        for scopes in [
            &[][..],
            &[""],
            &["orders/read", ""],
            &["orders/read orders/write"],
            &["a\"b"],
            &["a\\b"],
            &["a\nb"],
            &["ü"],
        ] {
            let outcome = std::panic::catch_unwind(|| join(scopes.iter().copied()));

            assert!(outcome.is_err(), "{scopes:?}");
        }
    }
}
