//! The same view, asked of AWS with the operator's credentials.

use std::error::Error as StdError;
use std::fmt;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::{
    LambdaConfigType, SmsConfigurationType, TimeUnitsType, UserPoolClientType, UserPoolType,
};
use axum_cognito::Cognito;
use axum_cognito::id::UserPoolId;
use serde::de::IgnoredAny;

use crate::failure::Failure;
use crate::pool::{
    AccountRecoverySetting, AdminCreateUserConfig, AppClient, DeviceConfiguration,
    EmailConfiguration, LambdaConfig, LambdaVersion, MfaConfig, PasswordPolicy, Policies,
    RecoveryOption, RefreshTokenRotation, SchemaAttribute, SignInPolicy, SmsConfiguration,
    SmsMfaConfiguration, SoftwareTokenMfaConfiguration, TokenValidityUnits, Unit,
    UserAttributeUpdateSettings, UserPool, UserPoolAddOns, UsernameConfiguration,
    WebAuthnConfiguration,
};

/// Asks for a user pool, its second factors and an app client.
pub(crate) async fn ask(
    user_pool: &str,
    app_client: &str,
    endpoint: Option<&str>,
) -> Result<(UserPool, MfaConfig, AppClient), Failure> {
    let client = connect(user_pool, app_client, endpoint).await?;

    let call = client.describe_user_pool().user_pool_id(user_pool);
    let answer = call.send().await.map_err(failed("DescribeUserPool"))?;
    let pool = answer.user_pool.ok_or_else(|| empty("DescribeUserPool"))?;

    let call = client.get_user_pool_mfa_config().user_pool_id(user_pool);
    let mfa = call.send().await.map_err(failed("GetUserPoolMfaConfig"))?;

    let call = client.describe_user_pool_client().user_pool_id(user_pool);
    let call = call.client_id(app_client);
    let answer = call
        .send()
        .await
        .map_err(failed("DescribeUserPoolClient"))?;
    let client = answer.user_pool_client;
    let client = client.ok_or_else(|| empty("DescribeUserPoolClient"))?;

    Ok((read_pool(pool), read_mfa(mfa), read_client(client)))
}

async fn connect(
    user_pool: &str,
    app_client: &str,
    endpoint: Option<&str>,
) -> Result<Client, Failure> {
    let id: UserPoolId = user_pool
        .parse()
        .map_err(|error| Failure::Usage(format!("{error}")))?;
    let region = Region::new(id.region().to_owned());
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).region(region);

    if let Some(endpoint) = endpoint {
        // The library knows which endpoints would show the client secret to a network.
        let app_client = app_client
            .parse()
            .map_err(|error| Failure::Usage(format!("{error}")))?;
        let library = Cognito::builder(id, app_client).with_endpoint(endpoint);
        library
            .build()
            .map_err(|error| Failure::Usage(error.to_string()))?;
        loader = loader.endpoint_url(endpoint);
    }

    Ok(Client::new(&loader.load().await))
}

fn failed<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> Failure
where
    E: StdError + ProvideErrorMetadata + 'static,
    R: fmt::Debug + 'static,
{
    move |error| {
        let answer = error.as_service_error();
        let reason = match answer.and_then(|answer| Some((answer.code()?, answer.message()))) {
            Some((code, message)) => format!("{code}: {}", message.unwrap_or("no message")),
            None => causes(&error),
        };
        Failure::Aws { operation, reason }
    }
}

/// What went wrong before there was an answer: credentials, network.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();

    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn empty(operation: &'static str) -> Failure {
    Failure::Aws {
        operation,
        reason: "the answer was empty".to_owned(),
    }
}

fn read_pool(pool: UserPoolType) -> UserPool {
    let policies = pool.policies.unwrap_or_else(|| {
        aws_sdk_cognitoidentityprovider::types::UserPoolPolicyType::builder().build()
    });
    let password = policies.password_policy;
    let sign_in = policies.sign_in_policy;
    let updates = pool.user_attribute_update_settings;
    let recovery = pool.account_recovery_setting;
    let recovery = recovery.and_then(|setting| setting.recovery_mechanisms);

    UserPool {
        id: pool.id.unwrap_or_default(),
        policies: Policies {
            password_policy: password.map_or_else(PasswordPolicy::default, |policy| {
                PasswordPolicy {
                    minimum_length: policy.minimum_length,
                    temporary_password_validity_days: Some(policy.temporary_password_validity_days),
                }
            }),
            sign_in_policy: SignInPolicy {
                allowed_first_auth_factors: names(
                    sign_in.and_then(|policy| policy.allowed_first_auth_factors),
                ),
            },
        },
        deletion_protection: name(pool.deletion_protection),
        lambda_config: pool.lambda_config.map(read_triggers).unwrap_or_default(),
        schema_attributes: pool
            .schema_attributes
            .unwrap_or_default()
            .into_iter()
            .map(|attribute| SchemaAttribute {
                name: attribute.name.unwrap_or_default(),
                required: attribute.required.unwrap_or_default(),
            })
            .collect(),
        auto_verified_attributes: names(pool.auto_verified_attributes),
        alias_attributes: names(pool.alias_attributes),
        username_attributes: names(pool.username_attributes),
        user_attribute_update_settings: UserAttributeUpdateSettings {
            attributes_require_verification_before_update: names(
                updates.and_then(|it| it.attributes_require_verification_before_update),
            ),
        },
        mfa_configuration: name(pool.mfa_configuration),
        device_configuration: pool
            .device_configuration
            .map(|devices| DeviceConfiguration {
                challenge_required_on_new_device: devices.challenge_required_on_new_device,
                device_only_remembered_on_user_prompt: devices
                    .device_only_remembered_on_user_prompt,
            }),
        email_configuration: EmailConfiguration {
            email_sending_account: name(
                pool.email_configuration
                    .and_then(|it| it.email_sending_account),
            ),
        },
        sms_configuration: pool.sms_configuration.map(read_sms),
        sms_configuration_failure: pool.sms_configuration_failure,
        email_configuration_failure: pool.email_configuration_failure,
        admin_create_user_config: AdminCreateUserConfig {
            allow_admin_create_user_only: pool
                .admin_create_user_config
                .is_some_and(|it| it.allow_admin_create_user_only),
        },
        user_pool_add_ons: UserPoolAddOns {
            advanced_security_mode: name(
                pool.user_pool_add_ons.map(|it| it.advanced_security_mode),
            ),
        },
        username_configuration: pool.username_configuration.map(|usernames| {
            UsernameConfiguration {
                case_sensitive: usernames.case_sensitive,
            }
        }),
        account_recovery_setting: AccountRecoverySetting {
            recovery_mechanisms: recovery
                .unwrap_or_default()
                .into_iter()
                .map(|option| RecoveryOption {
                    priority: option.priority,
                    name: option.name.as_str().to_owned(),
                })
                .collect(),
        },
        user_pool_tier: name(pool.user_pool_tier),
    }
}

fn read_triggers(triggers: LambdaConfigType) -> LambdaConfig {
    LambdaConfig {
        define_auth_challenge: triggers.define_auth_challenge,
        create_auth_challenge: triggers.create_auth_challenge,
        verify_auth_challenge_response: triggers.verify_auth_challenge_response,
        pre_token_generation: triggers.pre_token_generation,
        pre_token_generation_config: triggers.pre_token_generation_config.map(|config| {
            LambdaVersion {
                lambda_version: config.lambda_version.as_str().to_owned(),
            }
        }),
        user_migration: triggers.user_migration,
    }
}

fn read_sms(sms: SmsConfigurationType) -> SmsConfiguration {
    SmsConfiguration {
        sns_caller_arn: (!sms.sns_caller_arn.is_empty()).then_some(sms.sns_caller_arn),
        external_id: sms.external_id,
    }
}

fn read_mfa(mfa: GetUserPoolMfaConfigOutput) -> MfaConfig {
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
                relying_party_id: passkeys.relying_party_id,
                factor_configuration: name(passkeys.factor_configuration),
            })
            .unwrap_or_default(),
    }
}

fn read_client(client: UserPoolClientType) -> AppClient {
    let units = client.token_validity_units;
    let unit = |unit: Option<TimeUnitsType>| match unit? {
        TimeUnitsType::Seconds => Some(Unit::Seconds),
        TimeUnitsType::Minutes => Some(Unit::Minutes),
        TimeUnitsType::Hours => Some(Unit::Hours),
        TimeUnitsType::Days => Some(Unit::Days),
        _ => None,
    };

    AppClient {
        user_pool_id: client.user_pool_id.unwrap_or_default(),
        client_id: client.client_id.unwrap_or_default(),
        client_secret: client.client_secret.map(|_| IgnoredAny),
        refresh_token_validity: u32::try_from(client.refresh_token_validity).ok(),
        access_token_validity: count(client.access_token_validity),
        id_token_validity: count(client.id_token_validity),
        token_validity_units: units.map_or_else(TokenValidityUnits::default, |units| {
            TokenValidityUnits {
                access_token: unit(units.access_token),
                id_token: unit(units.id_token),
                refresh_token: unit(units.refresh_token),
            }
        }),
        read_attributes: client.read_attributes.unwrap_or_default(),
        write_attributes: client.write_attributes.unwrap_or_default(),
        explicit_auth_flows: names(client.explicit_auth_flows),
        supported_identity_providers: client.supported_identity_providers.unwrap_or_default(),
        callback_urls: client.callback_urls.unwrap_or_default(),
        logout_urls: client.logout_urls.unwrap_or_default(),
        allowed_o_auth_flows: names(client.allowed_o_auth_flows),
        allowed_o_auth_scopes: client.allowed_o_auth_scopes.unwrap_or_default(),
        allowed_o_auth_flows_user_pool_client: client
            .allowed_o_auth_flows_user_pool_client
            .unwrap_or_default(),
        prevent_user_existence_errors: name(client.prevent_user_existence_errors),
        enable_token_revocation: client.enable_token_revocation,
        enable_propagate_additional_user_context_data: client
            .enable_propagate_additional_user_context_data
            .unwrap_or_default(),
        auth_session_validity: count(client.auth_session_validity),
        refresh_token_rotation: client.refresh_token_rotation.map(|rotation| {
            RefreshTokenRotation {
                feature: rotation.feature.as_str().to_owned(),
                retry_grace_period_seconds: count(rotation.retry_grace_period_seconds),
            }
        }),
    }
}

fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// The API's name of a value of one of its enums.
fn name<T: AsRef<str>>(value: Option<T>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

fn names<T: AsRef<str>>(values: Option<Vec<T>>) -> Vec<String> {
    let values = values.unwrap_or_default();
    values
        .iter()
        .map(|value| value.as_ref().to_owned())
        .collect()
}
