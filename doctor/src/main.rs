//! `axum-cognito-doctor` looks at a Cognito user pool and an app client, and says what would
//! break or weaken a site built on axum-cognito. It changes nothing.

mod arguments;
mod aws;
mod facts;
mod failure;
mod files;
mod finding;
mod pool;
mod report;
mod rules;
mod site;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::Arguments;
use crate::facts::Facts;
use crate::failure::Failure;
use crate::report::Report;
use crate::site::Site;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return stop(&error),
    };

    match look(&arguments).await {
        Ok(report) => {
            let text = match arguments.json {
                true => format!("{:#}\n", report.to_json()),
                false => report.to_string(),
            };
            print(&text, ExitCode::from(u8::from(report.is_bad())))
        }
        Err(failure) => {
            eprintln!("axum-cognito-doctor: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Help and version are no mistakes. Of a mistake the first line says all.
fn stop(error: &clap::Error) -> ExitCode {
    if let ErrorKind::DisplayHelp | ErrorKind::DisplayVersion = error.kind() {
        return print(&error.to_string(), ExitCode::SUCCESS);
    }

    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    eprintln!(
        "axum-cognito-doctor: {}",
        line.trim_start_matches("error: ")
    );
    ExitCode::from(2)
}

/// A reader who has seen enough, such as `head`, is no failure.
fn print(text: &str, code: ExitCode) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("axum-cognito-doctor: standard output: {error}");
            ExitCode::from(2)
        }
        _ => code,
    }
}

async fn look(arguments: &Arguments) -> Result<Report, Failure> {
    let variable = |name: &str| {
        let value = std::env::var(name).ok();
        value.filter(|value| !value.is_empty() && !arguments.no_environment)
    };
    let site = Site::read(arguments, variable)?;

    let facts = match (&arguments.user_pool, &arguments.app_client) {
        (Some(pool), Some(client)) => {
            let all = [Some(pool), Some(client), arguments.mfa.as_ref()];
            let from_input = all.iter().flatten().filter(|path| path.as_os_str() == "-");
            if from_input.count() > 1 {
                let problem = "standard input can be only one of the files";
                return Err(Failure::Usage(problem.to_owned()));
            }
            Facts {
                pool: files::read_user_pool(pool)?,
                client: files::read_app_client(client)?,
                mfa: arguments.mfa.as_deref().map(files::read_mfa).transpose()?,
                site,
            }
        }
        (None, None) if arguments.mfa.is_none() => {
            let pool_id = arguments.user_pool_id.clone();
            let client_id = arguments.app_client_id.clone();
            let pool_id = pool_id.or_else(|| site.user_pool_id.clone());
            let client_id = client_id.or_else(|| site.app_client_id.clone());
            let (Some(pool_id), Some(client_id)) = (pool_id, client_id) else {
                return Err(Failure::Usage(
                    "nothing to look at: give --user-pool and --app-client (files), or \
                     --user-pool-id and --app-client-id"
                        .to_owned(),
                ));
            };
            let endpoint = arguments.endpoint.clone();
            let endpoint = endpoint.or_else(|| variable("COGNITO_ENDPOINT"));

            let answers = aws::ask(&pool_id, &client_id, endpoint.as_deref()).await?;
            let (pool, mfa, client) = answers;
            Facts {
                pool,
                client,
                mfa: Some(mfa),
                site,
            }
        }
        _ => {
            let problem = "--user-pool and --app-client belong together: give both files";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };

    let findings = rules::check(&facts);
    Ok(Report::new(&facts, findings))
}
