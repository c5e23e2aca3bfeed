//! What a guarded request costs, against the bare session and against axum-login.
//!
//! The time is that of the process: sqlx runs each connection to SQLite on a thread of its own.
//! Pin it to one CPU (`taskset -c 0`) for the numbers to be quiet.

use axum_cognito::Cognito;
use axum_cognito_benches::measure::{Contest, Results};
use axum_cognito_benches::site::Cloud;
use axum_cognito_benches::stack::*;
use tokio::runtime::{Builder, Runtime};

const ROUNDS: usize = 60;

fn main() {
    let cloud = Cloud::start();
    let bench = Bench {
        runtime: Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime"),
        cognito: cloud.cognito(),
    };

    let results = bench.run("A request, all in memory", 1_000, &IN_MEMORY);
    results.ratio(OURS_MEMORY, READ, 1.25);
    results.ratio(OURS_MEMORY_IN_TWO, READ, 1.25);
    results.ratio(OURS_MEMORY, PEER_MEMORY, 0.90);
    results.ratio(OURS_MEMORY_IN_TWO, PEER_MEMORY, 1.0);
    results.ratio(OURS_USERS_WARM, READ, 1.25);
    results.ratio(OURS_USERS_WARM, PEER_MEMORY, 1.0);
    results.ratio(OURS_PUBLIC, UNREAD, 1.03);
    results.ratio(OURS_PUBLIC_IN_TWO, UNREAD, 1.10);

    let results = bench.run("A request, SQLite", 200, &ON_SQLITE);
    results.ratio(OURS_USERS, PEER_USERS, 0.85);
    results.ratio(OURS_USERS_WARM, PEER_USERS, 0.85);
    results.ratio(OURS_SQLITE, PEER_SQLITE, 0.55);
    results.ratio(OURS_SQLITE_WARM, PEER_SQLITE, 0.55);
    results.ratio(OURS_ALL_WARM, PEER_SQLITE, 0.15);

    if let Err(error) = bench.runtime.block_on(postgres::is_there()) {
        println!("left out: PostgreSQL ({error})");
        return;
    }
    for (title, clock) in [
        ("A request, PostgreSQL, CPU time of the site", Clock::Cpu),
        ("A request, PostgreSQL, a clock on the wall", Clock::Wall),
    ] {
        let results = bench.timed(title, 200, &ON_POSTGRES, clock);
        results.ratio(OURS_POSTGRES, PEER_POSTGRES, 0.60);
        results.ratio(OURS_POSTGRES_USERS, PEER_POSTGRES_USERS, 0.85);
    }
    for name in ON_POSTGRES {
        bench
            .runtime
            .block_on(postgres::drop_schema(schema_of(name)));
    }
}

#[derive(Clone, Copy)]
enum Clock {
    Cpu,
    Wall,
}

struct Bench {
    runtime: Runtime,
    cognito: Cognito,
}

impl Bench {
    fn run(&self, title: &'static str, requests: u32, names: &[&'static str]) -> Results {
        self.timed(title, requests, names, Clock::Cpu)
    }

    fn timed(
        &self,
        title: &'static str,
        requests: u32,
        names: &[&'static str],
        clock: Clock,
    ) -> Results {
        let mut contest = Contest::new(title, ROUNDS);
        for name in names {
            let built = Stack::build(name, &self.cognito);
            let mut stack = self.runtime.block_on(built);
            contest.add(name, requests, move || {
                self.runtime.block_on(async {
                    match clock {
                        Clock::Cpu => stack.answer(requests).await,
                        Clock::Wall => stack.answer_on_the_wall(requests).await,
                    }
                })
            });
        }
        contest.run()
    }
}
