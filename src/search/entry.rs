//! What something can be found by.

use crate::words::fold;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Event,
    Track,
    Story,
}

impl Kind {
    /// The word for it in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Track => "track",
            Self::Story => "story",
        }
    }
}

/// Longer words are known by their beginning; PostgreSQL takes 2 KB at most, and this is 256 bytes.
const WORD_MAX: usize = 64;
/// So much of a text is indexed: the transcript of three hours, and a fifth of what PostgreSQL takes.
const ENTRY_BYTES_MAX: usize = 200_000;

/// Words that something is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What it is called: counts for more.
    pub(super) name: String,
    /// What else is told of it.
    pub(super) words: String,
}

impl Entry {
    /// Something that is called this.
    #[must_use]
    pub fn named<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { name: joined(texts, ENTRY_BYTES_MAX / 2), words: String::new() }
    }

    /// Something of which this is told too.
    #[must_use]
    pub fn with<T: AsRef<str>>(self, texts: impl IntoIterator<Item = T>) -> Self {
        Self { words: joined(texts, ENTRY_BYTES_MAX / 2), ..self }
    }

    /// Whether nothing finds it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.words.is_empty()
    }
}

fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, bytes_max: usize) -> String {
    let mut all = String::new();
    for text in texts {
        for word in words_of(&fold(text.as_ref())) {
            if all.len() + word.len() >= bytes_max {
                return all;
            }
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(word);
        }
    }
    all
}

/// The words of a folded text, those that are very long cut.
pub(super) fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let cut = |word: &str| word.char_indices().nth(WORD_MAX).map_or(word.len(), |(end, _)| end);
    folded.split(' ').filter(|word| !word.is_empty()).map(move |word| &word[..cut(word)])
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn words_are_folded_and_joined() {
        let entry = Entry::named(["Déjà Vu!", "Beyoncé"]).with(["Don't", "—", "stop"]);
        assert_eq!((entry.name.as_str(), entry.words.as_str()), ("deja vu beyonce", "dont stop"));
        assert!(Entry::named(["—", ""]).with(["🕺"]).is_empty());
    }

    #[test]
    fn what_is_endless_is_cut() {
        let entry = Entry::named(["愛".repeat(1_000)]).with(["la ".repeat(200_000)]);
        assert_eq!(entry.name.chars().count(), 64);
        assert!(entry.words.len() < 100_000 && entry.words.ends_with("la"));
    }
}
