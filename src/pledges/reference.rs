//! A pledge's reference: short enough to say down a phone, and made of letters and digits only, so that it fits the
//! reference field of a giving page.

use uuid::Uuid;

use crate::keys::Keys;

/// No two of these sound or look alike: no B/D/E/G/P/T/V/3, no M/N, no A/8, no I/1/5/9, no O/0, no S/F, no U/W/2.
const LETTERS: &[u8; 11] = b"46CFHJKLRXY";
/// 11⁸ is 214 million.
const LENGTH: usize = 8;
const PREFIX: &str = "TD";

/// A reference for `id`; `attempt` draws another when one is taken. Nobody without the key can tell which belongs to a
/// pledge whose id is public: references stand on charities' own pages.
#[must_use]
pub fn draw(keys: &Keys, id: Uuid, attempt: u8) -> String {
    let mut message = id.as_bytes().to_vec();
    message.push(attempt);
    let drawn = keys.sign("pledge reference", &message);
    let mut state = drawn.iter().take(8).fold(0_u64, |state, byte| state << 8 | u64::from(*byte));
    let mut reference = String::from(PREFIX);
    for _ in 0..LENGTH {
        let at = usize::try_from(state % LETTERS.len() as u64).unwrap_or_default();
        reference.push(char::from(LETTERS[at]));
        state /= LETTERS.len() as u64;
    }
    reference
}

/// A reference as somebody wrote it down: case, spaces and hyphens don't matter.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Everything in a text that reads like a reference, in order, however it is spaced, hyphenated and written.
#[must_use]
pub fn find_all(text: &str) -> Vec<String> {
    let skipped = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let plain: Vec<char> = text.chars().filter(|c| !skipped(c)).map(|c| c.to_ascii_uppercase()).collect();
    let is_one = |window: &&[char]| {
        let (prefix, rest) = window.split_at(PREFIX.len());
        prefix.iter().copied().eq(PREFIX.chars())
            && rest.iter().all(|c| u8::try_from(*c).is_ok_and(|byte| LETTERS.contains(&byte)))
    };
    let found = plain.windows(PREFIX.len() + LENGTH).filter(is_one);
    found.map(|window| window.iter().collect()).collect()
}

/// As pages print it, in groups: `TD 4XKC LR6Y`.
#[must_use]
pub fn spaced(reference: &str) -> String {
    match (reference.get(..2), reference.get(2..6), reference.get(6..)) {
        (Some(prefix), Some(first), Some(second)) => format!("{prefix} {first} {second}"),
        _ => reference.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{draw, find_all};
    use crate::keys::Keys;

    #[test]
    fn references_are_short_plain_and_differ() {
        let drawn: std::collections::HashSet<String> =
            (0..2_000_u128).map(|number| draw(&Keys::new("key"), uuid::Uuid::from_u128(number), 0)).collect();
        assert_eq!(drawn.len(), 2_000);
        assert!(drawn.iter().all(|text| text.len() == 10 && text.bytes().all(|b| b.is_ascii_alphanumeric())));
        let id = uuid::Uuid::from_u128(5);
        let keys = Keys::new("key");
        assert_ne!(draw(&keys, id, 0), draw(&keys, id, 1));
        assert_ne!(draw(&keys, id, 0), draw(&Keys::new("another"), id, 0));
    }

    #[test]
    fn references_are_found_in_what_people_write() {
        let one = ["TD4XKCLR6Y"];
        for text in
            ["td4xkclr6y", "TD 4XKC LR6Y", "For td-4xkc\u{2013}lr6y, thanks!", "TDTD4XKCLR6YY", "a\nTD4X\tKCLR6Y"]
        {
            assert_eq!(find_all(text), one, "{text}");
        }
        for text in ["", "TD", "TD4XKCLR6", "TD4XKCLR6A", "TD.4XKC.LR6Y", "T'D4XKCLR6Y", "ｔｄ4xkclr6y"] {
            assert!(find_all(text).is_empty(), "{text}");
        }
        assert_eq!(find_all("TD4XKCLR6Y and TD66666666"), ["TD4XKCLR6Y", "TD66666666"]);
    }
}
