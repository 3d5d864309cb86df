//! What people type: trimmed, bounded, and without characters that break a page or a statement.

use std::borrow::Cow;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// One line of text of at most `MAX` characters, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

/// Several lines of text of at most `MAX` characters, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Checks one line. Line breaks and tabs become spaces.
    ///
    /// # Errors
    /// A sentence for the person who typed it: empty, too long, or with control characters.
    pub fn new(text: &str) -> Result<Self, Cow<'static, str>> {
        let flat: String = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
        bounded(&flat, MAX).map(Self)
    }

    /// As [`Line::new`], with words of its own for nothing typed.
    ///
    /// # Errors
    /// As [`Line::new`]; `missing` for an empty text.
    pub fn required(text: &str, missing: &'static str) -> Result<Self, Cow<'static, str>> {
        if text.trim().is_empty() { Err(missing.into()) } else { Self::new(text) }
    }

    /// As [`Line::new`], where nothing typed means nothing meant.
    ///
    /// # Errors
    /// As [`Line::new`], but an empty text is `None`.
    pub fn optional(text: Option<&str>) -> Result<Option<Self>, Cow<'static, str>> {
        text.filter(|text| !text.trim().is_empty()).map(Self::new).transpose()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// Checks a longer text; line breaks stay.
    ///
    /// # Errors
    /// As [`Line::new`]; an empty text is `None`.
    pub fn optional(text: Option<&str>) -> Result<Option<Self>, Cow<'static, str>> {
        text.filter(|text| !text.trim().is_empty())
            .map(|text| bounded(&text.replace("\r\n", "\n"), MAX).map(Self))
            .transpose()
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

fn bounded(text: &str, max: usize) -> Result<String, Cow<'static, str>> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Enter some text".into());
    }
    // NUL ends a string in PostgreSQL, and the overrides make text read as something it is not.
    if text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || is_override(c)) {
        return Err("Remove the hidden control characters from this text".into());
    }
    let length = text.chars().count();
    if length > max {
        return Err(format!("Shorten this to {max} characters or fewer; it has {length}").into());
    }
    Ok(text.to_owned())
}

/// Explicit direction overrides and embeddings; right-to-left text itself needs none of them.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Reads a day: `2027-03-26`, and `26/03/2027` as people here write it.
///
/// # Errors
/// A sentence for a text that is no day.
pub fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let parse = |format| NaiveDate::parse_from_str(text.trim(), format);
    let day = parse("%Y-%m-%d").or_else(|_| parse("%d/%m/%Y")).map_err(|_| DAY_LIKE)?;
    let years = 1500..=2100;
    if years.contains(&chrono::Datelike::year(&day)) { Ok(day) } else { Err(DAY_LIKE) }
}

const DAY_LIKE: &str = "Enter a day like 2027-03-26";

/// What a file or another site says, as one line without hidden characters, cut to `max` characters; none when nothing is
/// left of it. For people's own words there are [`Line`] and [`Prose`], which say what is wrong instead.
#[must_use]
pub fn cut(text: &str, max: usize) -> Option<String> {
    let mut line = String::new();
    let shown = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    for c in shown.filter(|c| !c.is_control() && !is_override(*c)).filter(|c| *c != '\u{FEFF}') {
        if c != ' ' || !(line.is_empty() || line.ends_with(' ')) {
            line.push(c);
        }
    }
    if let Some((end, _)) = line.char_indices().nth(max) {
        line.truncate(end);
    }
    line.truncate(line.trim_end().len());
    Some(line).filter(|line| !line.is_empty())
}

/// As [`cut`], but spaces stay as they are, so that what was typed as a [`Line`] comes back as that same line.
#[must_use]
pub fn one_line(text: &str, max: usize) -> Option<String> {
    let parts = text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
    let mut line = String::new();
    for part in parts {
        if !line.is_empty() {
            line.push(' ');
        }
        let flat = part.chars().map(|c| if c == '\t' { ' ' } else { c });
        line.extend(flat.filter(|c| !c.is_control() && !is_override(*c) && *c != '\u{FEFF}'));
    }
    let kept = line.trim();
    let end = kept.char_indices().nth(max).map_or(kept.len(), |(end, _)| end);
    Some(kept[..end].trim_end().to_owned()).filter(|line| !line.is_empty())
}

/// `Sam`, `Sam and Priya`, `Sam, Priya and Jo`: several as one in a sentence; none of nothing.
#[must_use]
pub fn listed(words: &[String]) -> Option<String> {
    let (last, rest) = words.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) })
}

/// `1 kitchen dancing`, `14 kitchens dancing`; words.js says the same.
#[must_use]
pub fn kitchens(dancing: i64) -> String {
    format!("{dancing} {} dancing", if dancing == 1 { "kitchen" } else { "kitchens" })
}

/// `1 person says they’ll be there`, `14 people say they’ll be there`.
#[must_use]
pub fn going(count: i64) -> String {
    let (people, say) = if count == 1 { ("person", "says") } else { ("people", "say") };
    format!("{count} {people} {say} they’ll be there")
}

/// Letters and digits only, without case and accents: what is the same song to a person gets the same key.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut folded = String::with_capacity(text.len());
    for c in plain.flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') && c != '\'' && c != '’' {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Lower-case ASCII words with hyphens, for an address: `Cavell Nurses' Trust` → `cavell-nurses-trust`. Holds no dot;
/// empty when the text has no letter or digit.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in deunicode::deunicode(text).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' {
            slug.push('-');
        }
    }
    slug.truncate(SLUG_MAX);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Addresses are read aloud and pasted into posts.
const SLUG_MAX: usize = 60;

/// Checks a hashtag, with or without its `#`; returns it without.
///
/// # Errors
/// A sentence, for anything that no site would link as one tag.
pub fn hashtag(text: &str) -> Result<String, Cow<'static, str>> {
    let tag = Line::<60>::new(text.trim().trim_start_matches('#'))?.into_string();
    if !tag.chars().all(|c| c.is_alphanumeric() || c == '_') || !tag.chars().any(char::is_alphabetic) {
        return Err("Use letters, digits and _ only, as in TwitterDisco".into());
    }
    Ok(tag)
}

#[cfg(test)]
mod tests {
    use super::{Line, cut, fold, one_line};

    #[test]
    fn addresses_are_plain() {
        assert_eq!(super::slug("#TwitterDisco does #Music4McR!"), "twitterdisco-does-music4mcr");
        assert_eq!(super::slug("Café 😀 Noël"), "cafe-grinning-noel");
        assert_eq!(super::slug("..."), "");
        assert!(super::slug(&"a ".repeat(200)).len() <= 60);
    }

    #[test]
    fn a_line_is_trimmed_flat_and_bounded() {
        assert_eq!(Line::<5>::new("  hé\nlo ").map(Line::into_string), Ok("hé lo".to_owned()));
        assert!(Line::<5>::new("abcdef").is_err());
        assert!(Line::<5>::new("   ").is_err());
        assert!(Line::<5>::new("a\0b").is_err());
        assert!(Line::<9>::new("a\u{202E}b").is_err());
        assert_eq!(Line::<5>::optional(Some("  ")), Ok(None));
    }

    #[test]
    fn what_others_say_is_cut_to_one_plain_line() {
        assert_eq!(cut(" a\tb\r\n\0c\u{202E}d  e ", 20).as_deref(), Some("a b cd e"));
        assert_eq!(cut("é é é", 4).as_deref(), Some("é é"));
        assert_eq!(cut(" \u{FEFF}\0 ", 4), None);
        assert_eq!(one_line(" a  b\r\n\t c\0\u{202E}d \n", 20).as_deref(), Some("a  b cd"));
        assert_eq!(one_line("é é é", 4).as_deref(), Some("é é"));
        assert_eq!(one_line(" \u{FEFF}\0\n ", 4), None);
    }

    #[test]
    fn songs_that_sound_the_same_fold_the_same() {
        assert_eq!(fold("Don't Stop Me Now!"), fold("dont stop  me now"));
        assert_eq!(fold("Beyoncé – Déjà Vu"), fold("BEYONCE: DEJA VU"));
        assert_ne!(fold("Blue Monday"), fold("Manic Monday"));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
