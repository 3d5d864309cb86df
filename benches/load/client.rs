//! A keep-alive HTTP/1.1 client that does no more than measuring needs: it writes bytes that are ready and reads an
//! answer into a buffer it keeps, so that what is measured is the server.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

const READ_AT_ONCE: usize = 64 * 1024;
const HEAD_ENDS: &[u8] = b"\r\n\r\n";
const CHUNKS_END: &[u8] = b"\r\n0\r\n\r\n";

/// One connection, and the last answer on it.
pub struct Connection {
    stream: TcpStream,
    chunk: Vec<u8>,
    answer: Vec<u8>,
    head: usize,
}

/// How the end of an answer is known.
#[derive(Clone, Copy)]
enum Body {
    Bytes(usize),
    Chunks,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, chunk: vec![0; READ_AT_ONCE], answer: Vec::new(), head: 0 })
    }

    /// Sends a request and reads its answer whole; returns the status.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.write(request).await?;
        self.answer.clear();
        while !self.read_head().await? {}
        let body = body_of(&self.answer[..self.head]);
        while !self.is_whole(body) {
            self.read().await?;
        }
        status_of(&self.answer).ok_or_else(|| io::Error::other("not HTTP"))
    }

    /// The last answer's status line and headers.
    pub fn head(&self) -> String {
        String::from_utf8_lossy(&self.answer[..self.head]).into_owned()
    }

    /// The last answer's body, put together if it came in chunks.
    pub fn body(&self) -> Vec<u8> {
        let body = &self.answer[self.head..];
        match body_of(&self.answer[..self.head]) {
            Body::Bytes(_) => body.to_vec(),
            Body::Chunks => joined(body),
        }
    }

    async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn read(&mut self) -> io::Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.chunk) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.answer.extend_from_slice(&self.chunk[..count]);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn read_head(&mut self) -> io::Result<bool> {
        self.read().await?;
        let end = self.answer.windows(HEAD_ENDS.len()).position(|four| four == HEAD_ENDS);
        self.head = end.map_or(0, |end| end + HEAD_ENDS.len());
        Ok(end.is_some())
    }

    fn is_whole(&self, body: Body) -> bool {
        match body {
            Body::Bytes(length) => self.answer.len() >= self.head + length,
            Body::Chunks => self.answer.ends_with(CHUNKS_END),
        }
    }
}

fn status_of(answer: &[u8]) -> Option<u16> {
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}

fn body_of(head: &[u8]) -> Body {
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            return Body::Bytes(std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or(0));
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Body::Chunks;
        }
    }
    Body::Bytes(0)
}

fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(line) = chunks.windows(2).position(|two| two == b"\r\n") {
        let length = std::str::from_utf8(&chunks[..line]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length) = length.filter(|length| *length > 0) else { break };
        whole.extend_from_slice(&chunks[line + 2..line + 2 + length]);
        chunks = &chunks[line + 2 + length + 2..];
    }
    whole
}

/// A GET, ready to be sent.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", path, headers, "")
}

/// A POST of JSON, ready to be sent.
pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let length = body.len().to_string();
    let mut all = vec![("content-type", "application/json"), ("content-length", length.as_str())];
    all.extend_from_slice(headers);
    request("POST", path, &all, body)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: disco.test\r\n");
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.extend(["\r\n", body]);
    request.into_bytes()
}
