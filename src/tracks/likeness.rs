//! Songs that are very likely the same one, though their names aren't: `Heroes`, and `Heroes (Remastered 2017)` as shops have
//! it, `Heroes - Radio Edit` as radios do, and `Heroes [Official Video]` as videos do.
//!
//! It is a guess, so people are asked; only what [`Song::title_key`](super::Song::title_key) says is the same is the same.

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

/// Whether two songs, each a title and perhaps an artist, are very likely the same.
#[must_use]
pub fn are_alike(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
    let is_same_artist = match (one.1, other.1) {
        (Some(one), Some(other)) => artist(one) == artist(other),
        // Who says only the title may well mean it.
        _ => true,
    };
    is_same_artist && title(one.0) == title(other.0)
}

fn title(title: &str) -> String {
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

fn artist(artist: &str) -> String {
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

    use super::are_alike;

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
