//! The keys that sessions and tokens are sealed with.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use axum_cognito::seal::SealingKeys;
use axum_cognito::secrecy::{ExposeSecret, SecretString};

use crate::failure::Failure;
use crate::private_file;

/// Where the keys come from.
pub(crate) enum KeySetting {
    /// `SEALING_KEYS`.
    Given(SealingKeys),
    /// A file beside the database, made at the first start.
    File(PathBuf),
    /// Made up at each start, for a database that ends with the demo.
    Fresh,
}

impl KeySetting {
    /// Reads `SEALING_KEYS`. Without it a demo that has its database to itself has its own key.
    pub(crate) fn parse(
        keys: Option<&str>,
        file: Option<PathBuf>,
        is_shared: bool,
    ) -> Result<Self, Failure> {
        match keys {
            Some(keys) => keys
                .parse()
                .map(Self::Given)
                .map_err(|error| Failure::Setting(format!("SEALING_KEYS: {error}"))),
            None if is_shared => Err(Failure::Setting(
                "SEALING_KEYS: tokens are encrypted before they are stored, and all demos on one \
                 database need the same key; make one with `openssl rand -base64 32`"
                    .to_owned(),
            )),
            None => Ok(file.map_or(Self::Fresh, Self::File)),
        }
    }

    /// Returns the keys.
    pub(crate) fn read(&self) -> Result<SealingKeys, Failure> {
        match self {
            Self::Given(keys) => Ok(keys.clone()),
            Self::File(path) => read_or_create(path),
            Self::Fresh => parse(&generate()?, "a new key"),
        }
    }
}

fn read_or_create(path: &Path) -> Result<SealingKeys, Failure> {
    let shown = path.display().to_string();
    let failed =
        |error: std::io::Error| Failure::Start(format!("the key {shown} cannot be used: {error}"));

    if let Some(mut file) = private_file::create(path).map_err(failed)? {
        let key = generate()?;
        writeln!(file, "{}", key.expose_secret()).map_err(failed)?;
    }
    parse(&fs::read_to_string(path).map_err(failed)?.into(), &shown)
}

fn generate() -> Result<SecretString, Failure> {
    SealingKeys::generate()
        .map_err(|error| Failure::Start(format!("the system gave no random bytes: {error}")))
}

fn parse(keys: &SecretString, place: &str) -> Result<SealingKeys, Failure> {
    keys.expose_secret()
        .trim()
        .parse()
        .map_err(|error| Failure::Start(format!("{place}: {error}")))
}
