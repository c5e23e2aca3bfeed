//! When the key set is fetched, and when it is not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::super::key_cache::{KeyCache, MAX_AGE, PAUSE, PAUSE_WITHOUT_KEYS};
use super::super::signer::{ONE, OTHER, key_set};
use super::super::{KeySet, KeySource, KeySourceError, TokenErrorKind, TokenVerifier};
use super::{APP_CLIENT, ISSUER, access_claims};
use crate::clock::{Clock, ManualClock};

/// A source that counts, and whose keys a test exchanges.
#[derive(Default)]
struct Source {
    keys: RwLock<Option<KeySet>>,
    fetches: AtomicUsize,
    /// While it is there, a fetch waits for it.
    gate: RwLock<Option<Arc<Notify>>>,
}

impl Source {
    fn set(&self, keys: Option<KeySet>) {
        *self.keys.write().expect("no panic") = keys;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    fn close(&self) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        *self.gate.write().expect("no panic") = Some(gate.clone());
        gate
    }
}

#[async_trait]
impl KeySource for Arc<Source> {
    async fn fetch(&self) -> Result<KeySet, KeySourceError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let gate = self.gate.read().expect("no panic").clone();
        if let Some(gate) = gate {
            gate.notified().await;
        }
        let keys = self.keys.read().expect("no panic").clone();
        keys.ok_or_else(|| "unreachable".into())
    }
}

struct Setting {
    source: Arc<Source>,
    cache: Arc<KeyCache>,
    clock: Arc<ManualClock>,
    is_from_cognito: bool,
}

fn setting(keys: Option<KeySet>) -> Setting {
    let source = Arc::new(Source::default());
    source.set(keys);
    Setting {
        cache: KeyCache::new(Arc::new(source.clone())),
        source,
        clock: Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH)),
        is_from_cognito: false,
    }
}

impl Setting {
    async fn kind(&self, key_id: &str) -> Option<TokenErrorKind> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let pause = match self.is_from_cognito {
            true => PAUSE_WITHOUT_KEYS,
            false => PAUSE,
        };
        if self.cache.get(key_id, &clock).is_some() {
            return None;
        }
        let key = self.cache.look_for(key_id, &clock, pause).await;
        key.err().map(|error| error.kind())
    }

    /// Starts a hundred who want the same key.
    fn hundred(self: &Arc<Self>) -> Vec<JoinHandle<Option<TokenErrorKind>>> {
        let ask = |_| {
            let setting = self.clone();
            tokio::spawn(async move { setting.kind(ONE.key_id).await })
        };
        (0..100).map(ask).collect()
    }

    fn wait(&self, time: Duration) {
        self.clock.advance(time.unsigned_abs());
    }

    /// Runs the tasks that nobody waits for to their end.
    async fn settle(&self) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
}

const UNKNOWN: Option<TokenErrorKind> = Some(TokenErrorKind::UnknownKey);
const UNAVAILABLE: Option<TokenErrorKind> = Some(TokenErrorKind::KeysUnavailable);

#[tokio::test]
async fn fetches_once_for_many_tokens() {
    let setting = setting(Some(key_set(&[&ONE])));

    for _ in 0..100 {
        assert_eq!(setting.kind(ONE.key_id).await, None);
    }
    assert_eq!(setting.source.fetches(), 1);
}

#[tokio::test]
async fn fetches_once_for_many_who_wait() {
    let setting = Arc::new(setting(Some(key_set(&[&ONE]))));
    let gate = setting.source.close();
    let waiting = setting.hundred();

    setting.settle().await;
    gate.notify_one();
    for caller in waiting {
        assert_eq!(caller.await.expect("no panic"), None);
    }

    assert_eq!(setting.source.fetches(), 1);
}

#[tokio::test]
async fn fetches_at_most_once_a_minute_for_unknown_keys() {
    let setting = setting(Some(key_set(&[&ONE])));
    assert_eq!(setting.kind(ONE.key_id).await, None);

    for id in 0..1000 {
        assert_eq!(setting.kind(&format!("made-up-{id}")).await, UNKNOWN);
    }
    assert_eq!(setting.source.fetches(), 1);
    setting.wait(PAUSE - Duration::NANOSECOND);
    assert_eq!(setting.kind("made-up").await, UNKNOWN);
    assert_eq!(setting.source.fetches(), 1);
    setting.wait(Duration::NANOSECOND);
    assert_eq!(setting.kind("made-up").await, UNKNOWN);
    assert_eq!(setting.source.fetches(), 2);
}

#[tokio::test]
async fn follows_a_rotation_with_one_fetch() {
    let setting = setting(Some(key_set(&[&ONE])));
    assert_eq!(setting.kind(ONE.key_id).await, None);

    setting.source.set(Some(key_set(&[&ONE, &OTHER])));
    setting.wait(PAUSE);

    assert_eq!(setting.kind(OTHER.key_id).await, None);
    assert_eq!(setting.kind(ONE.key_id).await, None);
    assert_eq!(setting.source.fetches(), 2);
}

#[tokio::test]
async fn finds_known_keys_while_a_fetch_is_under_way() {
    let setting = Arc::new(setting(Some(key_set(&[&ONE]))));
    assert_eq!(setting.kind(ONE.key_id).await, None);
    let gate = setting.source.close();
    setting.wait(PAUSE);
    let waiting = tokio::spawn({
        let setting = setting.clone();
        async move { setting.kind("made-up").await }
    });
    setting.settle().await;

    assert_eq!(setting.source.fetches(), 2);
    assert_eq!(setting.kind(ONE.key_id).await, None);

    gate.notify_one();
    assert_eq!(waiting.await.expect("no panic"), UNKNOWN);
}

#[tokio::test]
async fn keeps_the_keys_when_a_fetch_fails() {
    let setting = setting(Some(key_set(&[&ONE])));
    assert_eq!(setting.kind(ONE.key_id).await, None);

    setting.source.set(None);
    setting.wait(PAUSE);

    assert_eq!(setting.kind("made-up").await, UNAVAILABLE);
    assert_eq!(setting.kind(ONE.key_id).await, None);
}

/// A new key of the user pool may be in the key set that could not be fetched.
#[tokio::test]
async fn calls_no_key_unknown_after_a_fetch_that_failed() {
    let setting = setting(Some(key_set(&[&ONE])));
    assert_eq!(setting.kind(ONE.key_id).await, None);

    setting.source.set(None);
    setting.wait(PAUSE);
    for _ in 0..2 {
        assert_eq!(setting.kind(OTHER.key_id).await, UNAVAILABLE);
    }
    assert_eq!(setting.source.fetches(), 2);

    setting.source.set(Some(key_set(&[&ONE])));
    setting.wait(PAUSE);
    assert_eq!(setting.kind(OTHER.key_id).await, UNKNOWN);
}

/// A source of a site's own.
struct Faulty {
    panics: bool,
}

#[async_trait]
impl KeySource for Faulty {
    async fn fetch(&self) -> Result<KeySet, KeySourceError> {
        assert!(!self.panics, "a fault of the source");
        Err("unreachable".into())
    }
}

#[tokio::test]
async fn calls_no_key_unknown_after_a_fetch_that_panicked() {
    let mut setting = setting(None);
    setting.cache = KeyCache::new(Arc::new(Faulty { panics: true }));

    // The second one fetches nothing: it is too soon.
    for _ in 0..2 {
        assert_eq!(setting.kind(ONE.key_id).await, UNAVAILABLE);
    }
}

/// Answers once, and panics from then on.
#[derive(Default)]
struct Failing {
    fetches: AtomicUsize,
}

#[async_trait]
impl KeySource for Failing {
    async fn fetch(&self) -> Result<KeySet, KeySourceError> {
        let before = self.fetches.fetch_add(1, Ordering::SeqCst);
        assert_eq!(before, 0, "a fault of the source");
        Ok(key_set(&[&ONE]))
    }
}

/// A new key of the user pool may be in the key set that was not fetched, whoever asks for it.
#[tokio::test]
async fn calls_no_key_unknown_after_a_panic_though_there_are_keys() {
    let mut setting = setting(None);
    setting.cache = KeyCache::new(Arc::new(Failing::default()));
    assert_eq!(setting.kind(ONE.key_id).await, None);

    setting.wait(PAUSE);
    // The second one fetches nothing: it is too soon.
    for _ in 0..2 {
        assert_eq!(setting.kind(OTHER.key_id).await, UNAVAILABLE);
    }
    assert_eq!(setting.kind(ONE.key_id).await, None);
}

#[tokio::test]
async fn tries_again_soon_while_there_are_no_keys() {
    let setting = setting(None);

    for _ in 0..100 {
        assert_eq!(setting.kind(ONE.key_id).await, UNAVAILABLE);
    }
    assert_eq!(setting.source.fetches(), 1);
    setting.source.set(Some(key_set(&[&ONE])));
    setting.wait(PAUSE_WITHOUT_KEYS);
    assert_eq!(setting.kind(ONE.key_id).await, None);
}

/// An endpoint that swallows requests fails late, and callers come faster than that.
#[tokio::test]
async fn fails_for_all_who_wait_when_a_slow_fetch_fails() {
    let setting = Arc::new(setting(None));
    let gate = setting.source.close();
    let waiting = setting.hundred();

    setting.settle().await;
    setting.wait(Duration::seconds(3));
    gate.notify_one();
    for caller in waiting {
        assert_eq!(caller.await.expect("no panic"), UNAVAILABLE);
    }

    assert_eq!(setting.source.fetches(), 1);
}

/// Its keys would not be ours, and nobody waits for them.
#[tokio::test]
async fn fetches_nothing_for_a_token_of_another_issuer() {
    let setting = setting(Some(key_set(&[&ONE])));
    let client = APP_CLIENT.parse().expect("an id");
    let verifier = TokenVerifier::new(ISSUER, client, Arc::new(setting.source.clone()))
        .with_clock(setting.clock.clone());
    let mut claims = access_claims();
    let kind = async |claims: &Value| {
        let token = OTHER.sign(claims).into();
        let error = verifier.verify_access(&token).await.err();
        error.map(|error| error.kind())
    };

    claims["iss"] = "https://evil.example".into();
    assert_eq!(kind(&claims).await, Some(TokenErrorKind::WrongIssuer));
    assert_eq!(setting.source.fetches(), 0);
    claims["iss"] = ISSUER.into();
    assert_eq!(kind(&claims).await, UNKNOWN);
    assert_eq!(setting.source.fetches(), 1);
}

/// Strangers must not keep the keys away from tokens that would be lost otherwise.
#[tokio::test]
async fn follows_a_rotation_at_once_for_what_cognito_gave() {
    let mut setting = setting(Some(key_set(&[&ONE])));
    assert_eq!(setting.kind("made-up").await, UNKNOWN);
    setting.source.set(Some(key_set(&[&ONE, &OTHER])));
    setting.wait(PAUSE_WITHOUT_KEYS);
    assert_eq!(setting.kind(OTHER.key_id).await, UNKNOWN);

    setting.is_from_cognito = true;

    assert_eq!(setting.kind(OTHER.key_id).await, None);
    assert_eq!(setting.source.fetches(), 2);
}

#[tokio::test]
async fn forgets_a_withdrawn_key_within_its_age() {
    let setting = setting(Some(key_set(&[&ONE, &OTHER])));
    assert_eq!(setting.kind(OTHER.key_id).await, None);

    setting.source.set(Some(key_set(&[&ONE])));
    setting.wait(MAX_AGE);
    assert_eq!(setting.kind(ONE.key_id).await, None);
    setting.settle().await;

    assert_eq!(setting.kind(OTHER.key_id).await, UNKNOWN);
    assert_eq!(setting.source.fetches(), 2);
}

#[tokio::test]
async fn forgets_a_withdrawn_key_though_the_clock_was_set_back() {
    let setting = setting(Some(key_set(&[&ONE, &OTHER])));
    assert_eq!(setting.kind(OTHER.key_id).await, None);

    setting.source.set(Some(key_set(&[&ONE])));
    let set_back = setting.clock.now() - Duration::NANOSECOND;
    setting.clock.set(set_back);
    assert_eq!(setting.kind(ONE.key_id).await, None);
    setting.settle().await;

    assert_eq!(setting.kind(OTHER.key_id).await, UNKNOWN);
    assert_eq!(setting.source.fetches(), 2);
}

#[tokio::test]
async fn ends_a_fetch_whose_caller_goes_away() {
    let setting = Arc::new(setting(Some(key_set(&[&ONE]))));
    let gate = setting.source.close();
    let impatient = tokio::spawn({
        let setting = setting.clone();
        async move { setting.kind(ONE.key_id).await }
    });
    setting.settle().await;

    impatient.abort();
    gate.notify_one();

    assert_eq!(setting.kind(ONE.key_id).await, None);
    assert_eq!(setting.source.fetches(), 1);
}
