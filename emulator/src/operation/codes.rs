//! Codes for sign-up and for a forgotten password.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::pool::{Directory, Pool, Purpose, Question};
use crate::random;
use crate::trigger::Trigger;
use crate::wire::{self, Attribute, CodeDeliveryDetails};

/// Sends a code for one purpose to the user's address or number, and tells where it went.
///
/// Nothing is sent to a user who has neither. For a forgotten password it has to be verified; for a sign-up, the pool
/// has to verify it by itself.
pub(super) fn send(
    directory: &mut Directory,
    username: &str,
    purpose: &Purpose,
) -> Result<Option<CodeDeliveryDetails>, Failure> {
    let now = directory.clock.now();
    let kind = match purpose {
        Purpose::SignUp => "sign_up",
        Purpose::ForgotPassword => "forgot_password",
        Purpose::Attribute(_) => "attribute",
    };
    let account = directory.user(username)?;
    // Without a setting, a forgotten password goes to the phone first.
    let settings = &directory.settings;
    let order: Vec<&str> = match purpose {
        Purpose::ForgotPassword if settings.recovery.is_empty() => vec!["phone_number", "email"],
        Purpose::ForgotPassword => settings
            .recovery
            .iter()
            .filter_map(|name| name.strip_prefix("verified_"))
            .collect(),
        Purpose::SignUp | Purpose::Attribute(_) => vec!["email", "phone_number"],
    };
    let contact = order.into_iter().find(|name| {
        let may_be_used = match purpose {
            Purpose::ForgotPassword => account.has_verified(name),
            Purpose::SignUp => settings.auto_verified_attributes.contains(*name),
            Purpose::Attribute(_) => true,
        };
        account.attributes.contains_key(*name) && may_be_used
    });
    let contact = contact.map(str::to_owned);
    let Some(contact) = contact else {
        return Ok(None);
    };

    let code = random::digits(6);
    let account = directory.user_mut(username)?;
    account
        .codes
        .open_for(purpose.clone(), code.clone(), &contact, now);
    let account = directory.user(username)?;
    Ok(directory.deliver(account, kind, &contact, &code))
}

/// Pretends to have sent a code, always to the same address for the same name.
pub(super) fn simulate(username: &str) -> CodeDeliveryDetails {
    let first = username.chars().next().unwrap_or('x');
    CodeDeliveryDetails {
        destination: wire::mask(&format!("{first}@{first}")),
        delivery_medium: "EMAIL".to_owned(),
        attribute_name: "email".to_owned(),
    }
}

/// The refusal for a user to whom no code can be sent.
pub(super) fn no_contact() -> Failure {
    Failure::invalid_parameter(
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
}

/// Calls the trigger after confirmation.
pub(super) fn confirmed(
    pool: &Pool,
    source: &str,
    client_id: &str,
    username: &str,
    metadata: &Value,
) -> Result<(), Failure> {
    let attributes = pool.directory().user(username)?.event_attributes();
    pool.ask(&Question {
        trigger: Trigger::PostConfirmation,
        source,
        username,
        client_id,
        request: json!({ "userAttributes": attributes, "clientMetadata": metadata }),
        response: json!({}),
    })?;
    Ok(())
}

/// Attributes as an object, as events have them.
pub(super) fn members(attributes: &[Attribute]) -> Value {
    let members = attributes
        .iter()
        .map(|it| (it.name.clone(), json!(it.value)));
    Value::Object(members.collect())
}
