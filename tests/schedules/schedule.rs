//! One schedule: browsers, what they ask for, and when.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::chance::Chance;
use crate::crowd::Crowd;
use crate::process::{Deed, Process, Said, Told};
use crate::verdict::{self, Sent};
use crate::world::{Plan, World, time_at};

/// What a schedule has come to.
pub(crate) struct Outcome {
    pub(crate) plan: Plan,
    pub(crate) violations: Vec<String>,
    pub(crate) trace: Vec<String>,
    /// How often each deed came to what.
    pub(crate) counts: BTreeMap<String, u64>,
}

/// Deeds are drawn from so many, of which some are the same.
pub(crate) const DEEDS: usize = 36;

/// Runs the schedule of a seed.
pub(crate) fn run(seed: u64, is_traced: bool) -> Outcome {
    block_on(async {
        let mut schedule = Schedule::start(seed, is_traced).await;
        schedule.log_in().await;
        schedule.go_on().await;
        schedule.end().await;

        let mut state = schedule.world.lock();
        let violations = std::mem::take(&mut state.ledger.violations);
        drop(state);
        Outcome {
            plan: schedule.world.plan.clone(),
            violations,
            trace: schedule.world.trace(),
            counts: std::mem::take(&mut schedule.site.lock().expect("nobody panics").counts),
        }
    })
}

/// Runs nothing but one request of the first browser an hour later, to whose process the next answer
/// to a message is lost; and, if asked for, a look by another process meanwhile, whose clock is an hour
/// ahead. Returns what the browser is told, what is violated, and how many logins there are.
pub(crate) fn lose(
    what: &'static str,
    deed: Deed,
    is_looked_at: bool,
) -> (Said, Vec<String>, usize) {
    let ahead = if is_looked_at { [0, 60 * 60] } else { [0, 0] };
    // Tokens that are not rotated are revoked with those that they were exchanged for.
    let is_simple =
        |plan: &Plan| plan.is_calm() && plan.rotates != is_looked_at && plan.ahead == ahead;
    let mut seeds = 0..;
    let seed = seeds.find(|seed| is_simple(&Plan::new(*seed).0));
    block_on(async {
        let mut schedule = Schedule::start(seed.expect("a seed"), false).await;
        schedule.log_in().await;
        sleep(Duration::from_secs(60 * 60)).await;
        {
            let mut state = schedule.world.lock();
            state.is_healed = true;
            state.loses = Some(what);
        }
        let of = |process| Way {
            browser: 0,
            process,
        };
        let look = async {
            if is_looked_at {
                sleep(Duration::from_millis(5)).await;
                request(&schedule.world, &schedule.site, of(1), Deed::Look, true).await;
            }
        };
        let (said, ()) = tokio::join!(
            request(&schedule.world, &schedule.site, of(0), deed, true),
            look
        );
        sleep(Duration::from_secs(60)).await;
        let logins = schedule.world.lock().tables.logins().count();
        schedule.end().await;
        let violations = std::mem::take(&mut schedule.world.lock().ledger.violations);
        (said, violations, logins)
    })
}

fn block_on<T>(schedule: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(schedule)
}

/// What has browsers and processes.
struct Site {
    processes: [Process; 2],
    browsers: [Browser; 3],
    counts: BTreeMap<String, u64>,
}

struct Browser {
    user: usize,
    cookie: Option<String>,
    shown: Option<String>,
}

struct Schedule {
    world: Arc<World>,
    site: Arc<Mutex<Site>>,
    lives: usize,
    requests: Arc<Crowd>,
}

/// From where to where a request goes.
#[derive(Clone, Copy)]
struct Way {
    browser: usize,
    process: usize,
}

impl Schedule {
    async fn start(seed: u64, is_traced: bool) -> Self {
        let world = World::new(seed, is_traced);
        world.note(|| format!("{:?}", world.plan));
        let start = |number: usize| {
            let (ahead, warm) = (world.plan.ahead[number], world.plan.warm);
            let world = &world;
            async move { Process::start(world, number, ahead, warm).await }
        };
        let browser = |user| Browser {
            user,
            cookie: None,
            shown: None,
        };
        let site = Site {
            processes: [start(0).await, start(1).await],
            browsers: [browser(0), browser(0), browser(1)],
            counts: BTreeMap::new(),
        };
        Self {
            requests: Crowd::new(world.clone()),
            world,
            site: Arc::new(Mutex::new(site)),
            lives: 2,
        }
    }

    /// Everybody logs in, and nothing happens meanwhile.
    async fn log_in(&mut self) {
        for browser in 0..3 {
            let way = Way {
                browser,
                process: browser % 2,
            };
            let user = self.site.lock().expect("nobody panics").browsers[browser].user;
            request(
                &self.world,
                &self.site,
                way,
                Deed::LogIn { user, password: 0 },
                true,
            )
            .await;
            let shown = self.site.lock().expect("nobody panics").browsers[browser]
                .shown
                .clone();
            if let Some(shown) = shown {
                let deed = Deed::Answer {
                    shown,
                    is_right: true,
                };
                request(&self.world, &self.site, way, deed, true).await;
            }
        }
        self.world.lock().is_healed = false;
    }

    /// What happens, in whatever order.
    async fn go_on(&mut self) {
        let steps = 6 + self.chance(|chance| chance.below(8));
        for _ in 0..steps {
            let pause = self.pause();
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let plan = &self.world.plan;
            let (kills, leaves, loses) = (plan.kills, plan.leaves, plan.loses);
            if kills && self.chance(|chance| chance.one_in(6)) {
                self.kill().await;
            }
            let (way, deed) = self.choose();
            let is_doubled = self.chance(|chance| chance.one_in(8));
            if is_doubled {
                let process = self.chance(|chance| chance.below(2));
                self.send(Way { process, ..way }, deed.clone(), true);
            }
            let arrives = !(loses && self.chance(|chance| chance.one_in(10)));
            let stays = (leaves && self.chance(|chance| chance.one_in(3)))
                .then(|| self.chance(|chance| chance.ms(60)));
            match stays {
                None => self.send(way, deed, arrives),
                Some(stays) => {
                    let (world, site) = (self.world.clone(), self.site.clone());
                    self.requests.join(Box::pin(async move {
                        let answer = request(&world, &site, way, deed, true);
                        if timeout(stays, answer).await.is_err() {
                            world.note(|| format!("browser {} leaves", way.browser));
                        }
                    }));
                }
            }
        }
    }

    fn send(&mut self, way: Way, deed: Deed, arrives: bool) {
        let (world, site) = (self.world.clone(), self.site.clone());
        let request = async move { drop(request(&world, &site, way, deed, arrives).await) };
        self.requests.join(Box::pin(request));
    }

    fn chance<T>(&self, choose: impl FnOnce(&mut Chance) -> T) -> T {
        choose(&mut self.world.lock().chance)
    }

    /// How long nothing new happens: mostly a moment, and sometimes until tokens are about to expire.
    fn pause(&self) -> Duration {
        let mut state = self.world.lock();
        match state.chance.below(20) {
            0..8 => Duration::ZERO,
            8..14 => state.chance.ms(10),
            14..17 => state.chance.ms(2000),
            17 => state.chance.ms(60_000),
            _ => {
                let now = state.now;
                let ends = state
                    .tables
                    .logins()
                    .filter_map(|stored| stored.login.expires_at);
                let Some(first) = ends.min() else {
                    return Duration::ZERO;
                };
                let before = state.chance.ms(62_000);
                Duration::try_from(first - time_at(now) - before).unwrap_or_default()
            }
        }
    }

    fn choose(&self) -> (Way, Deed) {
        let mut state = self.world.lock();
        let is_narrow = self.world.plan.is_narrow && !state.chance.one_in(5);
        let number = match is_narrow {
            true => 0,
            false => state.chance.pick(&[0, 0, 0, 1, 2]),
        };
        let process = match is_narrow {
            true => 0,
            false => state.chance.below(2),
        };
        let way = Way {
            browser: number,
            process,
        };
        let site = self.site.lock().expect("nobody panics");
        let browser = &site.browsers[number];
        // Now and then somebody else comes to a browser.
        let user = match state.chance.one_in(5) {
            true => 1 - browser.user,
            false => browser.user,
        };
        if let Some(shown) = &browser.shown
            && state.chance.one_in(2)
        {
            let deed = Deed::Answer {
                shown: shown.clone(),
                is_right: !state.chance.one_in(4),
            };
            return (way, deed);
        }
        let newest = state.families.password(user);
        let other = state.tables.logins().next().map(|it| it.login.id.clone());
        let deed = match state.chance.below(3) {
            0 => state.chance.below(DEEDS),
            _ => state.chance.pick(&self.world.plan.favourites),
        };
        let deed = match deed {
            0..10 => Deed::Look,
            10..14 => Deed::Write,
            14..16 => Deed::Tokens,
            16..21 => {
                let old = usize::from(state.chance.one_in(4));
                let password = newest.saturating_sub(old);
                Deed::LogIn { user, password }
            }
            21..24 => Deed::LogOut,
            24 => Deed::LogOutEverywhere,
            25 => Deed::EndOthers,
            26..28 => Deed::EndAll { user },
            28 => Deed::ChangePassword,
            29 => Deed::Watch,
            30 => Deed::Deactivate { user },
            31 => Deed::Activate { user },
            32..34 => other.map_or(Deed::Look, |login| Deed::EndOne { login }),
            _ => other.map_or(Deed::Look, |login| Deed::EndOwn { login }),
        };
        (way, deed)
    }

    /// Kills a process, and starts another one in its place.
    async fn kill(&mut self) {
        let place = self.chance(|chance| chance.below(2));
        let (ahead, warm) = (self.world.plan.ahead[place], self.world.plan.warm);
        self.replace(place, ahead, warm).await;
    }

    async fn replace(&mut self, place: usize, ahead: i64, warm: Duration) {
        let next = Process::start(&self.world, self.lives, ahead, warm).await;
        self.lives += 1;
        let mut site = self.site.lock().expect("nobody panics");
        let before = std::mem::replace(&mut site.processes[place], next);
        before.life.end();
        let mut state = self.world.lock();
        let written: Vec<_> = state.tables.given().map(|(_, given)| given).collect();
        state.families.killed(before.life.number, &written);
        state.note(|| format!("process {} is killed", before.life.number));
    }

    /// The network works again, and everything comes to rest. Then all who are logged in must be so, and
    /// nobody else, in a process that remembers nothing.
    async fn end(&mut self) {
        self.world.note(|| "everything works again".to_owned());
        self.world.lock().is_healed = true;
        for _ in 0..10 {
            if !self.requests.is_empty() {
                sleep(Duration::from_secs(9)).await;
            }
        }
        // Whoever waits for a process that was killed has no answer, and streams may go on.
        self.requests.disperse();
        sleep(Duration::from_secs(90)).await;

        self.world.lock().is_at_rest = true;
        verdict::at_rest(&mut self.world.lock());
        self.replace(0, 0, Duration::ZERO).await;
        // By now, all tokens have to be renewed.
        sleep(Duration::from_secs(60 * 60)).await;
        let cookies = verdict::cookies_to_try(&mut self.world.lock());
        for cookie in &cookies {
            self.look(cookie).await;
        }
        verdict::at_rest(&mut self.world.lock());
    }

    /// Asks who is logged in, by a cookie that was handed out at some time.
    async fn look(&mut self, cookie: &str) {
        let way = Way {
            browser: 0,
            process: 0,
        };
        self.site.lock().expect("nobody panics").browsers[0].cookie = Some(cookie.to_owned());
        request(&self.world, &self.site, way, Deed::Look, true).await;
    }
}

/// A browser sends a request, and takes up what it is told.
async fn request(world: &World, site: &Mutex<Site>, way: Way, deed: Deed, arrives: bool) -> Said {
    let (process, cookie) = {
        let site = site.lock().expect("nobody panics");
        let cookie = site.browsers[way.browser].cookie.clone();
        (site.processes[way.process].clone(), cookie)
    };
    let sent = {
        let mut state = world.lock();
        let began = state.ledger.sent(&deed, cookie.as_deref());
        state.note(|| {
            let (browser, life) = (way.browser, process.life.number);
            format!("{began}: browser {browser} asks process {life}: {deed:?}, {cookie:?}")
        });
        Sent {
            deed: deed.clone(),
            cookie: cookie.clone(),
            life: process.life.number,
            began,
            at: state.now,
            is_at_rest: state.is_at_rest,
        }
    };

    let Told { said, cookie } = process.ask(cookie.as_deref(), deed).await;
    let mut site = site.lock().expect("nobody panics");
    let mut state = world.lock();
    state.note(|| {
        format!(
            "{}: {said:?}, {cookie:?}{}",
            sent.began,
            if arrives { "" } else { ", is lost" }
        )
    });
    if !arrives {
        return Said::Nothing;
    }
    verdict::told(&mut state, &sent, &said, cookie.as_deref());
    drop(state);

    let deed = format!("{:?}", sent.deed);
    let deed = deed.split([' ', '{']).next().unwrap_or_default();
    let what = match &said {
        Said::Failed(status) => format!("{deed}: failed {status}"),
        said => {
            let said = format!("{said:?}");
            format!(
                "{deed}: {}",
                said.split([' ', '{']).next().unwrap_or_default()
            )
        }
    };
    *site.counts.entry(what).or_default() += 1;
    let browser = &mut site.browsers[way.browser];
    if let Some(cookie) = cookie {
        browser.cookie = Some(cookie).filter(|cookie| !cookie.is_empty());
    }
    match &said {
        Said::Challenge { shown } => browser.shown = Some(shown.clone()),
        Said::LoggedIn { .. } => browser.shown = None,
        _ => {}
    }
    said
}
