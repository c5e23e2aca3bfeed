//! The world of one schedule: a database, Cognito, and the network between them and the processes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum_cognito::clock::Clock;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::cognito::Families;
use crate::database::Tables;
use crate::schedule::DEEDS;
use crate::verdict::Ledger;

/// What the clock of the database and of Cognito shows when a schedule begins.
const BEGINNING: OffsetDateTime =
    OffsetDateTime::UNIX_EPOCH.saturating_add(time::Duration::days(20_000));

/// What the clock shows when so much time has passed.
pub(crate) fn time_at(passed: Duration) -> OffsetDateTime {
    BEGINNING + passed
}

/// What kind of world it is.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Messages and answers are lost.
    pub(crate) loses: bool,
    /// Processes are killed.
    pub(crate) kills: bool,
    /// Visitors leave before the answer is there.
    pub(crate) leaves: bool,
    /// By how many seconds the clock of each process is ahead.
    pub(crate) ahead: [i64; 2],
    /// How long logins are kept warm.
    pub(crate) warm: Duration,
    /// Whether a refresh token is good once.
    pub(crate) rotates: bool,
    /// How long a refresh token is good after it was used, where it is good once.
    pub(crate) grace: Duration,
    /// Whether the session store writes a record that is not there any more.
    pub(crate) upserts: bool,
    /// Whether the registry reads the user along.
    pub(crate) reads_user: bool,
    /// Whether tries are limited.
    pub(crate) limits: bool,
    /// What is asked for more often than the rest: three of many together make what is rare likely.
    pub(crate) favourites: [usize; 3],
    /// Whether most of it is about one browser at one process.
    pub(crate) is_narrow: bool,
}

impl Plan {
    pub(crate) fn new(seed: u64) -> (Self, Chance) {
        let mut chance = Chance::new(seed);
        let apart = chance.pick(&[0, 0, 5, 60, 3600]);
        let sign = chance.pick(&[1, -1]);
        let ahead = chance.pick(&[[0, sign * apart], [sign * apart, 0]]);
        let weather = chance.below(8);
        let plan = Self {
            seed,
            loses: matches!(weather, 4 | 7),
            kills: matches!(weather, 5 | 7),
            leaves: matches!(weather, 3 | 6 | 7),
            ahead,
            warm: Duration::from_secs(chance.pick(&[0, 0, 10])),
            rotates: !chance.one_in(4),
            grace: Duration::from_secs(chance.pick(&[0, 0, 60])),
            upserts: chance.one_in(2),
            reads_user: chance.one_in(2),
            limits: chance.one_in(4),
            favourites: [(); 3].map(|()| chance.below(DEEDS)),
            is_narrow: chance.one_in(2),
        };
        (plan, chance)
    }

    /// Whether all messages arrive, and all processes live: nothing may fail then.
    pub(crate) fn is_calm(&self) -> bool {
        !(self.loses || self.kills)
    }
}

pub(crate) struct World {
    pub(crate) plan: Plan,
    is_traced: bool,
    began: Instant,
    state: Mutex<State>,
}

/// All that changes.
pub(crate) struct State {
    pub(crate) chance: Chance,
    pub(crate) tables: Tables,
    pub(crate) families: Families,
    pub(crate) ledger: Ledger,
    /// Messages arrive at once, and none is lost.
    pub(crate) is_healed: bool,
    /// The next answer to this is lost.
    pub(crate) loses: Option<&'static str>,
    /// Nothing is under way any more.
    pub(crate) is_at_rest: bool,
    /// The time since the schedule began, by the clock of the database and of Cognito.
    pub(crate) now: Duration,
    /// What happened, if somebody wants to read it.
    trace: Option<Vec<String>>,
}

impl World {
    pub(crate) fn new(seed: u64, is_traced: bool) -> Arc<Self> {
        let (plan, chance) = Plan::new(seed);
        Arc::new(Self {
            is_traced,
            began: Instant::now(),
            state: Mutex::new(State {
                chance,
                tables: Tables::new(&plan),
                families: Families::new(&plan),
                ledger: Ledger::new(&plan),
                is_healed: true,
                loses: None,
                is_at_rest: false,
                now: Duration::ZERO,
                trace: is_traced.then(Vec::new),
            }),
            plan,
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().expect("nobody panics");
        state.now = self.began.elapsed();
        state
    }

    /// Writes down what happens, if somebody wants to read it.
    pub(crate) fn note(&self, what: impl FnOnce() -> String) {
        if self.is_traced {
            self.lock().note(what);
        }
    }

    pub(crate) fn trace(&self) -> Vec<String> {
        self.lock().trace.take().unwrap_or_default()
    }
}

impl State {
    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let at = self.now.as_secs_f64();
            trace.push(format!("{at:>10.3}  {}", what()));
        }
    }

    fn fate(&mut self, plan: &Plan, to: Server, what: &str) -> Fate {
        if self.loses.take_if(|loses| *loses == what).is_some() {
            return Fate {
                loss: Some(Loss::Answer),
                ..Fate::default()
            };
        }
        if self.is_healed {
            return Fate::default();
        }

        let chance = &mut self.chance;
        let mut way = || match chance.below(8) {
            0..4 => Duration::ZERO,
            4..7 => chance.ms(7),
            _ => chance.ms(40),
        };
        let (mut there, back) = (way(), way());
        match to {
            Server::Cognito if chance.one_in(6) => there += chance.ms(6000),
            Server::Database if chance.one_in(60) => there += chance.ms(1500),
            _ => {}
        }
        let is_lost = plan.loses && chance.one_in(20);
        let loss = match is_lost {
            true => Some(chance.pick(&[Loss::Message, Loss::Answer])),
            false => None,
        };
        Fate { there, back, loss }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Server {
    Cognito,
    Database,
}

#[derive(Clone, Copy, PartialEq)]
enum Loss {
    Message,
    Answer,
}

/// What becomes of a message and its answer.
#[derive(Default)]
struct Fate {
    there: Duration,
    back: Duration,
    loss: Option<Loss>,
}

/// The message or its answer was lost: whether it was acted upon, nobody knows.
#[derive(Debug)]
pub(crate) struct Lost;

/// The life of a process, from its start until it is killed.
pub(crate) struct Life {
    /// Of all lives.
    pub(crate) number: usize,
    /// By how much its clock is ahead.
    ahead: time::Duration,
    is_over: AtomicBool,
}

impl Life {
    pub(crate) fn new(number: usize, ahead: i64) -> Arc<Self> {
        Arc::new(Self {
            number,
            ahead: time::Duration::seconds(ahead),
            is_over: AtomicBool::new(false),
        })
    }

    /// Kills the process: it neither sends nor hears anything from now on.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// What a process has of the world.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) world: Arc<World>,
    pub(crate) life: Arc<Life>,
}

impl Wire {
    /// Sends a message, and waits for the answer. A message that is on its way arrives, whatever becomes
    /// of its sender.
    pub(crate) async fn ask<T, F>(&self, to: Server, what: &'static str, act: F) -> Result<T, Lost>
    where
        F: FnOnce(&mut State) -> T + Send + 'static,
    {
        self.while_alive().await;
        let Fate { there, back, loss } = self.world.lock().fate(&self.world.plan, to, what);
        if loss == Some(Loss::Message) {
            self.note(what, "is lost");
            sleep(there).await;
            self.while_alive().await;
            return Err(Lost);
        }

        let mut message = Message {
            wire: self.clone(),
            what,
            arrives_at: Instant::now() + there,
            act: Some(act),
        };
        if !there.is_zero() {
            sleep(there).await;
        }
        let answer = message.arrive().expect("it has not arrived yet");
        if !back.is_zero() {
            sleep(back).await;
        }
        self.while_alive().await;
        if loss == Some(Loss::Answer) {
            self.note(what, "has its answer lost");
            return Err(Lost);
        }
        Ok(answer)
    }

    async fn while_alive(&self) {
        if self.life.is_over() {
            std::future::pending().await
        }
    }

    fn note(&self, what: &str, how: &str) {
        self.world
            .note(|| format!("    process {}: {what} {how}", self.life.number));
    }
}

/// A message that is on its way.
struct Message<F: FnOnce(&mut State) -> T + Send + 'static, T> {
    wire: Wire,
    what: &'static str,
    arrives_at: Instant,
    act: Option<F>,
}

impl<F: FnOnce(&mut State) -> T + Send + 'static, T> Message<F, T> {
    fn arrive(&mut self) -> Option<T> {
        let act = self.act.take()?;
        self.wire.note(self.what, "");
        Some(act(&mut self.wire.world.lock()))
    }
}

impl<F: FnOnce(&mut State) -> T + Send + 'static, T> Drop for Message<F, T> {
    fn drop(&mut self) {
        let Some(act) = self.act.take() else {
            return;
        };
        let (world, at) = (self.wire.world.clone(), self.arrives_at);
        self.wire.note(self.what, "goes on without its sender");
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep_until(at).await;
                act(&mut world.lock());
            });
        }
    }
}

impl Clock for Wire {
    fn now(&self) -> OffsetDateTime {
        time_at(self.world.began.elapsed()) + self.life.ahead
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.life.number)
    }
}
