use std::error::Error as StdError;
use std::fmt;
use std::process::ExitCode;

/// Why the demo does not run, in one sentence without secrets.
pub(crate) enum Failure {
    /// A setting is wrong: starting again does not help. Exit code 2, as for wrong arguments.
    Setting(String),
    /// Something that the demo needs is not there. Exit code 1.
    Start(String),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Setting(_) => ExitCode::from(2),
            Self::Start(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(text) | Self::Start(text) => f.write_str(text),
        }
    }
}

/// A URL without user, password and options, to be shown to people.
pub(crate) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);

    format!("{scheme}://{place}")
}

/// An error and what it comes from.
pub(crate) fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some errors repeat the text of their cause.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
