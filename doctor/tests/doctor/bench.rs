//! Runs the binary on answers of the AWS CLI.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::serve;

/// The client secret in `good/client.json`.
pub(crate) const SECRET: &str = "never-print-this-9d1k2m3n4p5q6r7s8t9u0v1w2x3y4z";

/// The answers about a good user pool, to be spoilt, and the arguments that go with them.
pub(crate) struct Bench {
    pub(crate) pool: Value,
    pub(crate) client: Value,
    pub(crate) mfa: Value,
    /// The answers about domains and identity providers.
    pub(crate) domains: Vec<Value>,
    pub(crate) providers: Vec<Value>,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
}

impl Bench {
    pub(crate) fn good() -> Self {
        let read = |json: &str| serde_json::from_str(json).expect("JSON");

        Self {
            pool: read(include_str!("good/pool.json")),
            client: read(include_str!("good/client.json")),
            mfa: read(include_str!("good/mfa.json")),
            domains: Vec::new(),
            providers: Vec::new(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// Gives the pool a domain: a whole name is the owner's, any other is a prefix.
    pub(crate) fn add_domain(&mut self, name: &str, version: u32) {
        let mut domain = json!({ "Domain": name, "ManagedLoginVersion": version });
        if name.contains('.') {
            domain["CustomDomainConfig"] = json!({ "CertificateArn": "arn:aws:acm" });
            self.set("pool.CustomDomain", json!(name));
        } else {
            self.set("pool.Domain", json!(name));
        }
        self.domains.push(json!({ "DomainDescription": domain }));
    }

    pub(crate) fn add_provider(&mut self, provider: &Value) {
        self.providers.push(json!({ "IdentityProvider": provider }));
    }

    /// The answer of `list-identity-providers`.
    pub(crate) fn provider_list(&self) -> Value {
        let names = self
            .providers
            .iter()
            .map(|it| &it["IdentityProvider"]["ProviderName"]);
        let list = names.map(|name| json!({ "ProviderName": name, "ProviderType": "OIDC" }));
        json!({ "Providers": list.collect::<Vec<_>>() })
    }

    /// Sets what a path leads to; `null` removes it.
    pub(crate) fn set(&mut self, path: &str, value: Value) {
        let (file, rest) = path.split_once('.').expect("a file and a setting");
        let mut at = match file {
            "pool" => &mut self.pool["UserPool"],
            "client" => &mut self.client["UserPoolClient"],
            "mfa" => &mut self.mfa,
            _ => panic!("no such file: {file}"),
        };
        let mut names = rest.split('.').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() && value.is_null() {
                at.as_object_mut().expect("an object").remove(name);
                return;
            }
            at = &mut at[name];
        }
        *at = value;
    }

    pub(crate) fn argument(&mut self, argument: &str) {
        self.arguments.push(argument.to_owned());
    }

    pub(crate) fn variable(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn run(&self) -> Output {
        let folder = TempDir::new().expect("a folder");
        let file = |name: &str, value: &Value| {
            let path = folder.path().join(name);
            fs::write(&path, value.to_string()).expect("a file");
            path
        };

        let mut doctor = doctor();
        doctor.arg("--user-pool").arg(file("pool.json", &self.pool));
        doctor
            .arg("--app-client")
            .arg(file("client.json", &self.client));
        doctor.arg("--mfa").arg(file("mfa.json", &self.mfa));
        let list = file("providers.json", &self.provider_list());
        doctor.arg("--identity-providers").arg(list);
        for (number, domain) in self.domains.iter().enumerate() {
            let domain = file(&format!("domain-{number}.json"), domain);
            doctor.arg("--domain").arg(domain);
        }
        for (number, provider) in self.providers.iter().enumerate() {
            let provider = file(&format!("provider-{number}.json"), provider);
            doctor.arg("--identity-provider").arg(provider);
        }
        doctor.args(&self.arguments);
        doctor.envs(self.variables.iter().cloned());
        doctor.output().expect("the doctor")
    }

    /// Asks a server for the same answers, by the SDK of AWS.
    pub(crate) fn codes_by_the_sdk(&self) -> Vec<String> {
        let mut doctor = doctor();
        doctor
            .args(["--json", "--user-pool-id", "eu-west-1_Ab12Cd34E"])
            .args(["--app-client-id", "1example23456789"])
            .args(["--endpoint", &serve(self)])
            .args(&self.arguments)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .envs(self.variables.iter().cloned());
        codes(&doctor.output().expect("the doctor"))
    }

    /// The codes that `--json` gives, in their order.
    pub(crate) fn codes(&self) -> Vec<String> {
        codes(&self.run_for_programs())
    }

    /// The finding of a code, as `--json` gives it.
    pub(crate) fn finding(&self, code: &str) -> Option<Value> {
        let mut findings = findings(&self.run_for_programs()).into_iter();
        findings.find(|finding| finding["code"] == code)
    }

    fn run_for_programs(&self) -> Output {
        let mut bench = Self {
            arguments: self.arguments.clone(),
            variables: self.variables.clone(),
            pool: self.pool.clone(),
            client: self.client.clone(),
            mfa: self.mfa.clone(),
            domains: self.domains.clone(),
            providers: self.providers.clone(),
        };
        bench.argument("--json");
        bench.run()
    }
}

/// The binary, without the variables of whoever runs the tests.
pub(crate) fn doctor() -> Command {
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_axum-cognito-doctor"));
    doctor.env_clear();
    doctor
}

/// Runs with a text as standard input.
pub(crate) fn run_with_input(mut doctor: Command, text: &str) -> Output {
    let mut child = doctor
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the doctor");
    let mut input = child.stdin.take().expect("standard input");
    // A doctor that is through with its arguments may not read at all.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    child.wait_with_output().expect("an end")
}

pub(crate) fn codes(output: &Output) -> Vec<String> {
    let findings = findings(output);

    let codes = findings.iter().map(|finding| finding["code"].as_str());
    codes.map(|code| code.expect("a code").to_owned()).collect()
}

fn findings(output: &Output) -> Vec<Value> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", stderr(output)));
    report["findings"].as_array().expect("findings").clone()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
