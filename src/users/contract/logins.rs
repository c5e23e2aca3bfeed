use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use super::{EVENING, NOON, fresh, seconds};
use crate::clock::{Clock, SystemClock};
use crate::users::{Lease, LoginId, LoginRecord, LoginStore, StoredLogin, UserId};

const POOL: &str = "a pool";

/// Any bytes: they may be encrypted.
const TOKENS: &[u8] = b"\0the tokens\xff";

/// Checks a registry of logins.
///
/// # Panics
///
/// If the registry does not do what [`LoginStore`] says.
pub async fn check_logins(registry: &(impl LoginStore + ?Sized)) {
    keeps_all_of_a_login(registry).await;
    ends_one_login_or_all(registry).await;
    takes_a_backend_and_a_key_for_a_user(registry).await;
    refuses_a_login_that_began_before_an_end(registry).await;
    no_login_outlives_an_end(registry).await;
    no_tokens_outlive_an_end(registry).await;
    notes_use_and_proof(registry).await;
    renews_a_version_once(registry).await;
    leases_a_version_to_one(registry).await;
    deletes_what_is_past_its_lifetime(registry).await;
}

fn login(user_id: &UserId) -> StoredLogin {
    let id = LoginId::from(fresh("Login"));
    let record = LoginRecord::new(id, POOL, user_id.clone(), NOON);

    StoredLogin::new(record, Some(TOKENS.to_vec()))
}

/// A user without a row, which is none of the registry's business.
fn somebody() -> UserId {
    UserId::from(fresh("key"))
}

/// Adds a login that begins now.
async fn add(registry: &(impl LoginStore + ?Sized), login: &StoredLogin) {
    let now = registry.now().await.expect("`now` gives the time");
    let added = registry.add(login, now).await;

    assert!(
        added.expect("`add` gives an answer"),
        "a login that begins now is added"
    );
}

async fn begun(registry: &(impl LoginStore + ?Sized), user_id: &UserId) -> StoredLogin {
    let login = login(user_id);
    add(registry, &login).await;
    login
}

async fn lives(registry: &(impl LoginStore + ?Sized), id: &LoginId) -> bool {
    registry.find(id).await.expect("an answer").is_some()
}

async fn read(registry: &(impl LoginStore + ?Sized), id: &LoginId) -> StoredLogin {
    let read = registry.read(id).await.expect("an answer");

    read.expect("the login lives")
}

/// The ids of a user's logins, in order.
async fn ids(
    registry: &(impl LoginStore + ?Sized),
    backend: &str,
    user_id: &UserId,
) -> Vec<LoginId> {
    let logins = registry.list(backend, user_id).await.expect("a list");
    let mut ids: Vec<_> = logins.into_iter().map(|login| login.id).collect();
    ids.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    ids
}

async fn keeps_all_of_a_login(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    let mut login = login(&user_id);
    let record = &mut login.login;
    record.version = 7;
    record.expires_at = Some(EVENING);
    record.groups = vec!["admins".to_owned(), "Ärzte, \"und\" 🦀".to_owned()];
    record.user_agent = "Mozilla/5.0 (é🦀)".to_owned();
    record.renewed_at = NOON + seconds(1);
    record.seen_at = NOON + seconds(2);
    record.proved_at = NOON + seconds(3);
    record.methods = vec!["pwd".to_owned(), "otp".to_owned()];
    record.provider = Some("Google".to_owned());
    login.tokens = Some(vec![0xff; 100_000]);
    add(registry, &login).await;

    let stored = read(registry, &login.login.id).await;
    assert!(
        stored.login == login.login,
        "`read` gives the login as it was added"
    );
    assert!(
        stored.tokens == login.tokens,
        "`read` gives the tokens as they were added"
    );
    let live = registry.find(&login.login.id).await.expect("an answer");
    let live = live.expect("the login lives");
    assert!(
        *live.login == login.login,
        "`find` gives the login as it was added"
    );
    let list = registry.list(POOL, &user_id).await.expect("a list");
    assert!(
        list == [login.login.clone()],
        "`list` gives the login as it was added"
    );

    let id = login.login.id.as_str();
    for other in [
        id.to_lowercase(),
        format!("{id} "),
        fresh("Login"),
        String::new(),
    ] {
        assert!(!lives(registry, &other.into()).await, "the id of no login");
    }

    let mut without = self::login(&user_id);
    without.tokens = None;
    without.login.logged_in_at = EVENING;
    add(registry, &without).await;
    let stored = read(registry, &without.login.id).await;
    assert!(stored.login == without.login && stored.tokens.is_none());
    let list = registry.list(POOL, &user_id).await.expect("a list");
    assert!(
        list == [without.login.clone(), login.login.clone()],
        "the newest first"
    );
    let ids = [without.login.id, login.login.id];
    for kept in 0..4 {
        let surplus = registry.surplus(POOL, &user_id, kept).await;
        let surplus = surplus.expect("ids");
        assert_eq!(surplus, ids[kept.min(2)..], "all but the newest");
    }
}

async fn ends_one_login_or_all(registry: &(impl LoginStore + ?Sized)) {
    let (ann, bob) = (somebody(), somebody());
    let mut logins = Vec::new();
    for _ in 0..4 {
        logins.push(begun(registry, &ann).await.login.id);
    }
    logins.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let others = begun(registry, &bob).await.login.id;

    let ended = registry.end(&logins[0]).await.expect("an answer");
    let ended = ended.expect("the login lived");
    assert_eq!(ended.login.id, logins[0]);
    assert_eq!(ended.tokens.as_deref(), Some(TOKENS), "to be revoked");
    let again = registry.end(&logins[0]).await.expect("an answer");
    assert!(again.is_none(), "it was over already");
    assert_eq!(ids(registry, POOL, &ann).await, logins[1..]);

    let ended = registry.end_all(POOL, &ann, Some(&logins[1])).await;
    let ended = ended.expect("an answer");
    assert_eq!(ended.len(), 2);
    assert!(
        ended.iter().all(|login| login.tokens.is_some()),
        "to be revoked"
    );
    assert_eq!(ids(registry, POOL, &ann).await, logins[1..2], "all but one");
    let ended = registry.end_all(POOL, &ann, None).await.expect("an answer");
    assert_eq!(ended.len(), 1);
    assert!(ids(registry, POOL, &ann).await.is_empty());
    assert!(lives(registry, &others).await, "another user's");
}

async fn takes_a_backend_and_a_key_for_a_user(registry: &(impl LoginStore + ?Sized)) {
    let key = fresh("7");
    let keys = [
        key.clone(),
        key.to_uppercase(),
        format!("{key} "),
        format!("0{key}"),
    ];
    let mut logins = Vec::new();
    for key in &keys {
        for backend in [POOL, "A pool", "a pool "] {
            let user_id = UserId::from(key.as_str());
            let mut login = login(&user_id);
            login.login.backend = backend.to_owned();
            add(registry, &login).await;
            logins.push((backend, user_id, login.login.id));
        }
    }

    for (backend, user_id, id) in &logins {
        assert_eq!(
            ids(registry, backend, user_id).await,
            std::slice::from_ref(id)
        );
        let surplus = registry.surplus(backend, user_id, 0).await;
        assert_eq!(
            surplus.expect("ids"),
            std::slice::from_ref(id),
            "of this user alone"
        );
    }
    let began = registry.now().await.expect("the time");
    let (backend, user_id, _) = &logins[0];
    let ended = registry.end_all(backend, user_id, None).await;
    assert_eq!(ended.expect("an answer").len(), 1, "of this user alone");
    for (_, _, id) in &logins[1..] {
        assert!(lives(registry, id).await, "another user's");
    }
    let late = login(&logins[3].1);
    let added = registry.add(&late, began).await.expect("an answer");
    assert!(added, "the end was another user's");

    for number in [i64::MIN, -1, 0, i64::MAX] {
        let login = begun(registry, &UserId::from(number)).await;
        assert_eq!(
            read(registry, &login.login.id).await.login.user_id,
            number.into()
        );
        registry.end(&login.login.id).await.expect("an answer");
    }
}

async fn refuses_a_login_that_began_before_an_end(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    let first = begun(registry, &user_id).await.login.id;
    let began = registry.now().await.expect("the time");
    let ended = registry.end_all(POOL, &user_id, Some(&first)).await;
    assert!(ended.expect("an answer").is_empty());

    let late = login(&user_id);
    for _ in 0..2 {
        let added = registry.add(&late, began).await.expect("an answer");
        assert!(!added, "it began before the end");
        assert!(!lives(registry, &late.login.id).await, "it was not added");
    }
    assert!(lives(registry, &first).await, "it was left out");
    let deleted = registry.delete_older(NOON).await;
    deleted.expect("an answer");
    let added = registry.add(&late, began).await.expect("an answer");
    assert!(!added, "an end of now is remembered");

    add(registry, &late).await;
    assert!(
        lives(registry, &late.login.id).await,
        "the next login is in time, at once"
    );

    let (user_id, second_key) = (somebody(), somebody());
    let began = registry.now().await.expect("the time");
    let ended = registry.end_all(POOL, &second_key, None).await;
    assert!(ended.expect("an answer").is_empty());
    let late = login(&user_id).with_second_key(second_key);
    let added = registry.add(&late, began).await.expect("an answer");
    assert!(!added, "it began before the end of the second key");
    assert!(!lives(registry, &late.login.id).await, "it was not added");
    add(registry, &late).await;
    registry.end_all(POOL, &user_id, None).await.expect("ended");

    let began = registry.now().await.expect("the time");
    let hour = Duration::from_secs(60 * 60);
    for (proved_at, is_in_time) in [
        (SystemClock.now() - hour, false),
        (SystemClock.now() + hour, true),
    ] {
        let mut of_provider = login(&user_id);
        of_provider.login.provider = Some("Google".to_owned());
        of_provider.login.proved_at = proved_at;
        let added = registry.add(&of_provider, began).await.expect("an answer");
        assert_eq!(added, is_in_time, "proved at {proved_at}, ended now");
    }
}

/// Logins that began before the end are added while it happens.
async fn no_login_outlives_an_end(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    for _ in 0..20 {
        let began = registry.now().await.expect("the time");
        let logins: Vec<_> = (0..8).map(|_| login(&user_id)).collect();
        let adding = join_all(logins.iter().map(|login| registry.add(login, began)));
        let ending = registry.end_all(POOL, &user_id, None);
        let (added, ended) = join(adding, ending).await;

        let left = ids(registry, POOL, &user_id).await;
        assert!(left.is_empty(), "logins have outlived the end of all");
        let ended: Vec<_> = ended.expect("an answer");
        for (login, added) in logins.iter().zip(added) {
            let is_ended = ended.iter().any(|ended| ended.login.id == login.login.id);
            let added = added.expect("an answer");
            assert!(!added || is_ended, "what was added is among what was ended");
        }
    }
}

async fn notes_use_and_proof(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    let mut login = begun(registry, &user_id).await;
    let other = begun(registry, &user_id).await;
    let id = login.login.id.clone();

    registry.touch(&id, EVENING).await.expect("an answer");
    let methods = ["pwd".to_owned(), "hwk".to_owned()];
    let proved = registry.prove(&id, EVENING, &methods).await;
    assert!(proved.expect("an answer"), "the login lives");
    login.login.seen_at = EVENING;
    login.login.proved_at = EVENING;
    login.login.methods = methods.to_vec();
    assert!(read(registry, &id).await.login == login.login);
    assert!(read(registry, &other.login.id).await.login == other.login);

    registry.end(&id).await.expect("an answer");
    registry.touch(&id, EVENING).await.expect("an answer");
    let proved = registry.prove(&id, EVENING, &methods).await;
    assert!(!proved.expect("an answer"), "the login is over");
    assert!(!lives(registry, &id).await, "the login is over");
}

async fn renews_a_version_once(registry: &(impl LoginStore + ?Sized)) {
    let mut login = begun(registry, &somebody()).await;
    let renewed = async |login: &StoredLogin| registry.renew(login).await.expect("an answer");

    login.login.version = 2;
    assert!(!renewed(&login).await, "a version is left out");
    login.login.version = 1;
    login.login.groups = vec!["staff".to_owned()];
    login.login.expires_at = Some(EVENING);
    login.login.renewed_at = EVENING;
    login.tokens = Some(b"newer tokens".to_vec());
    assert!(renewed(&login).await);
    assert!(!renewed(&login).await, "there are newer tokens");
    let stored = read(registry, &login.login.id).await;
    assert!(stored.login == login.login && stored.tokens == login.tokens);

    registry.end(&login.login.id).await.expect("an answer");
    login.login.version = 2;
    assert!(!renewed(&login).await, "the login is over");
    assert!(!lives(registry, &login.login.id).await, "the login is over");
}

async fn leases_a_version_to_one(registry: &(impl LoginStore + ?Sized)) {
    let mut login = begun(registry, &somebody()).await;
    let id = login.login.id.clone();
    let lease_for = async |holder: &str, seconds, version| {
        let lease = Lease::new(holder, Duration::from_secs(seconds));
        let leased = registry.lease(&id, version, &lease).await;
        leased.expect("an answer")
    };
    let lease = async |holder: &str, version| lease_for(holder, 60 * 60, version).await;

    assert!(!lease("a", 1).await, "another version");
    let holders: Vec<_> = (0..50).map(|number| format!("holder {number}")).collect();
    let won = join_all(holders.iter().map(|holder| lease_for(holder, 2, 0))).await;
    assert_eq!(
        won.iter().filter(|won| **won).count(),
        1,
        "one of fifty has it"
    );
    let began = Instant::now();
    while !lease("b", 0).await {
        let waited = began.elapsed();
        assert!(waited < Duration::from_secs(20), "it has not run out");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A clock may count whole seconds.
    assert!(
        began.elapsed() > Duration::from_millis(500),
        "another one has it"
    );
    assert!(!lease("c", 0).await, "another one has it");

    let release = async |holder: &str| {
        registry.release(&id, holder).await.expect("an answer");
    };
    release("a").await;
    assert!(!lease("c", 0).await, "it is not a's");
    release("b").await;
    assert!(lease("c", 0).await, "it was given back");
    login.login.version = 1;
    assert!(registry.renew(&login).await.expect("an answer"));
    assert!(lease("d", 1).await, "new tokens end a lease");
    registry.end(&id).await.expect("an answer");
    assert!(!lease("e", 1).await, "the login is over");
}

/// What is renewed while all logins end is either over or handed out to be revoked.
async fn no_tokens_outlive_an_end(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    for _ in 0..20 {
        let mut logins = Vec::new();
        for _ in 0..8 {
            logins.push(begun(registry, &user_id).await);
        }
        for login in &mut logins {
            login.login.version = 1;
            login.tokens = Some(b"newer tokens".to_vec());
        }

        let renewing = join_all(logins.iter().map(|login| registry.renew(login)));
        let ending = registry.end_all(POOL, &user_id, None);
        let (renewed, ended) = join(renewing, ending).await;

        let ended = ended.expect("an answer");
        assert_eq!(ended.len(), logins.len(), "each is among what was ended");
        for (login, renewed) in logins.iter().zip(renewed) {
            let of = ended.iter().find(|ended| ended.login.id == login.login.id);
            let tokens = of.and_then(|ended| ended.tokens.as_deref());
            let newest = match renewed.expect("an answer") {
                true => b"newer tokens".as_slice(),
                false => TOKENS,
            };
            assert_eq!(tokens, Some(newest), "the newest tokens are to be revoked");
        }
    }
}

async fn deletes_what_is_past_its_lifetime(registry: &(impl LoginStore + ?Sized)) {
    let user_id = somebody();
    let old = begun(registry, &user_id).await.login.id;
    let mut young = login(&user_id);
    young.login.logged_in_at = EVENING;
    add(registry, &young).await;

    let deleted = registry.delete_older(EVENING).await.expect("an answer");
    assert!(deleted >= 1, "the number of those that were deleted");
    assert!(!lives(registry, &old).await, "it began before");
    assert!(
        lives(registry, &young.login.id).await,
        "it did not begin before"
    );
}
