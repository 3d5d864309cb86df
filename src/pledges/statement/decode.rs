//! From bytes to text: spreadsheets save in whatever their computer was born with.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file is looked at to tell UTF-16 without a mark.
const SNIFFED: usize = 4096;

/// The text of these bytes: by byte order mark, by the look of UTF-16, by the charset they are said to be in, as UTF-8
/// where they are that, and else as Windows-1252, in which every byte is a letter.
///
/// # Errors
/// A sentence, for a charset nobody knows.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, Cow<'static, str>> {
    let said = charset.map(str::trim).filter(|charset| !charset.is_empty());
    let said = said.map(|charset| Encoding::for_label(charset.as_bytes()).ok_or("We don’t know this charset"));
    let said = said.transpose()?;
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return Ok(marked.decode(bytes).0.into_owned());
    }
    // Said to be UTF-8 and not, as many a program says of everything, is the same as nothing said.
    let said = said.filter(|encoding| *encoding != UTF_8);
    let encoding = utf_16(bytes).or(said);
    let encoding = encoding.unwrap_or(if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// UTF-16 without a mark: in plain text every other byte is nothing, and always the same one of two.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes[..bytes.len().min(SNIFFED)].as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = pairs.len() / 2;
    if pairs.is_empty() {
        None
    } else if second > most && first <= most / 8 {
        Some(UTF_16LE)
    } else if first > most && second <= most / 8 {
        Some(UTF_16BE)
    } else {
        None
    }
}
