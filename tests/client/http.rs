//! HTTP as servers of the tests read it.

use std::io::Read;
use std::net::TcpStream;

/// Reads a request: its head and its body. `None`: a connection that was opened in advance, or has
/// ended.
pub(crate) fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        if read == 0 {
            return None;
        }
        request.extend_from_slice(&buffer[..read]);
        if let Some(parts) = whole(&request) {
            return Some(parts);
        }
    }
}

/// Head and body of a request, once both are there.
fn whole(request: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = request.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let head = String::from_utf8(request[..end].to_vec()).expect("text");
    let length = header(&head, "content-length").map_or(0, |it| it.parse().expect("a number"));
    let body = &request[end..];

    (body.len() >= length).then(|| (head.clone(), body.to_vec()))
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
