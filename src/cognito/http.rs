//! Requests to addresses that are not the API's, with the SDK's own HTTP connector.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An HTTP client that follows no redirect, and reads no more than it was told to, nor for longer. Cloning
/// shares its connections.
#[derive(Clone, Debug)]
pub(super) struct Http {
    /// For a whole answer.
    timeout: Duration,
    /// Made when it is first used: that reads the system's certificates.
    connector: Arc<OnceLock<SharedHttpConnector>>,
}

/// The status and the body of an answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Http {
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            connector: Arc::default(),
        }
    }

    fn connector(&self) -> &SharedHttpConnector {
        self.connector.get_or_init(|| {
            let settings = HttpConnectorSettings::builder()
                .connect_timeout(Duration::from_secs(2))
                .build();
            let sleep = SharedAsyncSleep::new(TokioSleep::new());
            SharedHttpConnector::new(make_connector(Some(settings), Some(sleep)))
        })
    }

    pub(super) async fn get(&self, url: &str, max_bytes: usize) -> Result<Answer, BoxError> {
        self.send(HttpRequest::get(url)?, max_bytes).await
    }

    pub(super) async fn send(
        &self,
        request: HttpRequest,
        max_bytes: usize,
    ) -> Result<Answer, BoxError> {
        let answer = self.read(request, max_bytes);
        let in_time = tokio::time::timeout(self.timeout, answer).await;
        in_time.map_err(|_| format!("no whole answer came within {:?}", self.timeout))?
    }

    async fn read(&self, request: HttpRequest, max_bytes: usize) -> Result<Answer, BoxError> {
        let answer = self.connector().call(request).await?;
        let status = answer.status().as_u16();

        let mut chunks = ByteStream::new(answer.into_body());
        let mut body = Vec::new();
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk?);
            if body.len() > max_bytes {
                return Err(format!("the answer is larger than {max_bytes} bytes").into());
            }
        }
        Ok(Answer { status, body })
    }
}

/// Makes a connector as the SDK makes one by itself, for the API and for all else: behind a proxy that the
/// environment names, tokens are of no use without the keys.
pub(super) fn make_connector(
    settings: Option<HttpConnectorSettings>,
    sleep: Option<SharedAsyncSleep>,
) -> Connector {
    let mut connector = Connector::builder()
        .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
        .proxy_config(ProxyConfig::from_env());
    connector.set_connector_settings(settings);
    connector.set_sleep_impl(sleep);
    connector.build()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::*;

    /// Starts a server at whose `/<number>` are that many bytes. At `/stalls`, it stops after the head.
    fn serve() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || answer(&stream.expect("a connection")));
            }
        });

        format!("http://{address}")
    }

    fn answer(mut stream: &TcpStream) {
        let head = BufReader::new(stream).lines().map_while(Result::ok);
        let head: Vec<_> = head.take_while(|line| !line.is_empty()).collect();
        let path = head.first().and_then(|line| line.split(' ').nth(1));
        if path == Some("/stalls") {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n";
            stream.write_all(head).expect("a head");
            thread::sleep(Duration::from_secs(60));
        }
        let Some(bytes) = path.and_then(|path| path[1..].parse::<usize>().ok()) else {
            return;
        };

        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length:";
        let answer = format!("{head} {bytes}\r\n\r\n{}", "x".repeat(bytes));
        // The client may have gone.
        let _ = stream.write_all(answer.as_bytes());
    }

    #[tokio::test]
    async fn an_answer_is_taken_up_to_its_limit_and_not_beyond() {
        let server = serve();
        let http = Http::new(Duration::from_secs(3));

        for (bytes, is_taken) in [
            (0, true),
            (9, true),
            (10, true),
            (11, false),
            (100_000, false),
        ] {
            let answer = http.get(&format!("{server}/{bytes}"), 10).await;

            let read = answer.ok().map(|answer| answer.body.len());
            assert_eq!(read, is_taken.then_some(bytes), "{bytes} bytes");
        }
    }

    /// Whoever waits for keys would wait for good.
    #[tokio::test]
    async fn an_answer_that_stops_after_its_head_is_given_up() {
        let http = Http::new(Duration::from_millis(200));
        let url = format!("{}/stalls", serve());

        let answer = http.get(&url, 10_000);
        let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;

        let error = answer.expect("an end").err().expect("an error");
        assert_eq!(error.to_string(), "no whole answer came within 200ms");
    }
}
