//! Competitors in one process, round by round, so that a busy neighbour hits all of them.
//!
//! What counts is CPU time, and of that the best round: the machine may be shared.

pub mod record;

use std::time::Duration;

/// Times a few runs of a piece of work, by a clock of CPU time.
pub type Round<'a> = Box<dyn FnMut() -> Duration + 'a>;

/// Pieces of work that are compared.
pub struct Contest<'a> {
    title: &'static str,
    rounds: usize,
    competitors: Vec<Competitor<'a>>,
}

struct Competitor<'a> {
    name: &'static str,
    /// How often the work is done in one round.
    runs: u32,
    round: Round<'a>,
    best: Duration,
}

/// What the contest came to: the best time of each, in microseconds.
pub struct Results {
    title: &'static str,
    best: Vec<(&'static str, f64)>,
}

impl<'a> Contest<'a> {
    pub fn new(title: &'static str, rounds: usize) -> Self {
        Self {
            title,
            rounds,
            competitors: Vec::new(),
        }
    }

    /// Adds work that times itself: `round` does it `runs` times and tells how long that took.
    pub fn add(
        &mut self,
        name: &'static str,
        runs: u32,
        round: impl FnMut() -> Duration + 'a,
    ) -> &mut Self {
        self.competitors.push(Competitor {
            name,
            runs,
            round: Box::new(round),
            best: Duration::MAX,
        });
        self
    }

    /// Runs all rounds, after one that warms up, and prints the best ones.
    pub fn run(mut self) -> Results {
        for round in 0..=self.rounds {
            for competitor in &mut self.competitors {
                let time = (competitor.round)() / competitor.runs;
                if round > 0 {
                    competitor.best = competitor.best.min(time);
                }
            }
        }

        let best: Vec<_> = self
            .competitors
            .iter()
            .map(|competitor| (competitor.name, competitor.best.as_secs_f64() * 1e6))
            .collect();
        println!("\n{}, best of {} rounds", self.title, self.rounds);
        for (name, micros) in &best {
            println!("  {name:<58} {micros:>12.2} us");
        }
        Results {
            title: self.title,
            best,
        }
    }
}

impl Results {
    /// The best time of one competitor, in microseconds.
    pub fn micros(&self, name: &str) -> f64 {
        let of_name = self.best.iter().find(|(known, _)| *known == name);
        of_name.expect("a competitor of this name").1
    }

    /// Prints what one costs in terms of another, and what it may cost.
    pub fn ratio(&self, ours: &str, theirs: &str, target: f64) {
        let ratio = self.micros(ours) / self.micros(theirs);
        let verdict = if ratio <= target { "met" } else { "missed" };
        println!("  {ours} / {theirs}: {ratio:.3} (target {target:.2}, {verdict})");
        record::write([self.title, ours, theirs], ratio);
    }
}
