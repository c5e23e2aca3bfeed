//! How long a login lasts, used and unused.

use std::time::Duration;

use axum::Router;
use axum_cognito::clock::Clock;
use axum_cognito::web::AuthBuilder;

use crate::open::Stores;
use crate::process::{DECADE, Gate, browser, start_with};
use crate::site::{ALICE, Browser, Cloud};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A cloud whose refresh tokens outlast everything else.
async fn cloud() -> Cloud {
    let client =
        cognito_emulator::AppClient::new("site").with_secret("emulated_secret_of_the_tests");
    let cloud = Cloud::with_client(client.with_refresh_token_validity(DECADE)).await;
    // As the stores keep it: a login ends in that very second, and not in the next.
    let now = cloud.clock.now().replace_nanosecond(0);
    cloud.clock.set(now.expect("a time"));
    cloud
}

async fn process(cloud: &Cloud, stores: &Stores, login: Duration, idle: Duration) -> Router {
    let configure = |auth: AuthBuilder| auth.with_login_lifetime(login).with_idle_lifetime(idle);
    start_with(cloud, stores, &Gate::closed(), configure).await
}

async fn log_in(process: &Router) -> Browser {
    let mut alice = browser(process, None);
    alice.log_in(ALICE, "/me").await;
    alice
}

pub(crate) async fn an_idle_login_ends_to_the_second(stores: &Stores) {
    let cloud = cloud().await;
    let process = process(&cloud, stores, DECADE, HOUR).await;
    let mut alice = log_in(&process).await;

    // Reading alone is use, for much longer than the limit.
    for _ in 0..5 {
        cloud.advance(HOUR - SECOND);
        assert_eq!(alice.get("/maybe").await.body, "alice");
    }
    // A clock that goes back is no reason to end anything.
    cloud.clock.set(cloud.clock.now() - DAY);
    assert_eq!(alice.get("/maybe").await.body, "alice");
    cloud.clock.set(cloud.clock.now() + DAY);

    cloud.advance(HOUR);
    assert_eq!(alice.get("/maybe").await.body, "nobody");
    cloud.clock.set(cloud.clock.now() - DAY);
    assert_eq!(alice.get("/maybe").await.body, "nobody", "it stays so");
}

pub(crate) async fn a_login_ends_to_the_second(stores: &Stores) {
    let cloud = cloud().await;
    let process = process(&cloud, stores, DAY, HOUR).await;
    let mut alice = log_in(&process).await;
    let cookie = alice.cookie.clone();

    for _ in 0..47 {
        cloud.advance(HOUR / 2);
        assert_eq!(alice.get("/maybe").await.body, "alice");
    }
    cloud.advance(HOUR / 2 - SECOND);
    assert_eq!(alice.get("/maybe").await.body, "alice");
    cloud.advance(SECOND);
    assert_eq!(alice.get("/maybe").await.body, "nobody");
    let mut copy = browser(&process, cookie.as_ref());
    assert_eq!(copy.get("/maybe").await.body, "nobody");
}

pub(crate) async fn use_is_noted_once_a_minute(stores: &Stores) {
    let cloud = cloud().await;
    let process = process(&cloud, stores, DECADE, DAY).await;
    let mut alice = log_in(&process).await;
    let user = stores.users.find_by_username("alice").await;
    let user = user.expect("an answer").expect("a row");
    let mut notes = Vec::new();

    for _ in 0..30 {
        cloud.advance(MINUTE / 6);
        assert_eq!(alice.get("/maybe").await.body, "alice");
        let logins = stores.users.logins().expect("a registry");
        let logins = logins
            .list(cloud.pool.id(), &user.id)
            .await
            .expect("a list");
        notes.push(logins[0].seen_at);
    }
    notes.dedup();
    assert_eq!(notes.len(), 6, "five minutes: {notes:?}");
}
