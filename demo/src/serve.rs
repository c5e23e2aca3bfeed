//! The server: what a visitor may send, and how long they may take.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Router, middleware};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::{debug, debug_span, info, warn};

use crate::failure::Failure;
use crate::pages;

/// How many connections wait at most until they are accepted, as tokio has it by itself.
const QUEUE: u32 = 1024;

const MAX_BODY_BYTES: usize = 64 * 1024;
const MAX_HEADERS: usize = 64;
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How long a visitor may take to send the head of a request; a connection that is kept alive ends
/// after as long without one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request may take, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// So old a connection takes no new requests: who does not read their answers holds none for ever.
const CONNECTION_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Files that the demo needs beside its connections: databases, Cognito, the listener.
const OTHER_FILES: u64 = 256;

const MAX_CONNECTIONS: u64 = 10_000;
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes an address, so that nobody else can have it, and does not listen yet. One that is in use is
/// an error: a site that moves is not found.
pub(crate) fn take(address: SocketAddr) -> Result<(TcpSocket, SocketAddr), Failure> {
    let taken = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // The connections of a demo that has just ended are no obstacle.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    taken().map_err(|error| unavailable(address, &error))
}

pub(crate) fn listen(socket: TcpSocket, address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = socket.listen(QUEUE);
    listener.map_err(|error| unavailable(address, &error))
}

fn unavailable(address: SocketAddr, error: &io::Error) -> Failure {
    let why = match error.kind() {
        ErrorKind::AddrInUse => "is in use".to_owned(),
        _ => format!("cannot be had ({error})"),
    };
    Failure::Start(format!(
        "the address {address} {why}; set DEMO_LISTEN to another one, e.g. \
         DEMO_LISTEN=127.0.0.1:3001"
    ))
}

/// Serves the site until Ctrl-C or SIGTERM, and then lets requests finish.
pub(crate) async fn serve(listener: TcpListener, site: Router, signals: Signals) {
    let site = with_limits(site);
    let places = most_connections();
    let connections = Arc::new(Semaphore::new(places));
    let (end, ending) = watch::channel(false);
    let mut ended = pin!(signals.wait());

    loop {
        let accepted = async {
            let place = connections.clone().acquire_owned().await;
            (place.expect("it is never closed"), listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut ended => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = serve_connection(stream, peer, site.clone(), ending.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of files, mostly. Connections end, so that there are some again.
                debug!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    info!("ending");
    drop(listener);
    end.send_replace(true);
    let all = u32::try_from(places).unwrap_or(u32::MAX);
    let finished = tokio::time::timeout(SHUTDOWN_TIMEOUT, connections.acquire_many(all)).await;
    if finished.is_err() {
        warn!("some requests did not finish in time");
    }
}

/// Serves one connection, until its visitor, its age or the end of the demo ends it.
async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    site: Router,
    mut ending: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = site.clone().oneshot(request.map(Body::new));
        async move { answer.await as Result<Response, Infallible> }
    });
    let _ = stream.set_nodelay(true);
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    );

    tokio::select! {
        // Whatever ended it, there is nobody left to be told.
        _ = connection.as_mut() => return,
        _ = ending.wait_for(|ending| *ending) => {}
        () = tokio::time::sleep(CONNECTION_LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(REQUEST_TIMEOUT + HEAD_TIMEOUT, connection).await;
}

/// What holds for every request.
fn with_limits(site: Router) -> Router {
    site.layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIMEOUT,
        ))
        // The message of a panic is in the log already, and nothing for visitors.
        .layer(CatchPanicLayer::custom(|_| pages::broken()))
        .layer(middleware::from_fn(pages::show_stops))
        .layer(middleware::from_fn_with_state(
            pages::account_pages(),
            axum_cognito::pages::language_choice,
        ))
        // The query is left out of the log: nobody knows what people put there.
        // Nor does it say once more that a request failed: whatever made it fail has a line.
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(|request: &Request| {
                    debug_span!("request", method = %request.method(), path = request.uri().path())
                })
                .on_failure(()),
        )
}

/// How many connections there may be at once: as many as the system lets us have files.
fn most_connections() -> usize {
    let files = rlimit::increase_nofile_limit(MAX_CONNECTIONS + OTHER_FILES);
    let files = files.unwrap_or(2 * OTHER_FILES);

    usize::try_from(files.saturating_sub(OTHER_FILES).max(1)).unwrap_or(usize::MAX)
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
