//! A login at a user pool: from credentials to the user's row.

use secrecy::{ExposeSecret, SecretString};
use tracing::{debug, error, warn};

use super::{
    CognitoBackend, CompletedLogin, Credentials, DeviceChange, Error, LoginFlow, LoginOutcome,
    ProfileSource, Refusal, SetupError,
};
use crate::attribute::ColumnChange;
use crate::challenge::{Answer, Challenge};
use crate::cognito::{
    Cognito, CognitoError, CognitoErrorKind, CognitoUser, LoginRequest, LoginStep, UserProfile,
    UserStatus,
};
use crate::token::{TokenError, TokenErrorKind, VerifiedTokens};
use crate::users::{Synced, UserSync};

/// Cognito takes names of up to 128 characters, and passwords of up to 256.
const MAX_USERNAME_CHARS: usize = 128;
const MAX_PASSWORD_CHARS: usize = 256;

/// What users read in their list of devices, where nothing better is known.
const DEVICE_NAME: &str = "Web browser";

/// Checks the mapping against the table, and that statuses can be known if they must be.
pub(super) async fn check<B: CognitoBackend + ?Sized>(backend: &B) -> Result<(), Error> {
    let pool = backend.pool();
    let settings = pool.login_settings();
    if !backend.supports_inactive_user() {
        if settings.profile_source == ProfileSource::AdminGetUser {
            if !pool.cognito().has_credentials() {
                return Err(SetupError::StatusWithoutCredentials.into());
            }
        } else if let Some(status) = settings
            .inactive_user_status
            .iter()
            .find(|status| !UserStatus::INACTIVE.contains(status))
        {
            let status = status.to_string();
            return Err(SetupError::StatusUnknown { status }.into());
        }
    }

    pool.users()
        .check_mapping(backend.attribute_mapping())
        .await
        .map_err(SetupError::Users)?;
    if settings.login_flow == LoginFlow::PlainPassword {
        warn!("passwords are sent to Cognito in clear: go back to SRP once the users have moved");
    }
    Ok(())
}

/// Authenticates at Cognito, and completes the login or passes the challenge on.
pub(super) async fn authenticate<B: CognitoBackend + ?Sized>(
    backend: &B,
    credentials: &Credentials,
) -> Result<LoginOutcome<CompletedLogin>, Error> {
    if !may_exist(credentials) {
        return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
    }

    let pool = backend.pool();
    let Some(request) = login_request(pool.login_settings().login_flow, credentials) else {
        return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
    };
    let cognito = pool.cognito().with_context(credentials.context.clone());
    let reply = cognito.authenticate_with(&request).await;
    let account = match &reply {
        Ok(LoginStep::Challenge(challenge)) => Some(challenge.username()),
        Ok(LoginStep::Complete(user)) => Some(user.username()),
        Err(error) => error.username(),
    };
    if let Some(account) = account {
        credentials.tell_account(account);
    }
    let outcome = decide(backend, reply).await?;
    Ok(match outcome {
        LoginOutcome::Challenge(other) if !is_preferred(credentials, &other) => {
            LoginOutcome::Refused(Refusal::NotAuthorized)
        }
        outcome => outcome,
    })
}

/// Whether a challenge is the one that was asked for. In place of another one, Cognito offers a user
/// what they have, and makes something up for a stranger: whoever sees the difference knows who has
/// an account.
fn is_preferred(credentials: &Credentials, challenge: &Challenge) -> bool {
    match (&credentials.password, &credentials.preferred_challenge) {
        (None, Some(name)) => challenge.name() == name,
        _ => true,
    }
}

/// Sends the answer to a challenge, and completes the login or passes the next one on.
pub(super) async fn answer<B: CognitoBackend + ?Sized>(
    backend: &B,
    answer: &Answer,
) -> Result<LoginOutcome<CompletedLogin>, Error> {
    let reply = backend.pool().cognito().respond(answer).await;
    decide(backend, reply).await
}

/// Returns the request that a flow makes of credentials. `None`: it needs a password, and there is
/// none.
pub(super) fn login_request(flow: LoginFlow, credentials: &Credentials) -> Option<LoginRequest> {
    let username = &credentials.username;
    let request = match (flow, &credentials.password) {
        (LoginFlow::Password | LoginFlow::PlainPassword, None) => return None,
        (_, Some(password)) => LoginRequest::new(username, password.clone()),
        (_, None) => LoginRequest::without_password(username),
    };
    let request = match flow {
        // With a password at hand there is nothing to choose. `USER_AUTH` would ask a stranger for
        // a code, and refuse a user whose password is wrong: that tells who has an account.
        LoginFlow::Choice if credentials.password.is_none() => {
            match &credentials.preferred_challenge {
                Some(name) => request.with_preferred_challenge(name),
                None => request.with_choice(),
            }
        }
        LoginFlow::Choice => request,
        LoginFlow::Custom => request.with_custom_flow(),
        LoginFlow::Password => request,
        LoginFlow::PlainPassword => request.dangerous_with_plain_password(),
    };

    Some(match &credentials.device {
        Some(device) => request.with_device(device.clone()),
        None => request,
    })
}

/// What Cognito's reply means for the login.
async fn decide<B: CognitoBackend + ?Sized>(
    backend: &B,
    reply: Result<LoginStep, CognitoError>,
) -> Result<LoginOutcome<CompletedLogin>, Error> {
    match reply {
        Ok(LoginStep::Challenge(challenge)) => Ok(LoginOutcome::Challenge(challenge)),
        Ok(LoginStep::Complete(user)) => {
            let verified = user.verify_tokens().await;
            complete(backend, user, verified).await
        }
        Err(error) => match error.kind() {
            CognitoErrorKind::Locked => Ok(LoginOutcome::Refused(Refusal::Locked)),
            CognitoErrorKind::NotAuthorized
            | CognitoErrorKind::TemporaryPasswordExpired
            | CognitoErrorKind::UserDisabled
            | CognitoErrorKind::WrongPassword => Ok(LoginOutcome::Refused(Refusal::NotAuthorized)),
            CognitoErrorKind::WrongUser => Ok(LoginOutcome::Refused(Refusal::DifferentSubject)),
            CognitoErrorKind::UserNotFound => Ok(LoginOutcome::Refused(Refusal::UserNotFound)),
            _ => Err(error.into()),
        },
    }
}

/// Completes a login whose tokens were verified or not: asks whether the user may log in, and brings
/// the row up to date. The tokens of a login that fails here are revoked.
pub(super) async fn complete<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: CognitoUser,
    verified: Result<VerifiedTokens, TokenError>,
) -> Result<LoginOutcome<CompletedLogin>, Error> {
    let refused = match admit(backend, &user, verified).await {
        Ok(Ok(login)) => {
            let device = confirm_device(&user).await;
            let login = login.with_device(device).with_tokens(user.into_tokens());
            return Ok(LoginOutcome::Complete(login));
        }
        Ok(Err(refusal)) => Ok(LoginOutcome::Refused(refusal)),
        Err(error) => Err(error),
    };

    if let Err(error) = user.revoke().await {
        debug!(%error, "the tokens of a refused login were not revoked");
    }
    refused
}

/// Decides whether a user whom Cognito let through may log in here.
async fn admit<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &CognitoUser,
    verified: Result<VerifiedTokens, TokenError>,
) -> Result<Result<CompletedLogin, Refusal>, Error> {
    let verified = match verified {
        Err(error) if error.kind() == TokenErrorKind::WrongUser => {
            error!("a login gave the tokens of another user than the one who was asked for");
            return Ok(Err(Refusal::DifferentSubject));
        }
        Err(error) if error.kind() == TokenErrorKind::WrongRequest => {
            error!("a managed login gave tokens that were issued for another request");
            return Ok(Err(Refusal::NotAuthorized));
        }
        verified => verified?,
    };
    let profile = match load_profile(backend, user, &verified).await {
        Ok(profile) => profile,
        // The account was disabled or deleted, or its tokens revoked, since it was let through.
        Err(error) if error.cognito_kind().is_some_and(|kind| kind.ends_a_login()) => {
            debug!(%error, "a user who was let through a moment ago is refused");
            return Ok(Err(Refusal::NotAuthorized));
        }
        Err(error) => return Err(error),
    };
    let may_log_in = (backend.supports_inactive_user() || !is_inactive(backend, &profile))
        && backend.user_can_authenticate(&profile).await?;
    if !may_log_in {
        return Ok(Err(Refusal::Inactive));
    }

    let synced = sync_user(backend, &profile, true).await?;
    let created = matches!(synced, Synced::Created(_));
    Ok(match synced {
        Synced::Created(row) | Synced::Updated(row) if row.is_active => {
            Ok(CompletedLogin::new(row)
                .with_created(created)
                .with_groups(roles(backend, verified.access.groups)))
        }
        Synced::Created(_) | Synced::Updated(_) => Err(Refusal::Inactive),
        Synced::DifferentSubject => {
            warn!(subject = %verified.access.sub, "the username belongs to another subject");
            Err(Refusal::DifferentSubject)
        }
        Synced::Unknown => Err(Refusal::Unknown),
    })
}

/// Returns the user's profile. It must be that of the user whom the tokens name.
async fn load_profile<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &CognitoUser,
    verified: &VerifiedTokens,
) -> Result<UserProfile, Error> {
    let claims = &verified.id;
    let profile = backend.load_profile(user, claims).await?;

    if profile.is_of(&claims.username, Some(&claims.sub)) {
        Ok(UserProfile {
            groups: Some(roles(backend, verified.access.groups.clone())),
            ..profile
        })
    } else {
        Err(Error::other(
            "Cognito described another user than the one who logged in",
        ))
    }
}

/// Returns the groups that say what a user may do: those that Cognito makes for an identity
/// provider are none.
pub(super) fn roles<B: CognitoBackend + ?Sized>(
    backend: &B,
    mut groups: Vec<String>,
) -> Vec<String> {
    let pool = backend.pool();
    if !pool.login_settings().keeps_provider_groups {
        remove_provider_groups(pool.cognito(), &mut groups);
    }
    groups
}

/// Removes the groups that Cognito makes for an identity provider.
pub(super) fn remove_provider_groups(cognito: &Cognito, groups: &mut Vec<String>) {
    let pool_id = cognito.user_pool().as_str();

    groups.retain(|group| {
        let rest = group.strip_prefix(pool_id);
        !rest.is_some_and(|rest| rest.starts_with('_'))
    });
}

pub(super) fn is_inactive<B: CognitoBackend + ?Sized>(backend: &B, profile: &UserProfile) -> bool {
    let inactive = &backend.pool().login_settings().inactive_user_status;

    profile
        .status
        .as_ref()
        .is_some_and(|status| inactive.contains(status))
}

/// Brings the mapped columns of the user's row up to date, or creates the row.
///
/// The row is found by the name that Cognito gave, and guarded by `sub`.
pub(super) async fn sync_user<B: CognitoBackend + ?Sized>(
    backend: &B,
    profile: &UserProfile,
    is_login: bool,
) -> Result<Synced, Error> {
    let pool = backend.pool();
    let mapping = backend.attribute_mapping();
    let mut columns = mapping.columns_for(&profile.attributes);
    if let Some(groups) = &profile.groups {
        let flags = mapping.flags_for(groups);
        columns.extend(flags.map(|(column, is_set)| (column.clone(), ColumnChange::flag(is_set))));
    }
    let usual = UserSync {
        sub: profile.sub(),
        adopts_row: pool.login_settings().adopts_rows,
        columns,
        create_unknown_user: backend.create_unknown_user(),
        is_login,
        ..UserSync::new(&profile.username, pool.cognito().clock().now())
    };

    let sync = backend.row(profile, usual).await?;
    Ok(pool.users().sync(&sync).await?)
}

/// Confirms the device of a login, in a user pool that tracks devices: without that, Cognito
/// refuses the refresh token. Returns what has become of the device that the browser was.
async fn confirm_device(user: &CognitoUser) -> DeviceChange {
    match user
        .confirm_device(user.device_name().unwrap_or(DEVICE_NAME))
        .await
    {
        Ok(Some(confirmed)) => DeviceChange::New(confirmed.device),
        Ok(None) if user.device_forgotten() => DeviceChange::Forgotten,
        Ok(None) => DeviceChange::None,
        Err(error) => {
            warn!(%error, "the device of a login was not confirmed: its tokens cannot be renewed");
            DeviceChange::Forgotten
        }
    }
}

/// Whether Cognito could know such a user at all. It answers other names and passwords with
/// `InvalidParameterException`, which would read as an outage.
fn may_exist(credentials: &Credentials) -> bool {
    let username = &credentials.username;
    let may_be_password = |password: &SecretString| {
        let password = password.expose_secret();
        !password.is_empty()
            && password.chars().count() <= MAX_PASSWORD_CHARS
            && !password.contains('\0')
    };

    !username.is_empty()
        && username.chars().count() <= MAX_USERNAME_CHARS
        && !username.contains(|c: char| c.is_whitespace() || c.is_control())
        && credentials.password.as_ref().is_none_or(may_be_password)
}
