use std::time::Duration;

use tokio::time::{sleep, timeout};
use tracing::warn;

use super::AuthSession;
use crate::backend::Backend;
use crate::web::auth::Site;
use crate::web::login::{CurrentUser, Found, Live, Refreshed};

impl AuthSession {
    /// Waits until the login of this browser is over, for answers that go on for long: a WebSocket, or
    /// server-sent events. Returns at once if nobody is logged in.
    ///
    /// An end in this process is noticed at once, and one elsewhere after `within` at most: a logout at
    /// another process, a user who is not active any more, the login's lifetime. The registry is asked
    /// that often for each stream, whatever is kept
    /// [warm](crate::web::AuthBuilder::with_warm_logins). What Cognito alone knows, such as a user who was disabled there, is
    /// noticed when the tokens have to be renewed, as at requests. Waiting is no use of the login: one
    /// that nothing else uses ends after its
    /// [idle lifetime](crate::web::AuthBuilder::with_idle_lifetime).
    ///
    /// While it cannot be told, because the database does not answer, the login is taken to go on. If
    /// the tokens cannot be renewed, because Cognito does not answer, it resolves when they expire: from
    /// then on, requests get an error too.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use std::time::Duration;
    ///
    /// use axum::response::sse::{Event, Sse};
    /// use axum_cognito::AuthSession;
    /// use futures_util::stream::{self, Stream, StreamExt};
    ///
    /// async fn news(auth: AuthSession) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    ///     let news = stream::pending(); // yours
    ///     Sse::new(news.take_until(async move { auth.ended(Duration::from_secs(10)).await }))
    /// }
    /// ```
    pub async fn ended(&self, within: Duration) {
        let user = loop {
            match self.load().await {
                Ok(Some(user)) => break user,
                Ok(None) => return,
                Err(failure) => {
                    failure.log();
                    sleep(within).await;
                }
            }
        };
        let Some(backend) = self.backend_of(&user) else {
            return;
        };
        #[cfg(feature = "alb")]
        if super::load_balancer::is_let_in(&user) {
            return self.proof_expired(&user).await;
        }

        let site = self.site();
        // Before the first look, so that nothing is missed between two.
        let mut ends = site.registry.ends();
        while !is_over(site, backend, &user).await {
            let _ = timeout(within, ends.of(user.login_id())).await;
        }
    }
}

/// Whether a login is over. Tokens that are about to expire are renewed, which may end it.
async fn is_over(site: &Site, backend: &Backend, user: &CurrentUser) -> bool {
    let live = match site.registry.peek(backend, user.login_id()).await {
        Ok(Found::Live(live)) => live,
        Ok(Found::Over(_)) => return true,
        Err(error) => {
            warn!(%error, "whether the login of a stream is over cannot be told, and is asked again");
            return false;
        }
    };

    let Live { user, login, at } = live;
    if !site.is_due(&login, at) {
        return false;
    }
    let refreshed = site
        .refreshes
        .refresh(&site.registry, backend, &user, &login)
        .await;
    match refreshed {
        Refreshed::Ended => true,
        Refreshed::Failed(_) => !site.has_good_tokens(&login), // as at requests, which get an error
        Refreshed::Renewed(_) => false,
    }
}
