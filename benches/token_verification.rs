//! What it costs to verify an access token.

use std::thread;
use std::time::{Duration, Instant};

use axum_cognito::Cognito;
use axum_cognito::token::AccessToken;
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::site::{Cloud, authenticate};
use axum_cognito_benches::token::{Claims, Jwk, Reference};
use cpu_time::ThreadTime;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use tokio::runtime::{Builder, Runtime};

const ROUNDS: usize = 60;
const RUNS: u32 = 200;

fn main() {
    let cloud = Cloud::start();
    let runtime = runtime();
    let cognito = cloud.cognito();
    let token = runtime.block_on(access_token(&cognito));
    let jwk = Jwk::fetch(&cloud, &token);
    let issuer = format!("{}/{}", cloud.emulator.endpoint(), cloud.pool.id());
    let reference = Reference::new(&jwk, &issuer, cloud.client.id());
    println!("The access token: {} bytes.", token.expose().len());

    one_thread(&runtime, &cognito, &token, &reference, &jwk);
    two_threads(&cognito, &token);
}

fn one_thread(
    runtime: &Runtime,
    cognito: &Cognito,
    token: &AccessToken,
    reference: &Reference,
    jwk: &Jwk,
) {
    let ours = "axum-cognito";
    let signature = "aws-lc-rs, the signature alone";
    let claims = "aws-lc-rs, base64 and serde claims";
    let other = "jsonwebtoken (aws_lc_rs)";

    let key = DecodingKey::from_rsa_components(&jwk.n, &jwk.e).expect("a key");
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_issuer(&[&reference.issuer]);
    rules.validate_aud = false; // an access token names the app client in `client_id`

    let mut contest = Contest::new("An access token, one thread", ROUNDS);
    contest.add(ours, RUNS, || {
        runtime.block_on(verify(cognito, token, RUNS))
    });
    contest.add(claims, RUNS, || {
        timed(|| assert!(reference.verify(token.expose())))
    });
    contest.add(signature, RUNS, || {
        timed(|| assert!(reference.signature_of(token.expose()).is_some()))
    });
    contest.add(other, RUNS, || {
        timed(|| {
            let token = jsonwebtoken::decode::<Claims>(token.expose(), &key, &rules);
            let claims = token.expect("a good token").claims;
            assert!(claims.token_use == "access" && claims.client_id == reference.client);
        })
    });

    let results = contest.run();
    results.ratio(ours, claims, 1.10);
    results.ratio(ours, other, 1.0);
}

/// Whether the threads are in each other's way: then a token takes more CPU time, or more time
/// goes by.
fn two_threads(cognito: &Cognito, token: &AccessToken) {
    let one = "axum-cognito, one thread";
    let two = "axum-cognito, each of two threads";
    let mut wall = [Duration::MAX; 2];
    let [wall_of_one, wall_of_two] = &mut wall;

    let mut contest = Contest::new("An access token, CPU time on two threads", ROUNDS);
    contest.add(one, RUNS, || on_threads(1, cognito, token, wall_of_one));
    contest.add(two, 2 * RUNS, || on_threads(2, cognito, token, wall_of_two));
    let results = contest.run();
    results.ratio(two, one, 1.10);

    let [one, two] = wall.map(|wall| wall.as_secs_f64());
    println!(
        "  two threads verify {:.2} times as many a second",
        2.0 * one / two
    );
}

/// Verifies on some threads at once. Gives the sum of their CPU times.
fn on_threads(
    count: usize,
    cognito: &Cognito,
    token: &AccessToken,
    wall: &mut Duration,
) -> Duration {
    let start = Instant::now();
    let time = thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|_| scope.spawn(|| runtime().block_on(verify(cognito, token, RUNS))))
            .collect();
        let times = threads.into_iter().map(|thread| thread.join());
        times.map(|time| time.expect("a thread's time")).sum()
    });
    *wall = (*wall).min(start.elapsed());
    time
}

async fn verify(cognito: &Cognito, token: &AccessToken, runs: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..runs {
        let claims = cognito.verify_access_token(token).await;
        claims.expect("a good token");
    }
    start.elapsed()
}

fn timed(mut work: impl FnMut()) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..RUNS {
        work();
    }
    start.elapsed()
}

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

async fn access_token(cognito: &Cognito) -> AccessToken {
    authenticate(cognito).await.tokens().access.clone()
}
