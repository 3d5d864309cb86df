//! A stand-in for every music service at once: it speaks TLS under their names, and the bytes that a test gave it. And a
//! listener at the address of every other name, which must stay silent.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use twitterdisco::outgoing::Outgoing;

use super::House;

/// The hosts that may be asked: where titles are told, and where short links are and lead.
pub const HOSTS: &[&str] = &[
    "www.youtube.com",
    "open.spotify.com",
    "spotify.link",
    "play.spotify.com",
    "music.apple.com",
    "soundcloud.com",
    "www.soundcloud.com",
    "m.soundcloud.com",
    "on.soundcloud.com",
    "soundcloud.app.goog.gl",
    "api.deezer.com",
    "deezer.com",
    "www.deezer.com",
    "m.deezer.com",
    "link.deezer.com",
    "deezer.page.link",
    "dzr.page.link",
    "oembed.tidal.com",
    "www.mixcloud.com",
    "musicbrainz.org",
];

/// What is said to whoever asks a host for something.
#[derive(Clone)]
pub enum Reply {
    /// These bytes, and the end of the line.
    Bytes(Vec<u8>),
    /// Nothing, for longer than anyone waits.
    Silence,
}

impl Reply {
    /// A whole answer.
    pub fn new(status: &str, head: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status}\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}").into(),
        )
    }

    /// An answer in JSON.
    pub fn json(body: &Value) -> Self {
        Self::new("200 OK", "content-type: application/json; charset=utf-8\r\n", &body.to_string())
    }

    /// An answer as the oEmbed specification has it, with a player's HTML that nobody looks at.
    pub fn oembed(title: &str, author: Option<&str>) -> Self {
        Self::json(&json!({ "version": "1.0", "type": "rich", "title": title, "author_name": author, "width": 400,
            "height": 152, "html": "<iframe src='https://evil.example/'></iframe><script>alert(1)</script>" }))
    }

    /// A redirect.
    pub fn to(location: &str) -> Self {
        Self::new("302 Found", &format!("location: {location}\r\n"), "")
    }
}

/// What one host says to an address that has this in it; the last that was given counts first.
type Script = Arc<Mutex<Vec<(String, String, Reply)>>>;

/// The stand-in. It ends when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    /// Where every name leads that is none of [`HOSTS`].
    pub elsewhere: SocketAddr,
    root: reqwest::Certificate,
    script: Script,
    asked: Arc<Mutex<Vec<String>>>,
    heard: Arc<Mutex<usize>>,
    _at_work: JoinSet<()>,
}

impl StandIn {
    pub async fn open() -> Self {
        let key = KeyPair::generate().expect("a key");
        let names: Vec<String> = HOSTS.iter().map(|host| (*host).to_owned()).collect();
        let certificate = CertificateParams::new(names).expect("names").self_signed(&key).expect("a certificate");
        let root = reqwest::Certificate::from_der(certificate.der()).expect("a certificate");
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS");
        let config = config.with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], private).expect("TLS");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (script, asked, heard) = (Script::default(), Arc::default(), Arc::default());
        let mut at_work = JoinSet::new();
        let (address, elsewhere) = (listener.local_addr().expect("it"), silent.local_addr().expect("it"));
        at_work.spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), Arc::clone(&script), Arc::clone(&asked)));
        at_work.spawn(hear(silent, Arc::clone(&heard)));
        Self { address, elsewhere, root, script, asked, heard, _at_work: at_work }
    }

    /// A house whose service asks this stand-in.
    pub fn furnish(&self, house: House) -> House {
        house.asking(self.outgoing())
    }

    /// Who asks this stand-in.
    pub fn outgoing(&self) -> Outgoing {
        let names = Names { services: self.address, elsewhere: self.elsewhere };
        let set_up = |client: reqwest::ClientBuilder| client.dns_resolver(names).tls_certs_only([self.root.clone()]);
        Outgoing::new("TwitterDisco/test (+http://disco.test/about)", set_up).expect("a client")
    }

    /// From now on.
    pub fn says(&self, host: &str, what: &str, reply: Reply) {
        self.script.lock().expect("a script").push((host.to_owned(), what.to_owned(), reply));
    }

    /// What was asked so far: `host/path?query`, as it was sent.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("what was asked").clone()
    }

    /// The hosts that were asked.
    pub fn hosts_asked(&self) -> HashSet<String> {
        self.asked().iter().filter_map(|asked| asked.split('/').next().map(str::to_owned)).collect()
    }

    /// How often somebody came to the listener that must stay silent.
    pub fn heard(&self) -> usize {
        *self.heard.lock().expect("a count")
    }
}

struct Names {
    services: SocketAddr,
    elsewhere: SocketAddr,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let address = if HOSTS.contains(&name.as_str()) { self.services } else { self.elsewhere };
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

async fn hear(listener: TcpListener, heard: Arc<Mutex<usize>>) {
    while listener.accept().await.is_ok() {
        *heard.lock().expect("a count") += 1;
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, script: Script, asked: Arc<Mutex<Vec<String>>>) {
    let mut calls = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, script, asked) = (tls.clone(), Arc::clone(&script), Arc::clone(&asked));
        calls.spawn(async move {
            let Ok(mut stream) = tls.accept(stream).await else { return };
            let Some((host, target)) = read_head(&mut stream).await else { return };
            asked.lock().expect("what was asked").push(format!("{host}{target}"));
            match reply(&script, &host, &target) {
                Reply::Bytes(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                }
                Reply::Silence => tokio::time::sleep(Duration::from_secs(30)).await,
            }
        });
    }
}

fn reply(script: &Script, host: &str, target: &str) -> Reply {
    let script = script.lock().expect("a script");
    let fits = |line: &&(String, String, Reply)| line.0 == host && target.contains(&line.1);
    script.iter().rev().find(fits).map_or_else(|| Reply::new("404 Not Found", "", ""), |line| line.2.clone())
}

/// The host and the target of a request, once its head has come.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let target = head.split(' ').nth(1)?.to_owned();
    let host = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned))?;
    Some((host, target))
}
