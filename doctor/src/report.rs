//! What was found, and how it is printed: for people, or as JSON.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use crate::finding::{Finding, Severity};
use crate::rules;
use crate::security_hub::control;
use crate::site::Site;
use crate::view::{ClientView, Place, PoolView};

/// What is printed, and what the exit code says.
pub(crate) struct Report {
    pub(crate) parts: Vec<Part>,
    /// Whether one pool with one app client was asked for, and not a list.
    is_single: bool,
}

/// What was found of a pool, or of a pool and an app client.
pub(crate) struct Part {
    pub(crate) user_pool: String,
    pub(crate) app_client: Option<String>,
    pub(crate) findings: Vec<Finding>,
    /// Where the app client and the pool are written down, if they are.
    pub(crate) places: Vec<Place>,
    knows_factors: bool,
    unseen: Vec<String>,
}

impl Report {
    /// Checks one pool with one app client.
    pub(crate) fn of_one(view: &PoolView, site: &Site) -> Self {
        Self {
            parts: parts(view, site),
            is_single: true,
        }
    }

    /// Checks pools with all of their app clients.
    pub(crate) fn of_all(views: &[PoolView], site: &Site) -> Self {
        Self {
            parts: views.iter().flat_map(|view| parts(view, site)).collect(),
            is_single: false,
        }
    }

    /// Whether there is more than notes.
    pub(crate) fn is_bad(&self) -> bool {
        let bad = |part: &Part| part.count(Severity::Error) + part.count(Severity::Warning) > 0;
        self.parts.iter().any(bad)
    }

    pub(crate) fn to_json(&self) -> Value {
        match &self.parts[..] {
            [part] if self.is_single => part.to_json(),
            parts => json!({ "reports": parts.iter().map(Part::to_json).collect::<Vec<_>>() }),
        }
    }
}

/// A pool with several app clients, or with none, has a part of its own, so that what is wrong
/// with it is said once.
fn parts(view: &PoolView, site: &Site) -> Vec<Part> {
    if let [client] = &view.clients[..] {
        return vec![Part::of(view, Some(client), site)];
    }

    let mut parts = vec![Part::of(view, None, site)];
    for client in &view.clients {
        let mut part = Part::of(view, Some(client), site);
        part.findings.retain(|finding| !parts[0].has(finding));
        parts.push(part);
    }
    parts
}

impl Part {
    fn of(view: &PoolView, client: Option<&ClientView>, site: &Site) -> Self {
        let facts = view.facts(client, site);
        let places = client.map(|client| &client.place);

        Self {
            user_pool: view.name.clone(),
            app_client: client.map(|client| client.name.clone()),
            findings: rules::check(&facts),
            places: places.into_iter().chain([&view.place]).cloned().collect(),
            knows_factors: facts.mfa.known().is_some(),
            unseen: view.unseen.clone(),
        }
    }

    fn has(&self, finding: &Finding) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|it| it.code == finding.code && it.value == finding.value)
    }

    fn to_json(&self) -> Value {
        let findings = self.findings.iter().map(|finding| {
            let mut json = json!(finding);
            if let Some(control) = control(finding.code) {
                json["security_hub"] = json!(control);
            }
            json
        });

        json!({
            "user_pool_id": self.user_pool,
            "app_client_id": self.app_client,
            "second_factors_known": self.knows_factors,
            "not_seen": self.unseen,
            "findings": findings.collect::<Vec<_>>(),
        })
    }

    fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings.filter(|it| it.severity == severity).count()
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let value = match &finding.value {
                Value::Null => "not set".to_owned(),
                value => value.to_string(),
            };
            writeln!(f, "{}: {}", finding.severity.name(), finding.code)?;
            writeln!(f, "  found  {}: {value}", finding.setting)?;
            writeln!(f, "  why    {}", finding.why)?;
            writeln!(f, "  do     {}", finding.fix)?;
            if let Some(control) = control(finding.code) {
                writeln!(f, "  see    {control} of AWS Security Hub")?;
            }
            writeln!(f)?;
        }

        let mut counts = String::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let count = self.count(severity);
            let plural = if count == 1 { "" } else { "s" };
            let comma = if counts.is_empty() { "" } else { ", " };
            write!(counts, "{comma}{count} {}{plural}", severity.name())?;
        }
        write!(f, "user pool {:?}", self.user_pool)?;
        if let Some(client) = &self.app_client {
            write!(f, ", app client {client:?}")?;
        }
        writeln!(f, ": {counts}")?;
        if !self.knows_factors {
            writeln!(f, "Which second factors there are is not known here.")?;
        }
        if !self.unseen.is_empty() {
            let unseen = self.unseen.join(", ");
            writeln!(
                f,
                "AWS did not allow {unseen}: what depends on them is not known here."
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.parts.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            part.write(f)?;
        }

        let is_deployed = |part: &Part| part.places.iter().all(|place| place.file.is_none());
        let mut parts = self.parts.iter();
        if parts.any(|part| !part.findings.is_empty() && is_deployed(part)) {
            writeln!(
                f,
                "update-user-pool and update-user-pool-client reset what they are not given: repeat \
                 the settings that are to stay."
            )?;
        }
        Ok(())
    }
}
