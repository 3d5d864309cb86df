//! What somebody looks for.

use std::fmt::Write;

use super::entry::words_of;
use crate::words::{cut, fold};

/// So many characters of what was typed are looked at; the rest is left aside, since a long text finds nothing anyway.
pub const LOOKED_AT: usize = 100;
/// So many words are looked for.
const WORDS_MAX: usize = 8;
/// What is shorter begins half of everything.
const LETTERS_MIN: usize = 2;

/// Words that all must be there, the last of them perhaps only begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// At least one, of letters and digits only.
    words: Vec<String>,
}

impl Query {
    /// Reads what was typed; none when there is too little to look for. A letter of a script that writes whole words
    /// with one is enough.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let folded = fold(&cut(typed, LOOKED_AT)?);
        let words: Vec<String> = words_of(&folded).take(WORDS_MAX).map(str::to_owned).collect();
        let letters = words.iter().map(|word| word.chars().count()).sum::<usize>();
        let is_enough = letters >= LETTERS_MIN || !folded.is_ascii();
        Some(Self { words }).filter(|_| letters > 0 && is_enough)
    }

    /// As FTS5 has it: `"lovely" AND "da" *`. In quotes nothing means anything; words hold none.
    pub(super) fn for_sqlite(&self) -> String {
        self.joined('"', " AND ", " *")
    }

    /// As PostgreSQL has it: `'lovely' & 'da':*`.
    pub(super) fn for_postgres(&self) -> String {
        self.joined('\'', " & ", ":*")
    }

    fn joined(&self, quote: char, and: &str, begun: &str) -> String {
        let mut text = String::new();
        for (place, word) in self.words.iter().enumerate() {
            let and = if place == 0 { "" } else { and };
            // Writing to a String can't fail.
            let _ = write!(text, "{and}{quote}{word}{quote}");
        }
        text + begun
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LOOKED_AT, Query, WORDS_MAX};

    fn for_sqlite(typed: &str) -> Option<String> {
        Query::of(typed).map(|query| query.for_sqlite())
    }

    #[test]
    fn words_must_all_be_there_and_the_last_may_be_begun() {
        assert_eq!(for_sqlite("Lovely  da").as_deref(), Some("\"lovely\" AND \"da\" *"));
        let query = Query::of("Beyoncé: Déjà").map(|query| query.for_postgres());
        assert_eq!(query.as_deref(), Some("'beyonce' & 'deja':*"));
    }

    #[test]
    fn signs_are_no_syntax() {
        assert_eq!(for_sqlite("\" OR 1=1 --").as_deref(), Some("\"or\" AND \"1\" AND \"1\" *"));
        assert_eq!(for_sqlite("NEAR(a*b, name:x)").as_deref(), Some(r#""near" AND "a" AND "b" AND "name" AND "x" *"#));
        assert_eq!(for_sqlite("a\0bc\\' & !d|").as_deref(), Some("\"abc\" AND \"d\" *"));
    }

    #[test]
    fn too_little_looks_for_nothing() {
        for typed in ["", "  ", "\0", "*", "\"\"", "🕺💃", "a", " b! ", "-"] {
            assert_eq!(Query::of(typed), None, "{typed:?}");
        }
        for typed in ["ab", "a b", "7 x", "愛", "é1"] {
            assert!(Query::of(typed).is_some(), "{typed:?}");
        }
    }

    proptest! {
        /// Nothing but letters and digits stands between the quotes, so nothing can end them.
        #[test]
        fn any_text_is_nothing_or_a_few_plain_words(typed in prop_oneof!["\\PC{0,300}", any::<String>()]) {
            if let Some(query) = Query::of(&typed) {
                prop_assert!((1..=WORDS_MAX).contains(&query.words.len()));
                for word in &query.words {
                    prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric), "{:?}", query);
                }
                prop_assert_eq!(query.for_sqlite().matches('"').count(), 2 * query.words.len());
                prop_assert_eq!(query.for_postgres().matches('\'').count(), 2 * query.words.len());
            }
        }

        #[test]
        fn what_is_typed_beyond_changes_nothing(typed in "[a-z ]{130,160}", more in "\\PC{0,60}") {
            let line: String = typed.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(line.chars().count() >= LOOKED_AT);
            prop_assert_eq!(Query::of(&line), Query::of(&format!("{line}{more}")));
        }
    }
}
