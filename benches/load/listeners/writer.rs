//! Who makes the changes: on a thread of its own, so that it sees the acknowledgment when it comes, however busy the
//! listeners beside it are.

use std::net::SocketAddr;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use crate::client::Connection;

/// When a change was asked for, and when it was acknowledged: it was committed at some time between.
#[derive(Clone, Copy)]
pub struct Change {
    pub asked: Instant,
    pub acknowledged: Instant,
}

pub struct Writer(mpsc::UnboundedSender<(Vec<u8>, oneshot::Sender<Change>)>);

impl Writer {
    pub fn open(address: SocketAddr) -> Self {
        let (requests, to_do) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(write(address, to_do));
        });
        Self(requests)
    }

    /// Makes one change.
    pub async fn make(&self, request: Vec<u8>) -> Change {
        let (done, change) = oneshot::channel();
        self.0.send((request, done)).expect("a writer");
        change.await.expect("an answer")
    }
}

async fn write(address: SocketAddr, mut to_do: mpsc::UnboundedReceiver<(Vec<u8>, oneshot::Sender<Change>)>) {
    let mut connection = Connection::open(address).await.expect("a connection");
    while let Some((request, done)) = to_do.recv().await {
        let asked = Instant::now();
        let status = connection.ask(&request).await.expect("an answer");
        assert!((200..300).contains(&status), "a change that is refused: {status}");
        let _ = done.send(Change { asked, acknowledged: Instant::now() });
    }
}
