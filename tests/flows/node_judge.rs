//! Judges in JavaScript. They need packages that Cargo does not install, in the directory that
//! `PEERS_NODE_DIR` names.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Returns the directory of the packages if this one is there, or else says that its test is left out.
pub(crate) fn packages_with(package: &str) -> Option<PathBuf> {
    let directory = env::var_os("PEERS_NODE_DIR").map(PathBuf::from);
    let directory = directory.filter(|it| it.join("node_modules").join(package).is_dir());
    if directory.is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "left out: PEERS_NODE_DIR names no directory with {package}"
        );
    }
    directory
}

/// Runs a script of the tests with a question as its input, and returns its answer.
pub(crate) fn ask<T: DeserializeOwned>(directory: &Path, script: &str, question: &Value) -> T {
    // Node looks for packages beside the script.
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(script);
    let script = directory.join(script.replace('/', "_"));
    std::fs::copy(source, &script).expect("a writable directory");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js");
    let mut input = node.stdin.take().expect("a pipe");
    input
        .write_all(question.to_string().as_bytes())
        .expect("a reader");
    drop(input);

    let output = node.wait_with_output().expect("an end");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
