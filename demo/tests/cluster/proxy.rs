use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Is told of each message before it goes on, in either direction. `false`: it does not.
pub(crate) type Watcher = Arc<dyn Fn() -> bool + Send + Sync>;

/// A way to a server that can be cut, as if the server had stopped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    is_open: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn to(server: u16) -> Self {
        Self::watched(server, Arc::new(|| true)).await
    }

    /// A way on which somebody watches what goes by.
    pub(crate) async fn watched(server: u16, watcher: Watcher) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (is_open, open) = watch::channel(true);

        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (mut open, watcher) = (open.clone(), watcher.clone());
                if !*open.borrow() {
                    continue; // and closes the connection
                }
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(client, server, &watcher) => {}
                        _ = open.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self { port, is_open }
    }

    pub(crate) fn cut(&self) {
        self.is_open.send_replace(false);
    }

    pub(crate) fn restore(&self) {
        self.is_open.send_replace(true);
    }
}

async fn carry(client: TcpStream, server: u16, watcher: &Watcher) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let (client_reader, client_writer) = client.into_split();
    let (server_reader, server_writer) = server.into_split();

    tokio::select! {
        () = copy(client_reader, server_writer, watcher) => {}
        () = copy(server_reader, client_writer, watcher) => {}
    }
}

async fn copy(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    watcher: &Watcher,
) {
    let mut message = vec![0; 64 * 1024];
    loop {
        match from.read(&mut message).await {
            Ok(length) if length > 0 && watcher() => {
                if to.write_all(&message[..length]).await.is_err() {
                    return;
                }
            }
            _ => return,
        }
    }
}
