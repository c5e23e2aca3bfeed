//! The files of facts.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a file of this folder.
fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("facts")
}

/// An error of the API.
#[derive(Deserialize)]
pub(crate) struct RecordedError {
    pub(crate) source: String,
    pub(crate) operation: String,
    pub(crate) flow: Option<String>,
    pub(crate) status: u16,
    pub(crate) exception: String,
    pub(crate) message: String,
    /// How the library has to read it: the name of a kind.
    pub(crate) kind: String,
    pub(crate) trigger_message: Option<String>,
}

pub(crate) fn errors() -> Vec<RecordedError> {
    read(include_str!("errors.json"))
}

/// An answer of the API that is no error.
#[derive(Deserialize)]
pub(crate) struct RecordedAnswer {
    pub(crate) source: String,
    pub(crate) operation: String,
    pub(crate) flow: Option<String>,
    pub(crate) body: Value,
    /// The answers to what the client asks by itself next.
    #[serde(default)]
    pub(crate) then: serde_json::Map<String, Value>,
    /// What the library has to read, see `reading.rs`.
    pub(crate) read: Value,
}

pub(crate) fn answers() -> Vec<RecordedAnswer> {
    read(include_str!("answers.json"))
}

/// An answer of `/oauth2/token`.
#[derive(Deserialize)]
pub(crate) struct RecordedGrant {
    pub(crate) source: String,
    pub(crate) grant: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) kind: Option<String>,
    pub(crate) read: Option<Value>,
}

pub(crate) fn grants() -> Vec<RecordedGrant> {
    read(include_str!("domain.json"))
}

/// Tokens in plain text, the header of one, and a key without its modulus.
#[derive(Deserialize)]
pub(crate) struct RecordedTokens {
    pub(crate) key: RecordedMembers,
    pub(crate) header: RecordedMembers,
    pub(crate) tokens: Vec<RecordedToken>,
}

#[derive(Deserialize)]
pub(crate) struct RecordedMembers {
    pub(crate) source: String,
    pub(crate) members: Value,
}

#[derive(Deserialize)]
pub(crate) struct RecordedToken {
    pub(crate) source: String,
    pub(crate) kind: String,
    /// In a load balancer's token, where it says more than in others.
    #[serde(default)]
    pub(crate) header: Value,
    pub(crate) claims: Value,
    /// Whether slashes are `\/` in the text of the claims.
    #[serde(default)]
    pub(crate) escapes_slashes: bool,
    /// What the library has to read.
    pub(crate) read: Value,
}

pub(crate) fn tokens() -> RecordedTokens {
    read(include_str!("tokens.json"))
}

#[test]
fn each_fact_names_its_source() {
    let tokens = tokens();
    let errors = errors().into_iter().map(|it| it.source);
    let answers = answers().into_iter().map(|it| it.source);
    let grants = grants().into_iter().map(|it| it.source);
    let claims = tokens.tokens.into_iter().map(|it| it.source);
    let others = [tokens.key.source, tokens.header.source];

    let sources = errors.chain(answers).chain(grants).chain(claims);
    for source in sources.chain(others) {
        let address = url::Url::parse(&source).expect("an address");
        assert_eq!(address.scheme(), "https", "{source}");
    }
}
