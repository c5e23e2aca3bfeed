//! A good pool has no findings, and each single change has exactly its own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::as_template;
use crate::bench::Bench;

/// What is done to a good pool.
enum Change {
    /// A setting, by its path; `null` takes it away.
    Set(&'static str, Value),
    Argument(&'static str),
    Variable(&'static str, &'static str),
    Domain(&'static str, u32),
    Provider(Value),
}

use Change::{Argument, Domain, Provider, Set, Variable};

const ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:trigger";
const USER_ADMIN: &str = "aws.cognito.signin.user.admin";

/// Tried elsewhere: no file tells of it.
const ELSEWHERE: &[&str] = &["managed-login-unstyled"];

/// Managed login as it should be, at a domain next to the site's.
fn managed_login() -> Vec<Change> {
    let mut changes = managed_login_at("login.shop.example.com", 2);
    changes.push(Variable("COGNITO_DOMAIN", "https://login.shop.example.com"));
    changes
}

fn managed_login_at(domain: &'static str, version: u32) -> Vec<Change> {
    let mut changes = managed_login_nowhere();
    changes.push(Domain(domain, version));
    changes
}

fn managed_login_nowhere() -> Vec<Change> {
    let scopes = json!(["openid", "email", USER_ADMIN]);
    let callback = json!(["https://shop.example.com/login/callback"]);

    vec![
        Set("client.AllowedOAuthFlowsUserPoolClient", json!(true)),
        Set("client.AllowedOAuthFlows", json!(["code"])),
        Set("client.AllowedOAuthScopes", scopes),
        Set("client.CallbackURLs", callback),
        Set("client.LogoutURLs", json!(["https://shop.example.com/"])),
    ]
}

fn with(mut changes: Vec<Change>, more: Vec<Change>) -> Vec<Change> {
    changes.extend(more);
    changes
}

/// A provider of the pool, filling what it should.
fn google(more: &[(&str, &str)]) -> Change {
    let mut mapping = json!({
        "email": "email", "email_verified": "email_verified", "username": "sub",
    });
    for (attribute, claim) in more {
        mapping[attribute] = json!(claim);
    }
    Provider(json!({ "ProviderName": "Google", "AttributeMapping": mapping }))
}

/// An app client that lets people in by Google too, and a trigger that links.
fn google_is_listed() -> Vec<Change> {
    vec![
        Set(
            "client.SupportedIdentityProviders",
            json!(["COGNITO", "Google"]),
        ),
        Set("pool.LambdaConfig.PreSignUp", json!(ARN)),
    ]
}

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
    let no_context_data = || {
        let setting = "client.EnablePropagateAdditionalUserContextData";
        Set(setting, json!(false))
    };
    let custom_protected = || {
        let setting = "pool.UserPoolAddOns.AdvancedSecurityAdditionalFlows";
        Set(setting, json!({ "CustomAuthMode": "ENFORCED" }))
    };
    let scopes = |names: &[&str]| Set("client.AllowedOAuthScopes", json!(names));
    let callback = |urls: &[&str]| Set("client.CallbackURLs", json!(urls));
    let login = |more| with(managed_login(), more);

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
        (
            "flow-plain-password-missing",
            vec![
                Variable("COGNITO_LOGIN_FLOW", "plain-password"),
                Set("pool.LambdaConfig.UserMigration", json!(ARN)),
            ],
        ),
        (
            "plain-password-needless",
            vec![
                Variable("COGNITO_LOGIN_FLOW", "plain-password"),
                flows(&["ALLOW_USER_PASSWORD_AUTH"]),
            ],
        ),
        ("flows-legacy", vec![flows(&["USER_PASSWORD_AUTH"])]),
        (
            "flow-custom-without-triggers",
            vec![flows(&[srp, "ALLOW_CUSTOM_AUTH"]), custom_protected()],
        ),
        (
            "flow-custom-without-triggers threat-protection-custom-off",
            vec![flows(&[srp, "ALLOW_CUSTOM_AUTH"])],
        ),
        ("first-factors-unused", vec![passkeys()]),
        (
            "trigger-migration-unseen",
            vec![Set("pool.LambdaConfig.UserMigration", json!(ARN))],
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
        (
            "sign-up-adopts-rows",
            vec![
                open(),
                Argument("--sign-up=email"),
                Variable("COGNITO_ADOPT_ROWS", "true"),
            ],
        ),
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
        (
            "password-rules-differ",
            vec![Variable("COGNITO_PASSWORD_POLICY", "12,numbers")],
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
        // Cognito's own pages: flows, scopes, and where they are.
        ("oauth-on", managed_login_at("login.shop.example.com", 2)),
        (
            "oauth-implicit oauth-scope-user-admin",
            login(vec![Set(
                "client.AllowedOAuthFlows",
                json!(["code", "implicit"]),
            )]),
        ),
        (
            "oauth-code-missing",
            login(vec![Set("client.AllowedOAuthFlows", json!(["implicit"]))])
                .into_iter()
                .filter(|change| {
                    !matches!(change, Set("client.AllowedOAuthFlowsUserPoolClient", _))
                })
                .collect(),
        ),
        (
            "oauth-code-missing",
            with(google_is_listed(), vec![google(&[]), Domain("shop", 2)]),
        ),
        (
            "oauth-openid-missing",
            login(vec![scopes(&["email", USER_ADMIN])]),
        ),
        (
            "oauth-openid-missing",
            login(vec![Variable(
                "COGNITO_SCOPES",
                "email aws.cognito.signin.user.admin",
            )]),
        ),
        (
            "oauth-user-admin-missing",
            login(vec![scopes(&["openid", "email"])]),
        ),
        (
            "oauth-user-admin-missing",
            login(vec![Variable("COGNITO_SCOPES", "openid,email")]),
        ),
        (
            "oauth-scope-user-admin client-without-secret",
            login(vec![
                Set("client.ClientSecret", json!(null)),
                no_context_data(),
            ]),
        ),
        (
            "scope-of-site-refused",
            login(vec![Variable(
                "COGNITO_SCOPES",
                "openid profile aws.cognito.signin.user.admin",
            )]),
        ),
        (
            "scope-unreadable",
            login(vec![Set(
                "client.ReadAttributes",
                json!(["email", "family_name", "given_name"]),
            )]),
        ),
        (
            "domain-missing",
            with(
                managed_login_nowhere(),
                vec![Variable("COGNITO_DOMAIN", "https://login.shop.example.com")],
            ),
        ),
        (
            "domain-other-than-site",
            login(vec![Variable(
                "COGNITO_DOMAIN",
                "https://login.other.example.com",
            )]),
        ),
        (
            "domain-other-than-site callback-cross-site",
            with(
                managed_login_at("shop", 2),
                vec![Variable(
                    "COGNITO_DOMAIN",
                    "https://other.auth.eu-west-1.amazoncognito.com",
                )],
            ),
        ),
        (
            "callback-cross-site",
            with(
                managed_login_at("shop", 2),
                vec![Variable(
                    "COGNITO_DOMAIN",
                    "https://shop.auth.eu-west-1.amazoncognito.com/",
                )],
            ),
        ),
        (
            "domain-classic",
            with(
                managed_login_at("login.shop.example.com", 1),
                vec![Variable("COGNITO_DOMAIN", "https://login.shop.example.com")],
            ),
        ),
        // Cognito's own pages: addresses.
        (
            "callback-url-http",
            login(vec![callback(&["http://shop.example.com/login/callback"])]),
        ),
        (
            "callback-url-http",
            login(vec![Set(
                "client.LogoutURLs",
                json!(["http://shop.example.com/"]),
            )]),
        ),
        (
            "callback-url-localhost",
            login(vec![callback(&[
                "https://shop.example.com/login/callback",
                "http://localhost:3000/login/callback",
            ])]),
        ),
        (
            "callback-url-wildcard",
            login(vec![callback(&[
                "https://*.shop.example.com/login/callback",
            ])]),
        ),
        (
            "callback-url-slash-pair",
            login(vec![Set(
                "client.LogoutURLs",
                json!(["https://shop.example.com", "https://shop.example.com/"]),
            )]),
        ),
        (
            "callback-url-missing",
            login(vec![Set("client.CallbackURLs", json!(null))]),
        ),
        (
            "callback-url-other-than-site",
            login(vec![Variable(
                "COGNITO_CALLBACK_URL",
                "https://shop.example.com/login/callback/",
            )]),
        ),
        (
            "sign-out-url-missing",
            login(vec![Set("client.LogoutURLs", json!(null))]),
        ),
        (
            "sign-out-url-other-than-site",
            login(vec![Variable(
                "COGNITO_SIGN_OUT_URL",
                "https://shop.example.com/bye",
            )]),
        ),
        // Identity providers. Coming back from one is always a way across sites.
        (
            "provider-unknown callback-cross-site",
            login(google_is_listed()),
        ),
        ("provider-unused", vec![google(&[])]),
        (
            "provider-of-site-unlisted",
            login(vec![Variable("COGNITO_PROVIDERS", "Google")]),
        ),
        (
            "provider-lacks-required provider-unused",
            vec![Provider(json!({
                "ProviderName": "Google", "AttributeMapping": { "username": "sub" },
            }))],
        ),
        (
            "provider-attribute-read-only callback-cross-site",
            with(
                login(google_is_listed()),
                vec![google(&[("nickname", "name")])],
            ),
        ),
        (
            "verified-by-other-claim provider-unused",
            vec![google(&[("email_verified", "email")])],
        ),
        (
            "providers-without-trigger callback-cross-site",
            with(
                login(google_is_listed()),
                vec![google(&[]), Set("pool.LambdaConfig.PreSignUp", json!(null))],
            ),
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
            "threat-protection-audit",
            vec![Set(
                "pool.UserPoolAddOns.AdvancedSecurityMode",
                json!("AUDIT"),
            )],
        ),
        (
            "tier-too-low",
            vec![Set("pool.UserPoolTier", json!("LITE"))],
        ),
        (
            "trigger-version-old",
            vec![Set("pool.LambdaConfig.PreTokenGeneration", json!(ARN))],
        ),
        (
            "trigger-version-old",
            vec![Set(
                "pool.LambdaConfig.PreTokenGenerationConfig",
                json!({ "LambdaVersion": "V1_0", "LambdaArn": ARN }),
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
            Domain(name, version) => bench.add_domain(name, *version),
            Provider(provider) => bench.add_provider(provider),
        }
    }
    bench
}

#[test]
fn a_good_pool_has_no_findings() {
    assert_eq!(Bench::good().codes(), Vec::<String>::new());
}

/// The twin of every row about Cognito's pages: each of them is one step away from this.
#[test]
fn managed_login_as_it_should_be_has_no_findings() {
    let mut told = managed_login();
    told.push(Variable(
        "COGNITO_CALLBACK_URL",
        "https://shop.example.com/login/callback",
    ));
    told.push(Variable(
        "COGNITO_SIGN_OUT_URL",
        "https://shop.example.com/",
    ));
    told.push(Variable("COGNITO_PROVIDERS", "COGNITO"));
    told.push(Variable(
        "COGNITO_SCOPES",
        "openid email aws.cognito.signin.user.admin",
    ));
    let mut local = managed_login();
    let url = "http://localhost:3000/";
    local.push(Set("client.CallbackURLs", json!([url])));
    local.push(Set("client.LogoutURLs", json!([url])));

    for changes in [managed_login(), told, local] {
        assert_eq!(spoilt(&changes).codes(), Vec::<String>::new());
    }
}

/// The twin of every row about providers.
#[test]
fn a_provider_as_it_should_be_has_no_finding_but_a_note() {
    let mut changes = managed_login();
    changes.extend(google_is_listed());
    changes.push(google(&[("given_name", "given_name")]));
    changes.push(Variable("COGNITO_PROVIDERS", "Google, COGNITO"));

    let bench = spoilt(&changes);

    assert_eq!(bench.codes(), ["callback-cross-site"]);
    assert_eq!(bench.run().status.code(), Some(0));
}

#[test]
fn a_callback_that_differs_by_a_slash_is_shown_beside_the_listed_one() {
    let mut changes = managed_login();
    let url = "https://shop.example.com/login/callback/";
    changes.push(Variable("COGNITO_CALLBACK_URL", url));

    let finding = spoilt(&changes).finding("callback-url-other-than-site");

    let finding = finding.expect("a finding");
    let fix = finding["fix"].as_str().expect("advice");
    assert!(fix.starts_with("mind slashes"), "{fix}");
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

/// What a template leaves open is left out, and all the rest is the same.
#[test]
fn templates_give_the_same_findings_as_far_as_they_tell() {
    let mut wrong = Vec::new();
    let mut plans = 0;

    for (number, (_, changes)) in table().iter().enumerate() {
        let bench = spoilt(changes);
        let expected = as_template::told(bench.codes());
        let template = as_template::cloudformation(&bench);
        let mut found = vec![("template.json", template)];
        if let Some(plan) = as_template::plan(&bench) {
            found.push(("plan.json", plan));
            plans += 1;
        }
        for (name, text) in found {
            let output = as_template::look_at(name, &text, &bench);
            let mut codes = as_template::codes(&output);
            codes.sort();
            if codes != expected {
                wrong.push(format!(
                    "{number}, {name}: expected {expected:?}, found {codes:?}"
                ));
            }
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(plans > 100, "{plans}");
}

#[test]
fn a_domain_of_another_region_is_another() {
    let mut changes = managed_login_at("shop", 2);
    let domain = "https://shop.auth.us-east-1.amazoncognito.com";
    changes.push(Variable("COGNITO_DOMAIN", domain));

    let codes = spoilt(&changes).codes();

    assert!(
        codes.contains(&"domain-other-than-site".to_owned()),
        "{codes:?}"
    );
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
        .chain(ELSEWHERE.iter().copied())
        .collect();

    assert_eq!(documented, tried);
    assert!(tried.len() > 80, "{}", tried.len());
    for code in ELSEWHERE {
        let quoted = format!("\"{code}\"");
        assert!(include_str!("emulated.rs").contains(&quoted), "{code}");
    }
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
fn a_site_that_sends_passwords_to_a_migration_trigger_is_right() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_LOGIN_FLOW", "plain-password");
    bench.set("pool.LambdaConfig.UserMigration", json!(ARN));
    let flows = ["ALLOW_USER_PASSWORD_AUTH"];
    bench.set("client.ExplicitAuthFlows", json!(flows));

    assert_eq!(bench.codes(), Vec::<String>::new());
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
