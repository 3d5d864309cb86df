//! An organiser's account.

use std::borrow::Cow;

pub use entity::account::Role;
use entity::ids::AccountId;

use crate::words::Line;

/// A name as it is shown.
pub type Name = Line<60>;

/// A mail address, lower-cased: two spellings of one address are one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// One organiser.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub role: Role,
}

impl Email {
    /// Checks an address loosely: only the post can tell whether it is real.
    ///
    /// # Errors
    /// A sentence for the person who typed it.
    pub fn new(text: &str) -> Result<Self, Cow<'static, str>> {
        let line = Line::<254>::new(text)?.into_string().to_lowercase();
        let parts = line.split_once('@');
        let fine = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
        // The mailer's own reading decides the rest, so that an address taken here can be written to.
        if !fine || line.contains(char::is_whitespace) || line.parse::<lettre::Address>().is_err() {
            return Err("Enter a mail address like name@example.org".into());
        }
        Ok(Self(line))
    }

    /// As [`Email::new`], where nothing typed means nothing meant.
    ///
    /// # Errors
    /// As [`Email::new`], but an empty text is `None`.
    pub fn optional(text: Option<&str>) -> Result<Option<Self>, Cow<'static, str>> {
        text.filter(|text| !text.trim().is_empty()).map(Self::new).transpose()
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn addresses_are_lower_cased_and_checked() {
        assert_eq!(Email::new(" Sam@Example.org ").map(Email::into_string), Ok("sam@example.org".to_owned()));
        for bad in ["", "sam", "sam@", "@example.org", "sam@example", "a b@example.org", "a@b@example.org"] {
            assert!(Email::new(bad).is_err(), "{bad}");
        }
    }
}
