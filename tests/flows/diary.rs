//! What hooks were told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Hooks write down here what they are told.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    pub(crate) fn write(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
    }

    /// Hooks are told in tasks of their own: waits until they have written so much.
    pub(crate) async fn read(&self, lines: usize) -> Vec<String> {
        for _ in 0..200 {
            let known = self
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            if known.len() >= lines {
                return known;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{lines} lines were expected: {:?}", self.0)
    }
}
