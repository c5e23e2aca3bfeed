//! A good pool has no findings, and each single change has exactly its own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::bench::Bench;

/// What is done to a good pool.
enum Change {
    /// A setting, by its path; `null` takes it away.
    Set(&'static str, Value),
    Argument(&'static str),
    Variable(&'static str, &'static str),
}

use Change::{Argument, Set, Variable};

fn table() -> Vec<(&'static str, Vec<Change>)> {
    let srp = "ALLOW_USER_SRP_AUTH";
    let flows = |names: &[&str]| Set("client.ExplicitAuthFlows", json!(names));
    let no_rotation = || Set("client.RefreshTokenRotation", json!(null));
    let rotation_off = || {
        Set(
            "client.RefreshTokenRotation",
            json!({ "Feature": "DISABLED" }),
        )
    };
    let write = |names: &[&str]| Set("client.WriteAttributes", json!(names));
    let open = || {
        let setting = "pool.AdminCreateUserConfig.AllowAdminCreateUserOnly";
        Set(setting, json!(false))
    };
    let by_choice = || flows(&[srp, "ALLOW_USER_AUTH"]);
    let passkeys = || {
        let setting = "pool.Policies.SignInPolicy.AllowedFirstAuthFactors";
        Set(setting, json!(["PASSWORD", "WEB_AUTHN"]))
    };
    let passkeys_are = |factors: &str| {
        let setting = "mfa.WebAuthnConfiguration.FactorConfiguration";
        Set(setting, json!(factors))
    };
    let (both, one) = ("MULTI_FACTOR_WITH_USER_VERIFICATION", "SINGLE_FACTOR");
    let no_app = || Set("mfa.SoftwareTokenMfaConfiguration.Enabled", json!(false));
    let sms_mfa = || {
        Set(
            "mfa.SmsMfaConfiguration",
            json!({ "SmsAuthenticationMessage": "{####}" }),
        )
    };
    let sms = || {
        let role = "arn:aws:iam::111122223333:role/sms";
        json!({ "SnsCallerArn": role, "ExternalId": "7c2", "SnsRegion": "eu-west-1" })
    };
    let oauth = || Set("client.AllowedOAuthFlowsUserPoolClient", json!(true));
    let no_context_data = || {
        let setting = "client.EnablePropagateAdditionalUserContextData";
        Set(setting, json!(false))
    };
    let arn = "arn:aws:lambda:eu-west-1:111122223333:function:trigger";

    vec![
        // Which pool, which client.
        (
            "pool-other-than-site",
            vec![Variable("COGNITO_USER_POOL_ID", "eu-west-1_Other1234")],
        ),
        (
            "client-other-than-site",
            vec![
                Variable("COGNITO_APP_ID", "2other"),
                Argument("--site-has-secret=true"),
            ],
        ),
        (
            "client-of-another-pool",
            vec![Set("client.UserPoolId", json!("eu-west-1_Other1234"))],
        ),
        (
            "region-other-than-pool",
            vec![Variable("COGNITO_REGION", "us-east-1")],
        ),
        // Flows.
        ("flow-srp-missing", vec![flows(&["ALLOW_USER_AUTH"])]),
        (
            "flows-unset",
            vec![Set("client.ExplicitAuthFlows", json!(null))],
        ),
        ("flow-refresh-missing", vec![rotation_off()]),
        ("flow-refresh-missing", vec![no_rotation()]),
        (
            "flow-user-password",
            vec![flows(&[srp, "ALLOW_USER_PASSWORD_AUTH"])],
        ),
        (
            "flow-admin-password",
            vec![flows(&[srp, "ALLOW_ADMIN_USER_PASSWORD_AUTH"])],
        ),
        ("flows-legacy", vec![flows(&["USER_PASSWORD_AUTH"])]),
        (
            "flow-custom-without-triggers",
            vec![flows(&[srp, "ALLOW_CUSTOM_AUTH"])],
        ),
        ("first-factors-unused", vec![passkeys()]),
        (
            "trigger-migration-unseen",
            vec![Set("pool.LambdaConfig.UserMigration", json!(arn))],
        ),
        // Tokens.
        (
            "rotation-with-refresh-flow",
            vec![flows(&[srp, "ALLOW_REFRESH_TOKEN_AUTH"])],
        ),
        (
            "rotation-without-grace",
            vec![Set(
                "client.RefreshTokenRotation.RetryGracePeriodSeconds",
                json!(0),
            )],
        ),
        (
            "token-revocation-off",
            vec![Set("client.EnableTokenRevocation", json!(false))],
        ),
        (
            "access-token-long",
            vec![Set("client.AccessTokenValidity", json!(61))],
        ),
        (
            "access-token-long",
            vec![Set("client.TokenValidityUnits.AccessToken", json!("hours"))],
        ),
        (
            "id-token-long",
            vec![Set("client.IdTokenValidity", json!(1440))],
        ),
        (
            "token-short",
            vec![Set("client.AccessTokenValidity", json!(5))],
        ),
        (
            "token-short",
            vec![
                Set("client.IdTokenValidity", json!(15)),
                Argument("--refresh-margin=601"),
            ],
        ),
        (
            "refresh-token-long",
            vec![Set("client.RefreshTokenValidity", json!(3650))],
        ),
        (
            "refresh-token-short",
            vec![
                Set("client.RefreshTokenValidity", json!(60)),
                Set("client.TokenValidityUnits.RefreshToken", json!("minutes")),
            ],
        ),
        (
            "auth-session-short",
            vec![Set("client.AuthSessionValidity", json!(3))],
        ),
        (
            "auth-session-short",
            vec![Set("client.AuthSessionValidity", json!(null))],
        ),
        // Secrets, and what strangers learn.
        (
            "secret-at-site-only",
            vec![
                Set("client.ClientSecret", json!(null)),
                no_context_data(),
                Argument("--site-has-secret=true"),
            ],
        ),
        (
            "client-without-secret",
            vec![Set("client.ClientSecret", json!(null)), no_context_data()],
        ),
        (
            "client-without-secret context-data-unused",
            vec![Set("client.ClientSecret", json!(null))],
        ),
        (
            "secret-missing-at-site",
            vec![Variable("COGNITO_APP_ID", "1example23456789")],
        ),
        (
            "existence-errors-shown",
            vec![Set("client.PreventUserExistenceErrors", json!("LEGACY"))],
        ),
        (
            "existence-errors-shown",
            vec![Set("client.PreventUserExistenceErrors", json!(null))],
        ),
        (
            "context-data-off",
            vec![Set(
                "client.EnablePropagateAdditionalUserContextData",
                json!(false),
            )],
        ),
        // Attributes.
        (
            "rights-writable",
            vec![Argument(
                r#"--attribute-mapping={"email": "email", "given_name": "role"}"#,
            )],
        ),
        (
            "rights-writable",
            vec![Argument(
                r#"--attribute-mapping={"family_name": {"column": "is_staff"}}"#,
            )],
        ),
        (
            "custom-rights-writable",
            vec![write(&[
                "email",
                "family_name",
                "given_name",
                "custom:tenant-id",
            ])],
        ),
        (
            "verified-flag-writable",
            vec![write(&[
                "email",
                "email_verified",
                "family_name",
                "given_name",
            ])],
        ),
        (
            "write-attributes-unset",
            vec![Set("client.WriteAttributes", json!(null))],
        ),
        (
            "read-attributes-lack-mapped",
            vec![Set("client.ReadAttributes", json!(["email"]))],
        ),
        (
            "read-attributes-lack-mapped",
            vec![
                Set("client.ReadAttributes", json!(null)),
                Argument(r#"--attribute-mapping={"custom:department": "department"}"#),
            ],
        ),
        (
            "mapped-attribute-unknown",
            vec![
                Set("client.ReadAttributes", json!(["custom:team"])),
                Variable("COGNITO_ATTR_MAPPING", r#"{"custom:team": "team"}"#),
            ],
        ),
        (
            "profile-attribute-read-only",
            vec![write(&["family_name", "given_name"])],
        ),
        (
            "change-before-verification",
            vec![Set("pool.UserAttributeUpdateSettings", json!(null))],
        ),
        // Sign-up, names, passwords.
        ("sign-up-open", vec![open()]),
        ("sign-up-closed", vec![Argument("--sign-up=email")]),
        (
            "required-attribute-not-asked",
            vec![open(), Argument("--sign-up=given_name")],
        ),
        (
            "sign-up-attribute-read-only",
            vec![open(), Argument("--sign-up=email,locale")],
        ),
        (
            "alias-unverified",
            vec![Set(
                "pool.AliasAttributes",
                json!(["email", "phone_number"]),
            )],
        ),
        (
            "username-attribute-unverified",
            vec![
                Set("pool.AliasAttributes", json!(null)),
                Set("pool.UsernameAttributes", json!(["phone_number"])),
            ],
        ),
        (
            "alias-preferred-username",
            vec![
                Set("pool.AliasAttributes", json!(["preferred_username"])),
                write(&["email", "family_name", "given_name", "preferred_username"]),
            ],
        ),
        (
            "username-case-sensitive",
            vec![Set("pool.UsernameConfiguration", json!(null))],
        ),
        (
            "username-case-sensitive",
            vec![Set("pool.UsernameConfiguration.CaseSensitive", json!(true))],
        ),
        (
            "password-short",
            vec![Set("pool.Policies.PasswordPolicy.MinimumLength", json!(11))],
        ),
        (
            "password-short",
            vec![Set("pool.Policies.PasswordPolicy.MinimumLength", json!(6))],
        ),
        (
            "temporary-password-long",
            vec![Set(
                "pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays",
                json!(30),
            )],
        ),
        // Second factors and devices.
        ("mfa-off", vec![Set("pool.MfaConfiguration", json!("OFF"))]),
        ("mfa-without-factor", vec![no_app()]),
        (
            "mfa-passkeys-only",
            vec![no_app(), passkeys(), by_choice(), passkeys_are(both)],
        ),
        // No factor: passkeys that count once, and passkeys that nobody can log in with.
        (
            "mfa-without-factor",
            vec![no_app(), passkeys(), by_choice(), passkeys_are(one)],
        ),
        (
            "mfa-without-factor",
            vec![no_app(), by_choice(), passkeys_are(both)],
        ),
        (
            "mfa-without-factor first-factors-unused",
            vec![no_app(), passkeys(), passkeys_are(both)],
        ),
        (
            "mfa-sms-only",
            vec![no_app(), sms_mfa(), Set("pool.SmsConfiguration", sms())],
        ),
        ("mfa-sms-unconfigured", vec![sms_mfa()]),
        (
            "mfa-email-without-ses",
            vec![
                Set("mfa.EmailMfaConfiguration", json!({ "Message": "{####}" })),
                Set(
                    "pool.EmailConfiguration.EmailSendingAccount",
                    json!("COGNITO_DEFAULT"),
                ),
                Set(
                    "pool.AccountRecoverySetting.RecoveryMechanisms",
                    json!([
                        { "Priority": 1, "Name": "verified_email" },
                        { "Priority": 2, "Name": "verified_phone_number" },
                    ]),
                ),
            ],
        ),
        (
            "passkeys-without-relying-party",
            vec![
                by_choice(),
                passkeys(),
                Set("mfa.WebAuthnConfiguration", json!(null)),
            ],
        ),
        (
            "device-tracking-on",
            vec![Set(
                "pool.DeviceConfiguration",
                json!({
                    "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": true,
                }),
            )],
        ),
        // Messages and recovery.
        (
            "nothing-verified",
            vec![
                Set("pool.AutoVerifiedAttributes", json!(null)),
                Set("pool.AliasAttributes", json!(null)),
            ],
        ),
        (
            "recovery-unset",
            vec![Set("pool.AccountRecoverySetting", json!(null))],
        ),
        (
            "recovery-admin-only",
            vec![Set(
                "pool.AccountRecoverySetting.RecoveryMechanisms",
                json!([{ "Priority": 1, "Name": "admin_only" }]),
            )],
        ),
        (
            "recovery-by-second-factor",
            vec![
                sms_mfa(),
                Set("pool.SmsConfiguration", sms()),
                Set(
                    "pool.AccountRecoverySetting.RecoveryMechanisms",
                    json!([{ "Priority": 1, "Name": "verified_phone_number" }]),
                ),
            ],
        ),
        (
            "recovery-by-second-factor",
            vec![Set(
                "mfa.EmailMfaConfiguration",
                json!({ "Message": "{####}" }),
            )],
        ),
        (
            "email-default-sender",
            vec![Set(
                "pool.EmailConfiguration.EmailSendingAccount",
                json!("COGNITO_DEFAULT"),
            )],
        ),
        (
            "email-default-sender",
            vec![Set("pool.EmailConfiguration", json!(null))],
        ),
        (
            "phone-without-sms",
            vec![Set(
                "pool.AutoVerifiedAttributes",
                json!(["email", "phone_number"]),
            )],
        ),
        (
            "sms-without-external-id",
            vec![Set(
                "pool.SmsConfiguration",
                json!({ "SnsCallerArn": "arn:aws:iam::111122223333:role/sms" }),
            )],
        ),
        (
            "delivery-failure",
            vec![Set("pool.SmsConfigurationFailure", json!("SNSSandbox"))],
        ),
        // Cognito's own pages. That they are on at all is a note beside each of these.
        ("oauth-on", vec![oauth()]),
        (
            "oauth-implicit oauth-on",
            vec![
                oauth(),
                Set("client.AllowedOAuthFlows", json!(["code", "implicit"])),
            ],
        ),
        (
            "callback-url-http oauth-on",
            vec![
                oauth(),
                Set(
                    "client.CallbackURLs",
                    json!(["https://shop.example.com/", "http://localhost:3000/"]),
                ),
            ],
        ),
        (
            "oauth-scope-user-admin oauth-on",
            vec![
                oauth(),
                Set(
                    "client.AllowedOAuthScopes",
                    json!(["openid", "aws.cognito.signin.user.admin"]),
                ),
            ],
        ),
        (
            "providers-unreachable",
            vec![Set(
                "client.SupportedIdentityProviders",
                json!(["COGNITO", "Google"]),
            )],
        ),
        // The pool as a whole.
        (
            "deletion-protection-off",
            vec![Set("pool.DeletionProtection", json!("INACTIVE"))],
        ),
        (
            "threat-protection-off context-data-unused",
            vec![Set(
                "pool.UserPoolAddOns.AdvancedSecurityMode",
                json!("OFF"),
            )],
        ),
        (
            "threat-protection-off",
            vec![
                Set("pool.UserPoolAddOns", json!(null)),
                Set(
                    "client.EnablePropagateAdditionalUserContextData",
                    json!(false),
                ),
            ],
        ),
        (
            "tier-too-low",
            vec![Set("pool.UserPoolTier", json!("LITE"))],
        ),
        (
            "trigger-version-old",
            vec![Set("pool.LambdaConfig.PreTokenGeneration", json!(arn))],
        ),
        (
            "trigger-version-old",
            vec![Set(
                "pool.LambdaConfig.PreTokenGenerationConfig",
                json!({ "LambdaVersion": "V1_0", "LambdaArn": arn }),
            )],
        ),
        (
            "devices-replace-mfa device-tracking-on",
            vec![Set(
                "pool.DeviceConfiguration",
                json!({
                    "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false,
                }),
            )],
        ),
    ]
}

fn spoilt(changes: &[Change]) -> Bench {
    let mut bench = Bench::good();
    for change in changes {
        match change {
            Set(path, value) => bench.set(path, value.clone()),
            Argument(argument) => bench.argument(argument),
            Variable(name, value) => bench.variable(name, value),
        }
    }
    bench
}

#[test]
fn a_good_pool_has_no_findings() {
    assert_eq!(Bench::good().codes(), Vec::<String>::new());
}

/// A change that cannot come alone (Cognito's pages, devices) names what comes with it, and so
/// does the threat protection that visitors' addresses are sent to.
#[test]
fn each_bad_setting_has_its_own_finding() {
    let mut wrong = Vec::new();

    for (number, (expected, changes)) in table().iter().enumerate() {
        let found = spoilt(changes).codes();
        let expected: BTreeSet<_> = expected.split(' ').collect();
        let same = found.len() == expected.len()
            && found.iter().all(|code| expected.contains(code.as_str()));
        if !same {
            wrong.push(format!("{number}: expected {expected:?}, found {found:?}"));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_sdk_reads_gives_the_same_findings_as_the_files() {
    let mut wrong = Vec::new();

    for (number, (_, changes)) in table().iter().enumerate() {
        let bench = spoilt(changes);
        let (by_files, by_the_sdk) = (bench.codes(), bench.codes_by_the_sdk());
        if by_files != by_the_sdk {
            wrong.push(format!(
                "{number}: {by_files:?} by files, {by_the_sdk:?} by the SDK"
            ));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_is_in_the_readme_and_in_this_table() {
    let readme = include_str!("../../README.md");
    let rows = readme.lines().filter_map(|line| {
        let code = line.strip_prefix("| `")?;
        code.split_once('`').map(|(code, _)| code)
    });
    let documented: BTreeSet<_> = rows.collect();

    let table = table();
    let tried: BTreeSet<_> = table
        .iter()
        .flat_map(|(codes, _)| codes.split(' '))
        .collect();

    assert_eq!(documented, tried);
    assert!(tried.len() > 60, "{}", tried.len());
}

/// AWS says that `USER_AUTH` proves passwords by itself, so whoever reads it leaves SRP out.
#[test]
fn an_app_client_for_a_choice_hears_why_it_needs_srp_too() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_LOGIN_FLOW", "choice");
    let first = "pool.Policies.SignInPolicy.AllowedFirstAuthFactors";
    bench.set(first, json!(["PASSWORD", "WEB_AUTHN"]));

    for (flows, expected) in [
        (&["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"][..], None),
        (&["ALLOW_USER_AUTH"], Some(true)),
        (&["ALLOW_ADMIN_USER_PASSWORD_AUTH"], Some(false)),
    ] {
        bench.set("client.ExplicitAuthFlows", json!(flows));
        let missing = bench.finding("flow-srp-missing");
        let about_choice = missing.map(|finding| {
            let why = finding["why"].as_str().expect("a reason");
            why.contains("COGNITO_LOGIN_FLOW=choice") && why.contains("USER_SRP_AUTH")
        });
        assert_eq!(about_choice, expected, "{flows:?}");
    }
}

#[test]
fn rotation_and_the_refresh_flow_are_each_enough_to_renew_tokens() {
    let mut bench = Bench::good();
    bench.set("client.RefreshTokenRotation", json!(null));
    let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    bench.set("client.ExplicitAuthFlows", json!(flows));

    assert_eq!(bench.codes(), Vec::<String>::new());
}

#[test]
fn passkeys_as_both_factors_are_right_beside_another_factor() {
    let mut bench = Bench::good();
    let flows = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"];
    bench.set("client.ExplicitAuthFlows", json!(flows));
    let first = "pool.Policies.SignInPolicy.AllowedFirstAuthFactors";
    bench.set(first, json!(["PASSWORD", "WEB_AUTHN"]));
    let both = "MULTI_FACTOR_WITH_USER_VERIFICATION";
    bench.set("mfa.WebAuthnConfiguration.FactorConfiguration", json!(both));

    assert_eq!(bench.codes(), Vec::<String>::new());
}

#[test]
fn a_sign_up_page_makes_an_open_sign_up_right() {
    let mut bench = Bench::good();
    let setting = "pool.AdminCreateUserConfig.AllowAdminCreateUserOnly";
    bench.set(setting, json!(false));
    bench.argument("--sign-up=email, given_name");

    assert_eq!(bench.codes(), Vec::<String>::new());
}

#[test]
fn a_column_with_rights_is_safe_when_users_cannot_write_its_attribute() {
    let mut bench = Bench::good();
    bench.argument(r#"--attribute-mapping={"custom:department": "role"}"#);

    assert_eq!(bench.codes(), Vec::<String>::new());
}
