//! What has happened, and what must never happen.

use std::time::Duration;

use axum_cognito::users::{LoginId, LoginRecord, UserId};

use crate::cognito::{Family, Given};
use crate::process::{BURST, Deed, EVERY, Said, row};
use crate::world::{Plan, State};

/// What is remembered of a schedule.
pub(crate) struct Ledger {
    is_calm: bool,
    leaves: bool,
    grace: Duration,
    rotates: bool,
    warm: Duration,
    limits: bool,
    /// Counts events.
    order: u64,
    logins: Vec<History>,
    ends: Vec<End>,
    cookies: Vec<Cookie>,
    /// The number of each challenge, and by which id it was shown.
    challenges: Vec<(usize, String)>,
    /// Tries of a password, by the process and the user.
    tries: Vec<(usize, usize, Duration)>,
    switched: [Option<u64>; 2],
    inactive: [bool; 2],
    pub(crate) violations: Vec<String>,
}

/// A login from its beginning to its end.
struct History {
    id: LoginId,
    user: UserId,
    family: usize,
    inserted: u64,
    /// When the user proved who they are.
    proved: u64,
    /// Whether it was handed out.
    is_known: bool,
    gone: Option<(u64, Duration)>,
}

/// A cookie that was handed out.
struct Cookie {
    value: String,
    /// The login of its session.
    login: Option<LoginId>,
    /// Whether the session may have another id by now, as it gets when a challenge begins.
    may_have_moved: bool,
}

/// An end that somebody was told of.
struct End {
    of: Ended,
    life: usize,
    began: u64,
    answered: u64,
    at: Duration,
}

enum Ended {
    Login(LoginId),
    Logins {
        user: UserId,
        except: Option<LoginId>,
    },
}

/// A request, as its browser has it.
pub(crate) struct Sent {
    pub(crate) deed: Deed,
    pub(crate) cookie: Option<String>,
    pub(crate) life: usize,
    pub(crate) began: u64,
    pub(crate) at: Duration,
    /// Whether everything works, and everything is at rest.
    pub(crate) is_at_rest: bool,
}

impl Ledger {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            is_calm: plan.is_calm(),
            leaves: plan.leaves,
            grace: plan.grace,
            rotates: plan.rotates,
            warm: plan.warm,
            limits: plan.limits,
            order: 0,
            logins: Vec::new(),
            ends: Vec::new(),
            cookies: Vec::new(),
            challenges: Vec::new(),
            tries: Vec::new(),
            switched: [None; 2],
            inactive: [false; 2],
            violations: Vec::new(),
        }
    }

    pub(crate) fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    pub(crate) fn tick(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    fn login(&mut self, id: &LoginId) -> Option<&mut History> {
        self.logins.iter_mut().find(|login| login.id == *id)
    }

    /// A login was written into the database.
    pub(crate) fn inserted(&mut self, login: &LoginRecord, family: usize, proved: u64) {
        let inserted = self.tick();
        if self.login(&login.id).is_some() {
            self.violation("a login was added twice");
        }
        self.logins.push(History {
            id: login.id.clone(),
            user: login.user_id.clone(),
            family,
            inserted,
            proved,
            is_known: false,
            gone: None,
        });
    }

    pub(crate) fn deleted(&mut self, id: &LoginId, at: Duration) {
        let order = self.tick();
        let login = self.login(id).expect("it was added");
        login.gone = Some((order, at));
    }

    /// A login is about to be handed out.
    pub(crate) fn begun(&mut self, id: &LoginId) {
        self.login(id).expect("it was added").is_known = true;
    }

    pub(crate) fn switched(&mut self, user: &UserId, is_active: bool) {
        let order = self.tick();
        let user = (user.as_number().expect("a number") - 1) as usize;
        self.switched[user] = Some(order);
        self.inactive[user] = !is_active;
        // The session of somebody who is not active is emptied.
        let of_user = |login: &LoginId| {
            let login = self.logins.iter().find(|it| it.id == *login);
            login.is_some_and(|login| login.user == row(user))
        };
        for cookie in &mut self.cookies {
            cookie.may_have_moved |= !is_active && cookie.login.as_ref().is_some_and(of_user);
        }
    }

    /// Whether a user is not active, or was not at some time since `began`.
    fn was_inactive(&self, user: usize, began: u64) -> bool {
        self.inactive[user] || self.switched[user].is_some_and(|at| at > began)
    }

    pub(crate) fn asked(&mut self, shown: &str, number: usize) {
        self.challenges.push((number, shown.to_owned()));
    }

    /// The number of the challenge that was shown by this id.
    pub(crate) fn number_of(&self, shown: &str) -> usize {
        let asked = self.challenges.iter().find(|(_, known)| known == shown);
        asked.expect("it was shown").0
    }

    /// Cognito gets an answer that was meant for a challenge.
    pub(crate) fn answered(&mut self, meant: usize, number: usize) {
        if meant != number {
            self.violation("an answer went to another challenge than the one that was shown");
        }
    }

    pub(crate) fn tried(&mut self, life: usize, user: usize, at: Duration) {
        self.tries.push((life, user, at));
        if !self.limits {
            return;
        }
        let of_both =
            |(other, whom, _): &&(usize, usize, Duration)| *other == life && *whom == user;
        let tries: Vec<_> = self
            .tries
            .iter()
            .filter(of_both)
            .map(|(.., at)| *at)
            .collect();
        for (number, first) in tries.iter().enumerate() {
            // Messages may arrive more closely than they were sent.
            let time = (at - *first).as_secs_f64() + 8.0;
            let most = f64::from(BURST) + (time / EVERY.as_secs_f64()).floor();
            if (tries.len() - number) as f64 > most {
                self.violation("a password was tried more often than the limit allows");
                return;
            }
        }
    }

    /// A refresh token was sent that was exchanged already.
    pub(crate) fn renewed_again(&mut self, old: Given, family: &Family) {
        // A message or a process that was lost has taken the newer one along.
        if self.is_calm || !(family.is_lost || family.was_killed) {
            let Given { family, number, .. } = old;
            self.violation(format!("the tokens {family}.{number} were renewed twice"));
        }
    }

    /// Tokens were revoked, whose login is there still or is not. One that nobody was told of may be about
    /// to be taken back.
    pub(crate) fn revoked(&mut self, given: Given, lives: Option<&LoginId>) {
        // Of a login that is being replaced there are two rows, of which one may be ended alone.
        let is_known = |id: &LoginId| {
            let login = self.logins.iter().find(|login| login.id == *id);
            login.is_some_and(|login| login.is_known) && !self.is_replaced(given.family)
        };
        if lives.is_some_and(is_known) {
            let Given { family, number, .. } = given;
            self.violation(format!(
                "the tokens {family}.{number} were revoked, and their login lives"
            ));
        }
    }

    fn is_replaced(&self, family: usize) -> bool {
        let rows = self.logins.iter().filter(|login| login.family == family);
        rows.count() > 1
    }

    pub(crate) fn handed_out(&mut self, id: &LoginId, given: Given) {
        let login = self.login(id).expect("it was added");
        if login.family != given.family {
            self.violation("somebody got the tokens of another login");
        }
    }

    /// A browser sends a request.
    pub(crate) fn sent(&mut self, deed: &Deed, cookie: Option<&str>) -> u64 {
        if let (Deed::LogIn { .. }, Some(cookie)) = (deed, cookie)
            && let Some(known) = self.cookies.iter_mut().find(|known| known.value == cookie)
        {
            known.may_have_moved = true;
        }
        self.tick()
    }

    fn cookie(&self, cookie: Option<&str>) -> Option<&Cookie> {
        self.cookies
            .iter()
            .find(|known| Some(&*known.value) == cookie)
    }
}

/// A browser has got an answer.
pub(crate) fn told(state: &mut State, sent: &Sent, said: &Said, cookie: Option<&str>) {
    let now = state.now;
    let answered = state.ledger.tick();
    let known = state.ledger.cookie(sent.cookie.as_deref());
    let login = known.and_then(|known| known.login.clone());
    let may_have_moved = known.is_some_and(|known| known.may_have_moved);
    judge(state, sent, said, login.as_ref(), may_have_moved);

    let ledger = &mut state.ledger;
    if let Some(cookie) = cookie.filter(|cookie| !cookie.is_empty()) {
        let begun = match said {
            Said::LoggedIn { login, user } => Some((login.clone(), *user)),
            _ => None,
        };
        if ledger.cookie(Some(cookie)).is_none() {
            ledger.cookies.push(Cookie {
                value: cookie.to_owned(),
                // A challenge takes the login of the session along, if that was there still; and the session
                // of somebody who is not active is emptied.
                may_have_moved: begun
                    .as_ref()
                    .is_none_or(|(_, user)| ledger.was_inactive(*user, sent.began)),
                login: begun.map(|(login, _)| login).or_else(|| login.clone()),
            });
        } else if begun.is_some() {
            ledger.violation("a login took up a cookie that was there");
        }
    }

    if let (Deed::ChangePassword, Said::LoggedIn { login, .. }) = (&sent.deed, said)
        && let Some(login) = ledger.login(login)
    {
        login.proved = sent.began;
    }
    let user_of = |id: &LoginId| {
        let login = ledger.logins.iter().find(|login| login.id == *id);
        login.map(|login| login.user.clone())
    };
    let all = |user, except| Ended::Logins { user, except };
    let of = match (&sent.deed, said, &login) {
        (Deed::EndOne { login }, Said::Done, _) => Some(Ended::Login(login.clone())),
        // Those of other users are left alone.
        (Deed::EndOwn { login: other }, Said::Done, Some(login))
            if user_of(other) == user_of(login) =>
        {
            Some(Ended::Login(other.clone()))
        }
        // A session that has just got another id, in another tab, is not found by the one before.
        (Deed::LogOut | Deed::LogOutEverywhere, Said::Done, _) if may_have_moved => None,
        (Deed::LogOut | Deed::LogOutEverywhere, Said::Done, Some(login)) => {
            Some(Ended::Login(login.clone()))
        }
        (Deed::EndAll { user } | Deed::Deactivate { user }, Said::Done, _) => {
            Some(all(row(*user), None))
        }
        (Deed::ChangePassword, Said::LoggedIn { login, .. }, _) => {
            user_of(login).map(|user| all(user, Some(login.clone())))
        }
        _ => None,
    };
    // Whoever logs out everywhere hears of the ends that there were before.
    let before = match (&sent.deed, said, &login) {
        (Deed::LogOutEverywhere, Said::Done, Some(login)) => user_of(login),
        _ => None,
    };
    let were_over = ledger.logins.iter().filter(|login| {
        let was_over = login.gone.is_some_and(|(order, _)| order < sent.began);
        was_over && before.as_ref() == Some(&login.user)
    });
    let were_over: Vec<_> = were_over.map(|it| Ended::Login(it.id.clone())).collect();
    ledger
        .ends
        .extend(of.into_iter().chain(were_over).map(|of| End {
            of,
            life: sent.life,
            began: sent.began,
            answered,
            at: now,
        }));
}

fn judge(
    state: &mut State,
    sent: &Sent,
    said: &Said,
    login: Option<&LoginId>,
    may_have_moved: bool,
) {
    match said {
        Said::User { login: found, .. } if login != Some(found) => {
            let what = format!("a cookie of {login:?} is let in as {found:?}");
            state.ledger.violation(what);
        }
        Said::User { login: found, user } => let_in(state, sent, found, *user),
        Said::Failed(_) => kept_out(state, sent, said, None),
        Said::Nobody => kept_out(state, sent, said, login.filter(|_| !may_have_moved)),
        _ => {}
    }
}

/// Somebody was let in: the login must not be over.
fn let_in(state: &mut State, sent: &Sent, id: &LoginId, user: usize) {
    let ledger = &mut state.ledger;
    let warm = ledger.warm;
    let login = ledger.login(id).expect("it was added");
    let is_late = |at: Duration| sent.at >= at + warm;
    let mut wrong = Vec::new();
    if login.user != row(user) {
        wrong.push("somebody has become another".to_owned());
    }
    if let Some((order, at)) = login.gone
        && order < sent.began
        && is_late(at)
    {
        wrong.push(format!("{id} was deleted and is let in"));
    }
    let (proved, of) = (login.proved, login.user.clone());
    for end in &ledger.ends {
        let covers = match &end.of {
            Ended::Login(ended) => ended == id,
            Ended::Logins { user, except } => {
                *user == of && except.as_ref() != Some(id) && proved < end.began
            }
        };
        // Where it was ended, it is over at once.
        if covers && end.answered < sent.began && (end.life == sent.life || is_late(end.at)) {
            wrong.push(format!("{id} has ended and is let in"));
        }
    }
    ledger.violations.extend(wrong);
}

/// Somebody was not let in, or got an error: the login must be over.
fn kept_out(state: &mut State, sent: &Sent, said: &Said, login: Option<&LoginId>) {
    let is_strict = sent.is_at_rest || state.ledger.is_calm;
    if matches!(said, Said::Failed(status) if *status != 429) && is_strict {
        let what = format!("{:?} fails though everything works: {said:?}", sent.deed);
        state.ledger.violation(what);
    }
    let Some(id) = login.filter(|_| is_strict) else {
        return;
    };
    let Some(stored) = state.tables.logins().find(|stored| stored.login.id == *id) else {
        return;
    };
    let user = (stored.login.user_id.as_number().expect("a number") - 1) as usize;
    let ledger = &mut state.ledger;
    let was_inactive = ledger.was_inactive(user, sent.began);
    let known = ledger.login(id).expect("it was added");
    let (inserted, family) = (known.inserted, known.family);
    if inserted < sent.began && !ledger.is_replaced(family) && !was_inactive {
        ledger.violation(format!("{id} lives and is not let in"));
    }
}

/// The cookies of the logins that live, and one of those that do not.
pub(crate) fn cookies_to_try(state: &mut State) -> Vec<String> {
    let lives = |login: &LoginId| {
        let mut logins = state.tables.logins();
        logins.any(|stored| stored.login.id == *login)
    };
    let cookies = state.ledger.cookies.iter();
    let (mut living, over): (Vec<_>, Vec<_>) =
        cookies.partition(|cookie| cookie.login.as_ref().is_some_and(lives));
    if !over.is_empty() {
        living.push(over[state.chance.below(over.len())]);
    }
    living.iter().map(|cookie| cookie.value.clone()).collect()
}

/// Everything has come to rest: no tokens are lost, and none outlive their login.
pub(crate) fn at_rest(state: &mut State) {
    let State {
        tables,
        families,
        ledger,
        ..
    } = state;
    let mut wrong = Vec::new();
    let is_known = |id: &LoginId| ledger.logins.iter().any(|it| it.id == *id && it.is_known);
    for (id, given) in tables.given().filter(|(id, _)| is_known(id)) {
        let family = &families.all()[given.family];
        let is_excused = !ledger.is_calm && (family.is_lost || family.was_killed);
        if ledger.rotates
            && ledger.grace.is_zero()
            && given.number + 1 != family.issued
            && !is_excused
        {
            wrong.push(format!("the newest tokens of {id} were lost"));
        }
    }
    if ledger.is_calm && !ledger.leaves {
        let forgotten = tables.logins().filter(|stored| !is_known(&stored.login.id));
        wrong.extend(forgotten.map(|stored| format!("{} was never handed out", stored.login.id)));
        for (number, family) in families.all().iter().enumerate() {
            let lives = tables.given().any(|(_, given)| given.family == number);
            if !lives && !family.is_revoked {
                wrong.push(format!("the tokens of family {number} outlive their login"));
            }
        }
    }
    ledger.violations.extend(wrong);
}
