//! What a rule has to say.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

/// One thing about the configuration that would break or weaken the site.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// The name of the finding. It stays the same from version to version.
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    /// The setting, as the API of AWS spells it, or the variable of the site.
    pub(crate) setting: &'static str,
    /// What the setting is. `null` if it is not there.
    pub(crate) value: Value,
    /// Why it matters, in one sentence.
    pub(crate) why: &'static str,
    /// What to do, with the argument of the AWS CLI.
    pub(crate) fix: Cow<'static, str>,
}

/// How bad a finding is. The worst comes first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// A login or a page breaks, or users can give rights to themselves.
    Error,
    /// The site is weaker than it need be.
    Warning,
    /// Something to know. It is no reason to fail a check.
    Note,
}

impl Severity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}
