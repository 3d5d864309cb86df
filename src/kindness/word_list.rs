//! The word list: words and phrases that are held for a host, in every disguise that still reads as them.
//!
//! What is looked for is whole words, so that Scunthorpe stays a town. Case, accents, invisible characters, look-alikes and
//! letters swapped for digits don't matter; nor does spelling a word out, `w.o.r.d` or `w o r d`, nor a mark inside it,
//! `wo-rd`. A text is read a few times, each time once through, whatever it holds; how far a word reaches is bounded by the
//! longest on the list.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::look_alikes::{is_invisible, seen_as, swapped};
use crate::words::Line;

/// The longest word or phrase.
pub const WORD_MAX: usize = 60;
/// Shorter ones would be met inside what is spelled out by chance.
const SPELLED_MIN: usize = 3;
/// The shortest: single letters are in everything.
const SHORTEST: usize = 2;

/// One word or phrase for the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedWord {
    /// As it was typed.
    pub word: String,
    /// What it is matched by.
    pub key: String,
}

impl ListedWord {
    /// Checks a word or phrase.
    ///
    /// # Errors
    /// A sentence for the person who typed it.
    pub fn new(text: &str) -> Result<Self, Cow<'static, str>> {
        let word = Line::<WORD_MAX>::required(text, "Enter a word or a phrase")?.into_string();
        let key = key_of(&word);
        if key.chars().filter(|c| *c != ' ').count() < SHORTEST {
            return Err("Enter a word of two letters or more".into());
        }
        Ok(Self { word, key })
    }
}

/// The list, ready to look with.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    /// What is matched by, and the word as its owner typed it.
    words: HashMap<String, String>,
    /// Of the keys, in bytes.
    longest: usize,
}

impl WordList {
    /// A list of these words, each with its key.
    #[must_use]
    pub fn new(words: impl IntoIterator<Item = ListedWord>) -> Self {
        let words: HashMap<_, _> = words.into_iter().map(|one| (one.key, one.word)).collect();
        let longest = words.keys().map(String::len).max().unwrap_or_default();
        Self { words, longest }
    }

    /// The first listed word in any of these texts, as its owner typed it.
    pub fn find_in<'a>(&self, texts: impl IntoIterator<Item = Option<&'a str>>) -> Option<&str> {
        texts.into_iter().flatten().find_map(|text| self.find(text))
    }

    /// The first listed word in a text, as its owner typed it.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&str> {
        if self.words.is_empty() {
            return None;
        }
        let readings = if text.nfkd().any(|c| matches!(c, '@' | '$')) { &READINGS[..] } else { &READINGS[..1] };
        readings.iter().find_map(|reading| {
            let tokens = tokens(text, *reading);
            self.plain(&tokens).or_else(|| self.joined(&tokens)).or_else(|| self.spelled(&tokens))
        })
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// Words and phrases as they stand.
    fn plain(&self, tokens: &[Token]) -> Option<&str> {
        (0..tokens.len()).find_map(|start| self.begins(tokens[start..].iter().map(Token::text), " ", 1))
    }

    /// The listed word that the first `at_least` of these make, or some more of them.
    fn begins<'a>(&self, parts: impl Iterator<Item = &'a str>, between: &str, at_least: usize) -> Option<&str> {
        let mut key = String::new();
        for (at, part) in parts.enumerate() {
            if key.len() > self.longest {
                return None;
            }
            if at > 0 {
                key.push_str(between);
            }
            key.push_str(part);
            if let Some(word) = self.get(&key).filter(|_| at + 1 >= at_least) {
                return Some(word);
            }
        }
        None
    }

    /// What nothing but marks divides: `wo-rd`, `wo.r.d`.
    fn joined(&self, tokens: &[Token]) -> Option<&str> {
        tokens.chunk_by(|_, next| !next.after_space).filter(|chunk| chunk.len() > 1).find_map(|chunk| {
            let key: String = chunk.iter().map(|token| token.letters.as_str()).collect();
            if has_letter(chunk) { self.get(&key) } else { None }
        })
    }

    /// Letters one by one: `w o r d`, `w.o.r.d`.
    fn spelled(&self, tokens: &[Token]) -> Option<&str> {
        let runs = tokens.chunk_by(|token, next| token.is_single == next.is_single);
        let letters = |run: &[Token], start: usize| {
            self.begins(run[start..].iter().map(|token| token.letters.as_str()), "", SPELLED_MIN)
        };
        runs.filter(|run| run[0].is_single && has_letter(run))
            .find_map(|run| (0..run.len()).find_map(|start| letters(run, start)))
    }
}

/// Part of a text between marks and spaces.
#[derive(Debug, PartialEq, Eq)]
struct Token {
    /// As it was typed, folded.
    typed: String,
    /// With digits and signs as the letters they are put for.
    letters: String,
    /// One character of the text.
    is_single: bool,
    /// Whether space stands before it.
    after_space: bool,
}

impl Token {
    /// What it is matched by: a number is a number.
    fn text(&self) -> &str {
        if self.typed.chars().all(|c| c.is_ascii_digit()) { &self.typed } else { &self.letters }
    }
}

fn has_letter(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.typed.chars().any(|c| !c.is_ascii_digit()))
}

/// How `@` and `$` are read: as letters, as a mark where a word begins (`@sister`), or as marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Letters,
    MarkInFront,
    Marks,
}

const READINGS: [Reading; 3] = [Reading::Letters, Reading::MarkInFront, Reading::Marks];

fn tokens(text: &str, reading: Reading) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut open: Option<Token> = None;
    let mut after_space = false;
    let seen = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c) && !is_invisible(*c));
    for c in seen {
        if !is_letter(c, open.is_none(), reading) {
            tokens.extend(open.take());
            after_space |= c.is_whitespace();
            continue;
        }
        let token = open.get_or_insert_with(|| Token {
            typed: String::new(),
            letters: String::new(),
            is_single: false,
            after_space: std::mem::take(&mut after_space),
        });
        token.is_single = token.typed.is_empty();
        for seen in fold(c) {
            token.typed.push(seen);
            token.letters.push(swapped(seen));
        }
    }
    tokens.extend(open);
    tokens
}

fn is_letter(c: char, in_front: bool, reading: Reading) -> bool {
    match (c, reading) {
        ('@' | '$', Reading::Marks) | ('@', Reading::MarkInFront) if in_front || reading == Reading::Marks => false,
        ('@' | '$', _) => true,
        _ => c.is_alphanumeric() || seen_as(c).is_some(),
    }
}

/// A character in lower case, as the Latin letters it reads as.
fn fold(c: char) -> impl Iterator<Item = char> {
    let lower: Vec<char> = match seen_as(c) {
        Some(seen) => seen.chars().collect(),
        None => {
            c.to_lowercase().flat_map(|c| seen_as(c).map_or_else(|| vec![c], |seen| seen.chars().collect())).collect()
        }
    };
    lower.into_iter()
}

/// What a word of the list is matched by. One that is spelled out on the list is the word it spells.
fn key_of(word: &str) -> String {
    let tokens = tokens(word, Reading::Letters);
    let is_spelled = tokens.len() >= SPELLED_MIN && tokens.iter().all(|token| token.is_single) && has_letter(&tokens);
    if is_spelled {
        return tokens.iter().map(|token| token.letters.as_str()).collect();
    }
    tokens.iter().map(Token::text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ListedWord, WordList, key_of};

    fn list(words: &[&str]) -> WordList {
        WordList::new(words.iter().map(|word| ListedWord::new(word).expect("a word")))
    }

    #[test]
    fn disguises_are_seen_through() {
        let list = list(&["Wretch", "cold fish", "áss", "rotter"]);
        for text in [
            "wretch",
            "You WRETCH!",
            "a wrétçh, then",
            "wr\u{200B}et\u{AD}ch",
            "wrеtсh", // Cyrillic е and с
            "ｗｒｅｔｃｈ",
            "𝔀𝓻𝓮𝓽𝓬𝓱",
            "🅆🅁🄴🅃🄲🄷",
            "ᴡʀᴇᴛᴄʜ",
            "wr3tch",
            "w.r.e.t.c.h",
            "so w r e t c h it is",
            "w-r-e-t-c-h",
            "wre.tch",
            "wre_tch",
            "w r 3 t c h",
            "@wretch",
            "wretch's",
            "#wretch",
            "wretch/saint",
        ] {
            assert_eq!(list.find(text), Some("Wretch"), "{text}");
        }
        for text in ["cold fish", "Cold  Fish.", "a c0ld, fi$h"] {
            assert_eq!(list.find(text), Some("cold fish"), "{text}");
        }
        for text in ["a$$", "@$$", "ASS", "you @ss", "@a$s"] {
            assert_eq!(list.find(text), Some("áss"), "{text}");
        }
        assert_eq!(list.find("r0тtеr"), Some("rotter"));
        assert_eq!(list.find_in([None, Some("kind"), Some("a rotter")]), Some("rotter"));
    }

    #[test]
    fn other_words_are_left_alone() {
        let list = list(&["wretch", "cold fish", "ass", "hunt"]);
        for text in [
            "Scunthorpe",
            "wretched",
            "bass class Assam",
            "cold, then fish and chips? no: cold of fish",
            "coldfish pond",
            "shunt",
            "455 people",
            "as s",
            "wr etch",
            "",
            "🎉 ... !!!",
            "A B C",
            "J. S. Bach",
        ] {
            assert_eq!(list.find(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_numbers_and_single_letters_are_no_words() {
        let list = list(&["88"]);
        assert_eq!(list.find("class of 88"), Some("88"));
        assert_eq!(list.find("1988"), None);
        for bad in ["", " ", "a", "!", ".", "á"] {
            assert!(ListedWord::new(bad).is_err(), "{bad}");
        }
        assert!(ListedWord::new(&"x".repeat(61)).is_err());
        assert_eq!(key_of("W.R.E.T.C.H"), key_of("wretch"));
    }

    /// Each letter in one of its disguises.
    fn disguise(word: &str, choices: &[u8]) -> Vec<String> {
        word.chars()
            .zip(choices.iter().cycle())
            .map(|(c, choice)| match (choice % 6, c) {
                (0, _) => c.to_uppercase().to_string(),
                (1, _) => format!("{c}\u{301}"),
                (2, _) => format!("{c}\u{200D}"),
                (3, 'e') => "е".to_owned(),
                (3, 'o') => "0".to_owned(),
                (4, 'o') => "ο".to_owned(),
                (4, 'e') => "3".to_owned(),
                (5, 't') => "７".to_owned(),
                _ => c.to_string(),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn a_word_is_found_in_any_disguise(choices in prop::collection::vec(any::<u8>(), 1..8), between in 0..4_usize) {
            let text = disguise("rotten", &choices).join(["", ".", " ", "-"][between]);
            let text = format!("what {text} weather");
            let list = list(&["rotten"]);
            prop_assert_eq!(list.find(&text), Some("rotten"), "{}", text);
        }

        #[test]
        fn a_word_is_never_found_inside_another(before in "[a-z]{0,4}", after in "[a-z]{0,4}", choices in prop::collection::vec(any::<u8>(), 1..8)) {
            prop_assume!(!(before.is_empty() && after.is_empty()));
            let text = format!("{before}{}{after}", disguise("rotten", &choices).concat());
            let list = list(&["rotten"]);
            prop_assert_eq!(list.find(&text), None, "{}", text);
        }

        #[test]
        fn any_text_can_be_read(text in "\\PC{0,80}") {
            let nothing = WordList::default();
            prop_assert_eq!(nothing.find(&text), None);
            let _ = list(&["rotten", "cold fish"]).find(&text);
            // What is on the list is found as it was typed.
            if let Ok(word) = ListedWord::new(&text) {
                let list = WordList::new([word.clone()]);
                prop_assert_eq!(list.find(&word.word), Some(word.word.as_str()));
            }
        }
    }
}
