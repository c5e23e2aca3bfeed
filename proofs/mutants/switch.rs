//! Which mutant is switched on, and which were reached. Each crate with mutants in it depends on this one.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

struct Switch {
    /// By the environment's `MUTANT`.
    on: usize,
    /// By the environment's `MUTANTS_REACHED`: a file that gets a line for each, as it is reached, so that a killed process
    /// has written its own.
    reached: Option<(File, Vec<AtomicBool>)>,
}

static SWITCH: LazyLock<Switch> = LazyLock::new(|| {
    let on = std::env::var("MUTANT").ok().and_then(|number| number.parse().ok());
    let reached = std::env::var_os("MUTANTS_REACHED").map(|path| {
        let file = OpenOptions::new().append(true).create(true).open(path).expect("a file");
        (file, (0..50_000).map(|_| AtomicBool::new(false)).collect())
    });
    Switch {
        on: on.unwrap_or(0),
        reached,
    }
});

#[inline]
pub fn on(number: usize) -> bool {
    let switch = &*SWITCH;
    if let Some((file, reached)) = &switch.reached
        && !reached[number].swap(true, Relaxed)
    {
        (&*file).write_all(format!("{number}\n").as_bytes()).expect("it is written");
    }
    switch.on == number
}
