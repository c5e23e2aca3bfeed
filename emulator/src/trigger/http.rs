//! An event by HTTP: to a small program of one's own, or to the invoke address of a Lambda runtime.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;

/// As long as AWS waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The function said no, in these words.
    Refused(String),
    Unreachable(String),
}

/// Posts an event, and reads the event that comes back.
///
/// A status of 400 and above, the header `X-Amz-Function-Error`, or a body with `errorMessage` is a refusal.
pub(super) fn invoke(url: &str, event: &Value) -> Result<Value, Trouble> {
    let unreachable = |error: &dyn std::fmt::Display| Trouble::Unreachable(error.to_string());
    let rest = url
        .strip_prefix("http://")
        .ok_or_else(|| Trouble::Unreachable(format!("{url} is not plain HTTP")))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };

    let mut addresses = address.to_socket_addrs().map_err(|it| unreachable(&it))?;
    let address = addresses
        .next()
        .ok_or_else(|| Trouble::Unreachable(format!("{host} has no address")))?;
    let mut stream =
        TcpStream::connect_timeout(&address, PATIENCE).map_err(|it| unreachable(&it))?;
    let limit = Some(PATIENCE);
    stream
        .set_read_timeout(limit)
        .map_err(|it| unreachable(&it))?;
    stream
        .set_write_timeout(limit)
        .map_err(|it| unreachable(&it))?;
    let body = event.to_string();
    // HTTP/1.0: the answer ends with the connection, and comes in one piece.
    let request = format!(
        "POST /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .map_err(|it| unreachable(&it))?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .map_err(|it| unreachable(&it))?;

    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or_else(|| Trouble::Unreachable("no answer".to_owned()))?;
    let status: u16 = head
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    let value: Value = serde_json::from_str(body.trim()).unwrap_or_default();
    let message = value["errorMessage"].as_str();
    let is_error = head
        .to_ascii_lowercase()
        .contains("\nx-amz-function-error:");
    if status >= 400 || is_error || message.is_some() {
        let text = message.unwrap_or_else(|| body.trim());
        return Err(Trouble::Refused(text.to_owned()));
    }
    Ok(value)
}
