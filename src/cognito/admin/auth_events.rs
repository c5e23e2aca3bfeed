use std::fmt;

use aws_sdk_cognitoidentityprovider::types::{AuthEventType, EventContextDataType as Place};
use time::OffsetDateTime;

use super::Admin;
use crate::cognito::Listing;
use crate::cognito::profile::read_time;

/// A login, sign-up or change of password, as the user pool's protection against threats has
/// recorded it.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthEvent {
    /// The id of the event.
    pub id: String,
    /// `SignIn`, `SignUp`, `ForgotPassword`, `PasswordChange` or `ResendCode`.
    pub kind: String,
    /// When it happened.
    pub created_at: Option<OffsetDateTime>,
    /// `Pass`, `Fail` or `InProgress`.
    pub response: Option<String>,
    /// `Low`, `Medium` or `High`.
    pub risk_level: Option<String>,
    /// `NoRisk`, `AccountTakeover` or `Block`.
    pub risk_decision: Option<String>,
    /// Whether the password is known from somewhere that was broken into.
    pub compromised_credentials: bool,
    /// What was asked for, e.g. `Password`, and what came of it, `Success` or `Failure`.
    pub challenges: Vec<(String, String)>,
    /// From which address.
    pub ip_address: Option<String>,
    /// The browser and the operating system.
    pub device_name: Option<String>,
    /// The city of the address.
    pub city: Option<String>,
    /// The country of the address.
    pub country: Option<String>,
}

impl AuthEvent {
    fn read(event: AuthEventType) -> Self {
        let created_at = read_time(event.creation_date());
        let risk = event.event_risk;
        let place = event.event_context_data;
        let place = |part: fn(&Place) -> Option<String>| place.as_ref().and_then(part);

        Self {
            created_at,
            risk_level: risk
                .as_ref()
                .and_then(|risk| Some(risk.risk_level()?.as_str().to_owned())),
            risk_decision: risk
                .as_ref()
                .and_then(|risk| Some(risk.risk_decision()?.as_str().to_owned())),
            compromised_credentials: risk
                .and_then(|risk| risk.compromised_credentials_detected())
                .unwrap_or_default(),
            challenges: event
                .challenge_responses
                .unwrap_or_default()
                .iter()
                .filter_map(|challenge| {
                    let response = challenge.challenge_response()?;
                    let name = challenge.challenge_name()?;
                    Some((name.as_str().to_owned(), response.as_str().to_owned()))
                })
                .collect(),
            ip_address: place(|place| place.ip_address.clone()),
            device_name: place(|place| place.device_name.clone()),
            city: place(|place| place.city.clone()),
            country: place(|place| place.country.clone()),
            id: event.event_id.unwrap_or_default(),
            kind: event
                .event_type
                .map_or_else(String::new, |kind| kind.as_str().to_owned()),
            response: event
                .event_response
                .map(|response| response.as_str().to_owned()),
        }
    }
}

impl fmt::Debug for AuthEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthEvent")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("created_at", &self.created_at)
            .field("response", &self.response)
            .field("risk_level", &self.risk_level)
            .finish_non_exhaustive()
    }
}

impl Admin {
    /// Lists what was recorded of a user, the latest first (`AdminListUserAuthEvents`). A user pool
    /// without threat protection is `FeatureNotEnabled`.
    pub fn list_user_auth_events(&self, username: &str) -> Listing<AuthEvent> {
        let call = self.client().admin_list_user_auth_events();
        let call = call.user_pool_id(self.pool_id()).username(username);
        let events = call.into_paginator().items().send();

        Listing::of("AdminListUserAuthEvents", events, AuthEvent::read)
    }
}
