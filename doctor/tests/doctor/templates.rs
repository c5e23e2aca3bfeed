//! Templates as people write them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::as_template::{cloudformation, codes, look_at, plan};
use crate::bench::{Bench, SECRET, doctor, run_with_input, stderr, stdout};

/// Settings that are wrong for certain, each in the form of a short tag's twin.
const OPEN: &str = r#"
Parameters:
  Protection: { Type: String }
Conditions:
  IsLarge: !Equals [!Ref Protection, x]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      DeletionProtection: !Ref Protection
      UserPoolAddOns: !If [IsLarge, { AdvancedSecurityMode: AUDIT }, !Ref AWS::NoValue]
      MfaConfiguration:
        Fn::ImportValue: mfa
      Policies:
        PasswordPolicy:
          MinimumLength: !FindInMap [Sizes, !Ref Protection, Password]
          TemporaryPasswordValidityDays: !Ref Protection
      UsernameConfiguration: !Transform { Name: x }
      AutoVerifiedAttributes: !Split [",", !Ref Protection]
      AccountRecoverySetting: !Ref Protection
      EmailConfiguration:
        EmailSendingAccount: !Sub "${Protection}"
      AdminCreateUserConfig:
        AllowAdminCreateUserOnly: !Ref Protection
      UserAttributeUpdateSettings:
        AttributesRequireVerificationBeforeUpdate: [!Ref Protection]
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [!Ref Protection]
      GenerateSecret: !Ref Protection
      EnableTokenRevocation: !Ref Protection
      PreventUserExistenceErrors: !GetAtt Other.Setting
      WriteAttributes: !Ref Protection
      ReadAttributes: !Ref Protection
      AllowedOAuthFlowsUserPoolClient: !Ref Protection
      AllowedOAuthFlows: [implicit]
      CallbackURLs: ["http://shop.example.com/"]
      RefreshTokenRotation: !Ref Protection
      AccessTokenValidity: 5
      TokenValidityUnits: !Ref Protection
      AuthSessionValidity: !Ref Protection
"#;

fn look(text: &str) -> Vec<String> {
    codes(&look_at("template.yaml", text, &Bench::good()))
}

fn has(codes: &[String], code: &str) -> bool {
    codes.iter().any(|it| it == code)
}

#[test]
fn what_the_deployment_decides_gives_no_finding() {
    assert_eq!(look(OPEN), Vec::<String>::new());
}

/// The twin: the same template with what the deployment would decide.
#[test]
fn what_the_template_decides_gives_its_findings() {
    let text = OPEN
        .replace(
            "DeletionProtection: !Ref Protection",
            "DeletionProtection: INACTIVE",
        )
        .replace(
            "MinimumLength: !FindInMap [Sizes, !Ref Protection, Password]",
            "MinimumLength: \"6\"",
        )
        .replace(
            "AllowedOAuthFlowsUserPoolClient: !Ref Protection",
            "AllowedOAuthFlowsUserPoolClient: \"true\"",
        )
        .replace("GenerateSecret: !Ref Protection", "GenerateSecret: false")
        .replace(
            "[!Ref Protection]\n      GenerateSecret",
            "[ALLOW_USER_PASSWORD_AUTH, !Ref Protection]\n      GenerateSecret",
        )
        .replace(
            "EmailSendingAccount: !Sub \"${Protection}\"",
            "EmailSendingAccount: !Sub COGNITO_DEFAULT",
        );

    let found = look(&text);

    for code in [
        "deletion-protection-off",
        "password-short",
        "oauth-implicit",
        "callback-url-http",
        "client-without-secret",
        "flow-user-password",
        "email-default-sender",
    ] {
        assert!(has(&found, code), "{code} is not in {found:?}");
    }
    // The other flows are not known.
    assert!(!has(&found, "flow-srp-missing"), "{found:?}");
}

#[test]
fn a_list_that_is_known_in_part_tells_what_it_tells() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_CALLBACK_URL", "https://shop.example.com/callback");
    let list = "CallbackURLs: [\"http://shop.example.com/\"]";
    let open = OPEN
        .replace("PoolClient: !Ref Protection", "PoolClient: true")
        .replace("[implicit]", "[code]");
    let known = look_at("template.yaml", &open, &bench);
    let part = open.replace(
        list,
        "CallbackURLs: [\"http://shop.example.com/\", !Ref Url]",
    );
    let part = look_at("template.yaml", &part, &bench);

    let (known, part) = (codes(&known), codes(&part));

    assert!(has(&known, "callback-url-http") && has(&part, "callback-url-http"));
    assert!(has(&known, "callback-url-other-than-site"), "{known:?}");
    assert!(!has(&part, "callback-url-other-than-site"), "{part:?}");
}

const SEVERAL: &str = r#"
Resources:
  Site: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref First } }
  App:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !GetAtt First.UserPoolId, GenerateSecret: true }
  Foreign: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref PoolParameter } }
  First: { Type: AWS::Cognito::UserPool }
  Second: { Type: AWS::Cognito::UserPool, Properties: { DeletionProtection: ACTIVE } }
"#;

#[test]
fn each_client_is_looked_at_with_its_pool_and_each_pool_once() {
    let output = look_at("template.yaml", SEVERAL, &Bench::good());

    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let parts = report["reports"].as_array().expect("reports");
    let names: Vec<_> = parts
        .iter()
        .map(|part| {
            (
                part["user_pool_id"].as_str(),
                part["app_client_id"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            (Some("First"), None),
            (Some("First"), Some("Site")),
            (Some("First"), Some("App")),
            (Some("Second"), None),
            (Some("elsewhere"), Some("Foreign")),
        ]
    );
    let with = |code: &str| -> Vec<usize> {
        let parts = parts.iter().enumerate();
        let has = |part: &Value| {
            part["findings"]
                .as_array()
                .expect("findings")
                .iter()
                .any(|it| it["code"] == code)
        };
        parts
            .filter(|(_, part)| has(part))
            .map(|(number, _)| number)
            .collect()
    };
    assert_eq!(with("deletion-protection-off"), [0]);
    assert_eq!(with("username-case-sensitive"), [0, 3]);
    assert_eq!(with("client-without-secret"), [1, 4]);
    assert_eq!(with("existence-errors-shown"), [1, 2, 4]);
}

/// Whether only passwords lead in is not known while the providers are not.
#[test]
fn providers_that_are_not_known_are_not_taken_for_none() {
    let known = OPEN.replace("PoolClient: !Ref Protection", "PoolClient: true");
    let list = "SupportedIdentityProviders: !If [IsLarge, [COGNITO, Okta], [COGNITO]]";
    let line = "ExplicitAuthFlows: [!Ref Protection]";
    let open = known.replace(line, &format!("{line}\n      {list}"));

    assert!(has(&look(&known), "oauth-on"));
    assert!(!has(&look(&open), "oauth-on"), "{:?}", look(&open));
}

#[test]
fn a_provider_or_a_style_that_may_not_come_is_not_known() {
    let mut bench = Bench::good();
    bench.set("client.AllowedOAuthFlowsUserPoolClient", true.into());
    bench.set("client.AllowedOAuthFlows", vec!["code"].into());
    bench.set(
        "client.SupportedIdentityProviders",
        vec!["COGNITO", "Okta"].into(),
    );
    bench.add_domain("shop", 2);
    let style = "\"Type\": \"AWS::Cognito::ManagedLoginBranding\"";
    let text = cloudformation(&bench);
    let provider = r#""Resources": {
        "Okta": {
            "Type": "AWS::Cognito::UserPoolIdentityProvider",
            "Condition": "HasOkta",
            "Properties": { "UserPoolId": { "Ref": "Pool" }, "ProviderName": "Okta" }
        },"#;
    let conditional = text.replacen("\"Resources\": {", provider, 1);
    let unstyled = text.replace(style, "\"Type\": \"AWS::Cognito::Terms\"");
    let perhaps = text.replace(style, &format!("\"Condition\": \"HasStyle\", {style}"));

    let (plain, conditional) = (look(&text), look(&conditional));
    assert!(has(&plain, "provider-unknown"), "{plain:?}");
    assert!(!has(&conditional, "provider-unknown"), "{conditional:?}");
    assert!(!has(&plain, "managed-login-unstyled"), "{plain:?}");
    assert!(has(&look(&unstyled), "managed-login-unstyled"));
    assert!(!has(&look(&perhaps), "managed-login-unstyled"));
}

#[test]
fn yaml_of_other_tools_is_read_too() {
    // Anchors, comments, long names of functions, several lines, numbers and truths as texts.
    let text = r#"
# A template.
Resources:
  Pool:
    Type: 'AWS::Cognito::UserPool'
    Properties:
      DeletionProtection: &protection >-
        ACTIVE
      UserPoolName: *protection
      MfaConfiguration: ON
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UsernameConfiguration: { CaseSensitive: "False" }
      Schema:
        - { Name: role, AttributeDataType: String, Mutable: "true" }
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: { Ref: Pool }
      GenerateSecret: "true"
      WriteAttributes: [email, custom:role]
      RefreshTokenValidity: "3650"
"#;

    let found = look(text);

    for code in ["custom-rights-writable", "refresh-token-long"] {
        assert!(has(&found, code), "{code} is not in {found:?}");
    }
    for code in [
        "deletion-protection-off",
        "mfa-off",
        "mfa-without-factor",
        "username-case-sensitive",
        "client-without-secret",
    ] {
        assert!(!has(&found, code), "{code} is in {found:?}");
    }
}

fn good_plan() -> Value {
    serde_json::from_str(&plan(&Bench::good()).expect("a plan")).expect("JSON")
}

#[test]
fn a_plan_tells_what_is_not_set_from_what_is_not_known() {
    let mut unknown = good_plan();
    let change = &mut unknown["resource_changes"][1]["change"]["after_unknown"];
    change["explicit_auth_flows"] = true.into();
    let values = &mut unknown["planned_values"]["root_module"]["resources"][1]["values"];
    let values = values.as_object_mut().expect("values");
    values.remove("explicit_auth_flows");
    let mut unset = unknown.clone();
    unset["resource_changes"][1]["change"]["after_unknown"] = json!({});

    assert_eq!(look(&good_plan().to_string()), Vec::<String>::new());
    assert_eq!(look(&unknown.to_string()), Vec::<String>::new());
    let unset = look(&unset.to_string());
    assert!(has(&unset, "flows-unset"), "{unset:?}");
}

/// Two copies of a module, of which the second has an unprotected pool and an app client without a
/// secret.
#[test]
fn a_plan_puts_the_resources_of_each_copy_of_a_module_together() {
    let mut plan = good_plan();
    let module = plan["planned_values"]["root_module"].take();
    let copy = |name: &str| {
        let mut module = module.clone();
        for resource in module["resources"].as_array_mut().expect("resources") {
            let address = resource["address"].as_str().expect("an address");
            resource["address"] = format!("module.users[\"{name}\"].{address}[0]").into();
        }
        module
    };
    let mut modules = [copy("a.b"), copy("c[d")];
    let resources = &mut modules[1]["resources"];
    resources[0]["values"]["deletion_protection"] = "INACTIVE".into();
    resources[1]["values"]["generate_secret"] = false.into();
    plan["planned_values"]["root_module"] = json!({ "child_modules": modules });
    let configured = plan["configuration"]["root_module"].take();
    plan["configuration"]["root_module"] =
        json!({ "module_calls": { "users": { "module": configured } } });
    // A pool that is only read is none of the plan's.
    let read = json!({
        "address": "data.aws_cognito_user_pool.other", "mode": "data",
        "type": "aws_cognito_user_pool", "values": {},
    });
    plan["planned_values"]["root_module"]["resources"] = json!([read]);

    let output = look_at("plan.json", &plan.to_string(), &Bench::good());

    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut parts: Vec<_> = report["reports"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|part| {
            let findings = part["findings"].as_array().expect("findings").iter();
            let codes = findings.map(|it| it["code"].as_str().expect("a code"));
            let name = |of: &str| part[of].as_str().unwrap_or_default().to_owned();
            (
                name("user_pool_id"),
                name("app_client_id"),
                codes.collect::<Vec<_>>(),
            )
        })
        .collect();
    parts.sort();
    let name = |module: &str, kind: &str, name: &str| {
        format!("module.users[\"{module}\"].aws_cognito_user_pool{kind}.{name}[0]")
    };
    assert_eq!(
        parts,
        [
            (
                name("a.b", "", "main"),
                name("a.b", "_client", "site"),
                vec![]
            ),
            (
                name("c[d", "", "main"),
                name("c[d", "_client", "site"),
                vec![
                    "client-without-secret",
                    "deletion-protection-off",
                    "context-data-unused"
                ]
            ),
        ]
    );
}

#[test]
fn a_template_from_standard_input_is_read_too() {
    let mut command = doctor();
    command.args(["template", "-", "--format", "json"]);

    let output = run_with_input(command, &cloudformation(&Bench::good()));

    assert_eq!(codes(&output), Vec::<String>::new(), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_no_template_gets_one_sentence() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let secret = format!(
        "Resources:\n  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      \
         ClientSecret: {SECRET}\n      AuthSessionValidity: {SECRET}\n"
    );
    let cases = [
        ("", "it is empty"),
        ("just a text", "neither a template of CloudFormation"),
        ("{}", "neither a template of CloudFormation"),
        ("Resources: []", "neither a template of CloudFormation"),
        ("Resources: {}", "neither a user pool nor an app client"),
        (
            "{\"planned_values\": {}}",
            "neither a user pool nor an app client",
        ),
        ("Resources:\n  A: [1\n  B: 2", "not YAML (line"),
        ("a: *nothing", "YAML"),
        (&deep, "nested too deeply"),
        (
            &secret,
            "`AuthSessionValidity` of Client has a value of another kind",
        ),
    ];

    for (text, expected) in cases {
        let output = look_at("template.yaml", text, &Bench::good());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text:?}: {said}");
        assert!(said.contains(expected), "{text:?}: {said}");
        assert!(
            said.contains("template.yaml") && !said.contains(SECRET),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn no_secret_of_a_template_is_ever_printed() {
    let mut bench = Bench::good();
    bench.add_provider(&json!({
        "ProviderName": "Okta",
        "ProviderDetails": { "client_secret": SECRET },
        "AttributeMapping": { "email_verified": "email" },
    }));

    for text in [cloudformation(&bench), plan(&bench).expect("a plan")] {
        assert!(text.contains(SECRET));
        for format in ["text", "json", "sarif"] {
            let mut command = doctor();
            command.args(["template", "-", "--format", format]);
            let output = run_with_input(command, &text);
            let said = stdout(&output) + &stderr(&output);
            assert!(said.contains("verified-by-other-claim"), "{said}");
            assert!(!said.contains(SECRET), "{said}");
        }
    }
}

#[test]
fn the_ids_and_the_secret_of_the_site_are_not_held_against_a_template() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_USER_POOL_ID", "eu-west-1_Other1234");
    bench.variable("COGNITO_APP_ID", "other");
    bench.variable("COGNITO_REGION", "us-east-1");
    let text = cloudformation(&bench);
    let without = text.replace("\"GenerateSecret\": true", "\"GenerateSecret\": false");

    assert_eq!(look_at_codes(&text, &bench), Vec::<String>::new());
    bench.argument("--site-has-secret=true");
    assert!(has(&look_at_codes(&without, &bench), "secret-at-site-only"));
}

fn look_at_codes(text: &str, bench: &Bench) -> Vec<String> {
    codes(&look_at("template.json", text, bench))
}

#[test]
fn the_templates_of_deploy_have_nothing_but_notes() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");

    for name in [
        "cloudformation/user-pool.yaml",
        "cdk/user-pool.template.json",
    ] {
        let text = fs::read_to_string(deploy.join(name)).expect("a template");
        let output = look_at("template.yaml", &text, &Bench::good());
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {:?}",
            codes(&output)
        );

        // The twin: the doctor does look at it.
        let spoilt = text.replace("ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH");
        let output = look_at("template.yaml", &spoilt, &Bench::good());
        assert!(has(&codes(&output), "flow-srp-missing"), "{name}");
    }
}
