//! What the mails say.

use askama::Template;
use entity::money::Pence;
use entity::pledge_mail::MailKind;

use crate::charities::Book;
use crate::events::Event;
use crate::pledges::parts::PartView;
use crate::pledges::pledge::Pledge;
use crate::pledges::reference;
use crate::pledges::terms::Counts;

/// What a mail tells of a pledge.
#[derive(Debug)]
pub struct Facts {
    greeting: String,
    title: String,
    /// `Friday 26 March 2027, 9pm`.
    when: String,
    /// What was promised, in words.
    terms: String,
    is_open: bool,
    /// Whether the night is still to end.
    is_before: bool,
    is_fixed: bool,
    promised: Pence,
    received: Pence,
    parts: Vec<PartView>,
    reference: String,
    /// The secret link.
    link: String,
}

impl Facts {
    /// Of a pledge as it stands. `link` is its secret link.
    #[must_use]
    pub fn of(pledge: &Pledge, counts: Counts, event: &Event, book: &Book, link: String) -> Self {
        Self {
            greeting: greeting(pledge.words.name.as_deref()),
            title: event.title.clone(),
            when: event.when.in_words(),
            terms: pledge.terms.to_string(),
            is_open: pledge.is_open(),
            is_before: event.state.takes_part(),
            is_fixed: pledge.counted.is_none() && !pledge.is_open(),
            promised: pledge.promised(counts),
            received: pledge.received(),
            parts: PartView::of_pledge(&pledge.parts(counts), &pledge.reference, event, book),
            reference: reference::spaced(&pledge.reference),
            link,
        }
    }
}

#[derive(Template)]
#[template(path = "mail/receipt.txt")]
struct Receipt<'a> {
    facts: &'a Facts,
}

#[derive(Template)]
#[template(path = "mail/reminder.txt")]
struct Reminder<'a> {
    facts: &'a Facts,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "mail/thanks.txt")]
struct Thanks<'a> {
    facts: &'a Facts,
}

#[derive(Template)]
#[template(path = "mail/ended.txt")]
struct Ended<'a> {
    facts: &'a Facts,
}

/// A mail's subject and text.
///
/// # Errors
/// When a template can't be filled in.
pub fn write(kind: MailKind, facts: &Facts) -> Result<(String, String), askama::Error> {
    let title = &facts.title;
    Ok(match kind {
        MailKind::Receipt => (format!("Your pledge to {title}"), Receipt { facts }.render()?),
        MailKind::FirstReminder => {
            (format!("What you promised at {title}, and how to give it"), Reminder { facts, is_last: false }.render()?)
        }
        MailKind::SecondReminder => {
            (format!("A last word about your pledge to {title}"), Reminder { facts, is_last: true }.render()?)
        }
        MailKind::Thanks => (format!("Thank you: your pledge to {title} has arrived"), Thanks { facts }.render()?),
        MailKind::Ended => (format!("{title} was cancelled, so your promise has ended"), Ended { facts }.render()?),
    })
}

/// Whoever types somebody else's address writes the name too: what could be read as an address of a page isn't repeated.
fn greeting(name: Option<&str>) -> String {
    let leads_nowhere = |name: &&str| {
        let dot_in_a_word = name.split('.').skip(1).any(|rest| rest.starts_with(char::is_alphanumeric));
        !name.contains(['/', ':', '@', '\\']) && !dot_in_a_word
    };
    format!("Dear {},", name.filter(leads_nowhere).unwrap_or("friend"))
}

#[cfg(test)]
mod tests {
    use super::greeting;

    #[test]
    fn a_greeting_leads_nowhere() {
        for fine in ["Sam", "Dr. Jo O'Neill-Smith", "Zoë & the night shift", "J. R. Hartley", "李雷"] {
            assert_eq!(greeting(Some(fine)), format!("Dear {fine},"));
        }
        for bad in ["You won! https://evil.example", "evil.example/win", "see www.evil.example", "a@evil.example"] {
            assert_eq!(greeting(Some(bad)), "Dear friend,", "{bad}");
        }
        assert_eq!(greeting(None), "Dear friend,");
    }
}
