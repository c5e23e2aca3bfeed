//! The user whom a load balancer has let in. There is no session of ours: each request is proved anew,
//! so that nothing outlives what the load balancer stands by.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::sleep;

use super::AuthSession;
use crate::backend::{Admitted, Backend};
use crate::users::{LoginId, LoginRecord};
use crate::web::auth::AlbHeaders;
use crate::web::error::AuthError;
use crate::web::hook::Event;
use crate::web::login::CurrentUser;

/// The id of the login of everybody whom a load balancer has let in. It is in no registry: there is nothing
/// to end but the load balancer's own session.
const LOGIN: &str = "load-balancer";

/// Whether a load balancer has let the user in.
pub(super) fn is_let_in(user: &CurrentUser) -> bool {
    user.login_id().as_str() == LOGIN
}

impl AuthSession {
    /// Returns the user whom a load balancer has let in, if the site is behind one.
    pub(super) async fn find_behind_load_balancer(&self) -> Result<Option<CurrentUser>, AuthError> {
        let headers = self.request.seen().visitor.load_balancer.as_ref();
        let Some(proof) = headers.and_then(AlbHeaders::proof) else {
            return Ok(None);
        };

        let mut failure = None;
        for backend in self.site().backends.iter() {
            match backend.admit_behind_load_balancer(&proof).await {
                Ok(Some(admitted)) => return Ok(Some(self.welcome(backend, admitted))),
                Ok(None) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(None), |error| Err(error.into()))
    }

    /// Waits until the load balancer does not stand by what it has said of the user any more.
    pub(super) async fn proof_expired(&self, user: &CurrentUser) {
        let now = self.now();
        let left = user
            .tokens_expire_at()
            .map_or(time::Duration::ZERO, |at| at - now);

        sleep(Duration::try_from(left).unwrap_or_default()).await;
    }

    fn welcome(&self, backend: &Backend, admitted: Admitted) -> CurrentUser {
        let site = self.site();
        let (now, login) = (site.registry.clock.now(), admitted.login);
        // When the user proved who they are, a load balancer does not say.
        let record = LoginRecord {
            expires_at: Some(admitted.expires_at),
            groups: login.groups,
            user_agent: self.user_agent(),
            proved_at: OffsetDateTime::UNIX_EPOCH,
            ..LoginRecord::new(
                LoginId::from(LOGIN),
                backend.name(),
                login.user.id.clone(),
                now,
            )
        };
        let user = CurrentUser::new(login.user, record, &site.permissions);

        if admitted.is_new {
            self.tell(&Event::LoggedIn {
                user: user.clone(),
                created: login.created,
            });
        }
        user
    }
}
