//! Every page that a flow reaches is valid HTML, says html-validate.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `npm install html-validate` in the directory that `PEERS_NODE_DIR` names.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// One program for all pages: it takes longer to start than to judge.
struct Judge {
    /// It ends with its input, that is with the tests.
    _node: Child,
    pages: ChildStdin,
    verdicts: BufReader<ChildStdout>,
    hasher: RandomState,
    seen: HashSet<u64>,
}

static JUDGE: LazyLock<Option<Mutex<Judge>>> = LazyLock::new(|| Judge::start().map(Mutex::new));

/// What is wrong with a page that has not been judged before.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let Some(judge) = &*JUDGE else {
        return Vec::new();
    };
    let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
    let hash = judge.hasher.hash_one(html);
    match judge.seen.insert(hash) {
        true => judge.ask(html),
        false => Vec::new(),
    }
}

/// Whether there is a judge.
#[allow(dead_code, reason = "the flows alone are judged")]
pub(crate) fn is_there() -> bool {
    JUDGE.is_some()
}

impl Judge {
    fn start() -> Option<Self> {
        let packages = std::env::var_os("PEERS_NODE_DIR").map(PathBuf::from);
        let packages = packages.filter(|it| it.join("node_modules/html-validate").is_dir());
        let Some(packages) = packages else {
            let _ = writeln!(
                std::io::stderr(),
                "left out: PEERS_NODE_DIR has no html-validate"
            );
            return None;
        };
        // Node looks for packages beside the script.
        let script = packages.join("html_judge.mjs");
        std::fs::write(&script, include_str!("html_judge.mjs")).expect("a writable directory");
        let mut node = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js");

        Some(Self {
            pages: node.stdin.take().expect("a pipe"),
            verdicts: BufReader::new(node.stdout.take().expect("a pipe")),
            _node: node,
            hasher: RandomState::new(),
            seen: HashSet::new(),
        })
    }

    fn ask(&mut self, html: &str) -> Vec<String> {
        let page = serde_json::to_string(html).expect("JSON");
        writeln!(self.pages, "{page}").expect("a reader");
        let mut verdict = String::new();
        self.verdicts.read_line(&mut verdict).expect("a verdict");
        serde_json::from_str(&verdict).expect("JSON")
    }
}
