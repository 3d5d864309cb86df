//! Connections: how they are taken, and how long the other end of one may take nothing.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::serve::{Listener, ListenerExt, TapIo};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

/// A connection is cut, and its seat is free, when its other end has taken nothing for this long of what waits for it. A
/// stream has something to send each 15 seconds, so this is four heartbeats. Whoever takes anything, however slowly,
/// stays.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that wait in the kernel for one connection, beside those on their way. It would take megabytes, and until those
/// are full nobody could tell that the other end takes nothing. Enough to keep a line busy until we are asked for more.
#[cfg(any(target_os = "linux", target_os = "android"))]
const WAITING_MAX: u32 = 16 * 1024;

/// Takes connections that send at once what there is to send, and that are cut when their other end takes nothing for as
/// long as `patience`.
#[must_use]
pub fn patient(listener: TcpListener, patience: Duration) -> TapIo<Patient, fn(&mut Line)> {
    // The tap is what lets a handler be told the address of whoever is there.
    Patient { listener, patience }.tap_io(|_| {})
}

/// A connection that is cut when its other end takes nothing.
pub type Line = Pin<Box<TimeoutStream<TcpStream>>>;

/// Takes such connections.
#[derive(Debug)]
pub struct Patient {
    listener: TcpListener,
    patience: Duration,
}

impl Listener for Patient {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        if let Err(error) = set_up(&stream) {
            tracing::debug!(%error, "a connection can't be set up; it is served as it is");
        }
        let mut line = TimeoutStream::new(stream);
        line.set_write_timeout(Some(self.patience));
        (Box::pin(line), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn set_up(stream: &TcpStream) -> io::Result<()> {
    // A small message must not wait until the one before it was acknowledged.
    stream.set_nodelay(true)?;
    // Elsewhere a connection is cut too, but only once the kernel takes no more.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(WAITING_MAX)?;
    Ok(())
}
