use serde::de::DeserializeOwned;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;
use tower_sessions::session_store::Error as StoreError;
use tracing::warn;

/// Reads a value. A session that cannot be decoded, be it damaged or written by another
/// version, is an anonymous one: nothing that its visitor could do would mend it.
pub(in crate::web) async fn read<T: DeserializeOwned>(
    session: &Session,
    key: &str,
) -> Result<Option<T>, SessionError> {
    match session.get_value(key).await {
        Ok(None) => Ok(None),
        Ok(Some(value)) => match serde_json::from_value(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                warn!(key, "a value in the session cannot be read and was dropped");
                session.remove_value(key).await?;
                Ok(None)
            }
        },
        Err(SessionError::Store(StoreError::Decode(_))) => {
            warn!("a session cannot be decoded and is taken for an anonymous one");
            session.clear().await;
            session.cycle_id().await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
