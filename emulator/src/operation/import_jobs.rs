//! Import of users: `GetCSVHeader`, and jobs `Create`, `Describe`, `List`, `Start`, `Stop`.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::ImportJob;

pub(super) fn header(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let header = pool.directory().csv_header();
    Ok(json!({ "UserPoolId": pool.id(), "CSVHeader": header }))
}

pub(super) fn create(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let now = directory.clock.now();
    let job = ImportJob::new(
        call.text("JobName"),
        call.text("CloudWatchLogsRoleArn"),
        now,
    );
    let id = job.id.clone();
    directory.import_jobs.insert(id.clone(), job);
    drop(directory);
    show(call, &id)
}

pub(super) fn describe(call: &Call<'_>) -> Result<Value, Failure> {
    show(call, call.text("JobId"))
}

/// Lists jobs, the last made first.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let mut jobs: Vec<_> = directory.import_jobs.values().collect();
    jobs.sort_by_key(|job| Reverse(job.created));
    let page = Page::new(
        call.limit("MaxResults"),
        call.optional("PaginationToken"),
        jobs.len(),
    )?;
    let shown = jobs[page.range.clone()]
        .iter()
        .map(|it| it.describe(pool.id(), &call.emulator.endpoint));
    Ok(page.answer("UserImportJobs", shown.collect(), "PaginationToken"))
}

/// Imports what was put to the job's address, at once.
pub(super) fn start(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    pool.directory().import(call.text("JobId"))?;
    show(call, call.text("JobId"))
}

/// Stops a job that has not run; one that is started here is done at once.
pub(super) fn stop(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let now = directory.clock.now();
    let job = directory.import_job(call.text("JobId"))?;
    if !job.is_new() {
        return Err(Failure::new(
            "PreconditionNotMetException",
            format!("The job is {} and cannot be stopped.", job.status),
        ));
    }
    job.stop(now);
    drop(directory);
    show(call, call.text("JobId"))
}

fn show(call: &Call<'_>, id: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let job = directory.import_job(id)?;
    Ok(json!({ "UserImportJob": job.describe(pool.id(), &call.emulator.endpoint) }))
}
