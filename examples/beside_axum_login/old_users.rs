//! What the site has today: users who log in by axum-login. A real one reads its table, and compares
//! a hash.

use std::convert::Infallible;

use axum_login::{AuthUser, AuthnBackend};

pub(crate) type OldSession = axum_login::AuthSession<OldUsers>;

#[derive(Clone, Debug)]
pub(crate) struct OldUsers;

#[derive(Clone, Debug)]
pub(crate) struct OldUser {
    pub(crate) name: String,
}

#[derive(serde::Deserialize)]
pub(crate) struct Password {
    name: String,
    password: String,
}

impl AuthUser for OldUser {
    type Id = String;

    fn id(&self) -> String {
        self.name.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"the hash of the password"
    }
}

impl AuthnBackend for OldUsers {
    type User = OldUser;
    type Credentials = Password;
    type Error = Infallible;

    async fn authenticate(&self, given: Password) -> Result<Option<OldUser>, Infallible> {
        let is_right = given.name == "bob" && given.password == "Old-horse-1";
        Ok(is_right.then_some(OldUser { name: given.name }))
    }

    async fn get_user(&self, name: &String) -> Result<Option<OldUser>, Infallible> {
        Ok((name == "bob").then(|| OldUser { name: name.clone() }))
    }
}
