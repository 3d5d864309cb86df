//! One listener's connection: it reads what comes and looks at no more of it than numbers and kinds, so that ten
//! thousand of them leave the processor to the server.

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::client::get;

const READ_AT_ONCE: usize = 16 * 1024;
/// As much of a line as is looked at: `id: ` and a number, or `event: ` and a kind.
const LOOKED_AT: usize = 40;

/// What one message was.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The number that a browser would go on after.
    pub id: Option<u64>,
    pub kind: Kind,
    /// Bytes of the message.
    pub length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A song or a pledge.
    Change,
    /// Something else that happened.
    Other,
    Totals,
    NowPlaying,
    /// No event: a comment, or how long to wait before coming back.
    Manners,
}

/// A connection to a stream.
pub struct Line {
    stream: TcpStream,
    is_answered: bool,
    reading: Reading,
}

impl Line {
    /// Asks for a stream, after a number. With little `room` for what isn't read, where that is given.
    pub async fn open(address: SocketAddr, path: &str, last: Option<u64>, room: Option<u32>) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(room) = room {
            socket.set_recv_buffer_size(room)?;
        }
        let mut stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        let last = last.map(|last| last.to_string());
        let headers: Vec<_> = last.iter().map(|last| ("last-event-id", last.as_str())).collect();
        stream.write_all(&get(path, &headers)).await?;
        Ok(Self { stream, is_answered: false, reading: Reading::default() })
    }

    /// Waits for more, and tells `each` message that is whole by then.
    pub async fn read(&mut self, mut each: impl FnMut(Told)) -> io::Result<()> {
        loop {
            self.stream.readable().await?;
            match self.read_now(&mut each) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }

    fn read_now(&mut self, each: &mut impl FnMut(Told)) -> io::Result<()> {
        let mut piece = [0; READ_AT_ONCE];
        let count = self.stream.try_read(&mut piece)?;
        let mut piece = &piece[..count];
        if piece.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !self.is_answered {
            let head = piece.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4);
            let head = head.filter(|_| piece.starts_with(b"HTTP/1.1 200"));
            piece = &piece[head.ok_or_else(|| io::Error::other("no stream"))?..];
            self.is_answered = true;
        }
        self.reading.take(piece, each);
        Ok(())
    }
}

/// A message that is being read.
#[derive(Default)]
struct Reading {
    line: Vec<u8>,
    line_length: usize,
    id: Option<u64>,
    kind: Option<Kind>,
    length: usize,
}

impl Reading {
    fn take(&mut self, bytes: &[u8], each: &mut impl FnMut(Told)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let looked_at = piece.len().min(LOOKED_AT - self.line.len());
            self.line.extend_from_slice(&piece[..looked_at]);
            self.line_length += piece.len();
            if piece.ends_with(b"\n") {
                self.end_line(piece.ends_with(b"\r\n"), each);
                self.line.clear();
                self.line_length = 0;
            }
        }
    }

    /// Lines of the stream end in a line feed alone, those that hold its chunks together do not.
    fn end_line(&mut self, is_of_chunks: bool, each: &mut impl FnMut(Told)) {
        if is_of_chunks {
            return;
        }
        self.length += self.line_length;
        let line = self.line.trim_ascii_end();
        if line.is_empty() {
            let kind = self.kind.take().unwrap_or(Kind::Manners);
            each(Told { id: self.id.take(), kind, length: std::mem::take(&mut self.length) });
        } else if let Some(id) = line.strip_prefix(b"id: ") {
            self.id = std::str::from_utf8(id).ok().and_then(|id| id.parse().ok());
        } else if let Some(kind) = line.strip_prefix(b"event: ") {
            self.kind = Some(match kind {
                b"share" | b"pledge" => Kind::Change,
                b"totals" => Kind::Totals,
                b"now_playing" => Kind::NowPlaying,
                _ => Kind::Other,
            });
        }
    }
}
