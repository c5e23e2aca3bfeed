//! What the library has read, in the form that the facts have it in.

use axum_cognito::attribute::Attributes;
use axum_cognito::challenge::{Challenge, ChallengeSession};
use axum_cognito::cognito::{CodeDelivery, CognitoError, Device, LoginStep, Passkey, UserProfile};
use axum_cognito::time::OffsetDateTime;
use axum_cognito::token::{FederatedIdentity, RefreshToken, Tokens};
use serde_json::{Value, json};

pub(crate) fn step(step: Result<LoginStep, CognitoError>) -> Value {
    let (mut read, more) = match step.expect("no error") {
        LoginStep::Challenge(asked) => {
            let session = asked.record().session().map(ChallengeSession::expose);
            let common = json!({
                "challenge": asked.name(), "username": asked.username(), "session": session,
            });
            (common, challenge(&asked))
        }
        LoginStep::Complete(user) => {
            let device = user.new_device();
            let device = device.map(|device| [&device.key, &device.group_key]);
            let more = json!({ "username": user.username(), "new_device": device });
            (tokens(user.tokens()), more)
        }
    };

    let members = read.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    read
}

/// What one kind of challenge has, and others have not.
fn challenge(asked: &Challenge) -> Value {
    match asked {
        Challenge::Custom(asked) => json!({ "contact": asked.parameter("contact") }),
        Challenge::EmailOtp(asked) => {
            json!({ "destination": asked.destination(), "medium": asked.delivery_medium() })
        }
        Challenge::MfaSetup(asked) => json!({
            "software_token": asked.offers_software_token(),
            "email": asked.offers_email(),
            "seed": asked.totp_seed(),
        }),
        Challenge::NewPasswordRequired(asked) => {
            let required = asked.required_attributes().iter();
            let required: Vec<_> = required.map(|name| name.as_str()).collect();
            json!({ "required": required, "attributes": attributes(&asked.attributes()) })
        }
        Challenge::SelectChallenge(asked) => json!({ "options": asked.options() }),
        Challenge::SelectMfaType(asked) => json!({ "options": asked.options() }),
        Challenge::SmsMfa(asked) => {
            json!({ "destination": asked.destination(), "medium": asked.delivery_medium() })
        }
        Challenge::SoftwareTokenMfa(asked) => json!({ "device_name": asked.device_name() }),
        Challenge::WebAuthn(asked) => json!({ "options": asked.credential_request_options() }),
        other => panic!("a challenge that is not recorded: {other:?}"),
    }
}

pub(crate) fn tokens(tokens: &Tokens) -> Value {
    json!({
        "access": tokens.access.expose(),
        "id": tokens.id.expose(),
        "refresh": tokens.refresh.as_ref().map(RefreshToken::expose),
    })
}

pub(crate) fn delivery(sent: Option<CodeDelivery>) -> Value {
    let sent = sent.expect("a code was sent");
    json!([sent.destination, sent.medium, sent.attribute])
}

pub(crate) fn attributes(attributes: &Attributes) -> Value {
    let attributes = attributes.iter();
    attributes
        .map(|(name, value)| (name.as_str().to_owned(), Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

pub(crate) fn identities(identities: &[FederatedIdentity]) -> Value {
    let identities = identities.iter();
    identities
        .map(|it| json!([it.provider, it.user_id, it.is_primary]))
        .collect()
}

pub(crate) fn profile(profile: &UserProfile) -> Value {
    json!({
        "username": profile.username,
        "attributes": attributes(&profile.attributes),
        "identities": identities(&profile.identities()),
        "status": profile.status.as_ref().map(|status| status.as_str()),
        "enabled": profile.enabled,
    })
}

pub(crate) fn devices(devices: &[Device]) -> Value {
    let devices = devices.iter().map(|device| {
        json!({
            "key": device.key,
            "name": device.name(),
            "attributes": device.attributes.iter().count(),
            "created_at": seconds(device.created_at),
            "last_authenticated_at": seconds(device.last_authenticated_at),
        })
    });
    devices.collect()
}

pub(crate) fn passkeys(passkeys: &[Passkey]) -> Value {
    let passkeys = passkeys.iter().map(|passkey| {
        json!({
            "id": passkey.id,
            "name": passkey.name,
            "relying_party": passkey.relying_party,
            "attachment": passkey.attachment,
            "transports": passkey.transports,
            "created_at": seconds(passkey.created_at),
        })
    });
    passkeys.collect()
}

fn seconds(at: Option<OffsetDateTime>) -> Option<i64> {
    at.map(OffsetDateTime::unix_timestamp)
}
