//! `axum-cognito-doctor` checks a Cognito user pool and an app client, and reports what would
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
mod sarif;
mod security_hub;
mod setting;
mod site;
mod template;
mod view;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::{Action, Arguments, Format};
use crate::aws::Aws;
use crate::failure::Failure;
use crate::pool::IdentityProvider;
use crate::report::Report;
use crate::setting::Setting;
use crate::site::Site;
use crate::view::{ClientView, Place, PoolView, named_domains};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return stop(&error),
    };

    match look(&arguments).await {
        Ok(report) => {
            let text = match arguments.format() {
                Format::Text => report.to_string(),
                Format::Json => format!("{:#}\n", report.to_json()),
                Format::Sarif => format!("{:#}\n", sarif::log(&report)),
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

    if let Some(Action::Template { file }) = &arguments.command {
        let site = site.without_identity(arguments);
        return Ok(Report::of_all(&template::read(file)?, &site));
    }

    let endpoint = arguments.endpoint.clone();
    let endpoint = endpoint.or_else(|| variable("COGNITO_ENDPOINT"));
    if arguments.all_pools {
        let site = site.without_identity(arguments).of_nowhere();
        let aws = Aws::for_region(arguments.region.as_deref(), endpoint.as_deref()).await?;
        return Ok(Report::of_all(&aws.ask_all().await?, &site));
    }
    let view = match (&arguments.user_pool, &arguments.app_client) {
        (Some(pool), Some(client)) => read_files(arguments, pool, client)?,
        (None, None) if files(arguments).is_empty() => {
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
            let aws = Aws::for_pool(&pool_id, &client_id, endpoint.as_deref()).await?;
            aws.ask(&pool_id, vec![client_id]).await?
        }
        _ => {
            let problem = "--user-pool and --app-client belong together: give both files";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    Ok(Report::of_one(&view, &site))
}

/// All files that the arguments name.
fn files(arguments: &Arguments) -> Vec<&PathBuf> {
    let Arguments {
        user_pool,
        app_client,
        mfa,
        domain,
        identity_providers,
        identity_provider,
        ..
    } = arguments;

    let single = [user_pool, app_client, mfa, identity_providers];
    let many = domain.iter().chain(identity_provider);
    single.into_iter().flatten().chain(many).collect()
}

fn read_files(arguments: &Arguments, pool: &Path, client: &Path) -> Result<PoolView, Failure> {
    let from_input = files(arguments)
        .into_iter()
        .filter(|path| path.as_os_str() == "-");
    if from_input.count() > 1 {
        let problem = "standard input can be only one of the files";
        return Err(Failure::Usage(problem.to_owned()));
    }

    let pool = files::read_user_pool(pool)?;
    let client = files::read_app_client(client)?;
    let mfa = arguments.mfa.as_deref().map(files::read_mfa).transpose()?;
    let mut domains = named_domains(&pool);
    for path in &arguments.domain {
        let described = files::read_domain(path)?;
        let known = described.domain.known();
        match domains.iter_mut().find(|it| it.domain.known() == known) {
            Some(domain) => *domain = described,
            None => domains.push(described),
        }
    }

    Ok(PoolView {
        name: pool.id.known().cloned().unwrap_or_default(),
        pool: pool.into(),
        mfa: mfa.map_or(Setting::Unknown, Setting::Known),
        domains: domains.into(),
        providers: read_providers(arguments)?,
        clients: vec![ClientView {
            name: client.client_id.known().cloned().unwrap_or_default(),
            client,
            is_styled: Setting::Unknown,
            place: Place::default(),
        }],
        place: Place::default(),
        unseen: Vec::new(),
    })
}

/// The providers of a list, and what is told of each; without a list, those that are told of.
fn read_providers(arguments: &Arguments) -> Result<Setting<Vec<IdentityProvider>>, Failure> {
    let paths = arguments.identity_provider.iter();
    let described = paths.map(|path| files::read_provider(path));
    let mut described: Vec<_> = described.collect::<Result<_, _>>()?;

    let Some(list) = &arguments.identity_providers else {
        return Ok(match described.is_empty() {
            true => Setting::Unknown,
            false => described.into(),
        });
    };
    let mut providers = files::read_providers(list)?;
    for provider in &mut providers {
        let name = provider.provider_name.known();
        let told = described
            .iter()
            .position(|it| it.provider_name.known() == name);
        if let Some(told) = told {
            *provider = described.swap_remove(told);
        }
    }
    Ok(providers.into())
}
