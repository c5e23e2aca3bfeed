//! As much of a browser as these tests need: one request a connection, and one cookie.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) port: u16,
    pub(crate) cookie: Option<String>,
    /// The address that a proxy would have seen.
    pub(crate) address: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn at(port: u16) -> Self {
        Self {
            port,
            cookie: None,
            address: None,
        }
    }

    /// The same browser, whose next request goes elsewhere.
    pub(crate) fn moved_to(&self, port: u16) -> Self {
        Self {
            port,
            cookie: self.cookie.clone(),
            address: self.address.clone(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form).await
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Answer {
        let form = format!("username={name}&password={password}&next=/members");
        self.post("/login", &form).await
    }

    /// Status 0: nobody answers.
    async fn send(&mut self, method: &str, path: &str, form: &str) -> Answer {
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map_or_else(String::new, |cookie| format!("cookie: {cookie}\r\n"));
        let address = self.address.as_ref();
        let address = address.map_or_else(String::new, |it| format!("x-forwarded-for: {it}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             accept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n{cookie}{address}\r\n{form}",
            form.len()
        );
        let answer = exchange(self.port, &request).await.unwrap_or_default();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let header = |wanted: &str| {
            head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case(wanted).then(|| value.to_owned())
            })
        };
        if let Some(set) = header("set-cookie") {
            let pair = set.split(';').next().unwrap_or_default().to_owned();
            self.cookie = (!set.contains("Max-Age=0")).then_some(pair);
        }

        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or_default(),
            location: header("location").unwrap_or_default(),
            body: body.to_owned(),
        }
    }
}

async fn exchange(port: u16, request: &str) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await?;
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
