//! All orders of events: logins, renewals, ends and challenges in two processes on one database, with a
//! network, clocks and kills that are left to chance, from a seed.
//!
//! `SCHEDULES` sets how many are run, `SCHEDULES_SECONDS` for how long at most, `SCHEDULES_FROM` where they begin, and
//! `SCHEDULE_SEED` which one alone, with everything that happens in it.

mod chance;
mod cognito;
mod crowd;
mod database;
mod process;
mod schedule;
mod verdict;
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use self::process::{Deed, Said};
use self::schedule::Outcome;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Nobody who was logged out is let in, no refresh token is lost or used twice, and nobody becomes another.
#[test]
fn no_order_of_events_breaks_a_promise() {
    if let Some(seed) = number("SCHEDULE_SEED") {
        let outcome = schedule::run(seed, true);
        println!("{}", outcome.trace.join("\n"));
        assert!(outcome.violations.is_empty(), "{:#?}", outcome.violations);
        return;
    }

    let schedules = number("SCHEDULES").unwrap_or(10_000);
    let first = number("SCHEDULES_FROM").unwrap_or(0);
    let seconds = number("SCHEDULES_SECONDS").unwrap_or(u64::MAX);
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let failed: Mutex<Vec<Outcome>> = Mutex::default();
    let counts: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut own: BTreeMap<String, u64> = BTreeMap::new();
                loop {
                    if began.elapsed().as_secs() >= seconds {
                        break;
                    }
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= schedules || failed.lock().expect("nobody panics").len() >= 12 {
                        break;
                    }
                    let outcome = schedule::run(first + number, false);
                    for (what, count) in &outcome.counts {
                        *own.entry(what.clone()).or_default() += count;
                    }
                    if !outcome.violations.is_empty() {
                        failed.lock().expect("nobody panics").push(outcome);
                    }
                }
                let mut counts = counts.lock().expect("nobody panics");
                for (what, count) in own {
                    *counts.entry(what).or_default() += count;
                }
            });
        }
    });

    let failed = failed.into_inner().expect("nobody panics");
    let done = next.into_inner().min(schedules);
    println!("{done} schedules in {:.0?}", began.elapsed());
    for (what, count) in counts.into_inner().expect("nobody panics") {
        println!("{count:>12}  {what}");
    }
    for outcome in &failed {
        println!(
            "SCHEDULE_SEED={}: {:#?}",
            outcome.plan.seed, outcome.violations
        );
    }
    assert!(failed.is_empty(), "{} schedules have failed", failed.len());
}

/// A process that does not hear that new tokens were written does not take them for somebody else's, and
/// does not revoke them though others have gone on from there.
#[test]
fn tokens_are_kept_whose_writing_got_no_answer() {
    for is_looked_at in [false, true] {
        let (said, violations, logins) =
            schedule::lose("writes new tokens", Deed::Look, is_looked_at);

        assert!(matches!(said, Said::User { user: 0, .. }), "{said:?}");
        assert!(violations.is_empty(), "{violations:#?}");
        assert_eq!(logins, 3);
    }
}

/// A login that failed is not in the registry, where its user would find it among those that live.
#[test]
fn a_login_is_taken_back_whose_adding_got_no_answer() {
    let deed = Deed::LogIn {
        user: 0,
        password: 0,
    };
    let (said, _, logins) = schedule::lose("inserts a login", deed, false);

    assert_eq!(said, Said::Failed(503));
    assert_eq!(logins, 3);
}

/// A seed is all that a schedule depends on.
#[test]
fn a_schedule_can_be_repeated() {
    for seed in 0..20 {
        let [first, second] = [(); 2].map(|()| {
            let outcome = schedule::run(seed, true);
            let lines = outcome.trace.into_iter().map(|line| without_ids(&line));
            lines.collect::<Vec<_>>()
        });
        assert!(first.len() > 20, "{first:?}");
        assert_eq!(first, second, "seed {seed}");
    }
}

/// Ids are random, and nothing depends on them.
fn without_ids(line: &str) -> String {
    let words = line.split(['"', '(', ')']);
    words.filter(|word| word.len() != 22).collect()
}
