//! A mail server of our own that takes mails, refuses them, or goes silent, as a scene asks; and mails as people read them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use twitterdisco::App;
use twitterdisco::config::MailConfig;
use twitterdisco::mail::Mailer;

/// What a mail server does with mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Fine,
    /// Hangs up on whoever calls.
    Away,
    /// `451` for every recipient.
    Busy,
    /// `535`, whatever the password: a mistake in the settings.
    WrongPassword,
    /// `550` for every recipient.
    Refusing,
    /// Takes the mail, and hangs up without a word.
    HangingUp,
    /// Takes the mail, and says nothing at all.
    Silent,
}

/// A mail server on a port of its own. Closed when dropped.
pub struct Post {
    port: u16,
    clerk: Clerk,
    _at_work: JoinSet<()>,
}

/// Who talks to whoever calls.
#[derive(Clone)]
struct Clerk {
    mood: Arc<Mutex<Mood>>,
    mails: Arc<Mutex<Vec<String>>>,
}

impl Post {
    /// One that takes every mail.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let clerk = Clerk { mood: Arc::new(Mutex::new(Mood::Fine)), mails: Arc::default() };
        let mut at_work = JoinSet::new();
        at_work.spawn(clerk.clone().listen(listener));
        Self { port, clerk, _at_work: at_work }
    }

    /// From now on.
    pub fn is(&self, mood: Mood) {
        *self.clerk.mood.lock().expect("a mood") = mood;
    }

    /// The same app with this post.
    pub fn of(&self, app: &App) -> App {
        let smtp_url = match self.clerk.mood() {
            Mood::WrongPassword => format!("smtp://sam:wrong@127.0.0.1:{}", self.port),
            _ => format!("smtp://127.0.0.1:{}", self.port),
        };
        let config = MailConfig { smtp_url: Some(smtp_url), ..app.config.mail.clone() };
        let mut app = app.clone();
        app.mailer = Mailer::new(&config).expect("a mailer");
        app
    }

    /// Every mail that came whole, whatever was answered.
    pub fn mails(&self) -> Vec<Letter> {
        self.clerk.mails.lock().expect("mails").iter().map(|raw| Letter::read(raw)).collect()
    }

    /// Waits until so many mails have come.
    pub async fn has(&self, count: usize) {
        while self.clerk.mails.lock().expect("mails").len() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Clerk {
    fn mood(&self) -> Mood {
        *self.mood.lock().expect("a mood")
    }

    async fn listen(self, listener: TcpListener) {
        let mut calls = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            calls.spawn(self.clone().talk(stream));
        }
    }

    async fn talk(self, stream: TcpStream) {
        if self.mood() == Mood::Away {
            return;
        }
        let mut stream = BufReader::new(stream);
        let mut say = String::from("220 disco.test\r\n");
        loop {
            if stream.write_all(say.as_bytes()).await.is_err() {
                return;
            }
            let Some(line) = line(&mut stream).await else { return };
            let word = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
            say = match (word.as_str(), self.mood()) {
                ("EHLO", _) => "250-disco.test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n".to_owned(),
                ("AUTH", Mood::WrongPassword) => "535 no\r\n".to_owned(),
                ("RCPT", Mood::Busy) => "451 later\r\n".to_owned(),
                ("RCPT", Mood::Refusing) => "550 nobody here\r\n".to_owned(),
                ("DATA", mood) => {
                    let _ = stream.write_all(b"354 go on\r\n").await;
                    self.take(&mut stream).await;
                    match mood {
                        Mood::HangingUp => return,
                        Mood::Silent => std::future::pending().await,
                        _ => "250 taken\r\n".to_owned(),
                    }
                }
                ("QUIT", _) => return,
                _ => "250 fine\r\n".to_owned(),
            };
        }
    }

    async fn take(&self, stream: &mut BufReader<TcpStream>) {
        let mut mail = String::new();
        while let Some(line) = line(stream).await {
            if line == ".\r\n" {
                break;
            }
            mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        self.mails.lock().expect("mails").push(mail);
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then_some(line)
}

/// A mail, taken apart.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Unfolded.
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Letter {
    /// Reads a mail as it goes over the wire.
    pub fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
        let unfolded = head.replace("\r\n ", " ");
        let headers = unfolded.split("\r\n").filter_map(|line| line.split_once(": "));
        let headers: Vec<(String, String)> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let quoted = headers.iter().any(|(_, value)| value == "quoted-printable");
        Self { headers, text: if quoted { unquoted(body) } else { body.to_owned() } }
    }

    /// The only header of this name.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut of_name = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let found = of_name.next().unwrap_or_else(|| panic!("no {name} in {:?}", self.headers));
        assert!(of_name.next().is_none(), "{name} twice in {:?}", self.headers);
        &found.1
    }

    /// Whether there is a header of this name.
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    /// The path of the secret link in it.
    #[track_caller]
    pub fn link(&self) -> String {
        let (_, rest) = self.text.split_once("disco.test/pledges/").unwrap_or_else(|| panic!("no link: {}", self.text));
        format!("/pledges/{}", rest.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default())
    }
}

/// Undoes `quoted-printable`.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let code = more.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'=');
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
