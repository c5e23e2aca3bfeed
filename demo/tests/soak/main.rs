//! Mixed load on a demo, with faults of its user pool at random, for `SOAK_SECONDS` (ten unless
//! set; half an hour before a release): nobody is ever shown another user's page, nothing panics
//! or hangs, and the memory stays what it was.

#[allow(dead_code, reason = "the tests of the cluster use the rest")]
#[path = "../cluster/http.rs"]
mod http;
mod load;

use std::fs;
use std::time::{Duration, Instant};

use crate::load::{Counts, Place};

/// Before this the memory is still being filled: pools, caches, tables.
const WARM_UP: f64 = 0.25;

/// By so much it may grow in ten minutes, once it is warm.
const MAX_GROWTH_KIB: f64 = 1024.0;

/// The memory of a process, in KiB.
fn memory(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

/// The slope of a line through the points, by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let number = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    let (x, y) = (x / number, y / number);
    let products: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let squares: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    products / squares
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_load_with_faults() {
    let seconds = std::env::var("SOAK_SECONDS").ok();
    let seconds: u64 = seconds
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(10);
    let place = Place::start().await;
    let began = Instant::now();
    let time = Duration::from_secs(seconds);
    let workers = place.work(began + time);
    let mut points = Vec::new();
    while began.elapsed() < time {
        tokio::time::sleep(Duration::from_secs(1)).await;
        points.push((began.elapsed().as_secs_f64(), memory(place.pid())));
    }
    let mut all = Counts::default();
    for counts in workers.join_all().await {
        all.add(&counts);
    }

    let warm = points.len() as f64 * WARM_UP;
    let warm = &points[warm as usize..];
    let growth = slope(warm) * 600.0;
    println!("{all:#?}");
    println!(
        "{seconds} s, memory {:.0} KiB at first, {:.0} warm, {:.0} at the end, {growth:.0} KiB in ten minutes",
        points[0].1,
        warm[0].1,
        points[points.len() - 1].1,
    );
    assert_eq!(all.wrong_user, 0);
    assert_eq!(all.hung, 0);
    assert_eq!(all.broken, 0, "answers of 500");
    let log = place.log();
    assert!(!log.contains("panicked"), "{log}");
    assert!(
        all.own_page > 0 && all.logged_in > 0 && all.unavailable > 0,
        "it was not mixed"
    );
    // A short run only shows how the memory is filled.
    if seconds >= 600 {
        assert!(growth <= MAX_GROWTH_KIB, "{growth} KiB");
    }
}
