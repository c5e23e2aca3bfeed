//! Cognito, as far as a login depends on it: passwords, challenges that are good once, and refresh tokens
//! that may be good once. Real calls are what all other tests are about; here is what an order of events
//! can change.

use std::time::Duration;

use async_trait::async_trait;
use axum_cognito::backend::{
    AuthBackend, CompletedLogin, Credentials, Error, LoginOutcome, Refresh, Refusal,
};
use axum_cognito::challenge::{Answer, Challenge, ChallengeRecord, SoftwareTokenMfa};
use axum_cognito::secrecy::ExposeSecret;
use axum_cognito::token::{RefreshToken, Tokens};
use axum_cognito::users::{StoredLogin, User, UserId, UserStore};
use time::OffsetDateTime;

use crate::database::Store;
use crate::world::{Lost, Plan, Server, State, time_at};

/// The names of the users. The second has to answer a challenge.
pub(crate) const NAMES: [&str; 2] = ["ann", "bob"];

/// How long tokens last.
const HOUR: Duration = Duration::from_secs(60 * 60);

const CHALLENGE: Duration = Duration::from_secs(3 * 60);

/// The name of the backend.
pub(crate) const POOL: &str = "pool";

/// What Cognito keeps.
#[derive(Default)]
pub(crate) struct Families {
    all: Vec<Family>,
    challenges: Vec<Asked>,
    /// The number of the password of each user.
    passwords: [usize; 2],
    rotates: bool,
    grace: Duration,
}

/// The tokens of one login at Cognito: the first ones, and those that they were exchanged for.
pub(crate) struct Family {
    /// When the user proved who they are.
    pub(crate) proved: u64,
    /// How often tokens were issued.
    pub(crate) issued: usize,
    pub(crate) is_revoked: bool,
    /// When the newest ones were issued.
    issued_at: Duration,
    /// Which tokens were exchanged.
    renewed: Vec<usize>,
    /// The process that has got the newest ones, and whether the answer arrived.
    pub(crate) holder: usize,
    pub(crate) is_lost: bool,
    /// Whether a process that has got some was killed.
    pub(crate) was_killed: bool,
}

struct Asked {
    user: usize,
    proved: u64,
    at: Duration,
    is_answered: bool,
}

impl Families {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            rotates: plan.rotates,
            grace: plan.grace,
            ..Self::default()
        }
    }

    /// A process is killed, which takes along what it has not written down yet.
    pub(crate) fn killed(&mut self, life: usize, written: &[Given]) {
        for (number, family) in self.all.iter_mut().enumerate() {
            let is_newest =
                |given: &Given| given.family == number && given.number + 1 == family.issued;
            family.was_killed |= family.holder == life && !written.iter().any(is_newest);
        }
    }

    pub(crate) fn all(&self) -> &[Family] {
        &self.all
    }

    pub(crate) fn password(&self, user: usize) -> usize {
        self.passwords[user]
    }

    pub(crate) fn change_password(&mut self, user: usize) {
        self.passwords[user] += 1;
    }

    fn begin(&mut self, proved: u64, now: Duration, life: usize) -> Given {
        self.all.push(Family {
            proved,
            issued: 1,
            is_revoked: false,
            issued_at: now,
            renewed: Vec::new(),
            holder: life,
            is_lost: false,
            was_killed: false,
        });
        Given {
            family: self.all.len() - 1,
            number: 0,
            expires_at: time_at(now + HOUR),
        }
    }
}

/// Tokens as they were given: which of which family.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Given {
    pub(crate) family: usize,
    pub(crate) number: usize,
    expires_at: OffsetDateTime,
}

impl Given {
    fn into_tokens(self) -> Tokens {
        let Self { family, number, .. } = self;
        let text = format!("~{family} {number}~");
        let mut tokens = Tokens::new(
            text.as_str(),
            text.as_str(),
            Some(RefreshToken::new(text.as_str())),
        );
        tokens.expires_at = self.expires_at;
        tokens
    }

    /// Reads which ones they are.
    pub(crate) fn read(tokens: &Tokens) -> Self {
        let refresh = tokens.refresh.as_ref().expect("a refresh token");
        Self::parse(refresh.expose().trim_matches('~'), tokens.expires_at)
    }

    fn parse(refresh: &str, expires_at: OffsetDateTime) -> Self {
        let (family, number) = refresh.split_once(' ').expect("two numbers");
        Self {
            family: family.parse().expect("a number"),
            number: number.parse().expect("a number"),
            expires_at,
        }
    }
}

/// What Cognito says to a password or a code.
enum Verdict {
    Asks(usize),
    Gives(Given),
    Refuses,
}

/// The user pool behind the login of one process.
pub(crate) struct Pool(pub(crate) Store);

impl Pool {
    async fn ask<T: 'static>(
        &self,
        what: &'static str,
        act: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let answer = self.0.0.ask(Server::Cognito, what, act).await;
        answer.map_err(|Lost| Error::other("a message was lost"))
    }

    async fn outcome(
        &self,
        user: usize,
        verdict: Verdict,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        Ok(match verdict {
            Verdict::Refuses => LoginOutcome::Refused(Refusal::NotAuthorized),
            Verdict::Asks(number) => {
                let record = ChallengeRecord::new(SoftwareTokenMfa::NAME, NAMES[user]);
                let record = record.with_session(number.to_string().into());
                LoginOutcome::Challenge(Challenge::from(record))
            }
            Verdict::Gives(given) => {
                let tokens = given.into_tokens();
                match self.0.find_by_username(NAMES[user]).await? {
                    Some(row) if row.is_active => {
                        LoginOutcome::Complete(CompletedLogin::new(row).with_tokens(tokens))
                    }
                    _ => {
                        self.revoke(&tokens).await?;
                        LoginOutcome::Refused(Refusal::Inactive)
                    }
                }
            }
        })
    }
}

#[async_trait]
impl AuthBackend for Pool {
    fn name(&self) -> &str {
        POOL
    }

    fn users(&self) -> Option<&dyn UserStore> {
        Some(&self.0)
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        Ok(self.0.find(id).await?)
    }

    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        let known = NAMES.iter().position(|name| *name == credentials.username);
        let Some(user) = known else {
            return Ok(LoginOutcome::Refused(Refusal::UserNotFound));
        };
        let password = credentials.password.as_ref().expect("a password");
        let password: usize = password.expose_secret().parse().expect("a number");
        let life = self.0.0.life.number;
        let verdict = self.ask("checks a password", move |state| {
            state.ledger.tried(life, user, state.now);
            let proved = state.ledger.tick();
            let families = &mut state.families;
            if families.passwords[user] != password {
                return Verdict::Refuses;
            }
            if user == 0 {
                return Verdict::Gives(families.begin(proved, state.now, life));
            }
            families.challenges.push(Asked {
                user,
                proved,
                at: state.now,
                is_answered: false,
            });
            Verdict::Asks(families.challenges.len() - 1)
        });
        self.outcome(user, verdict.await?).await
    }

    async fn answer(&self, answer: Answer) -> Result<LoginOutcome<CompletedLogin>, Error> {
        let session = answer.challenge().session().expect("a session").expose();
        let number: usize = session.parse().expect("a number");
        let code = answer.response("SOFTWARE_TOKEN_MFA_CODE").expect("a code");
        let (is_right, meant) = code.split_at(1);
        let (is_right, meant) = (is_right == "1", meant.parse().expect("a number"));
        let user = NAMES
            .iter()
            .position(|name| *name == answer.challenge().username());
        let user = user.expect("a user");
        let life = self.0.0.life.number;
        let verdict = self.ask("checks a code", move |state| {
            state.ledger.answered(meant, number);
            let families = &mut state.families;
            let asked = &mut families.challenges[number];
            let is_open = !asked.is_answered && state.now < asked.at + CHALLENGE;
            asked.is_answered = true;
            let proved = asked.proved;
            match is_open && is_right && asked.user == user {
                true => Verdict::Gives(families.begin(proved, state.now, life)),
                false => Verdict::Refuses,
            }
        });
        self.outcome(user, verdict.await?).await
    }

    async fn refresh(&self, _: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        let old = Given::read(tokens);
        let life = self.0.0.life.number;
        let renewed = self.ask("renews tokens", move |state| {
            let Families { rotates, grace, .. } = state.families;
            let family = &mut state.families.all[old.family];
            let is_used = family.renewed.contains(&old.number);
            if is_used && !family.is_revoked {
                state.ledger.renewed_again(old, family);
            }
            let is_newest = old.number + 1 == family.issued;
            let is_good = !rotates || is_newest || state.now < family.issued_at + grace;
            if family.is_revoked || !is_good {
                return None;
            }
            family.renewed.push(old.number);
            family.issued += 1;
            family.issued_at = state.now;
            family.holder = life;
            family.is_lost = true;
            family.was_killed = false;
            Some(Given {
                family: old.family,
                number: family.issued - 1,
                expires_at: time_at(state.now + HOUR),
            })
        });
        let renewed = renewed.await?;
        let Some(given) = renewed else {
            return Ok(Refresh::Ended);
        };
        self.0.0.world.lock().families.all[given.family].is_lost = false;
        Ok(Refresh::Renewed {
            tokens: given.into_tokens(),
            groups: Vec::new(),
        })
    }

    async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        let given = Given::read(tokens);
        self.ask("revokes tokens", move |state| {
            let families = &mut state.families;
            let family = &mut families.all[given.family];
            let is_newest = given.number + 1 == family.issued;
            // A refresh token that was exchanged already revokes nothing.
            if is_newest || !families.rotates {
                family.is_revoked = true;
                let mut logins = state.tables.given();
                let lives = logins.find(|(_, other)| other.family == given.family);
                state.ledger.revoked(given, lives.map(|(id, _)| id));
            }
        })
        .await
    }
}

/// The tokens in a row. They are not encrypted, and no base64: so they stand in it as they are.
pub(crate) fn given_in(stored: &StoredLogin) -> Given {
    let packed = stored.tokens.as_deref().expect("tokens");
    // After the expiry, which can be any bytes.
    let text = String::from_utf8_lossy(&packed[8..]);
    let (_, refresh) = text.split_once('~').expect("a token");
    let (refresh, _) = refresh.split_once('~').expect("its end");
    Given::parse(refresh, stored.login.expires_at.expect("an expiry"))
}
