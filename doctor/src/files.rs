//! The answers of the AWS CLI, from files.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::pool::{AppClient, Domain, IdentityProvider, MfaConfig, UserPool};
use crate::setting::Setting;

/// One kind of answer.
struct Kind {
    command: &'static str,
    /// What the answer is wrapped in, if it is.
    wrapper: Option<&'static str>,
    /// A member that every such answer has.
    mark: &'static str,
}

pub(crate) fn read_user_pool(path: &Path) -> Result<UserPool, Failure> {
    read(
        path,
        &Kind {
            command: "describe-user-pool",
            wrapper: Some("UserPool"),
            mark: "Id",
        },
    )
}

pub(crate) fn read_app_client(path: &Path) -> Result<AppClient, Failure> {
    read(
        path,
        &Kind {
            command: "describe-user-pool-client",
            wrapper: Some("UserPoolClient"),
            mark: "ClientId",
        },
    )
}

pub(crate) fn read_mfa(path: &Path) -> Result<MfaConfig, Failure> {
    read(
        path,
        &Kind {
            command: "get-user-pool-mfa-config",
            wrapper: None,
            mark: "MfaConfiguration",
        },
    )
}

pub(crate) fn read_domain(path: &Path) -> Result<Domain, Failure> {
    read(
        path,
        &Kind {
            command: "describe-user-pool-domain",
            wrapper: Some("DomainDescription"),
            mark: "Domain",
        },
    )
}

pub(crate) fn read_provider(path: &Path) -> Result<IdentityProvider, Failure> {
    read(
        path,
        &Kind {
            command: "describe-identity-provider",
            wrapper: Some("IdentityProvider"),
            mark: "ProviderName",
        },
    )
}

/// The names of all providers. What each fills in, this answer does not tell.
pub(crate) fn read_providers(path: &Path) -> Result<Vec<IdentityProvider>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        providers: Vec<Listed>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Listed {
        provider_name: String,
    }

    let answer: Answer = read(
        path,
        &Kind {
            command: "list-identity-providers",
            wrapper: None,
            mark: "Providers",
        },
    )?;
    let listed = answer.providers.into_iter().map(|it| IdentityProvider {
        provider_name: it.provider_name.into(),
        attribute_mapping: Setting::Unknown,
    });
    Ok(listed.collect())
}

fn read<T: DeserializeOwned>(path: &Path, kind: &Kind) -> Result<T, Failure> {
    let (file, text) = read_text(path)?;

    parse(&text, kind).map_err(|problem| Failure::Malformed {
        file,
        problem,
        command: kind.command,
    })
}

/// Reads a file or standard input, and says by which name to speak of it.
pub(crate) fn read_text(path: &Path) -> Result<(String, String), Failure> {
    let file = match path.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => path.display().to_string(),
    };
    let text = match file.as_str() {
        "standard input" => read_standard_input(),
        _ => fs::read_to_string(path),
    };
    match text {
        Ok(text) => Ok((file, text)),
        Err(source) => Err(Failure::Unreadable { file, source }),
    }
}

fn read_standard_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// Takes the whole answer, or the object inside it. Problems show no values: one is a secret.
fn parse<T: DeserializeOwned>(text: &str, kind: &Kind) -> Result<T, String> {
    let answer: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("not a JSON object (line {line}, column {column})")
    })?;

    let mut answer = answer;
    let inner = kind.wrapper.and_then(|wrapper| answer.remove(wrapper));
    let object = match inner {
        Some(Value::Object(inner)) => inner,
        Some(_) => return Err("what it holds is not an object".to_owned()),
        None => answer,
    };
    if !object.contains_key(kind.mark) {
        return Err(match kind.wrapper {
            Some(wrapper) => format!("it has neither `{wrapper}` nor `{}`", kind.mark),
            None => format!("it has no `{}`", kind.mark),
        });
    }

    let mut value = Value::Object(object);
    remove_nulls(&mut value);
    serde_path_to_error::deserialize(value)
        .map_err(|error| format!("`{}` has a value of another kind", error.path()))
}

/// The API leaves out what is not set; other tools write `null`.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}
