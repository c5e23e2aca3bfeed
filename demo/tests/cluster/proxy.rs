use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to a server that can be cut, as if the server had stopped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    is_open: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (is_open, open) = watch::channel(true);

        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut open = open.clone();
                if !*open.borrow() {
                    continue; // and closes the connection
                }
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(client, server) => {}
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

async fn carry(mut client: TcpStream, server: u16) {
    if let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await {
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    }
}
