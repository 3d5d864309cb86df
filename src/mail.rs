//! Mail: by SMTP where it is configured, else as files that anyone setting the service up can open.
//!
//! A hand-over ends in one of three ways. The server has the mail; it will never take it; or it went silent in the middle,
//! and nobody can tell: then the mail isn't handed over again, because one too few is kinder than one too many. Anything
//! else is an error, means that the mail surely wasn't taken, and can be tried again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use entity::Moment;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::config::MailConfig;
use crate::error::AppError;

/// How long each step of a hand-over may take. All of them together stay below the time that a job has.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);
/// A server that didn't answer is left alone this long, so that a queue of mails doesn't keep other jobs waiting.
const REST: TimeDelta = TimeDelta::minutes(1);
/// Refusals of us, not of the mail: who mends the settings gets it out after all.
const ABOUT_OUR_LOGIN: [&str; 3] = ["530", "535", "538"];

/// A plain-text mail.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The same whenever this mail is sent: `<what@host>`. The mailer makes one up where there is none.
    pub message_id: Option<String>,
    /// Where one tap ends mails like this one (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    Taken,
    /// It can never be sent: to such an address, or to this server.
    Refused,
    /// The server went silent before it said whether it has it.
    Unknown,
}

/// Sends mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Arc<Way>,
    /// When the server may be asked again after it didn't answer.
    rests_until: Arc<Mutex<Option<Moment>>>,
}

#[derive(Debug)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(AsyncFileTransport<Tokio1Executor>),
}

impl Mailer {
    /// Sets the post up; makes the directory for mail files.
    ///
    /// # Errors
    /// A readable line when the sender, the SMTP address or the directory is no good.
    pub fn new(config: &MailConfig) -> Result<Self, String> {
        let from =
            config.from.parse().map_err(|error| format!("the sender {:?} is no address: {error}", config.from))?;
        let way = if let Some(url) = &config.smtp_url {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                .map_err(|error| format!("the SMTP address can't be used: {error}"))?;
            Way::Smtp(builder.timeout(Some(STEP_TIMEOUT)).build())
        } else {
            std::fs::create_dir_all(&config.dir)
                .map_err(|error| format!("the mail directory {} can't be made: {error}", config.dir.display()))?;
            Way::Files(AsyncFileTransport::new(&config.dir))
        };
        Ok(Self { from, way: Arc::new(way), rests_until: Arc::default() })
    }

    /// Asks whether the server is there, before anything is handed over: what goes wrong now can be tried again without a
    /// doubt.
    ///
    /// # Errors
    /// When it doesn't answer or doesn't let us in, or didn't a moment before `now`.
    pub async fn check(&self, now: Moment) -> Result<(), AppError> {
        let Way::Smtp(smtp) = &*self.way else { return Ok(()) };
        if self.resting().is_some_and(|until| now < until) {
            return Err(AppError::internal("the mail server didn't answer a moment ago"));
        }
        let answers = smtp.test_connection().await.is_ok_and(|answers| answers);
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = (!answers).then(|| now + REST);
        if answers { Ok(()) } else { Err(AppError::internal("the mail server doesn't answer, or doesn't let us in")) }
    }

    fn resting(&self) -> Option<Moment> {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a mail over. The log gets the name of the file at most, never what is in it.
    ///
    /// # Errors
    /// When the mail surely wasn't taken this time.
    pub async fn send(&self, mail: Mail) -> Result<Handed, AppError> {
        let Some(message) = self.message(mail) else {
            tracing::warn!("a mail can't be written to its address; it is given up");
            return Ok(Handed::Refused);
        };
        match &*self.way {
            Way::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(Handed::Taken),
                Err(error) => judge(&error),
            },
            Way::Files(files) => {
                let id = files.send(message).await.map_err(AppError::internal)?;
                tracing::info!(file = %format!("{id}.eml"), "mail written");
                Ok(Handed::Taken)
            }
        }
    }

    /// None for an address that no mail can be written to.
    fn message(&self, mail: Mail) -> Option<Message> {
        let Mail { to, subject, text, message_id, unsubscribe } = mail;
        // An address alone: never a name, or a list, that somebody put into it.
        let to = Mailbox::new(None, to.parse::<Address>().ok()?);
        let message = Message::builder().from(self.from.clone()).to(to).subject(subject).message_id(message_id);
        let mut message = message.header(ContentType::TEXT_PLAIN).body(text).ok()?;
        let mut raw = |name, value: String| {
            let header =
                HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value);
            message.headers_mut().insert_raw(header);
        };
        raw("Auto-Submitted", "auto-generated".to_owned());
        if let Some(link) = unsubscribe {
            // Mail programs press the button themselves over TLS only.
            if link.starts_with("https:") {
                raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
            }
            raw("List-Unsubscribe", format!("<{link}>"));
        }
        Some(message)
    }
}

/// What a failed hand-over means. What the server says may name the recipient, and goes into no log.
fn judge(error: &smtp::Error) -> Result<Handed, AppError> {
    let not_now = || Err(AppError::internal("the mail server didn't take a mail this time"));
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    if error.is_transient() || ABOUT_OUR_LOGIN.contains(&code.as_str()) {
        return not_now();
    }
    if error.is_permanent() || error.is_client() {
        tracing::warn!(code, "the mail server refused a mail for good; it is given up");
        return Ok(Handed::Refused);
    }
    tracing::warn!("the mail server went silent in the middle of a mail; it isn't sent again");
    Ok(Handed::Unknown)
}
