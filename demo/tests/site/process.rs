//! A demo that runs in a process of its own, with its data in a folder of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A running demo. It is ended with the value.
pub(crate) struct Demo {
    process: Child,
    address: String,
    /// What it said at its start.
    pub(crate) greeting: String,
}

impl Demo {
    /// Starts a demo on a free port, with a folder that goes away when the test ends.
    pub(crate) fn start() -> Self {
        // The demo lives as long as its test; what it leaves behind is a temporary folder.
        let folder = tempfile::tempdir().expect("a folder").keep();
        Self::start_in(&folder)
    }

    /// Starts a demo on a free port, with its data in `folder`.
    pub(crate) fn start_in(folder: &std::path::Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same, with further settings.
    pub(crate) fn start_with(folder: &std::path::Path, settings: &[(&str, &str)]) -> Self {
        let mut process = command(&folder.display().to_string(), "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the demo starts");

        let mut lines = BufReader::new(process.stdout.take().expect("its output is piped")).lines();
        let mut greeting = String::new();
        let mut address = None;
        for line in lines.by_ref().map_while(Result::ok) {
            address = address.or_else(|| {
                let at = line.find("http://127.0.0.1:")?;
                line[at..].split_whitespace().next().map(str::to_owned)
            });
            greeting.push_str(&line);
            greeting.push('\n');
            if line.contains("Ctrl-C") {
                break;
            }
        }
        // Whatever else it prints is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));

        Self {
            process,
            address: address.expect("the demo says its address"),
            greeting,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address.trim_end_matches('/'))
    }

    pub(crate) fn port(&self) -> u16 {
        let port = self.address.trim_end_matches('/').rsplit(':').next();
        port.and_then(|port| port.parse().ok()).expect("a port")
    }

    #[allow(dead_code, reason = "the hard tests use it")]
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a service manager would. Returns its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = self.process.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(killed.expect("kill runs").success());

        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a demo that is expected to end by itself.
pub(crate) fn run(listen: &str, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder: TempDir = tempfile::tempdir().expect("a folder");

    command(&folder.path().display().to_string(), listen)
        .envs(settings.iter().copied())
        .args(arguments)
        .output()
        .expect("the demo runs")
}

fn command(folder: &str, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COGNITO_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("DEMO_LISTEN", listen)
        .env("RUST_LOG", "error")
        .env_remove("DATABASE_URL");
    command
}

/// Sends a request as it stands, and reads the answer to its end.
#[allow(dead_code, reason = "the tests of the site use it")]
pub(crate) async fn exchange(port: u16, request: &str) -> String {
    let connection = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    let mut connection = connection.expect("a connection");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sent");
    let mut answer = String::new();
    connection
        .read_to_string(&mut answer)
        .await
        .expect("an answer");
    answer
}
