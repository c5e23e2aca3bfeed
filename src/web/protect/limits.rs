//! Limits that hold before a password is computed with and before Cognito is asked.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use time::OffsetDateTime;

use super::client_address::network;
use crate::clock::Clock;
use crate::id::trim_username;
#[cfg(feature = "pages")]
use crate::users::LoginRecord;

/// Keys are folded into so many cells, so that nobody can fill the memory with names. Two that
/// fall together share a limit: with thousands of them in use, one in a hundred does.
const CELLS: u64 = 1 << 18;

/// Each time that so many cells were taken, those that are full again are given back.
const TIDY_EVERY: u32 = 1 << 14;

/// How long a whole burst may take to come back. The limiter counts nanoseconds, which end after
/// 584 years.
const LONGEST: Duration = Duration::from_secs(200 * 365 * 24 * 60 * 60);

/// How often something may be tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limit {
    burst: NonZeroU32,
    every: Duration,
}

impl Limit {
    /// Returns a limit of `burst` at once, and then one each time that `every` has passed.
    ///
    /// # Panics
    ///
    /// If either is zero.
    pub const fn new(burst: u32, every: Duration) -> Self {
        assert!(!every.is_zero(), "a limit needs a time");
        match NonZeroU32::new(burst) {
            Some(burst) => Self { burst, every },
            None => panic!("a limit needs a burst"),
        }
    }

    fn quota(self) -> Option<Quota> {
        let every = self.every.min(LONGEST / self.burst.get());
        Some(Quota::with_period(every)?.allow_burst(self.burst))
    }
}

/// How often somebody may try a password or a code, or have one sent.
///
/// It is checked before the arithmetic of SRP and before Cognito is asked, which counts wrong
/// passwords too: after five it locks an account for a second, and each time for twice as long, up
/// to 15 minutes. Names are compared without regard to case.
///
/// The counts are in memory: each process of a site has its own.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use axum_cognito::web::{Limit, Limits};
///
/// let limits = Limits::default().with_per_address(Limit::new(20, Duration::from_secs(5)));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    per_account: Option<Limit>,
    per_account_and_address: Option<Limit>,
    per_address: Option<Limit>,
    per_login: Option<Limit>,
}

impl Default for Limits {
    /// For one account from one address 30, and then one in ten seconds; for one account from all
    /// addresses 100, and then one in five seconds; for one address (of IPv6: one /64 network) 100,
    /// and then one a second, so that an office behind one address can come to work. Of a user who is
    /// logged in, 60 requests for pages of the account, and then one a second.
    fn default() -> Self {
        Self {
            per_account: Some(Limit::new(100, Duration::from_secs(5))),
            per_account_and_address: Some(Limit::new(30, Duration::from_secs(10))),
            per_address: Some(Limit::new(100, Duration::from_secs(1))),
            per_login: Some(Limit::new(60, Duration::from_secs(1))),
        }
    }
}

impl Limits {
    /// Returns no limits of our own: something in front has them, or a test goes without.
    pub const fn none() -> Self {
        Self {
            per_account: None,
            per_account_and_address: None,
            per_address: None,
            per_login: None,
        }
    }

    /// Sets the limit for one account, whoever tries.
    #[must_use]
    pub const fn with_per_account(mut self, limit: Limit) -> Self {
        self.per_account = Some(limit);
        self
    }

    /// Sets the limit for one account from one address. A stranger who uses it up does not
    /// shut its owner out, who comes from elsewhere.
    #[must_use]
    pub const fn with_per_account_and_address(mut self, limit: Limit) -> Self {
        self.per_account_and_address = Some(limit);
        self
    }

    /// Sets the limit for one address, whichever account is tried.
    #[must_use]
    pub const fn with_per_address(mut self, limit: Limit) -> Self {
        self.per_address = Some(limit);
        self
    }

    /// Sets the limit for the pages of the account of one user, in all of their logins together. They
    /// ask Cognito, whose quota all users of an AWS account share.
    #[must_use]
    pub const fn with_per_login(mut self, limit: Limit) -> Self {
        self.per_login = Some(limit);
        self
    }
}

/// Holds attempts to the limits.
pub(in crate::web) struct Limiter {
    hasher: RandomState,
    clock: LimiterClock,
    per_account: Option<Cells>,
    per_account_and_address: Option<Cells>,
    per_address: Option<Cells>,
    per_login: Option<Cells>,
    /// Of an address, for what another site can have its visitors ask for: it leaves their passwords
    /// alone.
    #[cfg(feature = "managed-login")]
    per_visit: Option<Cells>,
    /// How many cells were taken.
    taken: AtomicU32,
}

type Cells = RateLimiter<u32, DashMapStateStore<u32>, LimiterClock, NoOpMiddleware<Duration>>;

impl Limiter {
    pub(in crate::web) fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let clock = LimiterClock::new(clock);
        let cells = |limit: Option<Limit>| {
            Some(RateLimiter::new(
                limit?.quota()?,
                DashMapStateStore::default(),
                clock.clone(),
            ))
        };

        Self {
            per_account: cells(limits.per_account),
            per_account_and_address: cells(limits.per_account_and_address),
            per_address: cells(limits.per_address),
            per_login: cells(limits.per_login),
            #[cfg(feature = "managed-login")]
            per_visit: cells(limits.per_address),
            hasher: RandomState::new(),
            taken: AtomicU32::new(0),
            clock,
        }
    }

    /// Counts an attempt. `Err`: it is one too many; the next can be made after this time.
    pub(in crate::web) fn count(
        &self,
        account: &str,
        address: Option<IpAddr>,
    ) -> Result<(), Duration> {
        // The account last: a flood from one address does not use it up.
        if let Some(address) = address.map(network) {
            self.take(self.per_address.as_ref(), self.cell(address))?;
        }
        self.take_account(folded(account), address)
    }

    /// Counts an attempt for an account of a backend by the name that Cognito has for it, apart from the
    /// names that are typed: what is counted here takes nothing from what visitors see.
    pub(in crate::web) fn count_account(
        &self,
        backend: &str,
        account: &str,
        address: Option<IpAddr>,
    ) -> Result<(), Duration> {
        self.take_account(("account", backend, folded(account)), address)
    }

    fn take_account(&self, account: impl Hash, address: Option<IpAddr>) -> Result<(), Duration> {
        if let Some(address) = address.map(network) {
            let both = self.cell((&account, address));
            self.take(self.per_account_and_address.as_ref(), both)?;
        }
        self.take(self.per_account.as_ref(), self.cell(&account))
    }

    /// Counts a request of a user who is logged in, for all logins of the user together. The id of a login
    /// would not do: behind a load balancer all users have the same.
    #[cfg(feature = "pages")]
    pub(in crate::web) fn count_page(&self, login: &LoginRecord) -> Result<(), Duration> {
        let user = (&login.backend, login.user_id.to_string());
        self.take(self.per_login.as_ref(), self.cell(user))
    }

    /// Counts a request of an address alone.
    #[cfg(feature = "managed-login")]
    pub(in crate::web) fn count_visit(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        match address.map(network) {
            Some(address) => self.take(self.per_visit.as_ref(), self.cell(address)),
            None => Ok(()),
        }
    }

    /// A number that stands for an account in logs. It is another one in each process, and does
    /// not tell the name.
    pub(in crate::web) fn alias(&self, account: &str) -> u64 {
        self.hasher.hash_one(folded(account))
    }

    fn take(&self, cells: Option<&Cells>, cell: u32) -> Result<(), Duration> {
        let Some(cells) = cells else { return Ok(()) };
        // Here, since there may be nothing but visits, or nothing but pages.
        if self.taken.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.tidy();
        }

        cells
            .check_key(&cell)
            .map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    fn cell(&self, key: impl Hash) -> u32 {
        (self.hasher.hash_one(key) % CELLS) as u32
    }

    fn tidy(&self) {
        for cells in [
            &self.per_account,
            &self.per_account_and_address,
            &self.per_address,
            &self.per_login,
            #[cfg(feature = "managed-login")]
            &self.per_visit,
        ]
        .into_iter()
        .flatten()
        {
            cells.retain_recent();
            cells.shrink_to_fit();
        }
    }
}

/// An account as all spellings of its name have it, with which Cognito is asked for the same one.
fn folded(account: &str) -> String {
    trim_username(account).to_lowercase()
}

/// The site's clock, as governor wants one: it never goes back. Clones are one clock.
#[derive(Clone)]
struct LimiterClock {
    clock: Arc<dyn Clock>,
    passed: Arc<Mutex<Passed>>,
}

/// The time since the start, and what the site's clock showed then.
struct Passed {
    time: Duration,
    shown: OffsetDateTime,
}

impl LimiterClock {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let passed = Passed {
            time: Duration::ZERO,
            shown: clock.now(),
        };
        Self {
            clock,
            passed: Arc::new(Mutex::new(passed)),
        }
    }
}

impl GovernorClock for LimiterClock {
    type Instant = Duration;

    /// The time since the start. It goes on from where a clock was set back: whoever was counted before
    /// would otherwise be shut out until the clock shows that time again.
    fn now(&self) -> Duration {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        // With the lock, so that what is shown is never older than what was shown before.
        let shown = self.clock.now();
        let since = Duration::try_from(shown - passed.shown).unwrap_or_default();
        passed.time = passed.time.saturating_add(since);
        passed.shown = shown;
        passed.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const SECOND: Duration = Duration::from_secs(1);

    fn limiter(limits: Limits) -> (Limiter, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        (Limiter::new(limits, clock.clone()), clock)
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some([10, 0, 0, last].into())
    }

    #[test]
    fn so_many_at_once_and_then_one_at_a_time() {
        let limits = Limits::none().with_per_account(Limit::new(3, 10 * SECOND));
        let (limiter, clock) = limiter(limits);

        for _ in 0..3 {
            assert_eq!(limiter.count("alice", None), Ok(()));
        }
        assert_eq!(limiter.count("Alice", None), Err(10 * SECOND));
        assert_eq!(limiter.count("bob", None), Ok(()));
        clock.advance(9 * SECOND);
        assert_eq!(limiter.count("alice", None), Err(SECOND));
        clock.advance(SECOND);
        assert_eq!(limiter.count("alice", None), Ok(()));
        assert!(limiter.count("alice", None).is_err());
    }

    #[test]
    fn a_limit_may_be_as_long_as_a_site_likes() {
        for (burst, every) in [
            (3, Duration::MAX),
            (3, 90 * LONGEST),
            (u32::MAX, 10 * SECOND),
        ] {
            let limits = Limits::none().with_per_account(Limit::new(burst, every));
            let (limiter, clock) = limiter(limits);

            for _ in 0..3 {
                assert_eq!(limiter.count("alice", None), Ok(()));
            }
            clock.advance(1000 * 24 * 60 * 60 * SECOND);
            assert_eq!(limiter.count("alice", None).is_err(), burst == 3);
        }
    }

    #[test]
    fn what_is_not_seen_makes_no_other_account() {
        let limits = Limits::none().with_per_account(Limit::new(1, 10 * SECOND));
        let (limiter, _) = limiter(limits);
        assert_eq!(limiter.count("alice", None), Ok(()));

        for name in [
            "alice\u{200b}",
            "\u{2060}\u{feff}alice",
            "\u{200b} \u{200e}ALICE ",
        ] {
            assert!(limiter.count(name, None).is_err(), "{name:?}");
            assert_eq!(limiter.alias(name), limiter.alias("alice"), "{name:?}");
        }
        assert_ne!(limiter.alias("bob"), limiter.alias("alice"));
    }

    #[test]
    fn a_stranger_elsewhere_shuts_nobody_out() {
        let (limiter, _) = limiter(Limits::default());
        let refused = (0..10_000).filter(|_| limiter.count("alice", address(1)).is_err());

        assert_eq!(refused.count(), 10_000 - 30);
        assert_eq!(limiter.count("alice", address(2)), Ok(()));
        assert!(limiter.count("bob", address(1)).is_err(), "100 of all");
    }

    #[test]
    fn many_addresses_together_are_one_account() {
        let (limiter, clock) = limiter(Limits::default());
        let mut admitted = 0;
        for number in 0..10_000_u32 {
            let address = IpAddr::from([10, 1, (number >> 8) as u8, number as u8]);
            admitted += u32::from(limiter.count("alice", Some(address)).is_ok());
        }

        assert_eq!(admitted, 100);
        // So long the owner waits when it is over.
        clock.advance(5 * SECOND);
        assert_eq!(limiter.count("alice", address(2)), Ok(()));
    }

    /// As behind a load balancer.
    #[cfg(feature = "pages")]
    #[test]
    fn users_whose_logins_have_one_id_have_pages_of_their_own() {
        let (limiter, _) = limiter(Limits::none().with_per_login(Limit::new(2, SECOND)));
        let login = |user: i64| {
            let id = "load-balancer".into();
            LoginRecord::new(id, "pool", user, OffsetDateTime::UNIX_EPOCH)
        };
        let [alice, bob] = [1, 2].map(login);

        for _ in 0..2 {
            assert_eq!(limiter.count_page(&alice), Ok(()));
        }
        assert!(limiter.count_page(&alice).is_err());
        assert_eq!(limiter.count_page(&bob), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let (limiter, clock) = limiter(Limits::default());
        for number in 0..1_000_000_u32 {
            let address = IpAddr::from(number.to_be_bytes());
            let _ = limiter.count(&number.to_string(), Some(address));
        }
        let cells = |limiter: &Limiter| {
            let all = [
                &limiter.per_account,
                &limiter.per_account_and_address,
                &limiter.per_address,
            ];
            all.map(|cells| cells.as_ref().expect("a limit").len())
        };
        assert!(cells(&limiter).into_iter().all(|cells| cells <= 1 << 18));

        clock.advance(60 * 60 * SECOND);
        for _ in 0..TIDY_EVERY {
            let _ = limiter.count("last", None);
        }
        assert_eq!(cells(&limiter), [1, 0, 0]);
    }

    /// On a site with managed login alone, nothing else is counted.
    #[cfg(feature = "managed-login")]
    #[test]
    fn the_memory_of_visits_alone_is_given_back_too() {
        let (limiter, clock) = limiter(Limits::default());
        let cells = || limiter.per_visit.as_ref().expect("a limit").len();
        for number in 1..TIDY_EVERY {
            let address = IpAddr::from(number.to_be_bytes());
            assert_eq!(limiter.count_visit(Some(address)), Ok(()));
        }
        assert!(cells() > 15_500, "{} cells", cells());

        clock.advance(60 * 60 * SECOND);
        assert_eq!(limiter.count_visit(address(1)), Ok(()));
        assert_eq!(cells(), 1);
    }

    #[test]
    fn what_is_free_again_is_given_back_once_in_many_attempts() {
        let limits = Limits::none().with_per_account(Limit::new(1, SECOND));
        let (limiter, clock) = limiter(limits);
        let cells = || limiter.per_account.as_ref().expect("a limit").len();
        for number in 1..TIDY_EVERY {
            assert_eq!(limiter.count(&number.to_string(), None), Ok(()));
            clock.advance(10 * SECOND);
        }
        assert!(cells() > 15_500, "{} cells", cells());

        let _ = limiter.count("last", None);
        assert_eq!(cells(), 1);
    }

    #[test]
    fn all_names_share_so_many_cells() {
        let (limiter, _) = limiter(Limits::default());

        for number in 0..1000 {
            assert!(u64::from(limiter.cell(number)) < CELLS, "{number}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_opens_nothing() {
        let limits = Limits::none().with_per_account(Limit::new(1, 10 * SECOND));
        let (limiter, clock) = limiter(limits);
        clock.advance(100 * SECOND);
        assert_eq!(limiter.count("alice", None), Ok(()));

        clock.set(OffsetDateTime::UNIX_EPOCH - 1000 * SECOND);
        assert!(limiter.count("alice", None).is_err());
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out_for_longer() {
        let limits = Limits::none().with_per_account(Limit::new(1, 10 * SECOND));
        let (limiter, clock) = limiter(limits);
        clock.advance(1000 * SECOND);
        assert_eq!(limiter.count("alice", None), Ok(()));

        clock.set(OffsetDateTime::UNIX_EPOCH);
        assert_eq!(limiter.count("alice", None), Err(10 * SECOND));
        clock.advance(10 * SECOND);
        assert_eq!(limiter.count("alice", None), Ok(()));
    }
}
