//! Which mutant is switched on, and which were reached. Each crate with mutants in it depends on this one.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};

/// No number of a mutant is as large.
const MOST: usize = 50_000;
/// The environment has not been read yet, or each that is reached is to be written down.
const ASK: usize = usize::MAX;

/// The mutant that is on by the environment's `MUTANT`.
static ON: AtomicUsize = AtomicUsize::new(ASK);

/// By the environment's `MUTANTS_REACHED`: a file that gets a line for each, as it is reached, so that a killed process
/// has written its own.
static REACHED: LazyLock<Option<(File, Vec<AtomicBool>)>> = LazyLock::new(|| {
    let path = std::env::var_os("MUTANTS_REACHED")?;
    let file = OpenOptions::new().append(true).create(true).open(path).expect("a file");
    Some((file, (0..MOST).map(|_| AtomicBool::new(false)).collect()))
});

/// Arithmetic asks it in its innermost loops.
#[inline]
pub fn on(number: usize) -> bool {
    let on = ON.load(Relaxed);
    on == number || on == ASK && ask(number)
}

#[cold]
fn ask(number: usize) -> bool {
    if let Some((file, reached)) = &*REACHED {
        if !reached[number].swap(true, Relaxed) {
            (&*file).write_all(format!("{number}\n").as_bytes()).expect("it is written");
        }
        return false;
    }
    let on = std::env::var("MUTANT").ok().and_then(|number| number.parse().ok());
    ON.store(on.unwrap_or(0), Relaxed);
    on == Some(number)
}
