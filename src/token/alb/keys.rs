//! The public keys of load balancers: fetched one by one, and few at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::{Duration, OffsetDateTime};
use tracing::warn;

use crate::clock::{Clock, is_younger};
use crate::token::{KeySourceError, TokenError, TokenErrorKind};

/// A public key, parsed once for all the tokens that it verifies.
pub(super) type Key = Arc<ParsedPublicKey>;

/// A load balancer signs with one key, and now and then changes it.
const MAX_KEYS: usize = 4;

/// Key ids that have no key are remembered, so that none is asked for again and again.
const MAX_MISSING: usize = 64;

/// For so long: AWS may have the key later, and a proxy may have answered in its place.
const REMEMBER_MISSING: Duration = Duration::minutes(10);

/// Anybody can make up key ids. This many are asked for in a minute.
const FETCHES_A_MINUTE: u32 = 10;

/// Where the public keys of load balancers come from.
#[async_trait]
pub(crate) trait AlbKeySource: Send + Sync + 'static {
    /// Returns the key of this id, a UUID, in PEM; `None` if there is no such key.
    async fn fetch(&self, key_id: &str) -> Result<Option<String>, KeySourceError>;
}

/// Keeps the last keys that were asked for.
pub(crate) struct AlbKeys {
    source: Arc<dyn AlbKeySource>,
    known: Mutex<Known>,
    /// Held during a fetch: there is one at a time.
    fetching: tokio::sync::Mutex<Fetches>,
}

/// The newest is the last.
#[derive(Default)]
struct Known {
    keys: VecDeque<KnownKey>,
    /// With the time when they were not there.
    missing: VecDeque<(String, OffsetDateTime)>,
}

struct KnownKey {
    id: String,
    key: Key,
    /// Whether it has verified a token. Strangers can have the keys of others fetched, no more.
    is_proved: bool,
}

/// The fetches of the minute that began at `since`.
#[derive(Default)]
struct Fetches {
    since: Option<OffsetDateTime>,
    count: u32,
    /// When the last one that failed did so, and why.
    failed: Option<(OffsetDateTime, TokenError)>,
}

impl AlbKeys {
    /// Creates an empty cache.
    pub(crate) fn new(source: Arc<dyn AlbKeySource>) -> Self {
        Self {
            source,
            known: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    /// Returns the key of that id.
    pub(super) async fn get(&self, key_id: &str, clock: &dyn Clock) -> Result<Key, TokenError> {
        if let Some(known) = self.known(key_id, clock.now()) {
            return known;
        }
        let mut fetches = self.fetching.lock().await;
        let now = clock.now();
        // Whoever held the lock may have fetched the key.
        if let Some(known) = self.known(key_id, now) {
            return known;
        }
        if let Some(failure) = fetches.recent_failure(now) {
            return Err(failure);
        }
        if !fetches.allow(now) {
            return Err(TokenErrorKind::KeysUnavailable.into());
        }

        match self.fetch(key_id).await {
            Ok(key) => {
                self.keep(key_id, key.clone(), now);
                key.ok_or(TokenErrorKind::UnknownKey.into())
            }
            Err(error) => {
                warn!(error, "the key of a load balancer could not be fetched");
                let failure = TokenError::keys_unavailable(error);
                // As of now, since it may have taken long: those who waited do not all try again.
                fetches.failed = Some((clock.now(), failure.clone()));
                Err(failure)
            }
        }
    }

    /// Fetches a key. What is none says nothing of the key: somebody else may have answered.
    async fn fetch(&self, key_id: &str) -> Result<Option<Key>, KeySourceError> {
        let Some(pem) = self.source.fetch(key_id).await? else {
            return Ok(None);
        };

        let key = parse(&pem).ok_or("what came is no public key")?;
        Ok(Some(Arc::new(key)))
    }

    /// Notes that the key of that id has verified a token, so that it stays longer than others.
    pub(super) fn prove(&self, key_id: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(proved) = known.keys.iter_mut().find(|known| known.id == key_id) {
            proved.is_proved = true;
        }
    }

    fn known(&self, key_id: &str, now: OffsetDateTime) -> Option<Result<Key, TokenError>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.keys.iter().position(|known| known.id == key_id) {
            let used = known.keys.remove(place)?;
            let key = used.key.clone();
            known.keys.push_back(used);
            return Some(Ok(key));
        }

        let is_missing = known
            .missing
            .iter()
            .any(|(id, at)| id == key_id && is_younger(*at, now, REMEMBER_MISSING));
        is_missing.then(|| Err(TokenErrorKind::UnknownKey.into()))
    }

    fn keep(&self, key_id: &str, key: Option<Key>, now: OffsetDateTime) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have been missing long ago.
        known.missing.retain(|(id, _)| id != key_id);
        let id = key_id.to_owned();
        match key {
            Some(key) => known.keep(id, key),
            None => push(&mut known.missing, (id, now), MAX_MISSING),
        }
    }
}

impl Known {
    /// Adds a key. The oldest that is not proved makes room for it, or else the oldest.
    fn keep(&mut self, id: String, key: Key) {
        if self.keys.len() == MAX_KEYS {
            let unproved = self.keys.iter().position(|known| !known.is_proved);
            self.keys.remove(unproved.unwrap_or_default());
        }
        self.keys.push_back(KnownKey {
            id,
            key,
            is_proved: false,
        });
    }
}

impl Fetches {
    /// Counts a fetch, if there may be one.
    fn allow(&mut self, now: OffsetDateTime) -> bool {
        if self
            .since
            .is_none_or(|since| !is_younger(since, now, Duration::MINUTE))
        {
            self.since = Some(now);
            self.count = 0;
        }
        self.count += 1;
        self.count <= FETCHES_A_MINUTE
    }

    /// Returns why the last fetch failed, if that was less than a second ago.
    fn recent_failure(&self, now: OffsetDateTime) -> Option<TokenError> {
        let (at, failure) = self.failed.as_ref()?;
        is_younger(*at, now, Duration::SECOND).then(|| failure.clone())
    }
}

fn push<T>(list: &mut VecDeque<T>, item: T, max: usize) {
    if list.len() == max {
        list.pop_front();
    }
    list.push_back(item);
}

/// Reads a public key on the curve P-256, as section 13 of
/// [RFC 7468](https://www.rfc-editor.org/rfc/rfc7468) writes it.
fn parse(pem: &str) -> Option<ParsedPublicKey> {
    let body = pem
        .trim()
        .strip_prefix("-----BEGIN PUBLIC KEY-----")?
        .strip_suffix("-----END PUBLIC KEY-----")?;
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;

    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, der).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;
    use crate::clock::ManualClock;

    /// Counts how often it was asked. It has a key for each id, unless there are none.
    struct Source {
        pem: Mutex<Option<String>>,
        asked: AtomicUsize,
    }

    impl Source {
        fn pem(&self) -> Option<String> {
            self.pem.lock().expect("no panic").clone()
        }
    }

    #[async_trait]
    impl AlbKeySource for Arc<Source> {
        async fn fetch(&self, _: &str) -> Result<Option<String>, KeySourceError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Ok(self.pem())
        }
    }

    struct Setting {
        source: Arc<Source>,
        keys: AlbKeys,
        clock: ManualClock,
    }

    impl Setting {
        fn new(pem: Option<String>) -> Self {
            let asked = AtomicUsize::new(0);
            let pem = Mutex::new(pem);
            let source = Arc::new(Source { pem, asked });
            Self {
                keys: AlbKeys::new(Arc::new(source.clone())),
                source,
                clock: ManualClock::new(OffsetDateTime::UNIX_EPOCH),
            }
        }

        /// Asks for a key, ten times a minute, and returns whether the source was asked.
        async fn is_fetched(&self, key_id: &str) -> bool {
            self.clock.advance(std::time::Duration::from_secs(6));
            let before = self.source.asked.load(Ordering::Relaxed);
            let key = self.keys.get(key_id, &self.clock).await;
            assert_eq!(key.is_ok(), self.source.pem().is_some());

            self.source.asked.load(Ordering::Relaxed) > before
        }

        /// Returns why there is no key.
        async fn refused(&self, key_id: &str) -> Option<TokenErrorKind> {
            let key = self.keys.get(key_id, &self.clock).await;
            key.err().map(|error| error.kind())
        }

        fn now_has(&self, pem: String) {
            *self.source.pem.lock().expect("no panic") = Some(pem);
        }
    }

    fn pem() -> String {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let der = key.public_key().as_der().expect("DER");
        let body = STANDARD.encode(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    #[tokio::test]
    async fn a_proved_key_stays_though_others_are_fetched() {
        let setting = Setting::new(Some(pem()));
        assert!(setting.is_fetched("a").await);
        setting.keys.prove("a");

        for key_id in ["b", "c", "d", "e", "f"] {
            assert!(setting.is_fetched(key_id).await, "{key_id}");
        }
        assert!(!setting.is_fetched("a").await);

        // Where all are proved, the oldest makes room.
        for key_id in ["d", "e", "f"] {
            setting.keys.prove(key_id);
        }
        assert!(setting.is_fetched("g").await);
        for (key_id, is_fetched) in [("a", false), ("e", false), ("f", false), ("d", true)] {
            assert_eq!(setting.is_fetched(key_id).await, is_fetched, "{key_id}");
        }
    }

    #[tokio::test]
    async fn keeps_the_keys_that_were_used_last() {
        let setting = Setting::new(Some(pem()));

        for (key_id, is_fetched) in [
            ("a", true),
            ("b", true),
            ("c", true),
            ("d", true),
            ("a", false),
            ("e", true),
            ("a", false),
            ("c", false),
            ("d", false),
            ("e", false),
            ("b", true),
        ] {
            assert_eq!(setting.is_fetched(key_id).await, is_fetched, "{key_id}");
        }
    }

    /// An endpoint that swallows requests: each fails after three seconds.
    struct Slow {
        clock: ManualClock,
        asked: AtomicUsize,
    }

    #[async_trait]
    impl AlbKeySource for Arc<Slow> {
        async fn fetch(&self, _: &str) -> Result<Option<String>, KeySourceError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await; // others come meanwhile, and wait
            self.clock.advance(std::time::Duration::from_secs(3));
            Err("unreachable".into())
        }
    }

    #[tokio::test]
    async fn fails_for_all_who_wait_when_a_slow_fetch_fails() {
        let source = Arc::new(Slow {
            clock: ManualClock::new(OffsetDateTime::UNIX_EPOCH),
            asked: AtomicUsize::new(0),
        });
        let keys = AlbKeys::new(Arc::new(source.clone()));

        // Those who come a second later find out anew.
        for asked in [1, 2] {
            let (one, two, three) = tokio::join!(
                keys.get("a", &source.clock),
                keys.get("a", &source.clock),
                keys.get("b", &source.clock),
            );
            for key in [one, two, three] {
                let kind = key.err().map(|error| error.kind());
                assert_eq!(kind, Some(TokenErrorKind::KeysUnavailable));
            }
            assert_eq!(source.asked.load(Ordering::Relaxed), asked);
            source.clock.advance(std::time::Duration::from_secs(1));
        }
    }

    #[tokio::test]
    async fn remembers_so_many_ids_that_have_no_key() {
        let setting = Setting::new(None);

        for number in 0..MAX_MISSING {
            assert!(setting.is_fetched(&number.to_string()).await, "{number}");
        }
        assert!(!setting.is_fetched("0").await);
        assert!(setting.is_fetched("one more").await);
        assert!(!setting.is_fetched("1").await);
        assert!(setting.is_fetched("0").await);
    }

    #[tokio::test]
    async fn asks_again_for_a_key_that_was_not_there_ten_minutes_ago() {
        let setting = Setting::new(None);
        assert!(setting.is_fetched("a").await);
        setting.now_has(pem());

        for minutes in [5, 4] {
            let passed = std::time::Duration::from_secs(minutes * 60);
            setting.clock.advance(passed);
            let refused = setting.refused("a").await;
            assert_eq!(refused, Some(TokenErrorKind::UnknownKey));
        }
        setting
            .clock
            .advance(std::time::Duration::from_secs(2 * 60));
        assert!(setting.is_fetched("a").await, "11 minutes later");
        assert!(!setting.is_fetched("a").await, "it is known");
    }

    #[tokio::test]
    async fn an_answer_that_is_no_key_says_nothing_of_the_key() {
        let setting = Setting::new(Some("<h1>Log in to the network</h1>".to_owned()));
        let refused = setting.refused("a").await;
        assert_eq!(refused, Some(TokenErrorKind::KeysUnavailable));

        setting.now_has(pem());
        assert!(setting.is_fetched("a").await);
    }
}
