//! Which logins have just ended in this process, for those who wait for it.

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::users::LoginId;

/// So many ends may come while somebody looks elsewhere. Whoever has missed some looks again.
const MOST: usize = 64;

/// Announces the ends of logins. Clones announce the same.
#[derive(Clone)]
pub(super) struct Ends(Sender<LoginId>);

impl Default for Ends {
    fn default() -> Self {
        Self(broadcast::channel(MOST).0)
    }
}

impl Ends {
    pub(super) fn tell(&self, id: &LoginId) {
        // Nobody may be waiting.
        let _ = self.0.send(id.clone());
    }

    pub(super) fn wait(&self) -> Waiting {
        Waiting(self.0.subscribe())
    }
}

/// Hears of each end from now on.
pub(in crate::web) struct Waiting(Receiver<LoginId>);

impl Waiting {
    /// Waits until this login may have ended.
    pub(in crate::web) async fn of(&mut self, id: &LoginId) {
        loop {
            match self.0.recv().await {
                Ok(ended) if ended != *id => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => return std::future::pending().await,
            }
        }
    }
}
