//! Whom a login was asked for, and whether its tokens are that user's.

use crate::token::IdClaims;

/// Whom a login was asked for.
#[derive(Clone)]
pub(in crate::cognito) struct AskedFor {
    /// The name, or an alias of it, as it was typed.
    pub(in crate::cognito) typed: String,
    /// Whose password was proved.
    pub(in crate::cognito) proved: Option<String>,
}

impl AskedFor {
    /// Whether a verified ID token is that user's.
    pub(super) fn is(&self, claims: &IdClaims) -> bool {
        let username = claims.username.as_str();
        if self
            .proved
            .as_ref()
            .is_some_and(|proved| proved != username)
        {
            return false;
        }

        let typed = self.typed.to_lowercase();
        let aliases = ["email", "phone_number", "preferred_username"];
        let names = aliases
            .into_iter()
            .filter_map(|name| claims.attribute(name));
        names
            .chain([username, claims.sub.as_str()])
            .any(|name| name.to_lowercase() == typed)
            || self.is_hidden_alias(claims)
    }

    /// Whether an address was typed that the app client may not read, so that the token cannot
    /// name it.
    fn is_hidden_alias(&self, claims: &IdClaims) -> bool {
        let attribute = match self.typed.as_bytes() {
            [b'+', ..] => "phone_number",
            typed if typed.contains(&b'@') => "email",
            _ => return false,
        };

        claims.attribute(attribute).is_none()
    }
}
