//! Servers that may be there or not.

use std::collections::hash_map::RandomState;
use std::env;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::io::Write as _;
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use tokio::time::timeout;

/// The URL of a server: that of the environment, which must answer; else that of this machine, if it
/// does.
pub(crate) async fn url<C, E: std::fmt::Debug>(
    variable: &str,
    on_this_machine: &str,
    kind: &str,
    connect: impl AsyncFn(String) -> Result<C, E>,
) -> Option<String> {
    if let Ok(url) = env::var(variable) {
        connect(url.clone()).await.expect(variable);
        return Some(url);
    }

    let url = on_this_machine.to_owned();
    match timeout(Duration::from_secs(5), connect(url.clone())).await {
        Ok(Ok(_)) => Some(url),
        Ok(Err(_)) | Err(_) => {
            let _ = writeln!(
                std::io::stderr(),
                "left out: no {kind} at {url}, and {variable} names no other"
            );
            None
        }
    }
}

/// A name that no other test has.
pub(crate) fn fresh_name() -> String {
    format!(
        "axum_cognito_{:x}",
        RandomState::new().build_hasher().finish()
    )
}

/// Statements that end a test, on a server.
type Ending = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// Drops what a test has created, also when it fails.
pub(crate) struct Fresh(Option<Ending>);

impl Fresh {
    pub(crate) fn new<F: Future<Output = ()> + 'static>(
        ending: impl FnOnce() -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Box::new(|| Box::pin(ending()))))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let Some(ending) = self.0.take() else { return };

        // The test's own runtime cannot wait here.
        let ended = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(ending());
        });
        if ended.join().is_err() {
            eprintln!("a test's own schema or database could not be dropped");
        }
    }
}
