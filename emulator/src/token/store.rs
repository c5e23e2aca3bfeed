//! Refresh tokens, and which logins were revoked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::random;

/// What stays the same over all refreshes of one login.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Grant {
    pub(crate) username: String,
    pub(crate) auth_time: u64,
    pub(crate) origin_jti: String,
    pub(crate) event_id: String,
    pub(crate) device_key: Option<String>,
    /// What the access token is good for.
    pub(crate) scopes: Vec<String>,
    /// The login was at the pool's domain, where scopes decide what the ID token shows.
    pub(crate) is_hosted: bool,
    pub(crate) nonce: Option<String>,
    /// The `aud` of the access token.
    pub(crate) resource: Option<String>,
}

impl Grant {
    /// The scope of every login by the API, which its operations for users want.
    pub(crate) const USER_SCOPE: &str = "aws.cognito.signin.user.admin";

    /// Whether an attribute stands in the ID token.
    pub(crate) fn shows(&self, attribute: &str) -> bool {
        let has = |scope: &str| self.scopes.iter().any(|it| it == scope);
        if !self.is_hosted || !(has("email") || has("phone") || has("profile")) {
            return true;
        }
        match attribute {
            "email" | "email_verified" => has("email"),
            "phone_number" | "phone_number_verified" => has("phone"),
            _ => has("profile"),
        }
    }
}

/// What one refresh token stands for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct RefreshEntry {
    pub(crate) client_id: String,
    pub(crate) sub: String,
    pub(crate) grant: Grant,
    pub(crate) expires: OffsetDateTime,
    /// When a newer token took its place.
    pub(crate) rotated: Option<OffsetDateTime>,
}

/// The refresh tokens of a pool.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct TokenStore {
    refresh: BTreeMap<String, RefreshEntry>,
    revoked_logins: BTreeSet<String>,
}

impl TokenStore {
    /// Keeps an entry under a new random token.
    pub(crate) fn issue(&mut self, entry: RefreshEntry) -> String {
        let token = random::mixed(180);
        self.refresh.insert(token.clone(), entry);
        token
    }

    pub(crate) fn find(&self, token: &str) -> Option<&RefreshEntry> {
        self.refresh.get(token)
    }

    pub(crate) fn find_mut(&mut self, token: &str) -> Option<&mut RefreshEntry> {
        self.refresh.get_mut(token)
    }

    /// Revokes one login: its refresh tokens and the access tokens made from them.
    pub(crate) fn revoke(&mut self, origin_jti: &str) {
        self.revoked_logins.insert(origin_jti.to_owned());
    }

    /// Revokes every login of a user.
    pub(crate) fn revoke_user(&mut self, username: &str) {
        let logins = self
            .refresh
            .values()
            .filter(|entry| entry.grant.username == username)
            .map(|entry| entry.grant.origin_jti.clone());
        self.revoked_logins.extend(logins);
    }

    pub(crate) fn is_revoked(&self, origin_jti: &str) -> bool {
        self.revoked_logins.contains(origin_jti)
    }
}

impl fmt::Debug for TokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenStore")
            .field("refresh_tokens", &self.refresh.len())
            .finish_non_exhaustive()
    }
}
