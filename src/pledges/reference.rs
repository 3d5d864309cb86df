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
    use super::draw;
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
}
