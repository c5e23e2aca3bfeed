//! How a login goes: from the first call, over any chain of challenges, to the tokens.

mod answer;
mod begin;
mod choice;
mod custom;
mod device;
mod factor;
mod finish;
mod new_password;
mod one_time_code;
mod password;
mod refresh;
mod secret_hash;
mod session;
mod srp;

use serde::{Deserialize, Serialize};

pub(crate) use self::answer::{Reply, answer};
pub(crate) use self::begin::{Start, begin};
pub(crate) use self::refresh::refresh;
pub(crate) use self::secret_hash::{check_secret, check_secret_hash};
pub(crate) use self::session::{Pending, Sessions};
use crate::failure::Failure;
use crate::pool::{Account, Directory, FORCE_CHANGE_PASSWORD};
use crate::wire::Parameters;

/// A login on its way.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Login {
    pub(crate) client_id: String,
    /// The internal username.
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) device_key: Option<String>,
    /// Nothing more is asked than a new password: a second factor, a known device or a passkey did it.
    pub(crate) is_strong: bool,
    /// The device of `device_key` has proved itself.
    pub(crate) is_device_proved: bool,
    /// How many questions of the flow `CUSTOM_AUTH` have been answered, in that flow.
    pub(crate) custom_round: Option<usize>,
}

impl Login {
    pub(crate) fn new(client_id: &str, account: &Account) -> Self {
        Self {
            client_id: client_id.to_owned(),
            username: account.username.clone(),
            sub: account.sub.clone(),
            device_key: None,
            is_strong: false,
            is_device_proved: false,
            custom_round: None,
        }
    }

    /// The user who is logging in, who may have been deleted, replaced or disabled meanwhile.
    pub(crate) fn account<'a>(
        &self,
        directory: &'a mut Directory,
    ) -> Result<&'a mut Account, Failure> {
        let account = directory.user_mut(&self.username)?;
        if account.sub != self.sub {
            return Err(Failure::user_not_found());
        }
        if !account.enabled {
            return Err(Failure::user_disabled());
        }
        Ok(account)
    }
}

/// What every step of a login answers: a challenge, or the tokens.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Step {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) challenge_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
    pub(crate) challenge_parameters: Parameters,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authentication_result: Option<Tokens>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) available_challenges: Vec<String>,
}

/// `AuthenticationResultType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) expires_in: u64,
    pub(crate) id_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<String>,
    pub(crate) token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_device_metadata: Option<NewDevice>,
}

/// `NewDeviceMetadataType`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewDevice {
    pub(crate) device_key: String,
    pub(crate) device_group_key: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// Goes on with a login whose last question was answered well.
pub(crate) fn proceed(directory: &mut Directory, login: Login) -> Result<Step, Failure> {
    let account = login.account(directory)?;
    if account.status == FORCE_CHANGE_PASSWORD {
        return new_password::ask(directory, login);
    }
    account.require_active()?;
    if let Some(round) = login.custom_round {
        return custom::proceed(directory, login, round);
    }
    if !login.is_strong {
        if !login.is_device_proved && device::is_known(directory, &login)? {
            return Ok(device::ask(directory, login));
        }
        if let Some(step) = factor::ask(directory, &login)? {
            return Ok(step);
        }
    }

    finish::finish(directory, login)
}

/// Keeps a login until its next answer, and words the challenge.
pub(crate) fn challenge(
    directory: &mut Directory,
    name: &str,
    login: Login,
    pending: Pending,
    parameters: impl IntoIterator<Item = (&'static str, String)>,
) -> Step {
    let now = directory.clock.now();
    let validity = directory
        .clients
        .get(&login.client_id)
        .map_or(std::time::Duration::ZERO, |client| client.session_validity);
    let session = directory.sessions.open(login, pending, now, validity);

    Step {
        challenge_name: Some(name.to_owned()),
        session: Some(session),
        challenge_parameters: parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        ..Step::default()
    }
}

/// A parameter that must be there.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Failure> {
    parameters
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Failure::missing_parameter(name))
}
