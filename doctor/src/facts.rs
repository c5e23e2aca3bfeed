//! All that a rule may ask.
//!
//! `None` is an answer that is not known: nobody gave it, or a template leaves it to the
//! deployment. Rules pass it on by `?`, and have nothing to say then.

use std::time::Duration;

use axum_cognito::backend::LoginFlow;

use crate::pool::{
    AppClient, Domain, IdentityProvider, LambdaConfig, MfaConfig, PasswordPolicy, Unit, UserPool,
};
use crate::setting::{List, Setting};
use crate::site::Site;

/// What is known of the user pool, of the app client, and of the site.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) pool: Setting<UserPool>,
    pub(crate) client: Setting<AppClient>,
    pub(crate) mfa: Setting<MfaConfig>,
    /// At most two: one that AWS names, and one of the owner's.
    pub(crate) domains: Setting<Vec<Domain>>,
    pub(crate) providers: Setting<Vec<IdentityProvider>>,
    /// Whether the app client has a style for Cognito's pages.
    pub(crate) is_styled: Setting<bool>,
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
    pub(crate) fn pool(&self) -> Option<&UserPool> {
        self.pool.known()
    }

    pub(crate) fn client(&self) -> Option<&AppClient> {
        self.client.known()
    }

    /// Whether a flow of today is on, by its own name or as a default.
    pub(crate) fn has_flow(&self, flow: &str) -> Option<bool> {
        let explicit = &self.client()?.explicit_auth_flows;

        match explicit.is_empty()? {
            true => Some(DEFAULT_FLOWS.contains(&flow)),
            false => explicit.has(flow),
        }
    }

    /// The flows with names of before 2019. All of them renew tokens, too.
    pub(crate) fn legacy_flows(&self) -> Option<Vec<&str>> {
        let flows = self.client()?.explicit_auth_flows.told().iter();
        let flows = flows.map(String::as_str);

        Some(flows.filter(|flow| !flow.starts_with("ALLOW_")).collect())
    }

    /// How long a rotated refresh token still works; nothing without rotation.
    pub(crate) fn rotation_grace(&self) -> Option<Option<Duration>> {
        let Some(rotation) = self.client()?.refresh_token_rotation.known()? else {
            return Some(None);
        };
        if rotation.feature.known()? != "ENABLED" {
            return Some(None);
        }
        let grace = rotation.retry_grace_period_seconds.known()?;
        Some(Some(Duration::from_secs(grace.unwrap_or_default().into())))
    }

    pub(crate) fn has_rotation(&self) -> Option<bool> {
        match self.client()?.refresh_token_rotation.known()? {
            Some(rotation) => Some(rotation.feature.known()? == "ENABLED"),
            None => Some(false),
        }
    }

    /// An hour, unless it was set.
    pub(crate) fn access_token_validity(&self) -> Option<Duration> {
        let client = self.client()?;
        let unit = || client.token_validity_units.known()?.access_token.known();
        validity(&client.access_token_validity, unit, Unit::Hours, 1)
    }

    /// An hour, unless it was set.
    pub(crate) fn id_token_validity(&self) -> Option<Duration> {
        let client = self.client()?;
        let unit = || client.token_validity_units.known()?.id_token.known();
        validity(&client.id_token_validity, unit, Unit::Hours, 1)
    }

    /// Thirty days, unless it was set.
    pub(crate) fn refresh_token_validity(&self) -> Option<Duration> {
        let client = self.client()?;
        let unit = || client.token_validity_units.known()?.refresh_token.known();
        validity(&client.refresh_token_validity, unit, Unit::Days, 30)
    }

    /// Whether users may change an attribute of their own. Without a list they may change the
    /// standard ones.
    pub(crate) fn can_write(&self, attribute: &str) -> Option<bool> {
        has_or_is_standard(&self.client()?.write_attributes, attribute)
    }

    /// Whether the site may read an attribute. Without a list it may read the standard ones.
    pub(crate) fn can_read(&self, attribute: &str) -> Option<bool> {
        has_or_is_standard(&self.client()?.read_attributes, attribute)
    }

    pub(crate) fn has_mfa(&self) -> Option<bool> {
        let configuration = self.pool()?.mfa_configuration.known()?.as_deref();
        Some(matches!(configuration, Some("ON" | "OPTIONAL")))
    }

    /// Whether users can have a text message as their second factor.
    pub(crate) fn has_sms_mfa(&self) -> Option<bool> {
        if !self.has_mfa()? {
            return Some(false);
        }
        Some(self.mfa.known()?.sms_mfa_configuration.is_some())
    }

    /// Whether users can have a mail as their second factor.
    pub(crate) fn has_email_mfa(&self) -> Option<bool> {
        if !self.has_mfa()? {
            return Some(false);
        }
        Some(self.mfa.known()?.email_mfa_configuration.is_some())
    }

    /// Whether users can have a factor that goes with a password.
    pub(crate) fn has_second_factor(&self) -> Option<bool> {
        let mfa = self.mfa.known()?;

        Some(
            mfa.software_token_mfa_configuration.enabled
                || mfa.sms_mfa_configuration.is_some()
                || mfa.email_mfa_configuration.is_some(),
        )
    }

    /// Whether a login with a passkey is both factors at once.
    ///
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnConfigurationType.html>
    pub(crate) fn has_passkey_mfa(&self) -> Option<bool> {
        let passkeys = &self.mfa.known()?.web_authn_configuration;
        let factors = passkeys.factor_configuration.known()?.as_deref();
        let both_at_once = factors == Some("MULTI_FACTOR_WITH_USER_VERIFICATION");

        Some(
            both_at_once
                && self.has_mfa()?
                && self.first_factors()?.has("WEB_AUTHN")?
                && self.has_flow("ALLOW_USER_AUTH")?,
        )
    }

    pub(crate) fn has_secret(&self) -> Option<bool> {
        Some(self.client()?.client_secret.known()?.is_some())
    }

    /// Whether mails go through Amazon SES of the account, and not through Cognito's own sender.
    pub(crate) fn sends_by_ses(&self) -> Option<bool> {
        Some(self.email_sending_account()?.as_deref() == Some("DEVELOPER"))
    }

    pub(crate) fn email_sending_account(&self) -> Option<&Option<String>> {
        let email = self.pool()?.email_configuration.known()?;
        email.email_sending_account.known()
    }

    pub(crate) fn threat_protection(&self) -> Option<&Option<String>> {
        let add_ons = self.pool()?.user_pool_add_ons.known()?;
        add_ons.advanced_security_mode.known()
    }

    pub(crate) fn has_threat_protection(&self) -> Option<bool> {
        let mode = self.threat_protection()?.as_deref();
        Some(matches!(mode, Some("AUDIT" | "ENFORCED")))
    }

    pub(crate) fn first_factors(&self) -> Option<&List> {
        let policies = self.pool()?.policies.known()?;
        Some(&policies.sign_in_policy.known()?.allowed_first_auth_factors)
    }

    /// What users may log in with first, besides a password.
    pub(crate) fn other_first_factors(&self) -> Option<Vec<&str>> {
        let factors = self.first_factors()?.told().iter();

        let factors = factors.map(String::as_str);
        Some(factors.filter(|factor| *factor != "PASSWORD").collect())
    }

    pub(crate) fn password_policy(&self) -> Option<&PasswordPolicy> {
        self.pool()?.policies.known()?.password_policy.known()
    }

    pub(crate) fn triggers(&self) -> Option<&LambdaConfig> {
        self.pool()?.lambda_config.known()
    }

    /// Whether the site sends passwords to Cognito in place of proofs.
    pub(crate) fn site_sends_passwords(&self) -> bool {
        self.site.login_flow == LoginFlow::PlainPassword
    }

    pub(crate) fn auto_verifies(&self, attribute: &str) -> Option<bool> {
        self.pool()?.auto_verified_attributes.has(attribute)
    }
}

/// What Cognito's own pages are about.
impl Facts {
    /// Whether the app client lets people log in at Cognito's own pages.
    pub(crate) fn has_managed_login(&self) -> Option<bool> {
        let client = self.client()?;
        client
            .allowed_o_auth_flows_user_pool_client
            .known()
            .copied()
    }

    /// Whether people come back from Cognito's own pages with a code.
    pub(crate) fn takes_codes(&self) -> Option<bool> {
        let flows = &self.client()?.allowed_o_auth_flows;
        Some(self.has_managed_login()? && flows.has("code")?)
    }

    /// Whether the site sends people to Cognito's own pages, as far as its settings tell.
    pub(crate) fn site_uses_managed_login(&self) -> bool {
        self.site.domain.is_some()
    }

    /// The providers that the app client names, besides the user pool itself.
    pub(crate) fn other_providers(&self) -> Option<Vec<&str>> {
        let providers = &self.client()?.supported_identity_providers;
        let names = providers.told().iter().map(String::as_str);
        let others: Vec<_> = names.filter(|name| *name != "COGNITO").collect();

        // That there are none is known of a whole list alone.
        (!others.is_empty() || providers.is_complete()).then_some(others)
    }

    pub(crate) fn has_domain(&self) -> Option<bool> {
        Some(!self.domains.known()?.is_empty())
    }

    /// Whether Cognito's pages are of the second version, wherever they are.
    pub(crate) fn has_second_version(&self) -> Option<bool> {
        let domains = self.domains.known()?.iter();
        let mut versions = domains.map(|domain| domain.managed_login_version.known());

        versions.try_fold(true, |all, version| Some(all && *version? == Some(2)))
    }
}

fn has_or_is_standard(list: &List, attribute: &str) -> Option<bool> {
    match list.is_empty()? {
        true => Some(is_standard(attribute)),
        false => list.has(attribute),
    }
}

fn validity<'a>(
    count: &Setting<Option<u32>>,
    unit: impl FnOnce() -> Option<&'a Option<Unit>>,
    default: Unit,
    otherwise: u32,
) -> Option<Duration> {
    match count.known()? {
        // Cognito reads 0 as "not set".
        None | Some(0) => Some(default.times(otherwise)),
        Some(count) => Some(unit()?.unwrap_or(default).times(*count)),
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
