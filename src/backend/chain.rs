use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{AuthBackend, Credentials, Error, Login, Refusal, SetupError};
use crate::cognito::Cognito;
use crate::token::{AccessClaims, AccessToken};
use crate::users::{LoginStore, UserStore};

/// The backends of a site, in the order in which they are asked.
#[derive(Clone)]
pub(crate) struct Backends {
    backends: Vec<Arc<dyn AuthBackend>>,
    checked: OnceCell<()>,
}

impl Backends {
    pub(crate) fn new(first: impl AuthBackend) -> Self {
        Self {
            backends: vec![Arc::new(first)],
            checked: OnceCell::new(),
        }
    }

    pub(crate) fn push(&mut self, next: impl AuthBackend) {
        self.backends.push(Arc::new(next));
    }

    /// The backend that a session remembers.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Arc<dyn AuthBackend>> {
        self.backends.iter().find(|backend| backend.name() == name)
    }

    /// The first user pool among them.
    pub(crate) fn user_pool(&self) -> Option<&Cognito> {
        self.backends.iter().find_map(|backend| backend.user_pool())
    }

    /// The first store of users among them.
    pub(crate) fn user_store(&self) -> Option<&dyn UserStore> {
        self.backends
            .iter()
            .find_map(|backend| backend.user_store())
    }

    /// The registries of logins.
    pub(crate) fn login_stores(&self) -> Vec<&dyn LoginStore> {
        self.backends
            .iter()
            .filter_map(|backend| backend.user_store()?.logins())
            .collect()
    }

    /// Whether one of them lets users in without their password.
    pub(crate) fn offer_other_ways(&self) -> bool {
        self.backends
            .iter()
            .any(|backend| backend.offers_other_ways())
    }

    /// Checks each backend, once. Whoever forgets it at start-up meets it at the first login.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        let check = async || {
            for (index, backend) in self.backends.iter().enumerate() {
                let name = backend.name();
                if self.backends[..index].iter().any(|b| b.name() == name) {
                    let name = name.to_owned();
                    return Err(SetupError::BackendName { name }.into());
                }
                backend.check().await?;
            }
            Ok(())
        };

        self.checked.get_or_try_init(check).await.copied()
    }

    /// Asks one backend after the other, until one does not refuse.
    pub(crate) async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<(&Arc<dyn AuthBackend>, Login), Error> {
        self.check().await?;

        let mut refusal = Refusal::UserNotFound;
        for backend in &self.backends {
            match backend.authenticate(credentials).await? {
                // "No such user" tells least: the first backend that knows more is heard.
                Login::Refused(reason) => {
                    if refusal == Refusal::UserNotFound {
                        refusal = reason;
                    }
                }
                login => return Ok((backend, login)),
            }
        }

        Ok((&self.backends[0], Login::Refused(refusal)))
    }

    /// Asks one backend after the other, until one accepts the token.
    pub(crate) async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Option<AccessClaims>, Error> {
        for backend in &self.backends {
            if let Some(claims) = backend.verify_access_token(token).await? {
                return Ok(Some(claims));
            }
        }

        Ok(None)
    }
}
