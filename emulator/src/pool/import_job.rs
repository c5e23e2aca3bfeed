//! Users from a CSV file.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::random;
use crate::wire;

/// `UserImportJobType`.
#[derive(Clone, Debug)]
pub(crate) struct ImportJob {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role_arn: String,
    pub(crate) status: &'static str,
    /// What was put to the job's address.
    pub(crate) file: Option<String>,
    pub(crate) created: OffsetDateTime,
    started: Option<OffsetDateTime>,
    completed: Option<OffsetDateTime>,
    imported: usize,
    skipped: usize,
    failed: usize,
    message: Option<String>,
}

impl ImportJob {
    pub(crate) fn new(name: &str, role_arn: &str, now: OffsetDateTime) -> Self {
        Self {
            id: format!("import-{}", random::mixed(10)),
            name: name.to_owned(),
            role_arn: role_arn.to_owned(),
            status: "Created",
            file: None,
            created: now,
            started: None,
            completed: None,
            imported: 0,
            skipped: 0,
            failed: 0,
            message: None,
        }
    }

    /// Whether it has been neither started nor stopped: once only.
    pub(crate) fn is_new(&self) -> bool {
        self.status == "Created"
    }

    pub(super) fn start(&mut self, now: OffsetDateTime) {
        self.started = Some(now);
    }

    /// Notes the end: how many rows made a user, were known already, or were not right.
    pub(super) fn finish(&mut self, counts: (usize, usize, usize), now: OffsetDateTime) {
        self.completed = Some(now);
        (self.imported, self.skipped, self.failed) = counts;
        self.status = "Succeeded";
        self.message = Some("Import Job Completed Successfully.".to_owned());
    }

    /// Notes that nothing could be read.
    pub(super) fn fail(&mut self, now: OffsetDateTime) {
        self.completed = Some(now);
        self.status = "Failed";
        self.message = Some("The header of the file does not fit the user pool.".to_owned());
    }

    pub(crate) fn stop(&mut self, now: OffsetDateTime) {
        self.status = "Stopped";
        self.completed = Some(now);
    }

    pub(crate) fn describe(&self, pool_id: &str, endpoint: &str) -> Value {
        let mut fields = json!({
            "JobName": self.name,
            "JobId": self.id,
            "UserPoolId": pool_id,
            "PreSignedUrl": format!("{endpoint}/_emulator/import/{pool_id}/{}", self.id),
            "CreationDate": wire::timestamp(self.created),
            "Status": self.status,
            "CloudWatchLogsRoleArn": self.role_arn,
            "ImportedUsers": self.imported,
            "SkippedUsers": self.skipped,
            "FailedUsers": self.failed,
        });
        let times = [
            ("StartDate", self.started),
            ("CompletionDate", self.completed),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                fields[name] = json!(wire::timestamp(time));
            }
        }
        if let Some(message) = &self.message {
            fields["CompletionMessage"] = json!(message);
        }
        fields
    }
}
