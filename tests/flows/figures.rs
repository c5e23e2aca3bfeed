//! What is counted and timed, as a recorder of the crate `metrics` sees it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};
use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Users, router, routes, with_layers};

/// Counts how often each figure was recorded, by its name and labels.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

struct Entry {
    figure: String,
    counts: Counts,
}

impl Counts {
    fn entry(&self, key: &Key) -> Arc<Entry> {
        let labels = key
            .labels()
            .map(|label| format!(" {}={}", label.key(), label.value()));
        Arc::new(Entry {
            figure: key.name().to_owned() + &labels.collect::<String>(),
            counts: self.clone(),
        })
    }

    fn read(&self) -> BTreeMap<String, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clone()
    }
}

impl Entry {
    fn add(&self, count: u64) {
        let counts = &self.counts.0;
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(self.figure.clone()).or_default() += count;
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.entry(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("there is none: {key}")
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.entry(key))
    }
}

impl CounterFn for Entry {
    fn increment(&self, value: u64) {
        self.add(value);
    }

    fn absolute(&self, _: u64) {
        panic!("{} was set", self.figure);
    }
}

impl HistogramFn for Entry {
    fn record(&self, seconds: f64) {
        assert!((0.0..60.0).contains(&seconds), "{}", self.figure);
        self.add(1);
    }
}

#[tokio::test]
async fn logins_calls_and_renewals_are_counted_without_a_name() {
    let counts = Counts::default();
    let _recorder = metrics::set_default_local_recorder(&counts);
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(cloud.clock.clone());
    let mut browser = Browser::new(router(auth, MemoryStore::default()).await);

    browser.log_in(("alice", "wrong"), "/").await;
    browser.log_in(NEWBIE, "/").await;
    browser.log_in(ALICE, "/").await;
    cloud.advance(Duration::from_secs(3600));
    browser.get("/members").await;
    browser.post("/logout", &[]).await;

    let counts = counts.read();
    let call = "axum_cognito.cognito.duration operation=";
    for (figure, count) in [
        ("axum_cognito.events event=refused detail=NotAuthorized", 1),
        (
            "axum_cognito.events event=challenged detail=NEW_PASSWORD_REQUIRED",
            1,
        ),
        ("axum_cognito.events event=logged_in detail=created", 1),
        ("axum_cognito.events event=refreshed detail=", 1),
        ("axum_cognito.events event=ended detail=LoggedOut", 1),
        ("axum_cognito.renewals outcome=renewed", 1),
        (&format!("{call}InitiateAuth error="), 3),
        (&format!("{call}RespondToAuthChallenge error="), 2),
        (
            &format!("{call}RespondToAuthChallenge error=NotAuthorizedException"),
            1,
        ),
    ] {
        assert_eq!(counts.get(figure), Some(&count), "{figure}: {counts:#?}");
    }
    let lookups = "axum_cognito.registry.duration outcome=found";
    assert!(counts.contains_key(lookups), "{counts:#?}");
    for name in ["alice", "newbie"] {
        let says_who = counts.keys().any(|figure| figure.contains(name));
        assert!(!says_who, "{counts:#?}");
    }
}

/// A look at the registry is a query of its own. The session brings its login along, encrypted or not.
#[tokio::test]
async fn sessions_in_the_users_database_spare_the_looks_at_the_registry() {
    const KEY: &str = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=";

    for keys in [None, Some(KEY)] {
        let counts = Counts::default();
        let _recorder = metrics::set_default_local_recorder(&counts);
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let mut auth = Auth::builder()
            .with_pool(pool)
            .with_clock(cloud.clock.clone());
        if let Some(keys) = keys {
            auth = auth.with_sealing_keys(keys.parse().expect("a key"));
        }
        let router = with_layers(routes(), auth, users.store.sessions()).await;
        let mut alice = Browser::new(router);
        alice.log_in(ALICE, "/").await;

        for _ in 0..3 {
            assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        }

        let counts = counts.read();
        let lookups = "axum_cognito.registry.duration";
        let looked = counts.keys().any(|figure| figure.starts_with(lookups));
        assert!(!looked, "{counts:#?}");
    }
}

#[test]
fn the_dashboard_and_the_alerts_read_figures_that_there_are() {
    let figures = include_str!("../../src/figures.rs").replace('.', "_");
    let events = include_str!("../../src/web/hook/count.rs");
    let dashboard = include_str!("../../deploy/monitoring/dashboard.json").replace('\\', "");
    let alerts = include_str!("../../deploy/monitoring/alerts.yml");

    for (file, least) in [(dashboard.as_str(), 8), (alerts, 9)] {
        let mut names = 0;
        for name in words_after(file, "axum_cognito_") {
            let name = ["_bucket", "_count"]
                .iter()
                .find_map(|suffix| name.strip_suffix(suffix))
                .unwrap_or(name);
            assert!(
                figures.contains(&format!("\"axum_cognito_{name}\"")),
                "{name}"
            );
            names += 1;
        }
        assert!(names >= least, "{names} names");

        let values = file.split("event=").skip(1).filter_map(|rest| {
            let rest = rest.trim_start_matches('~');
            rest.strip_prefix('"')?.split('"').next()
        });
        for event in values.flat_map(|value| value.split('|')) {
            assert!(events.contains(&format!("\"{event}\"")), "{event}");
        }
    }
}

/// The words that begin with `prefix`, without it.
fn words_after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(prefix).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}
