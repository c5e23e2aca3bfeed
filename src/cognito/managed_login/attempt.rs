use std::fmt;
use std::iter::once;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// What a login at the domain is begun with.
///
/// See AWS's page [Authorize endpoint] for what each does.
///
/// [Authorize endpoint]: https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ManagedLoginRequest {
    /// The identity provider to go to, without the domain's own page before it.
    pub provider: Option<String>,
    /// One of the identifiers of a provider, in place of its name: as a rule a mail domain.
    pub idp_identifier: Option<String>,
    /// The name or the mail address that the login page is to be filled with.
    pub login_hint: Option<String>,
    /// The language of the domain's page, such as `de`. Managed login version 2 alone.
    pub lang: Option<String>,
    /// Whether the user has to prove who they are though the domain knows them (`prompt=login`).
    /// Managed login version 2 alone.
    pub asks_again: bool,
    /// What else `prompt` is to say, separated by spaces: `select_account` and `consent` are passed on to the
    /// identity provider. With `none` nobody is asked anything, and a visitor whom the domain does
    /// not know comes back as [`Expired`](crate::web::ManagedLoginRefusal::Expired). Managed login
    /// version 2 alone.
    pub prompt: Option<String>,
}

impl ManagedLoginRequest {
    /// The value of `prompt`. `none` does not stand beside others.
    pub(super) fn whole_prompt(&self) -> Option<String> {
        if !self.asks_again {
            return self.prompt.clone();
        }
        let others = self.prompt.iter().flat_map(|it| it.split_whitespace());
        let others = others.filter(|word| !["login", "none"].contains(word));

        Some(once("login").chain(others).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for ManagedLoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the address of somebody.
        f.debug_struct("ManagedLoginRequest")
            .field("provider", &self.provider)
            .field("idp_identifier", &self.idp_identifier)
            .field("lang", &self.lang)
            .field("asks_again", &self.asks_again)
            .field("prompt", &self.prompt)
            .finish_non_exhaustive()
    }
}

/// A login that was begun at the domain, to be kept on the server until the browser comes back.
///
/// Serialised, it holds the secrets of the attempt in clear.
#[derive(Clone, Deserialize, Serialize)]
pub struct ManagedLoginAttempt {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) provider: Option<String>,
}

impl ManagedLoginAttempt {
    /// Returns whether a browser that comes back with `state` comes from this attempt.
    pub fn is_of(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }

    /// Returns the identity provider that was asked for, by its name.
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }
}

impl fmt::Debug for ManagedLoginAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedLoginAttempt")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}
