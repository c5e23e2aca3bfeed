//! The benchmark itself as another process, on a core of its own.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A copy of this program that was started with other arguments.
pub struct Process {
    child: Child,
    /// The first line that it wrote.
    pub said: String,
}

impl Process {
    /// Starts it, on one core if that is given, and waits for its first line.
    pub fn start(core: Option<usize>, arguments: &[&str]) -> Self {
        let program = env::current_exe().expect("the path of this program");
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(program);
                command
            }
            None => Command::new(program),
        };
        let started = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = started.expect("taskset, of util-linux");

        let mut said = String::new();
        let output = child.stdout.take().expect("its output");
        let read = BufReader::new(output).read_line(&mut said);
        read.expect("a line");
        Self {
            child,
            said: said.trim_end().to_owned(),
        }
    }

    /// The number that the system has for it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The CPU time that it has used, with threads that have ended, to a hundredth of a second.
    pub fn cpu_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).expect("a process");
        // The name of the program, in brackets, may hold blanks.
        let (_, fields) = stat.rsplit_once(')').expect("a name");
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks = ticks.map(|ticks| ticks.parse::<u64>().expect("a number"));
        Duration::from_millis(10 * ticks.sum::<u64>())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory of a process that is in use, in bytes.
pub fn resident(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    1024 * number.expect("a figure").parse::<u64>().expect("a number")
}

/// In the copy: ends it with the program that started it.
pub fn end_with_parent() {
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
}
