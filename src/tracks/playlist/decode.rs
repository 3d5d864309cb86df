//! From bytes to text. XML and JSON are UTF-8 unless they say otherwise; lists of other kinds are saved in whatever their
//! computer was born with.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Refusal;

/// How far into a file its own word on its encoding is looked for.
const DECLARED_WITHIN: usize = 200;

/// The text of these bytes: by byte order mark, by the charset they are said to be in, by what XML says of itself, as UTF-8
/// where they are that, and else as Windows-1252, but for XML and JSON.
///
/// # Errors
/// A sentence, for an encoding nobody knows, for what isn't in the one it says, and for what is no text at all.
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, Refusal> {
    let said = charset.map(str::trim).filter(|charset| !charset.is_empty()).map(known).transpose()?;
    let text = match Encoding::for_bom(bytes) {
        Some((marked, length)) => whole(marked, &bytes[length..])?,
        None => without_mark(bytes, said)?,
    };
    if text.contains('\0') {
        return Err("This isn’t text. If it is a list of songs, save it again as UTF-8".into());
    }
    Ok(text)
}

fn known(label: &str) -> Result<&'static Encoding, Refusal> {
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    found.ok_or("We don’t know the encoding this says it is in. Save it again as UTF-8".into())
}

fn without_mark(bytes: &[u8], said: Option<&'static Encoding>) -> Result<String, Refusal> {
    let is_wide = |encoding: &&Encoding| [UTF_16LE, UTF_16BE].contains(encoding);
    // XML that reads byte by byte isn't UTF-16, whatever it says: some programs write that over everything.
    let declared = declared(bytes).map(|label| known(&label)).transpose()?.filter(|encoding| !is_wide(encoding));
    // Said to be UTF-8 and not, as many a program says of everything, is the same as nothing said.
    if let Some(encoding) = [said, declared].into_iter().flatten().find(|encoding| *encoding != UTF_8) {
        return whole(encoding, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if bytes.trim_ascii_start().starts_with(b"<") || bytes.trim_ascii_start().starts_with(b"{") => {
            Err("This isn’t in UTF-8, and doesn’t say what it is in. Save it again as UTF-8".into())
        }
        Err(_) => whole(WINDOWS_1252, bytes),
    }
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Refusal> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let name = encoding.name();
    text.map(Into::into).ok_or_else(|| format!("This says it is in {name}, and isn’t. Save it again as UTF-8").into())
}

/// What XML says of its encoding: `<?xml version="1.0" encoding="ISO-8859-1"?>`.
fn declared(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.trim_ascii_start();
    let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED_WITHIN)]);
    let declaration = begin.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn wide(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[test]
    fn each_encoding_is_told_apart() {
        let song = "Beyoncé – Déjà Vu 💃";
        assert_eq!(decode(song.as_bytes(), None).as_deref(), Ok(song));
        assert_eq!(
            decode(format!("\u{FEFF}{song}").as_bytes(), Some("latin1")).as_deref(),
            Ok(song),
            "the mark knows better"
        );
        assert_eq!(decode(&wide(&format!("\u{FEFF}{song}"), u16::to_le_bytes), None).as_deref(), Ok(song));
        assert_eq!(decode(&wide(&format!("\u{FEFF}{song}"), u16::to_be_bytes), None).as_deref(), Ok(song));
        assert_eq!(decode(b"Beyonc\xe9 \x96 D\xe9j\xe0 Vu", None).as_deref(), Ok("Beyoncé – Déjà Vu"));
        assert_eq!(decode(b"Beyonc\xe9", Some("utf-8")).as_deref(), Ok("Beyoncé"), "said of everything");
        assert_eq!(decode(b"\xc1\xe2\xe0", Some("windows-1251")).as_deref(), Ok("Бва"));
    }

    #[test]
    fn xml_says_what_it_is_in() {
        let xml = |encoding: &str, word: &[u8]| {
            [format!("<?xml version='1.0' encoding=\"{encoding}\"?><a>").as_bytes(), word].concat()
        };
        assert!(decode(&xml("ISO-8859-1", b"\xe9"), None).is_ok_and(|text| text.ends_with('é')));
        assert!(decode(&xml("UTF-16", "é".as_bytes()), None).is_ok_and(|text| text.ends_with('é')), "a known lie");
        for (encoding, word) in [
            ("UTF-8", b"\xe9".as_slice()),
            ("UTF-7", b"a"),
            ("ISO-2022-KR", b"a"),
            ("", b"a"),
            ("UTF-16", b"\xe9"),
            ("Shift_JIS", b"\x81"),
        ] {
            assert!(decode(&xml(encoding, word), None).is_err(), "{encoding}");
        }
        assert!(decode(b"{\"a\": \"\xe9\"}", None).is_err());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [
            b"\x89PNG\r\n\x1a\n\0\0".as_slice(),
            &wide("a\nb", u16::to_le_bytes),
            b"\xff\xfea",
            b"\xff\xfe\0\xd8",
            b"\xef\xbb\xbf\xe9",
        ] {
            assert!(decode(bytes, None).is_err(), "{bytes:?}");
        }
        assert!(decode(b"a", Some("klingon")).is_err());
    }
}
