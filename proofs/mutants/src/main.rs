//! Puts every mutant of the files that it is given into them, each behind a switch: one build has them all.
//!
//! `mutants NAMES FILE...` rewrites the files in place and prints a line for each mutant:
//! its number and its name, which is the file, the function and what it changes, with tabs between them.
//! Mutants whose names stand in the file NAMES are left out.

mod mutate;
mod value;

use std::collections::HashSet;
use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let left_out = arguments.next().ok_or("mutants NAMES FILE...")?;
    let left_out: HashSet<String> = fs::read_to_string(left_out)?
        .lines()
        .map(str::to_owned)
        .collect();
    let mut number = 0;
    for file in arguments {
        let source = fs::read_to_string(&file)?;
        let mutants = mutate::find(&source, &file)?;
        let text = mutate::write(&source, &mutants, |name| {
            (!left_out.contains(name)).then(|| {
                number += 1;
                println!("{number}\t{name}");
                number
            })
        });
        fs::write(&file, text)?;
    }
    Ok(())
}
