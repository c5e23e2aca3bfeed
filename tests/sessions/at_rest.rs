//! What somebody finds who got hold of the files of a store.

use std::time::Duration;

use axum_cognito::tower_sessions::SessionStore;
use axum_cognito::tower_sessions::session::{Id, Record};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::open::{KEY, OTHER_KEY, Stores};
use crate::process::{Gate, browser, start};
use crate::site::{ALICE, Cloud, NEWBIE};

/// Goes through a login, a challenge and a refresh. Gives all tokens that were issued.
async fn fill(cloud: &Cloud, stores: &Stores) -> Vec<String> {
    let process = start(cloud, stores, &Gate::closed()).await;
    let mut canaries = Vec::new();

    browser(&process, None).log_in(NEWBIE, "/me").await;
    let mut alice = browser(&process, None);
    alice.log_in(ALICE, "/me").await;
    for _ in 0..2 {
        let tokens = alice.get("/tokens").await.body;
        canaries.extend(tokens.split(' ').map(str::to_owned));
        cloud.advance(Duration::from_secs(60 * 60));
    }
    assert_eq!(canaries.len(), 6);
    canaries
}

pub(crate) async fn a_dump_shows_no_secret(stores: &Stores) {
    let cloud = Cloud::start().await;
    let canaries = fill(&cloud, stores).await;
    let dump = stores.dump().await;
    assert!(!dump.is_empty());
    for canary in canaries {
        assert!(!holds(&dump, &canary), "{canary:.20}");
    }

    // The same search finds them where nothing is encrypted.
    let canaries = fill(&cloud, &stores.in_clear()).await;
    let dump = stores.dump().await;
    let found = canaries.iter().filter(|token| holds(&dump, token));
    assert!(found.count() >= 3, "the search finds nothing at all");
    for name in ["axum_cognito.login", "axum_cognito.challenge"] {
        assert!(contains(&dump, name.as_bytes()), "{name}");
    }
}

/// Whether a token is there, as text or as the bytes that its text stands for. Signatures are as good as
/// whole tokens, and databases may cut those into pages.
fn holds(dump: &[u8], token: &str) -> bool {
    let end = &token[token.len() - 40..];
    let last = token.rsplit('.').next().expect("a part");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(last);
    let bytes = bytes.unwrap_or_else(|_| last.as_bytes().to_vec());
    contains(dump, end.as_bytes()) || contains(dump, &bytes[bytes.len() - 30..])
}

fn contains(dump: &[u8], wanted: &[u8]) -> bool {
    dump.windows(wanted.len()).any(|bytes| bytes == wanted)
}

async fn load(store: &impl SessionStore, id: &Id) -> Record {
    let found = store.load(id).await.expect("an answer");
    found.expect("a record")
}

/// A copy of what the store of sessions keeps opens no session, encrypted or not.
pub(crate) async fn a_dump_opens_no_session(stores: &Stores) {
    let cloud = Cloud::start().await;
    for stores in [stores, &stores.in_clear()] {
        let process = start(&cloud, stores, &Gate::closed()).await;
        let mut alice = browser(&process, None);
        alice.log_in(ALICE, "/me").await;

        let cookie = alice.cookie.as_ref().expect("a cookie");
        let (name, id) = cookie.split_once('=').expect("a pair");
        assert!(
            !contains(&stores.dump().await, id.as_bytes()),
            "the id is in clear"
        );
        let created = stores.sessions.created();
        let kept = created.last().expect("a session");
        load(&stores.sessions, kept).await;
        let stolen = format!("{name}={kept}");
        let mut thief = browser(&process, Some(&stolen));
        assert_eq!(thief.get("/maybe").await.body, "nobody");
        assert_eq!(alice.get("/maybe").await.body, "alice");
    }
}

pub(crate) async fn a_record_opens_in_its_place_alone(stores: &Stores) {
    let cloud = Cloud::start().await;
    let process = start(&cloud, stores, &Gate::closed()).await;
    let mut alice = browser(&process, None);
    alice.log_in(ALICE, "/me").await;
    let mut thief = browser(&process, None);
    thief.log_in(NEWBIE, "/me").await;
    assert_eq!(
        thief.get("/maybe").await.body,
        "nobody",
        "a challenge waits"
    );

    let cookie = thief.cookie.clone();
    let below = &stores.sessions;
    let [.., alices, thiefs] = below.created()[..] else {
        panic!("two sessions at least");
    };
    let moved = Record {
        id: thiefs,
        ..load(below, &alices).await
    };
    below.save(&moved).await.expect("saved");
    assert_eq!(thief.get("/maybe").await.body, "nobody");
    assert_eq!(alice.get("/maybe").await.body, "alice");

    // With the id that a store may keep in the record.
    below.give_instead(thiefs, alices);
    assert_eq!(load(below, &thiefs).await.id, alices);
    thief.cookie = cookie;
    assert_eq!(thief.get("/maybe").await.body, "nobody");
    assert_eq!(alice.get("/maybe").await.body, "alice");
}

pub(crate) async fn keys_are_changed_and_lost(stores: &Stores) {
    let cloud = Cloud::start().await;
    let gate = Gate::closed();
    let both = format!("{OTHER_KEY},{KEY}");
    let before = start(&cloud, &stores.with_keys(KEY), &gate).await;
    let during = start(&cloud, &stores.with_keys(&both), &gate).await;
    let after = start(&cloud, &stores.with_keys(OTHER_KEY), &gate).await;

    let mut old = browser(&before, None);
    old.log_in(ALICE, "/me").await;
    let mut new = browser(&during, None);
    new.log_in(ALICE, "/me").await;

    for (cookie, process, who) in [
        (&old.cookie, &during, "alice"),
        (&new.cookie, &after, "alice"),
        (&old.cookie, &after, "nobody"),
        (&new.cookie, &before, "nobody"),
    ] {
        let page = browser(process, cookie.as_ref()).get("/maybe").await;
        assert_eq!((page.status.as_u16(), page.body.as_str()), (200, who));
    }
}
