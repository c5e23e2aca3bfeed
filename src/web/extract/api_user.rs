use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use super::bearer::extractor;
use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use super::caller::BearerUser;
use crate::backend::{Error, SetupError};
use crate::users::User;
use crate::web::auth::{InRequest, Site};
use crate::web::error::AuthError;
use crate::web::login::Permissions;

/// The user who calls an API, with the user's row: it dereferences to the [`User`].
///
/// The row is that of the token's `username`, and its `sub` must be the token's. A user without a
/// row, or whose name is that of another user's row, is refused with 403, and so is one who is not
/// active: a token says nothing of that. No row is made; a login on the site makes one. It takes one
/// query of the users' store, besides what [`BearerUser`] does.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::ApiUser;
///
/// async fn profile(user: ApiUser) -> String {
///     format!("{} <{}>", user.full_name(), user.email)
/// }
/// ```
#[derive(Clone)]
pub struct ApiUser {
    inner: Arc<Inner>,
}

struct Inner {
    bearer: BearerUser,
    user: User,
    permissions: Arc<Permissions>,
}

impl ApiUser {
    /// Returns the user's row.
    pub fn user(&self) -> &User {
        &self.inner.user
    }

    /// Returns the caller, as the token names them.
    pub fn bearer(&self) -> &BearerUser {
        &self.inner.bearer
    }

    /// Returns the user's groups, as the token names them.
    pub fn groups(&self) -> &[String] {
        self.bearer().groups()
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.bearer().is_in_group(group)
    }

    /// Whether one of the user's groups has the permission.
    pub fn has_permission(&self, permission: &str) -> bool {
        self.inner.permissions.allow(self.groups(), permission)
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.bearer().has_scope(scope)
    }

    /// Returns the name of the backend whose user it is.
    pub fn backend(&self) -> &str {
        self.bearer().backend()
    }

    pub(super) async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        let Some(bearer) = BearerUser::find(parts).await? else {
            return Ok(None);
        };
        if let Some(known) = parts.extensions.get::<Self>()
            && known.bearer().is_copy_of(&bearer)
        {
            return Ok(Some(known.clone()));
        }

        let rejected = |kind| BearerRejection::new(kind, parts);
        let Some(InRequest(request)) = parts.extensions.get().cloned() else {
            return Err(rejected(AuthError::MissingAuthLayer.into()));
        };
        let row = row_of(&request.site, &bearer).await;
        match row.map_err(|error| rejected(AuthError::from(error).into()))? {
            None => Err(rejected(BearerRejectionKind::UnknownUser)),
            Some(user) if !user.is_active => Err(rejected(BearerRejectionKind::Inactive)),
            Some(user) => {
                let permissions = request.site.permissions.clone();
                let found = Self {
                    inner: Arc::new(Inner {
                        bearer,
                        user,
                        permissions,
                    }),
                };
                parts.extensions.insert(found.clone());
                Ok(Some(found))
            }
        }
    }
}

/// Returns the row of a caller. A row of the name without this `sub` is somebody else's.
async fn row_of(site: &Site, bearer: &BearerUser) -> Result<Option<User>, Error> {
    let backend = site.backends.by_name(bearer.backend());
    let Some(users) = backend.and_then(|backend| backend.users()) else {
        let name = bearer.backend().to_owned();
        return Err(SetupError::NoUsers { name }.into());
    };

    let row = users.find_by_username(bearer.username()).await?;
    Ok(row
        .filter(|user| user.username == bearer.username())
        .filter(|user| {
            let sub = user.sub.as_ref();
            sub == Some(bearer.sub())
        }))
}

impl Deref for ApiUser {
    type Target = User;

    fn deref(&self) -> &User {
        self.user()
    }
}

impl fmt::Debug for ApiUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiUser")
            .field("user", self.user())
            .finish_non_exhaustive()
    }
}

extractor!(ApiUser);
