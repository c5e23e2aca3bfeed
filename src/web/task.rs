//! What goes on though its visitor has left.

use tracing::Instrument;

use crate::backend::Error;

/// Does something in a task of its own, and waits for it. Whoever leaves has their request dropped,
/// which would stop it halfway. A panic is an error.
pub(in crate::web) async fn to_the_end<T, F>(work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    tokio::spawn(work.in_current_span())
        .await
        .map_err(Error::other)?
}
