//! Making users from a CSV file.

use super::account::RESET_REQUIRED;
use super::directory::Directory;
use super::import_job::ImportJob;
use crate::failure::Failure;
use crate::wire;

impl Directory {
    /// The columns of an import file.
    pub(crate) fn csv_header(&self) -> Vec<String> {
        let names = self.settings.schema.names().filter(|name| *name != "sub");
        let mut header: Vec<_> = names.map(str::to_owned).collect();
        header.push("cognito:mfa_enabled".to_owned());
        header.push("cognito:username".to_owned());
        header
    }

    /// Runs a job: each row makes a user who has to reset the password.
    pub(crate) fn import(&mut self, job: &str) -> Result<(), Failure> {
        let now = self.clock.now();
        let job = self.import_job(job)?;
        if !job.is_new() {
            return Err(Failure::new(
                "PreconditionNotMetException",
                format!("The job is {} and cannot be started.", job.status),
            ));
        }
        let Some(file) = job.file.clone() else {
            return Err(Failure::new(
                "PreconditionNotMetException",
                "No file was uploaded for this job.",
            ));
        };
        job.start(now);
        let id = job.id.clone();

        let mut lines = file.lines().filter(|line| !line.trim().is_empty());
        let header = cells(lines.next().unwrap_or_default());
        let expected = self.csv_header();
        let fits = header.iter().all(|name| expected.contains(name))
            && header.iter().any(|name| name == "cognito:username");
        let (mut imported, mut skipped, mut failed) = (0, 0, 0);
        if fits {
            for line in lines {
                match self.import_row(&header, &cells(line)) {
                    Some(true) => imported += 1,
                    Some(false) => skipped += 1,
                    None => failed += 1,
                }
            }
        }

        let job = self.import_job(&id)?;
        if fits {
            job.finish((imported, skipped, failed), now);
        } else {
            job.fail(now);
        }
        Ok(())
    }

    /// Whether a row made a user, or was one that is there; nothing if it is not right.
    fn import_row(&mut self, header: &[String], row: &[String]) -> Option<bool> {
        let value = |name: &str| {
            let index = header.iter().position(|it| it == name)?;
            row.get(index)
                .map(String::as_str)
                .filter(|it| !it.is_empty())
        };
        let username = value("cognito:username")?;
        let is_reachable = ["email", "phone_number"].iter().any(|name| {
            value(name).is_some()
                && value(&format!("{name}_verified"))
                    .is_some_and(|it| it.eq_ignore_ascii_case("true"))
        });
        if row.len() != header.len() || !is_reachable {
            return None;
        }
        if self.find(username).is_some() {
            return Some(false);
        }
        let attributes: Vec<_> = header
            .iter()
            .filter(|name| !name.starts_with("cognito:"))
            .filter_map(|name| {
                let value = value(name)?.to_owned();
                Some(wire::Attribute {
                    name: name.clone(),
                    value,
                })
            })
            .collect();
        let account = self.create(username);
        account.fill(&attributes);
        RESET_REQUIRED.clone_into(&mut account.status);
        Some(true)
    }

    pub(crate) fn import_job(&mut self, id: &str) -> Result<&mut ImportJob, Failure> {
        self.import_jobs
            .get_mut(id)
            .ok_or_else(|| Failure::not_found("Import job does not exist."))
    }
}

/// The cells of a line, where a quoted one may hold commas and doubled quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cells.last_mut().expect("a cell").push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            letter => cells.last_mut().expect("a cell").push(letter),
        }
    }
    cells
}
