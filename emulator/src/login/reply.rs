//! What the answer to a challenge brings.

use serde_json::Value;

use super::secret_hash::check_secret_hash;
use super::step::required;
use crate::failure::Failure;
use crate::pool::{AppClient, Directory, Login, Pool};
use crate::wire::Parameters;

/// What `RespondToAuthChallenge` and `AdminRespondToAuthChallenge` have in common.
#[derive(Clone, Copy)]
pub(crate) struct Reply<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) client: &'a AppClient,
    pub(crate) challenge: &'a str,
    pub(crate) session: Option<&'a str>,
    pub(crate) responses: &'a Parameters,
    pub(crate) metadata: &'a Value,
}

impl<'a> Reply<'a> {
    pub(super) fn required(&self, name: &str) -> Result<&'a str, Failure> {
        required(self.responses, name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.responses.get(name).map(String::as_str)
    }

    /// Checks the secret hash, which is over the internal username, never over an alias.
    pub(super) fn check_secret_hash(&self, username: &str) -> Result<(), Failure> {
        check_secret_hash(self.client, username, self.get("SECRET_HASH"))
    }

    /// Returns whether the name in an answer is that of the user who is logging in.
    pub(super) fn names(&self, directory: &Directory, username: &str, login: &Login) -> bool {
        username == login.username
            || directory
                .find(username)
                .is_some_and(|account| account.username == login.username)
    }

    /// Marks the challenge as answered: after a right answer, before anything else is asked. Of answers that
    /// come at the same time, one goes on.
    pub(super) fn use_up(&self, directory: &mut Directory) -> Result<(), Failure> {
        match self.session {
            Some(session) => directory.sessions.use_up(session),
            None => Ok(()),
        }
    }
}
