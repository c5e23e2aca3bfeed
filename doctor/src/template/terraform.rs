//! Plans of Terraform, as `terraform show -json` prints them.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::cloudformation::name_custom;
use super::resource::{Kind, Owner, Resource, mend};
use crate::setting::UNKNOWN;

/// The resources of Cognito's.
pub(super) fn resources(plan: &Value) -> Vec<Resource> {
    let mut found = Vec::new();
    let mut modules = vec![&plan["planned_values"]["root_module"]];

    while let Some(module) = modules.pop() {
        modules.extend(list(&module["child_modules"]));
        let resources = list(&module["resources"]).iter();
        found.extend(resources.filter_map(|it| resource(plan, it)));
    }
    found
}

fn resource(plan: &Value, planned: &Value) -> Option<Resource> {
    let kind = match planned["type"].as_str()? {
        "aws_cognito_user_pool" => Kind::Pool,
        "aws_cognito_user_pool_client" | "aws_cognito_managed_user_pool_client" => Kind::Client,
        "aws_cognito_user_pool_domain" => Kind::Domain,
        "aws_cognito_identity_provider" => Kind::Provider,
        "aws_cognito_managed_login_branding" => Kind::Style,
        _ => return None,
    };
    if planned["mode"] == "data" {
        return None;
    }
    let address = planned["address"].as_str()?;
    let place = Address::read(address);
    let changes = list(&plan["resource_changes"]).iter();
    let mut changes = changes.filter(|change| change["address"] == address);
    let unknown = changes
        .next()
        .map(|change| &change["change"]["after_unknown"]);

    let mut values = planned["values"].clone();
    mark(&mut values, unknown.unwrap_or(&Value::Null));
    let mut settings = rename(&values);
    mend(&mut settings);
    let mut mfa = json!({});
    match kind {
        Kind::Pool => {
            mfa = second_factors(&settings);
            let policies = ["PasswordPolicy", "SignInPolicy"];
            let policies = policies.map(|name| (name.to_owned(), settings[name].take()));
            settings["Policies"] = Value::Object(Map::from_iter(policies));
            if let Some(schema) = settings["SchemaAttributes"].as_array_mut() {
                schema.iter_mut().for_each(name_custom);
            }
        }
        Kind::Client => settings["ClientSecret"] = secret(&settings),
        Kind::Domain => {
            let is_custom = settings["CertificateArn"].is_string();
            settings["CustomDomainConfig"] = is_custom.then(|| json!({})).into();
        }
        Kind::Provider | Kind::Style => {}
    }

    Some(Resource {
        kind,
        name: address.to_owned(),
        key: place.key(&place.resource),
        copy: place.copy.clone(),
        pool: owner(plan, &place, "user_pool_id"),
        client: owner(plan, &place, "client_id"),
        is_conditional: false,
        settings,
        mfa,
        line: 1,
        lines: BTreeMap::new(),
    })
}

/// What is known after the deployment alone is left out of the planned values, or `null`.
fn mark(values: &mut Value, unknown: &Value) {
    match (values, unknown) {
        (values, Value::Bool(true)) => *values = json!(UNKNOWN),
        (Value::Object(members), Value::Object(unknown)) => {
            for (name, unknown) in unknown {
                mark(members.entry(name).or_insert(Value::Null), unknown);
            }
        }
        (Value::Array(items), Value::Array(unknown)) => {
            items
                .iter_mut()
                .zip(unknown)
                .for_each(|(item, unknown)| mark(item, unknown));
        }
        _ => {}
    }
}

/// The API's names: `minimum_length` is `MinimumLength`. A block that can come once is a list of
/// one in a plan, and an object in the API.
fn rename(values: &Value) -> Value {
    const LISTS: [&str; 2] = ["recovery_mechanism", "schema"];
    // Of these the names inside are the user's own.
    const MAPS: [&str; 3] = ["attribute_mapping", "provider_details", "tags"];

    let Value::Object(members) = values else {
        return values.clone();
    };
    let mut renamed = Map::new();
    for (name, value) in members {
        let value = match value {
            Value::Null => continue,
            Value::Array(items) if items.is_empty() => continue,
            Value::Object(_) if MAPS.contains(&name.as_str()) => value.clone(),
            Value::Array(items) if items.iter().all(Value::is_object) => {
                let items: Vec<_> = items.iter().map(rename).collect();
                match &items[..] {
                    [block] if !LISTS.contains(&name.as_str()) => block.clone(),
                    _ => Value::Array(items),
                }
            }
            value => rename(value),
        };
        renamed.insert(api_name(name), value);
    }
    Value::Object(renamed)
}

fn api_name(name: &str) -> String {
    match name {
        "allowed_oauth_flows" => "AllowedOAuthFlows".to_owned(),
        "allowed_oauth_flows_user_pool_client" => "AllowedOAuthFlowsUserPoolClient".to_owned(),
        "allowed_oauth_scopes" => "AllowedOAuthScopes".to_owned(),
        "callback_urls" => "CallbackURLs".to_owned(),
        "logout_urls" => "LogoutURLs".to_owned(),
        "recovery_mechanism" => "RecoveryMechanisms".to_owned(),
        "schema" => "SchemaAttributes".to_owned(),
        _ => pascal(name),
    }
}

fn pascal(name: &str) -> String {
    let parts = name.split('_').map(|part| {
        let (first, rest) = part.split_at_checked(1).unwrap_or_default();
        first.to_ascii_uppercase() + rest
    });
    parts.collect()
}

/// The provider switches text messages on as a second factor where they can be sent.
fn second_factors(settings: &Value) -> Value {
    const NAMES: [&str; 5] = [
        "MfaConfiguration",
        "SmsConfiguration",
        "SoftwareTokenMfaConfiguration",
        "EmailMfaConfiguration",
        "WebAuthnConfiguration",
    ];

    if NAMES.iter().any(|name| is_unknown(&settings[name])) {
        return json!(UNKNOWN);
    }
    let has = |name: &str| settings[name].is_object();
    let enabled = &settings["SoftwareTokenMfaConfiguration"]["Enabled"];
    if is_unknown(enabled) {
        return json!(UNKNOWN);
    }

    json!({
        "SmsMfaConfiguration": has("SmsConfiguration").then(|| json!({})),
        "SoftwareTokenMfaConfiguration": { "Enabled": enabled == &json!(true) },
        "EmailMfaConfiguration": has("EmailMfaConfiguration").then(|| json!({})),
        "WebAuthnConfiguration": match &settings["WebAuthnConfiguration"] {
            Value::Null => json!({}),
            passkeys => passkeys.clone(),
        },
    })
}

/// The secret is not known before it is made; that there will be one is.
fn secret(settings: &Value) -> Value {
    match &settings["GenerateSecret"] {
        Value::Bool(true) => json!("generated"),
        unknown if is_unknown(unknown) => json!(UNKNOWN),
        _ => Value::Null,
    }
}

/// `module.users["eu"].aws_cognito_user_pool.main[0]`, taken apart.
struct Address {
    /// The module, with its copies: `module.users["eu"].`
    module: String,
    /// The names of the modules on the way.
    calls: Vec<String>,
    /// Type and name: `aws_cognito_user_pool.main`.
    resource: String,
    /// Which copy: `[0]`.
    copy: String,
}

impl Address {
    fn read(address: &str) -> Self {
        let mut parts = parts(address);
        let mut module = String::new();
        let mut calls = Vec::new();

        while parts.len() > 2 && parts[0] == "module" {
            let name = parts[1];
            module.push_str(&format!("module.{name}."));
            calls.push(without_copy(name).to_owned());
            parts.drain(..2);
        }
        let resource = parts.join(".");
        let named = without_copy(&resource).to_owned();
        Self {
            module,
            calls,
            copy: resource[named.len()..].to_owned(),
            resource: named,
        }
    }

    /// What a resource of the same module is called by.
    fn key(&self, resource: &str) -> String {
        format!("{}{resource}", self.module)
    }
}

/// The resource that an argument of another refers to.
fn owner(plan: &Value, place: &Address, argument: &str) -> Owner {
    let mut module = &plan["configuration"]["root_module"];
    for call in &place.calls {
        module = &module["module_calls"][call]["module"];
    }

    let resources = list(&module["resources"]).iter();
    let mut resources = resources.filter(|it| it["address"] == place.resource);
    let Some(configured) = resources.next() else {
        return Owner::Unknown;
    };
    let expression = &configured["expressions"][argument];
    let references = list(&expression["references"])
        .iter()
        .filter_map(Value::as_str);
    let mut references = references.filter(|it| it.starts_with("aws_cognito_"));
    match references.next() {
        // `aws_cognito_user_pool.main[0].id`: a type and a name.
        Some(reference) => {
            let named = parts(reference).into_iter().take(2).map(without_copy);
            Owner::Named(place.key(&named.collect::<Vec<_>>().join(".")))
        }
        None if expression.get("constant_value").is_some() => Owner::Outside,
        None => Owner::Unknown,
    }
}

/// What stands between the dots, save those in the keys of copies, which are quoted.
fn parts(address: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    address
        .split(|c| {
            is_quoted ^= c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            c == '.' && !is_quoted
        })
        .collect()
}

fn without_copy(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn is_unknown(value: &Value) -> bool {
    value == UNKNOWN
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
