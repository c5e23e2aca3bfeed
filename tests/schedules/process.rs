//! A process of the site: its own `Auth`, clock and memory, on the database that all share.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use axum_cognito::backend::{Credentials, LoginOutcome};
use axum_cognito::challenge::Challenge;
use axum_cognito::users::LoginId;
use axum_cognito::web::{AuthError, Limit, Limits};
use axum_cognito::{Auth, AuthSession, CurrentUser};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::{Layer, ServiceExt, service_fn};

use crate::cognito::{Given, NAMES, POOL, Pool};
use crate::database::{Sessions, Store};
use crate::world::{Life, Server, Wire, World};

/// How many tries of an account are let through at once, and how soon there is another one.
pub(crate) const BURST: u32 = 2;
pub(crate) const EVERY: Duration = Duration::from_secs(30);

/// What a browser asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Makes the user active again.
    Activate {
        user: usize,
    },
    /// Sends the answer to the challenge that was shown.
    Answer {
        shown: String,
        is_right: bool,
    },
    ChangePassword,
    Deactivate {
        user: usize,
    },
    /// Ends all logins of a user, as an administrator.
    EndAll {
        user: usize,
    },
    /// Ends the login of another browser, as an administrator does.
    EndOne {
        login: LoginId,
    },
    /// Ends another login of the same user, as the list of one's logins does.
    EndOwn {
        login: LoginId,
    },
    EndOthers,
    LogIn {
        user: usize,
        password: usize,
    },
    LogOut,
    LogOutEverywhere,
    /// Asks who is logged in.
    Look,
    /// Asks for the tokens.
    Tokens,
    /// Waits for the end of the login.
    Watch,
    /// Writes something of the site's own into the session.
    Write,
}

/// What a browser is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Said {
    Challenge {
        shown: String,
    },
    Done,
    Failed(u16),
    LoggedIn {
        login: LoginId,
        user: usize,
    },
    Nobody,
    #[default]
    Nothing,
    Refused,
    User {
        login: LoginId,
        user: usize,
    },
}

/// An answer, with the cookie that comes along: `Some("")` deletes it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) said: Said,
    pub(crate) cookie: Option<String>,
}

type Call = dyn Fn(Request<()>) -> BoxFuture<'static, Response<Said>> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) life: Arc<Life>,
    call: Arc<Call>,
}

impl Process {
    pub(crate) async fn start(
        world: &Arc<World>,
        number: usize,
        ahead: i64,
        warm: Duration,
    ) -> Self {
        let wire = Wire {
            world: world.clone(),
            life: Life::new(number, ahead),
        };
        let limits = match world.plan.limits {
            true => Limits::none().with_per_account(Limit::new(BURST, EVERY)),
            false => Limits::none(),
        };
        let auth = Auth::builder()
            .with_backend(Pool(Store(wire.clone())))
            .with_clock(Arc::new(wire.clone()))
            .with_warm_logins(warm)
            .with_limits(limits)
            .build();
        let auth = auth.await.expect("a site");

        let (clerk, life) = (
            Clerk {
                wire: wire.clone(),
                auth: auth.clone(),
            },
            wire.life.clone(),
        );
        let site = service_fn(move |request| clerk.clone().serve(request));
        let site = auth.layer(Sessions(wire)).layer(site);
        let call = move |request| {
            let answer = site.clone().oneshot(request);
            answer.map(|answer| answer.expect("an answer")).boxed()
        };
        Self {
            life,
            call: Arc::new(call),
        }
    }

    /// Sends a request, and waits for the answer.
    pub(crate) async fn ask(&self, cookie: Option<&str>, deed: Deed) -> Told {
        let mut request = Request::new(());
        if let Some(cookie) = cookie {
            let cookie = format!("id={cookie}").parse().expect("a header");
            request.headers_mut().insert(COOKIE, cookie);
        }
        request.extensions_mut().insert(deed);
        let mut answer = (self.call)(request).await;
        if self.life.is_over() {
            std::future::pending::<()>().await;
        }

        let cookie = answer.headers().get(SET_COOKIE).map(|header| {
            let header = header.to_str().expect("text");
            let value = header.strip_prefix("id=").expect("our cookie");
            let (value, rest) = value.split_once(';').expect("attributes");
            let is_removal = rest.contains("Max-Age=0;");
            if is_removal { "" } else { value }.to_owned()
        });
        let said = match answer.status() {
            StatusCode::INTERNAL_SERVER_ERROR => Said::Failed(500), // of the layer of sessions
            _ => std::mem::take(answer.body_mut()),
        };
        Told { said, cookie }
    }
}

/// The handler of all requests.
#[derive(Clone)]
struct Clerk {
    wire: Wire,
    auth: Auth,
}

impl Clerk {
    async fn serve(self, request: Request<()>) -> Result<Response<Said>, Infallible> {
        let (mut parts, ()) = request.into_parts();
        let deed = parts.extensions.remove().expect("a deed");
        let auth = AuthSession::from_request_parts(&mut parts, &()).await;
        let done = Box::pin(self.does(&auth.expect("both layers"), deed)).await;

        let mut answer = Response::new(Said::Nothing);
        match done {
            Ok(said) => *answer.body_mut() = said,
            Err(error) => {
                *answer.status_mut() = error.status();
                *answer.body_mut() = Said::Failed(error.status().as_u16());
                self.wire
                    .world
                    .note(|| format!("    process {}: {error}", self.wire.life.number));
            }
        }
        Ok(answer)
    }

    async fn does(&self, auth: &AuthSession, deed: Deed) -> Result<Said, AuthError> {
        match deed {
            Deed::Look => self.look(auth).await,
            Deed::Write => {
                let said = self.look(auth).await?;
                if let Said::User { user, .. } = said {
                    auth.session()?.insert("owner", user).await?;
                }
                Ok(said)
            }
            Deed::Tokens => {
                let said = self.look(auth).await?;
                if let Said::User { login, .. } = &said
                    && let Some(tokens) = auth.tokens().await?
                {
                    let mut state = self.wire.world.lock();
                    state.ledger.handed_out(login, Given::read(&tokens));
                }
                Ok(said)
            }
            Deed::LogIn { user, password } => {
                let credentials = Credentials::new(NAMES[user], password.to_string());
                let outcome = auth.log_in(&credentials).await?;
                self.outcome(auth, outcome).await
            }
            Deed::Answer { shown, is_right } => {
                let Some(pending) = auth.challenge().await? else {
                    return Ok(Said::Refused);
                };
                let Challenge::SoftwareTokenMfa(asked) = pending.challenge else {
                    panic!("another challenge");
                };
                let meant = self.wire.world.lock().ledger.number_of(&shown);
                let code = format!("{}{meant}", u8::from(is_right));
                let answer = asked.answer(code.into());
                let outcome = match auth.answer(&shown, answer).await {
                    Err(AuthError::OtherChallenge) => return Ok(Said::Refused),
                    outcome => outcome?,
                };
                self.outcome(auth, outcome).await
            }
            Deed::LogOut => {
                auth.log_out().await?;
                Ok(Said::Done)
            }
            Deed::LogOutEverywhere => {
                auth.log_out_everywhere().await?;
                Ok(Said::Done)
            }
            Deed::EndOthers => {
                auth.end_other_logins().await?;
                Ok(Said::Done)
            }
            Deed::EndAll { user } => {
                auth.end_logins_of(POOL, &row(user)).await?;
                Ok(Said::Done)
            }
            Deed::EndOne { login } => {
                self.auth.end_login(POOL, &login).await?;
                Ok(Said::Done)
            }
            Deed::EndOwn { login } => {
                if auth.current_user().await?.is_none() {
                    return Ok(Said::Nobody);
                }
                auth.log_out_of(&login).await?;
                Ok(Said::Done)
            }
            Deed::Deactivate { user } => self.switch(user, false).await,
            Deed::Activate { user } => self.switch(user, true).await,
            Deed::ChangePassword => {
                let Some(current) = auth.current_user().await? else {
                    return Ok(Said::Nobody);
                };
                let user = number(&current);
                let changed = self
                    .wire
                    .ask(Server::Cognito, "changes a password", move |state| {
                        state.families.change_password(user);
                    });
                if changed.await.is_err() {
                    return Ok(Said::Failed(503));
                }
                auth.rekey().await?;
                Ok(match auth.current_user().await? {
                    Some(current) => self.logged_in(&current),
                    None => Said::Nobody,
                })
            }
            Deed::Watch => {
                auth.ended(Duration::from_secs(5)).await;
                Ok(Said::Nobody)
            }
        }
    }

    async fn look(&self, auth: &AuthSession) -> Result<Said, AuthError> {
        let user = auth.current_user().await?;
        let owner: Option<usize> = auth.session()?.get("owner").await?;
        let said = match &user {
            Some(user) => Said::User {
                login: user.login_id().clone(),
                user: number(user),
            },
            None => Said::Nobody,
        };
        if owner.is_some() && owner != user.as_ref().map(number) {
            let mut state = self.wire.world.lock();
            state
                .ledger
                .violation(format!("{said:?} sees what belongs to {owner:?}"));
        }
        Ok(said)
    }

    async fn outcome(
        &self,
        auth: &AuthSession,
        outcome: LoginOutcome<CurrentUser>,
    ) -> Result<Said, AuthError> {
        Ok(match outcome {
            LoginOutcome::Refused(_) => Said::Refused,
            LoginOutcome::Complete(user) => self.logged_in(&user),
            LoginOutcome::Challenge(asked) => {
                let session = asked.record().session().expect("a session").expose();
                let number = session.parse().expect("a number");
                let shown = auth.challenge().await?.expect("it waits").id;
                let mut state = self.wire.world.lock();
                state.ledger.asked(&shown, number);
                Said::Challenge { shown }
            }
        })
    }

    fn logged_in(&self, user: &CurrentUser) -> Said {
        let (login, user) = (user.login_id().clone(), number(user));
        self.wire.world.lock().ledger.begun(&login);
        Said::LoggedIn { login, user }
    }

    async fn switch(&self, user: usize, is_active: bool) -> Result<Said, AuthError> {
        self.auth.set_active(POOL, &row(user), is_active).await?;
        Ok(Said::Done)
    }
}

/// The key of a user's row.
pub(crate) fn row(user: usize) -> axum_cognito::users::UserId {
    (user as i64 + 1).into()
}

fn number(user: &CurrentUser) -> usize {
    let name = NAMES.iter().position(|name| *name == user.username);
    name.expect("a user of ours")
}
