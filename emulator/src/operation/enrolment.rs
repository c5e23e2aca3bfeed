//! Who is setting up an authenticator app: somebody logged in, or in the challenge `MFA_SETUP`.

use crate::failure::Failure;
use crate::pool::{Account, Directory, Login, Pending, Pool};
use crate::shared::Shared;

/// The user of an access token or of a challenge session.
pub(super) enum Enrolment {
    LoggedIn(String),
    LoggingIn { session: String, login: Login },
}

/// Finds out who it is.
pub(super) fn find(
    emulator: &Shared,
    access_token: Option<String>,
    session: Option<String>,
) -> Result<(Pool, Enrolment), Failure> {
    if let Some(token) = access_token {
        let (pool, access) = emulator.access(&token)?;
        if !pool.directory().settings.totp_mfa {
            return Err(Failure::new(
                "SoftwareTokenMFANotFoundException",
                "Software Token MFA has not been enabled by the userPool",
            ));
        }
        return Ok((pool, Enrolment::LoggedIn(access.username)));
    }
    let session = session.ok_or_else(|| {
        Failure::invalid_parameter("Either AccessToken or Session has to be given.")
    })?;

    let mut refusal = Failure::not_authorized("Invalid session for the user.");
    for pool in emulator.pools() {
        let directory = pool.directory();
        let found = directory
            .sessions
            .find(&session, None, directory.clock.now());
        drop(directory);
        match found {
            Ok((login, Pending::MfaSetup { .. })) => {
                return Ok((pool, Enrolment::LoggingIn { session, login }));
            }
            Ok(_) => {}
            // One pool knows the session and says what is wrong with it; the others have never heard of it.
            Err(failure) if failure.message().contains(", ") => refusal = failure,
            Err(_) => {}
        }
    }
    Err(refusal)
}

impl Enrolment {
    pub(super) fn account<'a>(
        &self,
        directory: &'a mut Directory,
    ) -> Result<&'a mut Account, Failure> {
        match self {
            Self::LoggedIn(username) => directory.user_mut(username),
            Self::LoggingIn { login, .. } => directory.user_of(login),
        }
    }

    /// Ends the challenge session, and opens the one for the next step.
    pub(super) fn renew(
        &self,
        directory: &mut Directory,
        verified: bool,
    ) -> Result<Option<String>, Failure> {
        let Self::LoggingIn { session, login } = self else {
            return Ok(None);
        };
        directory.sessions.use_up(session)?;
        let now = directory.clock.now();
        let validity = directory
            .client(&login.client_id)
            .map_or(std::time::Duration::ZERO, |it| it.session_validity);
        let pending = Pending::MfaSetup { verified };
        let next = directory
            .sessions
            .open(login.clone(), pending, now, validity);
        Ok(Some(next))
    }
}
