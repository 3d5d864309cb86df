//! Songs that are very likely the same one, though their names aren't: `Heroes`, and `Heroes (Remastered 2017)` as shops have
//! it, `Heroes - Radio Edit` as radios do, and `Heroes [Official Video]` as videos do.
//!
//! It is a guess, so people are asked; only what [`Song::title_key`](super::Song::title_key) says is the same is the same.

use std::collections::HashMap;

use entity::ids::TrackId;

use super::track::Track;
use crate::words::fold;

/// What shops and videos add to a name, in brackets or behind a dash.
const ADDED: &[&str] = &[
    "4k",
    "audio",
    "bonus",
    "deluxe",
    "edit",
    "explicit",
    "hd",
    "hq",
    "live",
    "lyric",
    "lyrics",
    "mono",
    "official",
    "remaster",
    "remastered",
    "stereo",
    "version",
    "video",
    "visualiser",
    "visualizer",
];
/// What names the guests of a song.
const WITH: &[&str] = &["feat", "featuring", "ft"];

/// What is left of a song's name without what others add to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    title: String,
    artist: Option<String>,
}

impl Likeness {
    /// Of a song's title, and who made it if that is known.
    #[must_use]
    pub fn of(title: &str, artist: Option<&str>) -> Self {
        Self { title: short_title(title), artist: artist.map(short_artist) }
    }

    /// Whether the two are very likely the same song.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        // Who says only the title may well mean it.
        let is_by_another = self.artist.is_some() && other.artist.is_some() && self.artist != other.artist;
        self.title == other.title && !is_by_another
    }
}

/// For each of these songs that is very likely the same as another of them: which, the first of those that are.
#[must_use]
pub fn doubles<'a>(songs: impl IntoIterator<Item = &'a Track>) -> HashMap<TrackId, &'a Track> {
    let mut by_title: HashMap<String, Vec<(Likeness, &Track)>> = HashMap::new();
    for song in songs {
        if let Some(likeness) = song.likeness() {
            by_title.entry(likeness.title.clone()).or_default().push((likeness, song));
        }
    }
    let mut doubles = HashMap::new();
    for group in by_title.values() {
        for (likeness, song) in group {
            let other = group.iter().find(|(known, other)| other.id != song.id && known.is_like(likeness));
            doubles.extend(other.map(|(_, other)| (song.id, *other)));
        }
    }
    doubles
}

fn short_title(title: &str) -> String {
    let mut kept = without_brackets(title);
    // The last part first: `Heroes - Live - Remastered 2017`.
    while let Some((before, last)) = kept.rsplit_once(" - ").or_else(|| kept.rsplit_once(" – ")) {
        if !is_added(last) {
            break;
        }
        kept = before.to_owned();
    }
    let short = without_guests(&fold(&kept));
    // A song that is called nothing else, such as `Live`, is called that.
    if short.is_empty() { fold(title) } else { short }
}

fn short_artist(artist: &str) -> String {
    let artist = without_guests(&fold(artist));
    artist.strip_prefix("the ").map(str::to_owned).unwrap_or(artist)
}

/// A name without the brackets that hold something added.
fn without_brackets(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(begin) = rest.find(['(', '[']) {
        let Some(length) = rest[begin..].find([')', ']']) else { break };
        let (inside, after) = (&rest[begin + 1..begin + length], &rest[begin + length + 1..]);
        let is_kept = !is_added(inside) && !WITH.iter().any(|with| fold(inside).split(' ').next() == Some(with));
        kept.push_str(if is_kept { &rest[..=begin + length] } else { &rest[..begin] });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn is_added(part: &str) -> bool {
    fold(part).split(' ').any(|word| ADDED.contains(&word))
}

/// Folded words up to those that name guests.
fn without_guests(folded: &str) -> String {
    folded.split(' ').take_while(|word| !WITH.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Likeness, doubles};
    use crate::tracks::Track;

    fn are_alike(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
        Likeness::of(one.0, one.1).is_like(&Likeness::of(other.0, other.1))
    }

    #[test]
    fn each_double_is_told_with_the_first_that_it_is_like() {
        let song = |number: u128, title: Option<&str>, artist: Option<&str>| Track {
            id: uuid::Uuid::from_u128(number).into(),
            title: title.map(str::to_owned),
            artist: artist.map(str::to_owned),
            links: Vec::new(),
        };
        let songs = [
            song(1, Some("Heroes"), Some("David Bowie")),
            song(2, Some("Heroes - Radio Edit"), Some("Motörhead")),
            song(3, Some("Heroes (Remastered 2017)"), Some("David Bowie")),
            song(4, None, None),
            song(5, None, None),
            song(6, Some("Hurt"), Some("Johnny Cash")),
            song(7, Some("Heroes"), None),
        ];
        let told = doubles(&songs);
        let other = |number: usize| told.get(&songs[number - 1].id).map(|other| other.id);
        let told = [1, 2, 3, 4, 5, 6, 7].map(other);
        let id = |number: usize| Some(songs[number - 1].id);
        assert_eq!(told, [id(3), id(7), id(1), None, None, None, id(1)]);
    }

    #[test]
    fn what_shops_and_videos_add_makes_no_other_song() {
        for (one, other) in [
            ("Heroes", "\"Heroes\" (Remastered 2017)"),
            ("Heroes", "Heroes - 2017 Remaster"),
            ("Heroes", "HEROES [Official Video] (HD)"),
            ("Heroes", "Heroes – Radio Edit"),
            ("Heroes", "Heroes - Live - Remastered 2017"),
            ("Empire State of Mind", "Empire State Of Mind (feat. Alicia Keys)"),
            ("Empire State of Mind", "Empire State of Mind ft Alicia Keys"),
            ("Déjà Vu", "Deja vu (Lyrics)"),
            ("Live", "Live"),
        ] {
            assert!(are_alike((one, Some("David Bowie")), (other, Some("david bowie"))), "{other}");
        }
        assert!(are_alike(("Africa", None), ("Africa", Some("Toto"))), "who says only the title may mean it");
        assert!(are_alike(("Hey Jude", Some("The Beatles")), ("Hey Jude", Some("Beatles"))));
        assert!(are_alike(("Crazy in Love", Some("Beyoncé feat. Jay-Z")), ("Crazy In Love", Some("Beyonce"))));
    }

    #[test]
    fn other_songs_are_others() {
        for (one, other) in [
            ("Heroes", "Heroes (David Guetta Remix)"),
            ("Live and Let Die", "Let Die"),
            ("1999", "1979"),
            ("Blue (Da Ba Dee)", "Blue"),
            ("Don't Stop", "Don't Stop Me Now"),
            ("Live", "Video"),
        ] {
            assert!(!are_alike((one, None), (other, None)), "{one} and {other}");
        }
        assert!(!are_alike(("Hurt", Some("Johnny Cash")), ("Hurt", Some("Nine Inch Nails"))));
    }

    proptest! {
        #[test]
        fn every_song_is_like_itself(title in ".{1,40}", artist in prop::option::of(".{1,20}")) {
            prop_assert!(are_alike((&title, artist.as_deref()), (&title, artist.as_deref())));
        }

        #[test]
        fn no_brackets_break_it(title in r"[\[\]() \-–a-zé]{0,30}", other in r"[\[\]() \-–a-zé]{0,30}") {
            prop_assert_eq!(are_alike((&title, None), (&other, None)), are_alike((&other, None), (&title, None)));
        }
    }
}
