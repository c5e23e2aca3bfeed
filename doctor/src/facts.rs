//! All that a rule may ask.

use std::time::Duration;

use crate::pool::{AppClient, MfaConfig, Unit, UserPool};
use crate::site::Site;

/// What is known of the user pool, of the app client, and of the site.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) pool: UserPool,
    pub(crate) client: AppClient,
    /// Unknown unless it was given or asked for.
    pub(crate) mfa: Option<MfaConfig>,
    pub(crate) site: Site,
}

/// The flows of an app client for which none were chosen.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>
const DEFAULT_FLOWS: [&str; 3] = [
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_SRP_AUTH",
];

impl Facts {
    /// Whether a flow of today is on, by its own name or as a default.
    pub(crate) fn has_flow(&self, flow: &str) -> bool {
        let explicit = &self.client.explicit_auth_flows;

        if explicit.is_empty() {
            DEFAULT_FLOWS.contains(&flow)
        } else {
            explicit.iter().any(|name| name == flow)
        }
    }

    /// The flows with names of before 2019. All of them renew tokens, too.
    pub(crate) fn legacy_flows(&self) -> Vec<&str> {
        let flows = self.client.explicit_auth_flows.iter();
        let flows = flows.map(String::as_str);

        flows.filter(|flow| !flow.starts_with("ALLOW_")).collect()
    }

    /// How long a rotated refresh token still works; nothing without rotation.
    pub(crate) fn rotation_grace(&self) -> Option<Duration> {
        let rotation = self.client.refresh_token_rotation.as_ref()?;
        let grace = rotation.retry_grace_period_seconds.unwrap_or_default();

        (rotation.feature == "ENABLED").then(|| Duration::from_secs(grace.into()))
    }

    /// An hour, unless it was set.
    pub(crate) fn access_token_validity(&self) -> Duration {
        let unit = self.client.token_validity_units.access_token;
        validity(self.client.access_token_validity, unit, Unit::Hours, 1)
    }

    /// An hour, unless it was set.
    pub(crate) fn id_token_validity(&self) -> Duration {
        let unit = self.client.token_validity_units.id_token;
        validity(self.client.id_token_validity, unit, Unit::Hours, 1)
    }

    /// Thirty days, unless it was set.
    pub(crate) fn refresh_token_validity(&self) -> Duration {
        let unit = self.client.token_validity_units.refresh_token;
        validity(self.client.refresh_token_validity, unit, Unit::Days, 30)
    }

    /// Whether users may change an attribute of their own. Without a list they may change the
    /// standard ones.
    pub(crate) fn can_write(&self, attribute: &str) -> bool {
        let list = &self.client.write_attributes;

        if list.is_empty() {
            is_standard(attribute)
        } else {
            list.iter().any(|name| name == attribute)
        }
    }

    pub(crate) fn has_mfa(&self) -> bool {
        matches!(
            self.pool.mfa_configuration.as_deref(),
            Some("ON" | "OPTIONAL")
        )
    }

    /// Whether users can have a text message as their second factor, as far as is known.
    pub(crate) fn has_sms_mfa(&self) -> bool {
        self.has_mfa()
            && self
                .mfa
                .as_ref()
                .is_some_and(|it| it.sms_mfa_configuration.is_some())
    }

    /// Whether users can have a mail as their second factor, as far as is known.
    pub(crate) fn has_email_mfa(&self) -> bool {
        self.has_mfa()
            && self
                .mfa
                .as_ref()
                .is_some_and(|it| it.email_mfa_configuration.is_some())
    }

    /// Whether users can have a factor that goes with a password, as far as is known.
    pub(crate) fn has_second_factor(&self) -> Option<bool> {
        let mfa = self.mfa.as_ref()?;

        Some(
            mfa.software_token_mfa_configuration.enabled
                || mfa.sms_mfa_configuration.is_some()
                || mfa.email_mfa_configuration.is_some(),
        )
    }

    /// Whether a login with a passkey is both factors at once, as far as is known.
    ///
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnConfigurationType.html>
    pub(crate) fn has_passkey_mfa(&self) -> bool {
        let both_at_once = self.mfa.as_ref().is_some_and(|it| {
            let factors = it.web_authn_configuration.factor_configuration.as_deref();
            factors == Some("MULTI_FACTOR_WITH_USER_VERIFICATION")
        });

        self.has_mfa()
            && both_at_once
            && self.other_first_factors().contains(&"WEB_AUTHN")
            && self.has_flow("ALLOW_USER_AUTH")
    }

    pub(crate) fn has_secret(&self) -> bool {
        self.client.client_secret.is_some()
    }

    /// Whether mails go through Amazon SES of the account, and not through Cognito's own sender.
    pub(crate) fn sends_by_ses(&self) -> bool {
        self.pool
            .email_configuration
            .email_sending_account
            .as_deref()
            == Some("DEVELOPER")
    }

    pub(crate) fn has_threat_protection(&self) -> bool {
        let mode = self
            .pool
            .user_pool_add_ons
            .advanced_security_mode
            .as_deref();
        matches!(mode, Some("AUDIT" | "ENFORCED"))
    }

    /// What users may log in with first, besides a password.
    pub(crate) fn other_first_factors(&self) -> Vec<&str> {
        let policy = &self.pool.policies.sign_in_policy;
        let factors = policy.allowed_first_auth_factors.iter();

        let factors = factors.map(String::as_str);
        factors.filter(|factor| *factor != "PASSWORD").collect()
    }

    pub(crate) fn auto_verifies(&self, attribute: &str) -> bool {
        let verified = &self.pool.auto_verified_attributes;
        verified.iter().any(|name| name == attribute)
    }
}

fn validity(count: Option<u32>, unit: Option<Unit>, default: Unit, otherwise: u32) -> Duration {
    match count {
        // Cognito reads 0 as "not set".
        None | Some(0) => default.times(otherwise),
        Some(count) => unit.unwrap_or(default).times(count),
    }
}

/// The attributes that every user pool has.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
pub(crate) fn is_standard(attribute: &str) -> bool {
    const STANDARD: [&str; 20] = [
        "address",
        "birthdate",
        "email",
        "email_verified",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "phone_number_verified",
        "picture",
        "preferred_username",
        "profile",
        "sub",
        "updated_at",
        "website",
        "zoneinfo",
    ];

    STANDARD.contains(&attribute)
}
