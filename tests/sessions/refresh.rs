use std::time::Duration;

use cognito_emulator::{AppClient, AuthFlow, Fault, FaultKind};
use tokio::task::JoinSet;

use crate::open::Stores;
use crate::process::{Gate, browser, start};
use crate::site::{ALICE, Cloud};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn client() -> AppClient {
    AppClient::new("site").with_secret("emulated_secret_of_the_tests")
}

fn refreshes(cloud: &Cloud) -> usize {
    cloud.calls("GetTokensFromRefreshToken")
}

/// A hundred requests in two processes make one refresh, with each grace of the old token.
pub(crate) async fn one_refresh_for_all(stores: &Stores) {
    let cloud = Cloud::with_client(client()).await;
    let gate = Gate::closed();
    let processes = [
        start(&cloud, stores, &gate).await,
        start(&cloud, stores, &gate).await,
    ];
    let mut made = 0;

    for grace in [0, 10, 60] {
        let rotating = client().with_id(cloud.client.id());
        cloud.pool.add_client(
            rotating
                .with_flows([AuthFlow::UserSrp])
                .with_refresh_token_rotation(Duration::from_secs(grace)),
        );
        let mut alice = browser(&processes[0], None);
        alice.log_in(ALICE, "/me").await;

        for _ in 0..3 {
            cloud.advance(HOUR);
            let mut requests = JoinSet::new();
            for number in 0..100 {
                let mut alice = browser(&processes[number % 2], alice.cookie.as_ref());
                requests.spawn(async move { alice.get("/me").await });
            }
            for page in requests.join_all().await {
                assert_eq!(page.body, "alice", "{:?}", page.status);
            }
            made += 1;
            assert_eq!(refreshes(&cloud), made, "grace of {grace} s");
        }
    }
}

/// A request that comes while another process renews the tokens gets the new ones, too.
pub(crate) async fn waits_for_the_other_process(stores: &Stores) {
    let cloud = Cloud::with_client(client()).await;
    let gate = Gate::closed();
    let processes = [
        start(&cloud, stores, &gate).await,
        start(&cloud, stores, &gate).await,
    ];
    let mut alice = browser(&processes[0], None);
    alice.log_in(ALICE, "/me").await;
    let before = alice.get("/tokens").await.body;
    cloud.advance(HOUR);
    let slow = FaultKind::Delay(Duration::from_millis(1500));
    cloud
        .emulator
        .inject(Fault::on("GetTokensFromRefreshToken", slow));

    let mut there = browser(&processes[1], alice.cookie.as_ref());
    let (here, there) = tokio::join!(alice.get("/tokens"), there.get("/tokens"));

    assert_ne!(here.body, before);
    assert_eq!(here.body, there.body);
    assert_eq!(refreshes(&cloud), 1);
}

/// A process that has no keys to verify new tokens with does not ask for any: it could not keep them, and
/// the old ones are good once.
pub(crate) async fn waits_for_keys(stores: &Stores) {
    let cloud = Cloud::with_client(client().with_refresh_token_rotation(Duration::ZERO)).await;
    let process = start(&cloud, stores, &Gate::closed()).await;
    let mut alice = browser(&process, None);
    alice.log_in(ALICE, "/me").await;
    cloud.advance(HOUR);

    let down = Fault::on("jwks", FaultKind::Status(500));
    cloud.emulator.inject(down.forever());
    let next = start(&cloud, stores, &Gate::closed()).await;
    let mut later = browser(&next, alice.cookie.as_ref());
    assert_eq!(later.get("/me").await.status, 503);
    assert_eq!(refreshes(&cloud), 0);

    cloud.emulator.clear_faults();
    cloud.advance(Duration::from_secs(60));
    assert_eq!(later.get("/me").await.body, "alice");
}

/// Whoever caused a refresh may fail or leave: the tokens are not lost.
pub(crate) async fn survives_whoever_asked(stores: &Stores) {
    let cloud = Cloud::with_client(client().with_refresh_token_rotation(Duration::ZERO)).await;
    let process = start(&cloud, stores, &Gate::closed()).await;
    let mut alice = browser(&process, None);
    alice.log_in(ALICE, "/me").await;

    cloud.advance(HOUR);
    assert_eq!(alice.get("/broken").await.status, 500);
    // A new process, so that nothing is remembered in memory.
    let next = start(&cloud, stores, &Gate::closed()).await;
    let mut later = browser(&next, alice.cookie.as_ref());
    assert_eq!(later.get("/me").await.body, "alice");
    assert_eq!(refreshes(&cloud), 1);

    cloud.advance(HOUR);
    let mut leaving = browser(&next, alice.cookie.as_ref());
    let left = tokio::time::timeout(Duration::from_micros(500), leaving.get("/me")).await;
    drop(left);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    let last = start(&cloud, stores, &Gate::closed()).await;
    let mut later = browser(&last, alice.cookie.as_ref());
    while later.get("/me").await.body != "alice" {
        assert!(tokio::time::Instant::now() < deadline, "the login is lost");
    }
    assert_eq!(refreshes(&cloud), 2);
}
