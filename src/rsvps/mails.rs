//! What the mails to those who'll be there say.

use askama::Template;

use super::rsvp::{News, Rsvp};
use crate::events::Event;
use crate::mail::Mail;

/// What a mail tells.
#[derive(Debug)]
struct Facts<'a> {
    title: &'a str,
    /// `Friday 26 March 2027, 9pm`.
    when: String,
    page: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/rsvp_reminder.txt")]
struct Reminder<'a> {
    facts: &'a Facts<'a>,
}

#[derive(Template)]
#[template(path = "mail/rsvp_moved.txt")]
struct Moved<'a> {
    facts: &'a Facts<'a>,
}

#[derive(Template)]
#[template(path = "mail/rsvp_cancelled.txt")]
struct Cancelled<'a> {
    facts: &'a Facts<'a>,
}

/// Where a mail's links lead.
#[derive(Clone, Debug)]
pub struct Links {
    /// The night's page.
    pub page: String,
    /// Where its person stops the mails, or takes it back. It holds a secret.
    pub own: String,
    /// What ends the mail's id.
    pub host: String,
}

/// The mail that tells `news`; none without an address.
///
/// # Errors
/// When a template can't be filled in.
pub fn write(rsvp: &Rsvp, event: &Event, news: News, links: Links) -> Result<Option<Mail>, askama::Error> {
    let Some(to) = rsvp.email.clone() else { return Ok(None) };
    let Links { page, own, host } = links;
    let facts = &Facts { title: &event.title, when: event.when.in_words(), page, link: own.clone() };
    let Facts { title, when, .. } = facts;
    let (name, subject, text) = match news {
        News::Reminder => ("reminder", format!("{title}: {when}"), Reminder { facts }.render()?),
        News::Moved => ("moved", format!("{title} has moved to {when}"), Moved { facts }.render()?),
        News::Cancelled => ("cancelled", format!("{title} was cancelled"), Cancelled { facts }.render()?),
    };
    let message_id = Some(format!("<{}.{name}.{}@{host}>", rsvp.id, event.when.starts_at.timestamp()));
    Ok(Some(Mail { to, subject, text, message_id, unsubscribe: Some(own) }))
}
