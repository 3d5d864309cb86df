//! A share: a participant's posting of a track to an event.

use entity::Moment;
use entity::ids::{EventId, GuestId, ShareId};
pub use entity::share::ShareState;
use serde::Deserialize;

use super::likeness::Likeness;
use super::link::{self, Link};
use super::track::{Track, title_key};
use crate::error::{AppError, Problems};
use crate::words::Line;

/// The states in which a share holds its track's place on a night.
pub(super) const STANDING: [ShareState; 2] = [ShareState::Shown, ShareState::Held];

/// One posting.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    pub id: ShareId,
    pub event: EventId,
    pub track: Track,
    pub guest: GuestId,
    pub shared_by: String,
    pub joined_by: Vec<String>,
    pub dedication: Option<String>,
    pub state: ShareState,
    pub shared_at: Moment,
    pub played_at: Option<Moment>,
    /// Taps of people who dance to it.
    pub dances: i64,
    /// The listed word for which it waits for a host. For hosts only.
    #[serde(default)]
    pub held_word: Option<String>,
    /// What the host who took it down said to its guest, and to nobody else.
    #[serde(default)]
    pub removed_for: Option<String>,
    /// The share of the same song that it became part of; it is withdrawn then.
    #[serde(default)]
    pub merged_into: Option<ShareId>,
}

/// A song as it is sent: a link, a title, or both.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ShareIn {
    /// Any text with a link in it.
    pub link: Option<String>,
    /// Up to 200 characters.
    pub title: Option<String>,
    /// Up to 200 characters.
    pub artist: Option<String>,
    /// Who it is for, up to 280 characters.
    pub dedication: Option<String>,
}

/// A song that was checked: it has a link, a title, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Song {
    pub link: Option<Link>,
    pub title: Option<String>,
    pub artist: Option<String>,
    pub dedication: Option<String>,
}

impl Song {
    /// Checks a song as the API takes it: `link` without a link in it is refused.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn new(input: &ShareIn) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let given = input.link.as_deref().map(str::trim).filter(|link| !link.is_empty());
        let link = given.and_then(link::recognise);
        if given.is_some() && link.is_none() {
            problems.add("link", "There is no link we can use in this. You can type the song instead.");
        }
        let title = problems.take("title", Line::<200>::optional(input.title.as_deref())).flatten();
        let artist = problems.take("artist", Line::<200>::optional(input.artist.as_deref())).flatten();
        let dedication = problems.take("dedication", Line::<280>::optional(input.dedication.as_deref())).flatten();
        if given.is_none() && title.is_none() && problems.of("title").is_none() {
            problems.add("link", "Paste a link or type a song");
        }
        problems.check()?;
        Ok(Self {
            link,
            title: title.map(Line::into_string),
            artist: artist.map(Line::into_string),
            dedication: dedication.map(Line::into_string),
        })
    }

    /// Checks a song as the page's one field takes it: text without a link is a title, `Artist - Title` is both.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn from_field(input: &ShareIn) -> Result<Self, AppError> {
        let given = input.link.as_deref().map(str::trim).unwrap_or_default();
        if given.is_empty() || link::recognise(given).is_some() || looks_like_address(given) {
            return Self::new(input);
        }
        let (artist, title) = artist_and_title(given);
        let typed = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        Self::new(&ShareIn {
            link: None,
            title: typed(&input.title).or_else(|| Some(title.to_owned())),
            artist: typed(&input.artist).or_else(|| artist.map(str::to_owned)),
            dedication: input.dedication.clone(),
        })
    }

    /// What tells songs apart that are very likely the same; none without a title.
    #[must_use]
    pub fn likeness(&self) -> Option<Likeness> {
        self.title.as_deref().map(|title| Likeness::of(title, self.artist.as_deref()))
    }

    /// The key under which typed songs meet; none without a title.
    #[must_use]
    pub fn title_key(&self) -> Option<String> {
        title_key(self.title.as_deref(), self.artist.as_deref())
    }
}

/// `Artist - Title` is both; anything else is a title.
pub(super) fn artist_and_title(text: &str) -> (Option<&str>, &str) {
    match text.split_once(" - ").or_else(|| text.split_once(" – ")) {
        Some((artist, title)) if !artist.trim().is_empty() && !title.trim().is_empty() => (Some(artist), title),
        _ => (None, text),
    }
}

/// `javascript:…` and the like are no titles either.
fn looks_like_address(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, rest)| (scheme, rest.starts_with("//")));
    scheme.is_some_and(|(scheme, slashes)| {
        slashes || ["javascript", "data", "vbscript", "file"].iter().any(|bad| scheme.eq_ignore_ascii_case(bad))
    })
}

impl Share {
    /// Whether anyone may see it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.state == ShareState::Shown
    }

    /// Whether it is on the list, seen or waiting.
    #[must_use]
    pub fn stands(&self) -> bool {
        STANDING.contains(&self.state)
    }

    /// Whether it can be taken back or taken down: it stands, by itself or as part of another.
    #[must_use]
    pub fn can_go(&self) -> bool {
        self.stands() || self.merged_into.is_some()
    }

    /// Whether its guest took it back; what hosts made part of another wasn't.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.state == ShareState::Withdrawn && self.merged_into.is_none()
    }

    /// As those see it who know that it is there and nothing else of it.
    #[must_use]
    pub fn without_words(self) -> Self {
        let track = Track { title: None, artist: None, links: Vec::new(), ..self.track };
        let words = Self { shared_by: String::new(), joined_by: Vec::new(), dedication: None, ..self };
        Self { track, held_word: None, removed_for: None, ..words }
    }

    /// The guest takes it back, one that a host took down or made part of another too: then no host can show it again.
    ///
    /// # Errors
    /// 409 when it was taken back already.
    pub fn withdraw(&mut self) -> Result<(), AppError> {
        if self.merged_into.take().is_some() {
            return Ok(());
        }
        self.turn(&[ShareState::Shown, ShareState::Held, ShareState::Removed], ShareState::Withdrawn)
    }

    /// A host takes it down, and may say why to its guest.
    ///
    /// # Errors
    /// 409 when it is gone already.
    pub fn remove(&mut self, reason: Option<String>) -> Result<(), AppError> {
        let was_part = self.merged_into.take().is_some();
        self.turn(if was_part { &[ShareState::Withdrawn] } else { &STANDING }, ShareState::Removed)?;
        self.removed_for = reason;
        Ok(())
    }

    /// It waits for a host, for a listed word in it. One that waits already waits for this word.
    pub fn hold(&mut self, word: &str) {
        if self.stands() {
            self.state = ShareState::Held;
            self.held_word = Some(word.to_owned());
        }
    }

    /// A host shows a held or a removed one.
    ///
    /// # Errors
    /// 409 when it is shown already or its guest withdrew it.
    pub fn approve(&mut self) -> Result<(), AppError> {
        self.turn(&[ShareState::Held, ShareState::Removed], ShareState::Shown)?;
        (self.held_word, self.removed_for) = (None, None);
        Ok(())
    }

    /// It becomes part of another, of the same song.
    ///
    /// # Errors
    /// 409 when it is gone.
    pub fn become_part(&mut self, of: ShareId) -> Result<(), AppError> {
        self.turn(&STANDING, ShareState::Withdrawn)?;
        self.merged_into = Some(of);
        Ok(())
    }

    /// One that was made part of another stands by itself again.
    ///
    /// # Errors
    /// 409 when it stands already.
    pub fn stand_again(&mut self, is_shown: bool) -> Result<(), AppError> {
        self.turn(&[ShareState::Withdrawn], if is_shown { ShareState::Shown } else { ShareState::Held })?;
        self.merged_into = None;
        Ok(())
    }

    fn turn(&mut self, from: &[ShareState], to: ShareState) -> Result<(), AppError> {
        if !from.contains(&self.state) {
            return Err(AppError::conflict(format!("This song is {} already.", self.state)));
        }
        self.state = to;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ShareIn, Song};

    fn field(text: &str) -> Option<(Option<String>, Option<String>, bool)> {
        let input = ShareIn { link: Some(text.to_owned()), ..ShareIn::default() };
        Song::from_field(&input).ok().map(|song| (song.artist, song.title, song.link.is_some()))
    }

    #[test]
    fn the_one_field_takes_a_link_or_a_song() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(field("Blue Monday"), Some((None, text("Blue Monday"), false)));
        assert_eq!(field("New Order - Blue Monday"), Some((text("New Order"), text("Blue Monday"), false)));
        assert_eq!(field("this one! https://youtu.be/c1GxjzHm5us"), Some((None, None, true)));
        assert_eq!(field("javascript:alert(1)"), None);
        assert_eq!(field("   "), None);
    }

    #[test]
    fn the_api_wants_a_link_in_a_link() {
        let input = ShareIn { link: Some("Blue Monday".to_owned()), ..ShareIn::default() };
        assert!(Song::new(&input).is_err());
        let input = ShareIn { title: Some("Blue Monday".to_owned()), ..ShareIn::default() };
        assert_eq!(Song::new(&input).ok().and_then(|song| song.title_key()).as_deref(), Some("blue monday|"));
    }
}
