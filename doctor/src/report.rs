//! How findings are printed: for people, or as JSON.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

/// What is printed, and what the exit code says.
pub(crate) struct Report {
    user_pool_id: String,
    app_client_id: String,
    knows_factors: bool,
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(facts: &Facts, findings: Vec<Finding>) -> Self {
        Self {
            user_pool_id: facts.pool.id.clone(),
            app_client_id: facts.client.client_id.clone(),
            knows_factors: facts.mfa.is_some(),
            findings,
        }
    }

    /// Whether there is more than notes.
    pub(crate) fn is_bad(&self) -> bool {
        self.count(Severity::Error) + self.count(Severity::Warning) > 0
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "user_pool_id": self.user_pool_id,
            "app_client_id": self.app_client_id,
            "second_factors_known": self.knows_factors,
            "findings": self.findings,
        })
    }

    fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings.filter(|it| it.severity == severity).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let value = match &finding.value {
                Value::Null => "not set".to_owned(),
                value => value.to_string(),
            };
            writeln!(f, "{}: {}", finding.severity.name(), finding.code)?;
            writeln!(f, "  found  {}: {value}", finding.setting)?;
            writeln!(f, "  why    {}", finding.why)?;
            writeln!(f, "  do     {}\n", finding.fix)?;
        }

        let mut counts = String::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let count = self.count(severity);
            let plural = if count == 1 { "" } else { "s" };
            let comma = if counts.is_empty() { "" } else { ", " };
            write!(counts, "{comma}{count} {}{plural}", severity.name())?;
        }
        let (pool, client) = (&self.user_pool_id, &self.app_client_id);
        writeln!(f, "user pool {pool:?}, app client {client:?}: {counts}")?;
        if !self.knows_factors {
            writeln!(
                f,
                "Which second factors there are was not looked at: give --mfa too."
            )?;
        }
        if !self.findings.is_empty() {
            writeln!(
                f,
                "update-user-pool and update-user-pool-client reset what they are not given: repeat \
                 the settings that are to stay."
            )?;
        }
        Ok(())
    }
}
