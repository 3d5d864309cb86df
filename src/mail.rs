//! Mail: by SMTP where it is configured, else as files that anyone setting the service up can open.

use std::sync::Arc;

use lettre::message::{Mailbox, Message, header::ContentType};
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::config::MailConfig;
use crate::error::AppError;

/// Sends mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Arc<Way>,
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
            Way::Smtp(builder.build())
        } else {
            std::fs::create_dir_all(&config.dir)
                .map_err(|error| format!("the mail directory {} can't be made: {error}", config.dir.display()))?;
            Way::Files(AsyncFileTransport::new(&config.dir))
        };
        Ok(Self { from, way: Arc::new(way) })
    }

    /// Sends a plain-text mail. The log gets the name of the file at most, never what is in it. One that the server will
    /// never take is given up here: trying it again would only annoy somebody.
    ///
    /// # Errors
    /// When the address can't be written to, or the post doesn't take it this time.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), AppError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(AppError::internal)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(AppError::internal)?;
        match &*self.way {
            // What the server says may name the recipient, and goes into no log.
            Way::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => {
                    tracing::warn!("the mail server refused a mail for good; it is given up");
                    Ok(())
                }
                Err(_) => Err(AppError::internal("the mail server didn't take a mail this time")),
            },
            Way::Files(files) => {
                let id = files.send(message).await.map_err(AppError::internal)?;
                tracing::info!(file = %format!("{id}.eml"), "mail written");
                Ok(())
            }
        }
    }
}
