//! What each step of a login answers.

use serde::Serialize;

use crate::failure::Failure;
use crate::pool::{Directory, Login, Pending};
use crate::wire::Parameters;

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
    /// Who is logged in at the pool's domain now, which gives tokens later.
    #[serde(skip)]
    pub(crate) hosted_user: Option<String>,
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
