//! Many logins at once, and what they leave for everybody else.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::site::{Browser, Site};

/// So long nobody waits for a public page, in a debug build and beside everything else.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_logins_at_once_leave_public_pages_alone() {
    let site = Site::start().await;
    let mut people = Vec::new();
    for number in 0..200 {
        let name = format!("user-{number:03}");
        let user = cognito_emulator::User::new(&name).with_password("Correct-horse-6");
        site.cloud.pool.add_user(user);
        people.push(name);
    }
    let mut logins = JoinSet::new();
    for name in people {
        let mut browser: Browser = site.browser();
        logins.spawn(async move {
            let began = Instant::now();
            let page = browser.log_in((&name, "Correct-horse-6"), "/").await;
            (page.status, began.elapsed())
        });
    }

    let mut waits = Vec::new();
    let (mut done, mut busy, mut longest) = (0, 0, Duration::ZERO);
    while done + busy < 200 {
        let asked = Instant::now();
        assert_eq!(site.browser().get("/").await.status, StatusCode::OK);
        waits.push(asked.elapsed());
        while let Some(login) = logins.try_join_next() {
            let (status, took) = login.expect("no panic");
            longest = longest.max(took);
            match status {
                StatusCode::SEE_OTHER => done += 1,
                StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => busy += 1,
                other => panic!("{other}"),
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    waits.sort();
    let wait = waits[waits.len() * 99 / 100];
    println!(
        "{done} logins, {busy} sent away, the last after {longest:?}; public p99 {wait:?} of {}",
        waits.len()
    );
    assert_eq!(done, 200);
    assert!(wait < LONGEST_WAIT, "{wait:?}");
}
