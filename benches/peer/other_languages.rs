//! Clients in other languages, each in a process of its own that is asked for one handshake after
//! the other.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A client that makes an SRP handshake whenever it is told to.
pub struct OtherClient {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl OtherClient {
    /// pycognito, by the interpreter that `PEERS_PYTHON` names.
    pub fn pycognito() -> Result<Self, String> {
        let python = env::var("PEERS_PYTHON")
            .map_err(|_| "PEERS_PYTHON names no Python that has pycognito")?;
        Self::start(Command::new(python).arg(script("handshake.py")))
    }

    /// amazon-cognito-identity-js, installed in the folder that `PEERS_NODE_DIR` names.
    pub fn identity_js() -> Result<Self, String> {
        let folder = env::var("PEERS_NODE_DIR")
            .map_err(|_| "PEERS_NODE_DIR names no folder with amazon-cognito-identity-js")?;
        let program = script("handshake.cjs");
        Self::start(
            Command::new("node")
                .arg(program)
                .env("NODE_PATH", Path::new(&folder).join("node_modules")),
        )
    }

    fn start(command: &mut Command) -> Result<Self, String> {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| error.to_string())?;
        let input = child.stdin.take().expect("its input");
        let output = child.stdout.take().expect("its output");
        let mut client = Self {
            child,
            input,
            output: BufReader::new(output),
        };
        client.ask().map(|_| client)
    }

    /// The CPU time of one handshake more.
    pub fn handshake(&mut self) -> Duration {
        self.ask().expect("the time of a handshake")
    }

    fn ask(&mut self) -> Result<Duration, String> {
        let mut line = String::new();
        let asked = self
            .input
            .write_all(b"\n")
            .and_then(|()| self.input.flush());
        asked
            .and_then(|()| self.output.read_line(&mut line))
            .map_err(|error| error.to_string())?;
        let nanoseconds = line.trim().parse();
        let nanoseconds = nanoseconds.map_err(|_| format!("it said {:?}", line.trim()))?;
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for OtherClient {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn script(name: &str) -> String {
    format!("{}/peer/{name}", env!("CARGO_MANIFEST_DIR"))
}
