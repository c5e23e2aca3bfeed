use crate::challenge::Challenge;
use crate::web::{AuthError, AuthSession};

/// So long the pages have people wait before they ask for another code, in seconds.
const BETWEEN_CODES: i64 = 30;

/// What the pages keep in the session from one step to the next.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    /// The attribute that waits for its code.
    Attribute,
    /// When a code was sent, in seconds since 1970.
    CodeSent,
    /// The seed of an authenticator app that is being enrolled.
    TotpSeed,
    /// The name with which somebody signs up or resets a password.
    Username,
}

impl Kept {
    fn key(self) -> &'static str {
        match self {
            Self::Attribute => "axum_cognito.attribute",
            Self::CodeSent => "axum_cognito.code_sent",
            Self::TotpSeed => "axum_cognito.totp_seed",
            Self::Username => "axum_cognito.account_name",
        }
    }

    pub(super) async fn read(self, auth: &AuthSession) -> Result<Option<String>, AuthError> {
        Ok(auth.session()?.get(self.key()).await?)
    }

    pub(super) async fn write(self, auth: &AuthSession, value: &str) -> Result<(), AuthError> {
        Ok(auth.session()?.insert(self.key(), value).await?)
    }

    pub(super) async fn remove(self, auth: &AuthSession) -> Result<(), AuthError> {
        Ok(auth.session()?.remove_value(self.key()).await.map(drop)?)
    }
}

/// The name with which somebody signs up or resets a password; empty if nobody does.
pub(super) async fn known_name(auth: &AuthSession) -> Result<String, AuthError> {
    Ok(Kept::Username.read(auth).await?.unwrap_or_default())
}

/// Notes that a code is on its way.
pub(super) async fn note_code(auth: &AuthSession) -> Result<(), AuthError> {
    let now = auth.now().unix_timestamp().to_string();
    Kept::CodeSent.write(auth, &now).await
}

/// Notes that a code is on its way, if that is what a login asks for next.
pub(super) async fn note_code_of(
    auth: &AuthSession,
    challenge: &Challenge,
) -> Result<(), AuthError> {
    match challenge {
        Challenge::EmailOtp(_) | Challenge::SmsOtp(_) => note_code(auth).await,
        _ => Ok(()),
    }
}

/// Returns how many seconds to wait before another code is asked for.
pub(super) async fn seconds_to_next_code(auth: &AuthSession) -> Result<u64, AuthError> {
    let sent = Kept::CodeSent.read(auth).await?;
    let sent: Option<i64> = sent.and_then(|sent| sent.parse().ok());
    let now = auth.now().unix_timestamp();

    Ok(sent.map_or(0, |sent| seconds_left(sent, now)))
}

fn seconds_left(sent: i64, now: i64) -> u64 {
    match now.saturating_sub(sent) {
        since @ 0..BETWEEN_CODES => (BETWEEN_CODES - since).unsigned_abs(),
        // Long ago, or by a clock that was set back since: nobody has to wait until it is right again.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_code_is_waited_for_half_a_minute_and_no_longer_if_a_clock_was_set_back() {
        for (now, left) in [(100, 30), (101, 29), (129, 1), (130, 0), (9999, 0), (99, 0)] {
            assert_eq!(seconds_left(100, now), left, "{now}");
        }
        assert_eq!(seconds_left(i64::MIN, i64::MAX), 0);
    }
}
