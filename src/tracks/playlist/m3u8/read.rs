//! From M3U to a playlist: addresses, each with a name above it if it has one. A file's own name does where there is none.

use percent_encoding::percent_decode_str;

use super::NO_LINK;
use crate::tracks::playlist::Refusal;
use crate::tracks::playlist::brought::{Found, Raw};
use crate::tracks::playlist::name::{as_link, starts_with, take_name};

/// What the pieces of one stream have, and no list of songs.
const OF_A_STREAM: [&str; 2] = ["#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF"];

/// Reads an M3U, line by line.
///
/// # Errors
/// A sentence, for the pieces of a stream.
pub(in crate::tracks::playlist) fn read(text: &str) -> Result<Found, Refusal> {
    let mut found = Found::default();
    let mut named: Option<Raw> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if OF_A_STREAM.iter().any(|mark| starts_with(line, mark)) {
            return Err("This is the pieces of one stream, not a list of songs".into());
        }
        let Some(remark) = line.strip_prefix('#') else {
            let song = named.take().unwrap_or_default();
            // What isn't taken is only counted.
            found.add(if found.has_room() { with_address(song, line) } else { song });
            continue;
        };
        if let Some(title) = after(remark, "PLAYLIST:") {
            found.set_title(title);
            continue;
        }
        // A name whose address never came is a song all the same, and so is what our own file says of one without a link.
        let next = after(remark, "EXTINF:").map(name_in);
        let alone = remark.strip_prefix(' ').and_then(|remark| remark.strip_suffix(NO_LINK));
        if let Some(song) = named.take_if(|_| next.is_some() || alone.is_some()) {
            found.add(song);
        }
        if let Some(name) = alone {
            found.add(called(name));
        }
        named = next.map(called).or(named);
    }
    if let Some(song) = named {
        found.add(song);
    }
    Ok(found)
}

fn after<'a>(line: &'a str, beginning: &str) -> Option<&'a str> {
    starts_with(line, beginning).then(|| &line[beginning.len()..])
}

/// The name in `123 tvg-id="a,b",Artist - Title`: what follows the first comma that no quotes hold.
fn name_in(line: &str) -> &str {
    let mut is_quoted = false;
    let comma = line.find(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    comma.map_or("", |comma| line[comma + 1..].trim())
}

fn called(name: &str) -> Raw {
    let mut song = Raw::default();
    take_name(&mut song, name);
    song
}

fn with_address(mut song: Raw, address: &str) -> Raw {
    match as_link(address) {
        Some(link) => song.links.push(link),
        None if song.title.is_none() => take_name(&mut song, &file_name(address)),
        None => {}
    }
    song
}

/// `Chic - Le Freak` of `C:\Music\Chic - Le Freak.mp3`, and of the same as an address.
fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = if path.contains("://") { percent_decode_str(name).decode_utf8_lossy() } else { name.into() };
    let name = match name.rsplit_once('.') {
        Some((name, ending)) if is_ending(ending) && !name.is_empty() => name,
        _ => &name,
    };
    name.trim().to_owned()
}

/// Whether this ends the name of a file: `mp3`, and not the rest of a title.
fn is_ending(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_plain && (2..=5).contains(&text.len()) && text.contains(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{file_name, read};

    #[test]
    fn names_and_addresses_find_each_other() {
        let text = "#EXTM3U\n#PLAYLIST:Friday\n#EXTINF:-1 tvg-id=\"a,b\",Chic - Le Freak, again\nhttps://youtu.be/HgzGwKwLmgM\n\
            #EXTINF:200,Toto - Africa\n#EXTVLCOPT:x\nmusic/toto.mp3\n#EXTINF:1,Never came\n# a remark\n# Queen - Flash (no link)\n\
            D:\\Music\\Abba - Fernando.flac\n#EXTINF:1,Last\n";
        let found = read(text).expect("a playlist");
        let name = |song: &crate::tracks::Entry| {
            format!("{}|{}|{}", song.artist.as_deref().unwrap_or("-"), song.title(), song.links.len())
        };
        let names: Vec<String> = found.playlist.songs.iter().map(name).collect();
        let all = [
            "Chic|Le Freak, again|1",
            "Toto|Africa|0",
            "-|Never came|0",
            "Queen|Flash|0",
            "Abba|Fernando|0",
            "-|Last|0",
        ];
        assert_eq!(names, all);
        assert_eq!(found.playlist.title.as_deref(), Some("Friday"));
    }

    #[test]
    fn a_file_has_a_name() {
        assert_eq!(file_name("file:///home/sam/Beyonc%C3%A9%20-%20Halo.mp3"), "Beyoncé - Halo");
        assert_eq!(file_name("100% pure.mp3"), "100% pure");
        assert_eq!(file_name("a/Mr. Blue Sky"), "Mr. Blue Sky");
        assert_eq!(file_name("Mambo No.5"), "Mambo No.5");
        assert_eq!(file_name("/"), "");
    }

    #[test]
    fn a_stream_is_no_list() {
        assert!(read("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\na.ts\n").is_err());
    }
}
