//! The demo under attack, and killed at every step: the real program, from outside.

mod bodies;
mod ends;
#[allow(dead_code, reason = "the tests of the cluster use the rest")]
#[path = "../cluster/http.rs"]
mod http;
mod kills;

#[allow(dead_code, reason = "the tests of the site use the rest")]
#[path = "../site/process.rs"]
mod process;
#[allow(dead_code, reason = "the tests of the cluster use the rest")]
#[path = "../cluster/proxy.rs"]
mod proxy;
#[allow(dead_code, reason = "the tests of the cluster use the rest")]
#[path = "../cluster/service.rs"]
mod service;
mod slow;

use std::fs;

/// How many files a process has open.
fn open_files(pid: u32) -> usize {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).expect("a process");
    files.count()
}

/// The memory that a process takes, in KiB.
fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("a number")
}
