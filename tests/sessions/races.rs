use std::time::Duration;

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::open::Stores;
use crate::process::{DECADE, Gate, browser, start, start_with};
use crate::site::{ALICE, Cloud};

const HOUR: Duration = Duration::from_secs(60 * 60);

pub(crate) fn tries(default: u32) -> u32 {
    let tries = std::env::var("SESSION_TRIES").ok();
    tries
        .and_then(|tries| tries.parse().ok())
        .unwrap_or(default)
}

/// Requests that were under way when their login ended do not bring it back.
pub(crate) async fn a_logout_is_final(stores: &Stores) {
    let cloud = Cloud::start().await;
    let gate = Gate::closed();
    let processes = [
        start(&cloud, stores, &gate).await,
        start(&cloud, stores, &gate).await,
    ];
    let tries = tries(40);
    let mut revived = 0;

    for number in 0..tries {
        let mut alice = browser(&processes[0], None);
        alice.log_in(ALICE, "/me").await;
        let cookie = alice.cookie.clone();
        let requests = number % 8 + 1;
        let mut under_way = JoinSet::new();
        for request in 0..requests {
            let kind = ["write", "refresh", "read"][request as usize % 3];
            let process = &processes[request as usize % 2];
            let mut late = browser(process, cookie.as_ref());
            under_way.spawn(async move {
                let page = late.get(&format!("/slow/{kind}")).await;
                (page.status, late.cookie)
            });
        }
        gate.wait_for(requests).await;

        let page = alice.post("/logout", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        gate.open_for(requests);
        let answers = under_way.join_all().await;

        for (status, _) in &answers {
            assert_eq!(
                *status,
                StatusCode::OK,
                "a session that is gone is no error"
            );
        }
        let cookies = answers.iter().map(|(_, cookie)| cookie);
        for cookie in cookies.chain([&cookie]) {
            for process in &processes {
                let page = browser(process, cookie.as_ref()).get("/maybe").await;
                revived += u32::from(page.body != "nobody");
            }
        }
    }

    println!("{tries} logouts, {revived} revived");
    assert_eq!(revived, 0);
}

/// A request that knew older tokens does not put them in place of newer ones.
pub(crate) async fn old_tokens_stay_old(stores: &Stores) {
    let client =
        cognito_emulator::AppClient::new("site").with_secret("emulated_secret_of_the_tests");
    let client = client
        .with_refresh_token_rotation(Duration::ZERO)
        .with_refresh_token_validity(DECADE);
    let cloud = Cloud::with_client(client).await;
    let gate = Gate::closed();
    let processes = [
        start(&cloud, stores, &gate).await,
        start(&cloud, stores, &gate).await,
    ];
    let mut alice = browser(&processes[0], None);
    alice.log_in(ALICE, "/me").await;
    let tries = tries(10);

    for number in 0..tries {
        let mut late = browser(&processes[1], alice.cookie.as_ref());
        let under_way = tokio::spawn(async move { late.get("/slow/write").await });
        gate.wait_for(1).await;
        cloud.advance(HOUR);
        assert_eq!(alice.get("/me").await.body, "alice", "try {number}");
        gate.open_for(1);
        assert_eq!(under_way.await.expect("an answer").body, "alice");

        for process in &processes {
            let page = browser(process, alice.cookie.as_ref()).get("/maybe").await;
            assert_eq!(page.body, "alice", "try {number}");
        }
    }
    println!("{tries} refreshes, 0 lost");
}

/// A login that is ended is over in the other process with its next request.
pub(crate) async fn ends_everywhere_at_once(stores: &Stores) {
    let cloud = Cloud::start().await;
    let gate = Gate::closed();
    let processes = [
        start(&cloud, stores, &gate).await,
        start(&cloud, stores, &gate).await,
    ];
    let log_in = async |process: usize| {
        let mut alice = browser(&processes[process], None);
        alice.log_in(ALICE, "/me").await;
        alice
    };

    let (mut here, mut there) = (log_in(0).await, log_in(1).await);
    assert_eq!(here.get("/logins").await.body, "2");
    here.post("/logout", &[]).await;
    assert_eq!(there.get("/logins").await.body, "1");
    let mut here = log_in(0).await;
    here.post("/logout/everywhere", &[]).await;
    assert_eq!(there.get("/maybe").await.body, "nobody");

    let (mut here, mut there) = (log_in(0).await, log_in(1).await);
    let alice = stores.users.find_by_username("alice").await;
    let id = alice.expect("an answer").expect("a row").id;
    let mut admin = browser(&processes[1], None);
    admin.get(&format!("/kill/{id}")).await;
    assert_eq!(here.get("/maybe").await.body, "nobody");
    assert_eq!(there.get("/maybe").await.body, "nobody");
}

/// Session ids are compared by case too.
pub(crate) async fn a_copied_cookie_with_another_case_is_nothing(stores: &Stores) {
    let cloud = Cloud::start().await;
    let process = start(&cloud, stores, &Gate::closed()).await;
    let mut alice = browser(&process, None);
    alice.log_in(ALICE, "/me").await;
    let cookie = alice.cookie.clone().expect("a cookie");
    let (name, id) = cookie.split_once('=').expect("a pair");

    let flipped: String = id
        .chars()
        .map(|c| match c.is_ascii_lowercase() {
            true => c.to_ascii_uppercase(),
            false => c.to_ascii_lowercase(),
        })
        .collect();
    let mut thief = browser(&process, Some(&format!("{name}={flipped}")));

    assert_eq!(thief.get("/maybe").await.body, "nobody");
    assert_eq!(alice.get("/maybe").await.body, "alice");
}

/// Logins that are kept warm are over at once where they are ended, and a little later elsewhere.
pub(crate) async fn warmth_has_its_bound(stores: &Stores) {
    const WARM: Duration = Duration::from_secs(10);

    let cloud = Cloud::start().await;
    let gate = Gate::closed();
    let warm = || start_with(&cloud, stores, &gate, |auth| auth.with_warm_logins(WARM));
    let processes = [warm().await, warm().await];
    let log_in = async || {
        let mut alice = browser(&processes[0], None);
        alice.log_in(ALICE, "/me").await;
        for process in &processes {
            let mut alice = browser(process, alice.cookie.as_ref());
            assert_eq!(alice.get("/maybe").await.body, "alice");
        }
        alice
    };

    let mut alice = log_in().await;
    let cookie = alice.cookie.clone();
    alice.post("/logout", &[]).await;
    let mut copy = browser(&processes[0], cookie.as_ref());
    assert_eq!(copy.get("/maybe").await.body, "nobody", "at once, here");

    let alice = log_in().await;
    let user = stores.users.find_by_username("alice").await;
    let id = user.expect("an answer").expect("a row").id;
    browser(&processes[0], None)
        .get(&format!("/kill/{id}"))
        .await;
    let at = async |process: usize| {
        let mut alice = browser(&processes[process], alice.cookie.as_ref());
        alice.get("/maybe").await.body
    };
    cloud.advance(WARM - Duration::from_secs(1));
    // A session store that reads the login along knows it at once.
    let there = if stores.reads_along {
        "nobody"
    } else {
        "alice"
    };
    assert_eq!(at(1).await, there, "kept warm there");
    assert_eq!(at(0).await, "nobody", "over at once, here");
    cloud.advance(Duration::from_secs(1));
    assert_eq!(
        (at(1).await, at(0).await),
        ("nobody".to_owned(), "nobody".to_owned())
    );
}
