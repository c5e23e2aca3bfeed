use std::future::IntoFuture;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::{debug_span, info, warn};

use crate::pages;
use crate::settings::Failure;

const MAX_BODY_BYTES: usize = 64 * 1024;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes the address. One that is in use is an error: a site that moves is not found.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AddrInUse => "is in use".to_owned(),
            _ => format!("cannot be had ({error})"),
        };
        Failure::Setting(format!(
            "the address {address} {why}; set DEMO_LISTEN to another one, e.g. \
             DEMO_LISTEN=127.0.0.1:3001"
        ))
    })
}

/// Serves the site until Ctrl-C or SIGTERM, and then lets requests finish.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Router,
    signals: Signals,
) -> Result<(), Failure> {
    let site = site
        .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIMEOUT,
        ))
        .layer(middleware::map_response(pages::show_stops))
        // The query is left out of the log: nobody knows what people put there.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            debug_span!("request", method = %request.method(), path = request.uri().path())
        }));

    let (ended, end) = oneshot::channel();
    let server = axum::serve(listener, site)
        .with_graceful_shutdown(async move {
            signals.wait().await;
            info!("ending");
            let _ = ended.send(());
        })
        .into_future();
    let deadline = async move {
        if end.await.is_ok() {
            tokio::time::sleep(SHUTDOWN_TIMEOUT).await;
        } else {
            std::future::pending::<()>().await;
        }
    };

    tokio::select! {
        served = server => served.map_err(|error| Failure::Start(error.to_string())),
        () = deadline => {
            warn!("some requests did not finish in time");
            Ok(())
        }
    }
}

/// The signals that end the demo.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Listens from now on. It is done before the demo says that it runs: who is told so may
    /// end it at once, and a signal that nobody listens for kills.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::Start(error.to_string()));

        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
