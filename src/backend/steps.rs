//! The bodies of the provided methods of [`CognitoBackend`].
//!
//! An override that wants to do something before or after calls the function of the same name.

use secrecy::{ExposeSecret, SecretString};
use tracing::{debug, error, warn};

use super::{
    AttributeSource, CognitoBackend, CompletedLogin, Credentials, DeviceChange, Error, Login,
    LoginFlow, Refresh, Refusal, SetupError, UserStatusSource,
};
use crate::attribute::{Attributes, ColumnChange};
use crate::challenge::Answer;
use crate::cognito::{
    CognitoError, CognitoErrorKind, CognitoUser, LoginRequest, LoginStep, UserProfile, UserStatus,
};
use crate::token::{AccessClaims, AccessToken, TokenErrorKind, Tokens, VerifiedTokens};
use crate::users::{Synced, User, UserSync};

/// Cognito takes names of up to 128 characters, and passwords of up to 256.
const MAX_USERNAME_CHARS: usize = 128;
const MAX_PASSWORD_CHARS: usize = 256;

/// What users read in their list of devices.
const DEVICE_NAME: &str = "Web browser";

/// Checks the mapping against the table, and that statuses can be known if they must be. The client
/// gets [warm](crate::cognito::Cognito::warm_up) meanwhile.
///
/// # Errors
///
/// [`Error::Setup`] says what to change.
pub async fn check<B: CognitoBackend + ?Sized>(backend: &B) -> Result<(), Error> {
    if !backend.supports_inactive_user() {
        let has_credentials = backend.cognito().has_credentials();
        match backend.user_status_source() {
            UserStatusSource::AdminGetUser if !has_credentials => {
                return Err(SetupError::StatusWithoutCredentials.into());
            }
            UserStatusSource::AdminGetUser => {}
            UserStatusSource::Login => {
                let unknowable = backend
                    .inactive_user_status()
                    .iter()
                    .find(|status| !UserStatus::INACTIVE.contains(status));
                if let Some(status) = unknowable {
                    let status = status.to_string();
                    return Err(SetupError::StatusUnknown { status }.into());
                }
            }
        }
    }

    backend
        .users()
        .check_mapping(backend.attribute_mapping())
        .await
        .map_err(SetupError::Users)?;
    backend.cognito().warm_up();
    Ok(())
}

/// Authenticates at Cognito, and completes the login or passes the challenge on.
///
/// # Errors
///
/// An [`Error`] for everything but what refuses a user.
pub async fn authenticate<B: CognitoBackend + ?Sized>(
    backend: &B,
    credentials: &Credentials,
) -> Result<Login, Error> {
    if !may_exist(credentials) {
        return Ok(Login::Refused(Refusal::NotAuthorized));
    }

    let Some(request) = login_request(backend.login_flow(), credentials) else {
        return Ok(Login::Refused(Refusal::NotAuthorized));
    };
    let answer = backend.cognito().authenticate_with(&request).await;
    go_on(backend, answer).await
}

/// The login that a flow makes of credentials. `None`: it needs a password, and there is none.
fn login_request(flow: LoginFlow, credentials: &Credentials) -> Option<LoginRequest> {
    let username = &credentials.username;
    let request = match (flow, &credentials.password) {
        (LoginFlow::Password, None) => return None,
        (_, Some(password)) => LoginRequest::new(username, password.clone()),
        (_, None) => LoginRequest::without_password(username),
    };
    let request = match flow {
        // With a password at hand there is nothing to choose. `USER_AUTH` would ask a stranger for
        // a code, and refuse a user whose password is wrong: that tells who has an account.
        LoginFlow::Choice if credentials.password.is_none() => request.with_choice(),
        LoginFlow::Choice => request,
        LoginFlow::Custom => request.with_custom_flow(),
        LoginFlow::Password => request,
    };

    Some(match &credentials.device {
        Some(device) => request.with_device(device.clone()),
        None => request,
    })
}

/// Sends the answer to a challenge, and completes the login or passes the next one on.
///
/// # Errors
///
/// As for [`authenticate`].
pub async fn answer<B: CognitoBackend + ?Sized>(
    backend: &B,
    answer: &Answer,
) -> Result<Login, Error> {
    let answer = backend.cognito().respond(answer).await;
    go_on(backend, answer).await
}

async fn go_on<B: CognitoBackend + ?Sized>(
    backend: &B,
    answer: Result<LoginStep, CognitoError>,
) -> Result<Login, Error> {
    match answer {
        Ok(LoginStep::Challenge(challenge)) => Ok(Login::Challenge(challenge)),
        Ok(LoginStep::Complete(user)) => backend.complete(user).await,
        Err(error) => match error.kind() {
            CognitoErrorKind::Locked => Ok(Login::Refused(Refusal::Locked)),
            CognitoErrorKind::NotAuthorized
            | CognitoErrorKind::TemporaryPasswordExpired
            | CognitoErrorKind::UserDisabled
            | CognitoErrorKind::WrongPassword => Ok(Login::Refused(Refusal::NotAuthorized)),
            CognitoErrorKind::WrongUser => Ok(Login::Refused(Refusal::DifferentSubject)),
            CognitoErrorKind::UserNotFound => Ok(Login::Refused(Refusal::UserNotFound)),
            _ => Err(error.into()),
        },
    }
}

/// Verifies the tokens, asks whether the user may log in, and brings the row up to date.
///
/// The tokens of a user who is refused after all are revoked.
///
/// # Errors
///
/// An [`Error`] if tokens do not verify, or Cognito or the users cannot be asked.
pub async fn complete<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: CognitoUser,
) -> Result<Login, Error> {
    let verified = match user.verify_tokens().await {
        Err(error) if error.kind() == TokenErrorKind::WrongUser => {
            error!("a login gave the tokens of another user than the one who was asked for");
            return Ok(Login::Refused(Refusal::DifferentSubject));
        }
        verified => verified?,
    };
    let profile = load_profile(backend, &user, &verified).await?;

    let refusal = if !backend.user_can_authenticate(&profile).await? {
        Refusal::Inactive
    } else {
        let synced = backend.sync_user(&profile).await?;
        let created = matches!(synced, Synced::Created(_));
        match synced {
            Synced::Created(row) | Synced::Updated(row) if row.is_active => {
                let device = confirm_device(&user).await;
                return Ok(CompletedLogin::new(row)
                    .with_created(created)
                    .with_device(device)
                    .with_tokens(user.into_tokens())
                    .with_groups(verified.access.groups)
                    .into());
            }
            Synced::Created(_) | Synced::Updated(_) => Refusal::Inactive,
            Synced::DifferentSubject => {
                warn!(subject = %verified.access.sub, "the username belongs to another subject");
                Refusal::DifferentSubject
            }
            Synced::Unknown => Refusal::Unknown,
        }
    };

    if let Err(error) = user.revoke().await {
        debug!(%error, "the tokens of a refused login were not revoked");
    }
    Ok(Login::Refused(refusal))
}

/// Confirms the device of a login, in a user pool that tracks devices: without that, Cognito
/// refuses the refresh token. Tells what has become of the device that the browser was.
async fn confirm_device(user: &CognitoUser) -> DeviceChange {
    match user.confirm_device(DEVICE_NAME).await {
        Ok(Some(confirmed)) => DeviceChange::New(confirmed.device),
        Ok(None) if user.device_forgotten() => DeviceChange::Forgotten,
        Ok(None) => DeviceChange::None,
        Err(error) => {
            warn!(%error, "the device of a login was not confirmed: its tokens cannot be renewed");
            DeviceChange::Forgotten
        }
    }
}

/// Gets the user's attributes, and the status if it is wanted. Whoever is described must be
/// the one whom the tokens name.
async fn load_profile<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &CognitoUser,
    verified: &VerifiedTokens,
) -> Result<UserProfile, Error> {
    let claims = &verified.id;
    let profile = match (backend.user_status_source(), backend.attribute_source()) {
        (UserStatusSource::AdminGetUser, _) => {
            let admin = backend.cognito().admin()?;
            admin.get_user(&claims.username).await?
        }
        (UserStatusSource::Login, AttributeSource::GetUser) => user.get_user().await?,
        (UserStatusSource::Login, AttributeSource::IdToken) => {
            UserProfile::new(&claims.username, claims.attributes())
        }
    };

    if profile.sub().as_ref() == Some(&claims.sub) && profile.username == claims.username {
        Ok(UserProfile {
            groups: Some(verified.access.groups.clone()),
            ..profile
        })
    } else {
        Err(Error::other(
            "Cognito described another user than the one who logged in",
        ))
    }
}

/// Tells whether the user's status lets them log in.
pub fn user_can_authenticate<B: CognitoBackend + ?Sized>(
    backend: &B,
    profile: &UserProfile,
) -> bool {
    let inactive = profile
        .status
        .as_ref()
        .is_some_and(|status| backend.inactive_user_status().contains(status));

    backend.supports_inactive_user() || !inactive
}

/// Brings the mapped columns of the user's row up to date, or creates the row.
///
/// The row is found by the name that Cognito gave, and guarded by `sub`.
///
/// # Errors
///
/// An [`Error`] when the store failed.
pub async fn sync_user<B: CognitoBackend + ?Sized>(
    backend: &B,
    profile: &UserProfile,
) -> Result<Synced, Error> {
    let mapping = backend.attribute_mapping();
    let mut columns = mapping.columns_for(&profile.attributes);
    if let Some(groups) = &profile.groups {
        let flags = mapping.flags_for(groups);
        columns.extend(flags.map(|(column, is_set)| (column.clone(), ColumnChange::flag(is_set))));
    }
    let sync = UserSync {
        username: profile.username.clone(),
        sub: profile.sub(),
        columns,
        create_unknown_user: backend.create_unknown_user(),
        at: backend.cognito().clock().now(),
    };

    Ok(backend.users().sync(&sync).await?)
}

/// Renews tokens. The new ones must be the same user's.
///
/// # Errors
///
/// An [`Error`] leaves the login as it is.
pub async fn refresh<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &User,
    tokens: &Tokens,
) -> Result<Refresh, Error> {
    let cognito = backend.cognito();
    let tokens = match cognito.renew_access_token(&user.username, tokens).await {
        Ok(tokens) => tokens,
        Err(error) if error.kind().refuses_a_refresh() => {
            debug!(kind = %error.kind(), "the refresh token was refused");
            return Ok(Refresh::Ended);
        }
        Err(error) => return Err(error.into()),
    };

    let verified = cognito.verify_tokens(&tokens).await?;
    let same_user = verified.access.username == user.username
        && user
            .sub
            .as_ref()
            .is_none_or(|sub| *sub == verified.access.sub);
    if !same_user {
        error!(user = user.id, "a refresh gave the tokens of another user");
        return Ok(Refresh::Ended);
    }

    let groups = verified.access.groups;
    if let Err(error) = follow_groups(backend, user, &groups).await {
        warn!(%error, user = user.id, "the columns that tell of groups were not brought up to date");
    }
    Ok(Refresh::Renewed { tokens, groups })
}

/// Writes the columns that tell of groups, if one has changed since the login.
async fn follow_groups<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &User,
    groups: &[String],
) -> Result<(), Error> {
    let changed: Vec<_> = backend
        .attribute_mapping()
        .flags_for(groups)
        .filter(|(column, is_set)| user.flag(column.as_str()) != Some(*is_set))
        .map(|(column, is_set)| (column.clone(), ColumnChange::flag(is_set)))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }

    let now = backend.cognito().clock().now();
    let sync = UserSync {
        username: user.username.clone(),
        sub: user.sub.clone(),
        columns: changed,
        create_unknown_user: false,
        // Not a login: the time of the last one stays.
        at: user.last_login.unwrap_or(now),
    };
    backend.users().sync(&sync).await?;
    Ok(())
}

/// Revokes the refresh token.
///
/// # Errors
///
/// An [`Error`] when Cognito could not be told.
pub async fn logout<B: CognitoBackend + ?Sized>(backend: &B, tokens: &Tokens) -> Result<(), Error> {
    match &tokens.refresh {
        Some(refresh) => Ok(backend.cognito().revoke(refresh).await?),
        None => Ok(()),
    }
}

/// Asks for the attributes and writes them to the row of the user who has changed them.
///
/// # Errors
///
/// An [`Error`] if Cognito or the users cannot be asked.
pub async fn reload<B: CognitoBackend + ?Sized>(
    backend: &B,
    user: &User,
    tokens: &Tokens,
) -> Result<(), Error> {
    let cognito = backend.cognito().user(&user.username, tokens.clone());
    let profile = cognito.get_user().await?;
    if profile.username == user.username {
        backend.sync_user(&profile).await?;
    }
    Ok(())
}

/// Reads the attributes in the verified ID token. None are read from one that does not verify
/// any more, e.g. since the user pool has changed its keys.
///
/// # Errors
///
/// An [`Error`] when the key set cannot be had.
pub async fn attributes<B: CognitoBackend + ?Sized>(
    backend: &B,
    tokens: &Tokens,
) -> Result<Attributes, Error> {
    match backend
        .cognito()
        .token_verifier()
        .verify_id(&tokens.id)
        .await
    {
        Ok(claims) => Ok(claims.attributes()),
        Err(error) if error.kind() == TokenErrorKind::KeysUnavailable => Err(error.into()),
        Err(error) => {
            debug!(%error, "the ID token of a login does not verify any more");
            Ok(Attributes::new())
        }
    }
}

/// Verifies an access token against the user pool and the app client.
///
/// # Errors
///
/// An [`Error`] when the key set cannot be had.
pub async fn verify_access_token<B: CognitoBackend + ?Sized>(
    backend: &B,
    token: &AccessToken,
) -> Result<Option<AccessClaims>, Error> {
    match backend.cognito().verify_access_token(token).await {
        Ok(claims) => Ok(Some(claims)),
        Err(error) if error.kind() == TokenErrorKind::KeysUnavailable => Err(error.into()),
        Err(error) => {
            debug!(%error, "an access token was refused");
            Ok(None)
        }
    }
}

/// Tells whether Cognito could know such a user at all. It answers other names and passwords
/// with `InvalidParameterException`, which would read as an outage.
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
