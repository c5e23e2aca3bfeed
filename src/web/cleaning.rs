use std::convert::Infallible;
use std::time::Duration;

use tracing::{debug, warn};

use super::site::Site;

const EVERY: Duration = Duration::from_secs(10 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Deletes logins that are past their lifetime, again and again.
pub(super) async fn clean_up(site: &Site) -> Infallible {
    let mut pause = EVERY;
    loop {
        pause = match delete(site).await {
            Ok(deleted) => {
                debug!(deleted, "deleted logins that are past their lifetime");
                EVERY
            }
            Err(error) => {
                warn!(%error, ?pause, "logins past their lifetime were not deleted");
                (pause * 2).min(LONGEST_PAUSE)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn delete(site: &Site) -> Result<u64, crate::users::UserStoreError> {
    let before = site.clock.now() - site.login_lifetime;
    let mut deleted = 0;
    for store in site.backends.login_stores() {
        deleted += store.delete_older(before).await?;
    }
    Ok(deleted)
}
