//! The emulator as a program of its own.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, Trigger, User, seed, state};
use tracing_subscriber::EnvFilter;

/// A Cognito user pool on a loopback port, with all its state in memory.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port to listen on; 0 picks a free one.
    #[arg(long, default_value_t = 9229, env = "COGNITO_EMULATOR_PORT")]
    port: u16,

    /// The loopback address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,

    /// A JSON file with pools, app clients and users; see the README.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// What the issuer of each pool begins with, in place of the endpoint; "aws" for AWS's form.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,

    /// Asks this address where AWS would ask a Lambda function, e.g. pre-sign-up=http://127.0.0.1:3000/.
    #[arg(long, value_name = "NAME=URL", value_parser = read_trigger)]
    trigger: Vec<(Trigger, String)>,

    /// Asks this issuer though it is not on this machine, for an identity provider whose "oidc_issuer" it is.
    #[arg(long, value_name = "URL")]
    allow_issuer: Vec<String>,

    /// Allows an address that other machines reach, and any host name: whoever reaches it may do everything.
    #[arg(long)]
    dangerously_reachable: bool,

    /// Keeps everything in this file over a restart, passwords and keys in clear.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Adds the pool us-east-1_Emulated1 with the app client "emulated" and a few users.
    #[arg(long)]
    demo: bool,
}

fn read_trigger(text: &str) -> Result<(Trigger, String), String> {
    let (name, url) = text
        .split_once('=')
        .ok_or_else(|| "has to be NAME=URL".to_owned())?;
    Ok((name.parse()?, url.to_owned()))
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();

    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cognito-emulator: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = SocketAddr::from((arguments.address, arguments.port));

    let mut builder = Emulator::builder().with_address(address);
    builder = match arguments.issuer.as_deref() {
        Some("aws") => builder.with_issuer("https://cognito-idp.{region}.amazonaws.com"),
        Some(issuer) => builder.with_issuer(issuer.trim_end_matches('/')),
        None => builder,
    };
    for (trigger, url) in &arguments.trigger {
        builder = builder.with_trigger_url(*trigger, url);
    }
    for issuer in &arguments.allow_issuer {
        builder = builder.with_reachable_issuer(issuer);
    }
    if arguments.dangerously_reachable {
        builder = builder.dangerously_reachable();
    }
    let emulator = builder
        .start()
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    if let Some(path) = &arguments.seed {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read the seed file {name}: {error}"))?;
        seed::load(&emulator, &text)
            .map_err(|error| format!("the seed file {name} is not right: {error}"))?;
    }
    let has_state = match &arguments.state {
        Some(path) if path.exists() => {
            let name = path.display();
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read the state file {name}: {error}"))?;
            state::load(&emulator, &text)
                .map_err(|error| format!("the state file {name} is not right: {error}"))?;
            true
        }
        _ => false,
    };
    let stopped = stopped()?;
    let has_demo = arguments.demo && !has_state;
    if has_demo {
        add_demo(&emulator);
    }
    // Whoever reads the endpoint may use it at once.
    say(emulator.endpoint());
    if has_demo {
        DEMO.iter().for_each(|line| say(line));
    }

    match &arguments.state {
        None => stopped.await,
        Some(path) => {
            tokio::select! {
                () = stopped => {}
                () = keep(&emulator, path) => {}
            }
            write_state(path, &state::dump(&emulator))?;
        }
    }
    Ok(())
}

/// Writes the state whenever it has changed, for as long as it is polled.
async fn keep(emulator: &Emulator, path: &Path) {
    let mut written = String::new();
    loop {
        let now = state::dump(emulator);
        if now != written {
            if let Err(error) = write_state(path, &now) {
                tracing::error!(%error, "the state cannot be written");
            }
            written = now;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Writes the file beside itself first, so that it is whole at any moment; only its owner may read it.
fn write_state(path: &Path, state: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&fresh)?.write_all(state.as_bytes())?;
    std::fs::rename(fresh, path)
}

/// Says it to whoever still listens: a script may have closed the pipe after the first line.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// What `--demo` adds.
const DEMO: [&str; 5] = [
    "pool us-east-1_Emulated1, app client emulated",
    "alice / Correct-horse-1",
    "admin / Correct-horse-2, in group admins",
    "newbie / Temporary-1!, must choose a password",
    "totp / Correct-horse-3, secret JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
];

fn add_demo(emulator: &Emulator) {
    let pool = emulator.add_pool(
        Pool::new("us-east-1_Emulated1")
            .with_alias_attributes(["email"])
            .with_reusable_totp_codes(),
    );
    pool.add_client(AppClient::new("demo").with_id("emulated").with_flows([
        AuthFlow::AdminUserPassword,
        AuthFlow::RefreshToken,
        AuthFlow::User,
        AuthFlow::UserPassword,
        AuthFlow::UserSrp,
    ]));
    pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("given_name", "Alice")
            .with_attribute("family_name", "Liddell"),
    );
    pool.add_user(
        User::new("admin")
            .with_password("Correct-horse-2")
            .with_attribute("email", "admin@example.com")
            .with_group("admins"),
    );
    pool.add_user(
        User::new("newbie")
            .with_temporary_password("Temporary-1!")
            .with_attribute("email", "newbie@example.com"),
    );
    pool.add_user(
        User::new("totp")
            .with_password("Correct-horse-3")
            .with_attribute("email", "totp@example.com")
            .with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    );
}

/// Listens for Ctrl-C or, on Unix, SIGTERM: from now on, not from when it is waited for.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
