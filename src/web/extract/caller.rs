//! Who calls an API with an access token.

use std::fmt;
use std::sync::Arc;

use crate::id::Subject;
use crate::token::{AccessClaims, MachineClaims, Principal};

/// Who calls an API, whichever it is: a user, or a machine.
///
/// It has these two cases and will have no others.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::Bearer;
///
/// async fn orders(caller: Bearer) -> String {
///     match caller {
///         Bearer::Machine(machine) => format!("orders for app client {}", machine.client_id()),
///         Bearer::User(user) => format!("orders of {}", user.username()),
///     }
/// }
/// ```
// Exhaustive: a handler that told the two apart must not overlook a third.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// An app client on its own behalf.
    Machine(BearerMachine),
    /// A user.
    User(BearerUser),
}

impl Bearer {
    pub(super) fn new(principal: Principal, backend: String) -> Self {
        match principal {
            Principal::Machine(claims) => Self::Machine(BearerMachine {
                inner: Arc::new(Machine { claims, backend }),
            }),
            Principal::Person(claims) => Self::User(BearerUser {
                inner: Arc::new(User { claims, backend }),
            }),
        }
    }

    /// Returns Cognito's `sub`.
    pub fn sub(&self) -> &Subject {
        match self {
            Self::Machine(machine) => &machine.claims().sub,
            Self::User(user) => user.sub(),
        }
    }

    /// Returns the app client that the token was issued to.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Machine(machine) => machine.client_id(),
            Self::User(user) => &user.claims().client_id,
        }
    }

    /// Returns the scopes that the token was issued with.
    pub fn scopes(&self) -> &[String] {
        match self {
            Self::Machine(machine) => &machine.claims().scopes,
            Self::User(user) => &user.claims().scopes,
        }
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().iter().any(|known| known == scope)
    }
}

/// The user who calls an API: whose verified access token is in the `Authorization` header.
///
/// No session and no row of the user are looked at; [`ApiUser`](super::ApiUser) has the row. A token
/// that was revoked stays good until it expires, since it is verified offline:
/// [`revocation_checked`](crate::web::revocation_checked) asks Cognito. The token of a machine is
/// refused with 403.
///
/// As `Option<BearerUser>`, a request without a token is `None`; one with a bad token is refused all
/// the same.
///
/// # Examples
///
/// ```
/// use axum_cognito::BearerUser;
///
/// async fn whoami(user: BearerUser) -> String {
///     format!("{}, in groups {:?}", user.username(), user.groups())
/// }
/// ```
#[derive(Clone)]
pub struct BearerUser {
    inner: Arc<User>,
}

struct User {
    claims: AccessClaims,
    backend: String,
}

impl BearerUser {
    /// Returns Cognito's `sub`.
    pub fn sub(&self) -> &Subject {
        &self.claims().sub
    }

    /// Returns the name that Cognito gave the user.
    pub fn username(&self) -> &str {
        &self.claims().username
    }

    /// Returns the user's groups.
    pub fn groups(&self) -> &[String] {
        &self.claims().groups
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups().iter().any(|known| known == group)
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims().scopes.iter().any(|known| known == scope)
    }

    /// Returns all that the token says.
    pub fn claims(&self) -> &AccessClaims {
        &self.inner.claims
    }

    /// Returns the name of the backend whose user it is.
    pub fn backend(&self) -> &str {
        &self.inner.backend
    }

    /// Whether this is a copy of the other, and not only the same user.
    pub(super) fn is_copy_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

/// The machine that calls an API: an app client with an access token of its own, by client
/// credentials. It has no name and is in no group; what it may do is in its scopes.
///
/// The token of a user is refused with 403.
#[derive(Clone)]
pub struct BearerMachine {
    inner: Arc<Machine>,
}

struct Machine {
    claims: MachineClaims,
    backend: String,
}

impl BearerMachine {
    /// Returns the app client.
    pub fn client_id(&self) -> &str {
        &self.claims().client_id
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims().scopes.iter().any(|known| known == scope)
    }

    /// Returns all that the token says.
    pub fn claims(&self) -> &MachineClaims {
        &self.inner.claims
    }

    /// Returns the name of the backend whose user pool the app client is in.
    pub fn backend(&self) -> &str {
        &self.inner.backend
    }
}

impl fmt::Debug for BearerUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerUser").finish_non_exhaustive()
    }
}

impl fmt::Debug for BearerMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerMachine")
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}
