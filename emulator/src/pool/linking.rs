//! How users of identity providers hang on users of the pool.

use serde_json::json;

use super::account::Account;
use super::directory::Directory;
use super::identity::Identity;
use crate::failure::Failure;

/// The most identities that a user can have besides the first.
const MOST: usize = 5;

impl Account {
    /// The attribute `identities`: a JSON text, with flag and time as such.
    pub(crate) fn identities_text(&self) -> String {
        let identities: Vec<_> = self
            .identities
            .iter()
            .map(|it| {
                let millis = it.created.unix_timestamp_nanos() / 1_000_000;
                json!({
                    "userId": it.user_id,
                    "providerName": it.provider,
                    "providerType": it.kind,
                    "issuer": null,
                    "primary": it.is_primary,
                    "dateCreated": i64::try_from(millis).unwrap_or(0),
                })
            })
            .collect();
        json!(identities).to_string()
    }
}

impl Directory {
    /// Finds the user whom somebody at an identity provider is here.
    pub(crate) fn find_identity(&self, provider: &str, user_id: &str) -> Option<&Account> {
        self.accounts.values().find(|account| {
            let mut identities = account.identities.iter();
            identities.any(|it| it.provider == provider && it.user_id == user_id)
        })
    }

    /// The username of whom an identity provider makes: `<provider>_<id>`, folded where case does not count.
    pub(crate) fn federated_username(&self, provider: &str, user_id: &str) -> String {
        self.fold(&format!("{provider}_{user_id}"))
    }

    /// `AdminLinkProviderForUser`: from now on, who comes in by the source is the destination.
    pub(crate) fn link(
        &mut self,
        destination: &str,
        provider: &str,
        user_id: &str,
    ) -> Result<(), Failure> {
        let refuse = |message: &str| Err(Failure::invalid_parameter(message));
        if provider == "Cognito" {
            return refuse(
                "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, \
                 only as a DestinationUser",
            );
        }
        let kind = self.provider_mut(provider)?.kind().to_owned();
        let destination = self
            .accounts
            .get(destination)
            .ok_or_else(|| Failure::invalid_parameter("Invalid ProviderName/Username combination"))?
            .username
            .clone();
        if let Some(owner) = self.find_identity(provider, user_id) {
            if owner.username == destination {
                return refuse("SourceUser is already linked to DestinationUser");
            }
            return refuse(
                "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
            );
        }
        let created = self.clock.now();
        let account = self.user_mut(&destination)?;
        let linked = account.identities.iter().filter(|it| !it.is_primary);
        if linked.count() >= MOST {
            return Err(Failure::new(
                "LimitExceededException",
                "Exceeded limit of linked identities.",
            ));
        }
        account.identities.push(Identity {
            provider: provider.to_owned(),
            kind,
            user_id: user_id.to_owned(),
            is_primary: false,
            created,
        });
        Ok(())
    }

    /// `AdminDisableProviderForUser`: who comes in by this identity is a new user next time.
    pub(crate) fn unlink(&mut self, provider: &str, user_id: &str) -> Result<(), Failure> {
        if provider == "Cognito" {
            let account = self.user_mut(user_id)?;
            account.credential = None;
            return Ok(());
        }
        let username = self
            .find_identity(provider, user_id)
            .ok_or_else(Failure::user_not_found)?
            .username
            .clone();
        self.user_mut(&username)?
            .identities
            .retain(|it| it.provider != provider || it.user_id != user_id);
        Ok(())
    }
}
