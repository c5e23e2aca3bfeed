//! Calls that the emulator makes itself: to functions, and to the identity providers behind a pool. In plain HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// As long as AWS waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most that is read of an answer, in bytes: as much as a Lambda function may say.
const MOST: u64 = 6 * 1024 * 1024;

/// What is asked of whom.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    /// Names with their values.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
    /// Only this machine may be asked.
    pub(crate) is_loopback: bool,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends a request, and waits for the answer.
///
/// # Errors
///
/// Why there is none, in words.
pub(crate) fn send(request: &Request<'_>) -> Result<Answer, String> {
    let url = request.url;
    let rest = url
        .strip_prefix("http://")
        .filter(|rest| rest.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| format!("{url} is not plain HTTP"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = connect(host, request.is_loopback)?;

    // HTTP/1.0: the answer ends with the connection, and comes in one piece.
    let headers: String = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let text = format!(
        "{} /{path} HTTP/1.0\r\nHost: {host}\r\n{headers}Content-Length: {}\r\n\r\n{}",
        request.method,
        request.body.len(),
        request.body
    );
    let failed = |error: std::io::Error| error.to_string();
    stream.write_all(text.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream
        .take(MOST)
        .read_to_string(&mut answer)
        .map_err(failed)?;

    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    Ok(Answer {
        status: status.unwrap_or(0),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    })
}

fn connect(host: &str, is_loopback: bool) -> Result<TcpStream, String> {
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let address = if has_port {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let addresses = address.to_socket_addrs().map_err(|it| it.to_string())?;
    let addresses: Vec<SocketAddr> = addresses
        .filter(|it| !is_loopback || it.ip().is_loopback())
        .collect();

    let mut trouble = if is_loopback {
        format!("{host} is no loopback address")
    } else {
        format!("{host} has no address")
    };
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                let limit = Some(PATIENCE);
                let set = stream
                    .set_read_timeout(limit)
                    .and_then(|()| stream.set_write_timeout(limit));
                set.map_err(|error| error.to_string())?;
                return Ok(stream);
            }
            Err(error) => trouble = error.to_string(),
        }
    }
    Err(trouble)
}
