//! The commands of the guide make the same pool as the templates of `deploy/`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::deploy::{cloudformation, settings};
use super::resource::Kind;
use crate::setting::UNKNOWN;

/// The commands of every page, each with its page and its arguments.
fn commands() -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    let mut unread = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")];

    while let Some(path) = unread.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a folder");
            unread.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|it| it == "md") {
            let text = fs::read_to_string(&path).expect("a page");
            let text = text.replace("\\\n", " ");
            for line in text.lines() {
                let Some((_, command)) = line.split_once("aws cognito-idp ") else {
                    continue;
                };
                let mut words = words(command).into_iter();
                let operation = words.next().unwrap_or_default();
                found.push((path.display().to_string(), operation, words.collect()));
            }
        }
    }
    found
}

/// The words of a line of the shell, as far as the guide uses it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;

    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.push(String::new()),
            (None, ')') => break,
            (_, c) => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The settings that arguments set, as the API names them.
fn read(arguments: &[String]) -> Value {
    const BESIDES: [&str; 5] = ["ClientName", "Output", "PoolName", "Query", "UserPoolId"];

    let mut settings = Map::new();
    let mut arguments = arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let name = argument.strip_prefix("--").expect("an argument");
        let name: String = name.split('-').map(capital).collect();
        let mut values = Vec::new();
        while let Some(value) = arguments.next_if(|it| !it.starts_with("--")) {
            values.push(shorthand(value));
        }

        let value = match (&values[..], name.as_str()) {
            ([], _) => json!(true),
            ([value], name) if !is_list(name) => value.clone(),
            (values, _) => json!(values),
        };
        let name = match name.as_str() {
            "Schema" => "SchemaAttributes".to_owned(),
            _ => name,
        };
        settings.insert(name, value);
    }
    settings.retain(|name, _| !BESIDES.contains(&name.as_str()));
    Value::Object(settings)
}

fn is_list(argument: &str) -> bool {
    argument.ends_with("Attributes") || ["ExplicitAuthFlows", "Schema"].contains(&argument)
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// `A=1,B={C=[x,y]}`, the short form of the AWS CLI.
fn shorthand(text: &str) -> Value {
    let inner = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);

    if let Some(list) = inner('[', ']') {
        return parts(list).into_iter().map(shorthand).collect();
    }
    let members = inner('{', '}').unwrap_or(text);
    if !members.contains('=') {
        return serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    }
    let members = parts(members).into_iter().map(|member| {
        let (name, value) = member.split_once('=').expect("a member");
        // The one list that the guide writes without brackets.
        let value = match name {
            "AttributesRequireVerificationBeforeUpdate" => json!([value]),
            _ => shorthand(value),
        };
        (name.to_owned(), value)
    });
    Value::Object(members.collect())
}

/// What stands between the commas that are in no brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(|c| {
        depth += match c {
            '[' | '{' => 1,
            ']' | '}' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    })
    .collect()
}

/// What a command sets and the template sets otherwise.
fn differences(operation: &str, arguments: &[String]) -> Option<Vec<String>> {
    let (kind, prefix) = match operation {
        "create-user-pool" => (Kind::Pool, ""),
        "create-user-pool-client" => (Kind::Client, ""),
        "set-user-pool-mfa-config" => (Kind::Pool, "Mfa."),
        _ => return None,
    };
    let template = cloudformation("cloudformation/user-pool.yaml");
    let template = settings(&template, kind);
    let mut commanded = Map::new();
    super::deploy::flatten("", &read(arguments), &mut commanded);

    let wrong = commanded.into_iter().filter_map(|(name, value)| {
        let list = name
            .rsplit_once('.')
            .filter(|(_, last)| last.parse::<usize>().is_ok());
        let same = match (list, name.as_str()) {
            // Lists of names have no order.
            (Some((list, _)), _) => {
                let list = format!("{list}.");
                let mut items = template.iter().filter(|(name, _)| name.starts_with(&list));
                items.any(|(_, item)| *item == value)
            }
            (None, "MfaConfiguration") => template.get("MfaConfiguration") == Some(&value),
            (None, name) => {
                let set = template.get(&format!("{prefix}{name}"));
                set == Some(&value) || set == Some(&json!(UNKNOWN))
            }
        };
        (!same).then(|| format!("{name}: {value}"))
    });
    Some(wrong.collect())
}

#[test]
fn the_commands_of_the_guide_set_what_the_template_sets() {
    let mut compared = 0;
    let mut wrong = Vec::new();

    for (page, operation, arguments) in commands() {
        if let Some(differences) = differences(&operation, &arguments) {
            compared += 1;
            let lines = differences
                .iter()
                .map(|it| format!("{page}: {operation}: {it}"));
            wrong.extend(lines);
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 3, "{compared} commands were found");
}

#[test]
fn a_command_that_differs_is_seen() {
    for (operation, command, expected) in [
        (
            "create-user-pool",
            "--policies 'PasswordPolicy={MinimumLength=8,RequireSymbols=false}'",
            "Policies.PasswordPolicy.MinimumLength: 8",
        ),
        (
            "create-user-pool-client",
            "--explicit-auth-flows ALLOW_USER_SRP_AUTH ALLOW_USER_AUTH --generate-secret",
            "ExplicitAuthFlows.1: \"ALLOW_USER_AUTH\"",
        ),
        (
            "set-user-pool-mfa-config",
            "--mfa-configuration ON --software-token-mfa-configuration Enabled=true",
            "MfaConfiguration: \"ON\"",
        ),
    ] {
        let found = differences(operation, &words(command));
        assert_eq!(found, Some(vec![expected.to_owned()]), "{command}");
    }
}
