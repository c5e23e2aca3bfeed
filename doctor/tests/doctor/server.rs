//! A server that gives prepared answers, as AWS does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use crate::bench::Bench;

/// Serves the answers of a bench for as long as the tests run, and gives the endpoint.
pub(crate) fn serve(bench: &Bench) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut answers = vec![
        ("DescribeUserPoolClient", bench.client.clone()),
        ("DescribeUserPool", bench.pool.clone()),
        ("GetUserPoolMfaConfig", bench.mfa.clone()),
        ("ListIdentityProviders", bench.provider_list()),
        ("DescribeManagedLoginBrandingByClient", json!({})),
    ];
    let domains = bench.domains.iter().cloned();
    answers.extend(domains.map(|domain| ("DescribeUserPoolDomain", domain)));
    let providers = bench.providers.iter().cloned();
    answers.extend(providers.map(|provider| ("DescribeIdentityProvider", provider)));
    for (_, answer) in &mut answers {
        remove_dates(answer);
    }

    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up has seen enough.
            let _ = answer(stream, &answers);
        }
    });
    format!("http://{address}")
}

/// The CLI writes dates as text, the protocol as numbers.
fn remove_dates(answer: &mut Value) {
    for name in ["UserPool", "UserPoolClient"] {
        if let Some(object) = answer.get_mut(name).and_then(Value::as_object_mut) {
            object.retain(|name, _| !name.ends_with("Date"));
        }
    }
}

fn answer(stream: TcpStream, answers: &[(&str, Value)]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut operation = String::new();
    let mut body_bytes = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => body_bytes = value.parse().expect("a length"),
            "x-amz-target" => {
                let (_, name) = value.split_once('.').expect("an operation");
                name.clone_into(&mut operation);
            }
            _ => {}
        }
    }
    reader.read_exact(&mut vec![0; body_bytes])?;

    let found = answers.iter().find(|(name, _)| *name == operation);
    let (_, answer) = found.unwrap_or_else(|| panic!("no answer for {operation}"));
    let body = answer.to_string();
    write!(
        reader.get_mut(),
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}
