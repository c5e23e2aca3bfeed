//! What the SDK of AWS gives, as far as a rule asks.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::{
    IdentityProviderType, LambdaConfigType, SmsConfigurationType, TimeUnitsType,
    UserPoolAddOnsType, UserPoolClientType, UserPoolType,
};
use serde::de::IgnoredAny;

use crate::pool::{
    AccountRecoverySetting, AdditionalFlows, AdminCreateUserConfig, AppClient, Arn,
    DeviceConfiguration, EmailConfiguration, LambdaConfig, LambdaVersion, MfaConfig,
    PasswordPolicy, Policies, RecoveryOption, RefreshTokenRotation, SchemaAttribute, SignInPolicy,
    SmsConfiguration, SmsMfaConfiguration, SoftwareTokenMfaConfiguration, TokenValidityUnits, Unit,
    UserAttributeUpdateSettings, UserPool, UserPoolAddOns, UsernameConfiguration,
    WebAuthnConfiguration,
};
use crate::setting::{List, Setting};

pub(super) fn read_pool(pool: UserPoolType) -> UserPool {
    let policies = pool.policies;
    let (password, sign_in) = policies.map_or((None, None), |policies| {
        (policies.password_policy, policies.sign_in_policy)
    });
    let updates = pool.user_attribute_update_settings;
    let recovery = pool.account_recovery_setting;
    let recovery = recovery.and_then(|setting| setting.recovery_mechanisms);
    let email = pool.email_configuration;

    UserPool {
        id: pool.id.unwrap_or_default().into(),
        policies: Policies {
            password_policy: password
                .map(|policy| PasswordPolicy {
                    minimum_length: policy.minimum_length.into(),
                    require_lowercase: policy.require_lowercase.into(),
                    require_numbers: policy.require_numbers.into(),
                    require_symbols: policy.require_symbols.into(),
                    require_uppercase: policy.require_uppercase.into(),
                    temporary_password_validity_days: Some(policy.temporary_password_validity_days)
                        .into(),
                })
                .unwrap_or_default()
                .into(),
            sign_in_policy: SignInPolicy {
                allowed_first_auth_factors: names(
                    sign_in.and_then(|policy| policy.allowed_first_auth_factors),
                ),
            }
            .into(),
        }
        .into(),
        deletion_protection: name(pool.deletion_protection).into(),
        lambda_config: pool
            .lambda_config
            .map(read_triggers)
            .unwrap_or_default()
            .into(),
        schema_attributes: pool
            .schema_attributes
            .unwrap_or_default()
            .into_iter()
            .map(|attribute| SchemaAttribute {
                name: attribute.name.unwrap_or_default().into(),
                required: attribute.required.unwrap_or_default().into(),
            })
            .collect::<Vec<_>>()
            .into(),
        auto_verified_attributes: names(pool.auto_verified_attributes),
        alias_attributes: names(pool.alias_attributes),
        username_attributes: names(pool.username_attributes),
        user_attribute_update_settings: UserAttributeUpdateSettings {
            attributes_require_verification_before_update: names(
                updates.and_then(|it| it.attributes_require_verification_before_update),
            ),
        }
        .into(),
        mfa_configuration: name(pool.mfa_configuration).into(),
        device_configuration: pool
            .device_configuration
            .map(|devices| DeviceConfiguration {
                challenge_required_on_new_device: devices.challenge_required_on_new_device.into(),
                device_only_remembered_on_user_prompt: devices
                    .device_only_remembered_on_user_prompt
                    .into(),
            })
            .into(),
        email_configuration: EmailConfiguration {
            email_sending_account: name(email.and_then(|it| it.email_sending_account)).into(),
        }
        .into(),
        sms_configuration: pool.sms_configuration.map(read_sms).into(),
        sms_configuration_failure: pool.sms_configuration_failure,
        email_configuration_failure: pool.email_configuration_failure,
        admin_create_user_config: AdminCreateUserConfig {
            allow_admin_create_user_only: pool
                .admin_create_user_config
                .is_some_and(|it| it.allow_admin_create_user_only)
                .into(),
        }
        .into(),
        user_pool_add_ons: pool
            .user_pool_add_ons
            .map(read_add_ons)
            .unwrap_or_default()
            .into(),
        username_configuration: pool
            .username_configuration
            .map(|usernames| UsernameConfiguration {
                case_sensitive: usernames.case_sensitive.into(),
            })
            .into(),
        account_recovery_setting: AccountRecoverySetting {
            recovery_mechanisms: recovery
                .unwrap_or_default()
                .into_iter()
                .map(|option| RecoveryOption {
                    priority: option.priority.into(),
                    name: option.name.as_str().to_owned().into(),
                })
                .collect::<Vec<_>>()
                .into(),
        }
        .into(),
        user_pool_tier: name(pool.user_pool_tier).into(),
        domain: pool.domain,
        custom_domain: pool.custom_domain,
    }
}

fn read_add_ons(add_ons: UserPoolAddOnsType) -> UserPoolAddOns {
    let flows = add_ons.advanced_security_additional_flows;

    UserPoolAddOns {
        advanced_security_mode: name(Some(add_ons.advanced_security_mode)).into(),
        advanced_security_additional_flows: AdditionalFlows {
            custom_auth_mode: name(flows.and_then(|it| it.custom_auth_mode)).into(),
        }
        .into(),
    }
}

fn read_triggers(triggers: LambdaConfigType) -> LambdaConfig {
    let arn = |name: Option<String>| Arn(name.map(Setting::from));

    LambdaConfig {
        define_auth_challenge: arn(triggers.define_auth_challenge),
        create_auth_challenge: arn(triggers.create_auth_challenge),
        verify_auth_challenge_response: arn(triggers.verify_auth_challenge_response),
        pre_sign_up: arn(triggers.pre_sign_up),
        pre_token_generation: arn(triggers.pre_token_generation),
        pre_token_generation_config: triggers
            .pre_token_generation_config
            .map(|config| LambdaVersion {
                lambda_version: config.lambda_version.as_str().to_owned().into(),
            })
            .into(),
        user_migration: arn(triggers.user_migration),
    }
}

fn read_sms(sms: SmsConfigurationType) -> SmsConfiguration {
    let arn = sms.sns_caller_arn;

    SmsConfiguration {
        sns_caller_arn: Arn((!arn.is_empty()).then(|| arn.into())),
        external_id: sms.external_id.into(),
    }
}

pub(super) fn read_mfa(mfa: GetUserPoolMfaConfigOutput) -> MfaConfig {
    MfaConfig {
        sms_mfa_configuration: mfa.sms_mfa_configuration.map(|sms| SmsMfaConfiguration {
            sms_configuration: sms.sms_configuration.map(read_sms),
        }),
        software_token_mfa_configuration: SoftwareTokenMfaConfiguration {
            enabled: mfa
                .software_token_mfa_configuration
                .is_some_and(|it| it.enabled),
        },
        email_mfa_configuration: mfa.email_mfa_configuration.map(|_| IgnoredAny),
        web_authn_configuration: mfa
            .web_authn_configuration
            .map(|passkeys| WebAuthnConfiguration {
                relying_party_id: passkeys.relying_party_id.into(),
                factor_configuration: name(passkeys.factor_configuration).into(),
            })
            .unwrap_or_default(),
    }
}

pub(super) fn read_mapping(provider: IdentityProviderType) -> BTreeMap<String, Setting<String>> {
    let mapping = provider.attribute_mapping.unwrap_or_default().into_iter();
    mapping.map(|(name, claim)| (name, claim.into())).collect()
}

pub(super) fn read_client(client: UserPoolClientType) -> AppClient {
    let units = client.token_validity_units;
    let unit = |unit: Option<TimeUnitsType>| match unit? {
        TimeUnitsType::Seconds => Some(Unit::Seconds),
        TimeUnitsType::Minutes => Some(Unit::Minutes),
        TimeUnitsType::Hours => Some(Unit::Hours),
        TimeUnitsType::Days => Some(Unit::Days),
        _ => None,
    };

    AppClient {
        user_pool_id: client.user_pool_id.unwrap_or_default().into(),
        client_id: client.client_id.unwrap_or_default().into(),
        client_secret: client.client_secret.map(|_| IgnoredAny).into(),
        refresh_token_validity: u32::try_from(client.refresh_token_validity).ok().into(),
        access_token_validity: count(client.access_token_validity).into(),
        id_token_validity: count(client.id_token_validity).into(),
        token_validity_units: units
            .map(|units| TokenValidityUnits {
                access_token: unit(units.access_token).into(),
                id_token: unit(units.id_token).into(),
                refresh_token: unit(units.refresh_token).into(),
            })
            .unwrap_or_default()
            .into(),
        read_attributes: names(client.read_attributes),
        write_attributes: names(client.write_attributes),
        explicit_auth_flows: names(client.explicit_auth_flows),
        supported_identity_providers: names(client.supported_identity_providers),
        callback_urls: names(client.callback_urls),
        logout_urls: names(client.logout_urls),
        allowed_o_auth_flows: names(client.allowed_o_auth_flows),
        allowed_o_auth_scopes: names(client.allowed_o_auth_scopes),
        allowed_o_auth_flows_user_pool_client: client
            .allowed_o_auth_flows_user_pool_client
            .unwrap_or_default()
            .into(),
        prevent_user_existence_errors: name(client.prevent_user_existence_errors).into(),
        enable_token_revocation: client.enable_token_revocation.into(),
        enable_propagate_additional_user_context_data: client
            .enable_propagate_additional_user_context_data
            .unwrap_or_default()
            .into(),
        auth_session_validity: count(client.auth_session_validity).into(),
        refresh_token_rotation: client
            .refresh_token_rotation
            .map(|rotation| RefreshTokenRotation {
                feature: rotation.feature.as_str().to_owned().into(),
                retry_grace_period_seconds: count(rotation.retry_grace_period_seconds).into(),
            })
            .into(),
    }
}

pub(super) fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// The API's name of a value of one of its enums.
fn name<T: AsRef<str>>(value: Option<T>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

fn names<T: AsRef<str>>(values: Option<Vec<T>>) -> List {
    let values = values.unwrap_or_default();
    let names = values.iter().map(|value| value.as_ref().to_owned());
    List::from(names.collect::<Vec<_>>())
}
