use tracing::debug;

use crate::cognito::{Admin, AuthEvent, CognitoError, Device, Group};
use crate::pages::account::devices;
use crate::pages::shown::{DeviceRow, EventRow, TimedText};
use crate::pages::texts::Texts;

/// So many devices and events are shown: the last ones.
const MOST: usize = 10;

/// What Cognito has of a user beside the profile. A list that it refuses is left out.
#[derive(Default)]
pub(super) struct Known {
    groups: Vec<Group>,
    devices: Vec<Device>,
    events: Vec<AuthEvent>,
}

impl Known {
    pub(super) async fn of(admin: &Admin, name: &str) -> Self {
        let (groups, devices, events) = tokio::join!(
            async { admin.list_groups_for_user(name).await },
            async { admin.list_devices(name).await },
            last_events(admin, name),
        );

        Self {
            groups: known(groups),
            devices: known(devices),
            events: known(events),
        }
    }

    /// The names of the groups, as one text.
    pub(super) fn groups(&self) -> String {
        let names: Vec<_> = self.groups.iter().map(|group| &*group.name).collect();
        names.join(", ")
    }

    pub(super) fn devices(&self, texts: &Texts) -> Vec<DeviceRow> {
        let mut rows = devices::rows(self.devices.clone(), None, texts);
        rows.truncate(MOST);
        rows
    }

    pub(super) fn events(&self, texts: &Texts) -> Vec<EventRow> {
        self.events.iter().map(|event| row(event, texts)).collect()
    }
}

/// A user pool records them where threat protection is on, and refuses to list them elsewhere.
async fn last_events(admin: &Admin, name: &str) -> Result<Vec<AuthEvent>, CognitoError> {
    let mut listed = admin.list_user_auth_events(name);
    let mut events = Vec::new();
    while events.len() < MOST
        && let Some(event) = listed.next().await
    {
        events.push(event?);
    }
    Ok(events)
}

/// What is known without waiting for it.
fn known<T>(listed: Result<Vec<T>, CognitoError>) -> Vec<T> {
    listed.unwrap_or_else(|error| {
        debug!(%error, "a user is shown without a list of Cognito's");
        Vec::new()
    })
}

fn row(event: &AuthEvent, texts: &Texts) -> EventRow {
    let words = &texts.users;
    let at = event.created_at.map(|at| TimedText::time(texts, at));
    let from = [
        &event.device_name,
        &event.city,
        &event.country,
        &event.ip_address,
    ];
    let from: Vec<_> = from.into_iter().flatten().map(String::as_str).collect();

    EventRow {
        label: match &*event.kind {
            "SignIn" => words.event_login,
            "SignUp" => words.event_sign_up,
            "ForgotPassword" => words.event_reset,
            "PasswordChange" => words.event_password,
            "ResendCode" => words.event_code,
            _ => words.event_other,
        },
        outcome: match (event.risk_decision.as_deref(), event.response.as_deref()) {
            (Some("Block"), _) => words.event_blocked,
            (Some("AccountTakeover"), _) => words.event_suspicious,
            (_, Some("Fail")) => words.event_failed,
            (_, Some("InProgress")) => words.event_unfinished,
            _ => "",
        },
        at: at.unwrap_or_default(),
        from: from.join(", "),
    }
}
