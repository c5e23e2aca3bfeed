//! The program, as one starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Ended with the test.
pub(crate) struct Program {
    process: Child,
    pub(crate) endpoint: String,
}

impl Program {
    /// Starts it on a free port, and waits until it says where it is.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_cognito-emulator"))
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let output = process.stdout.take().expect("a pipe");
        let mut endpoint = String::new();
        // Nobody reads on, as in a script that wants to know the address.
        BufReader::new(output)
            .read_line(&mut endpoint)
            .expect("a line");
        Self {
            process,
            endpoint: endpoint.trim().to_owned(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn call(&self, operation: &str, body: &Value) -> Value {
        let address = self.endpoint.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("a listener");
        let body = body.to_string();
        let request = format!(
            "POST / HTTP/1.0\r\nHost: localhost\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
