//! XSPF, version 1 (namespace `http://xspf.org/ns/0/`).

use chrono::SecondsFormat;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Entry, Playlist};

/// A playlist as XSPF.
pub(super) fn write(playlist: &Playlist) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("playlist");
    root.with_attributes([("version", "1"), ("xmlns", "http://xspf.org/ns/0/")]).write_inner_content(|writer| {
        element(writer, "title", &playlist.title)?;
        element(writer, "creator", "#TwitterDisco")?;
        element(writer, "info", &playlist.page)?;
        element(writer, "date", &playlist.date.to_rfc3339_opts(SecondsFormat::Secs, true))?;
        let tracks = writer.create_element("trackList");
        tracks.write_inner_content(|writer| playlist.songs.iter().try_for_each(|song| track(writer, song)))?;
        Ok(())
    })?;
    Ok(writer.into_inner())
}

fn track(writer: &mut Writer<Vec<u8>>, song: &Entry) -> std::io::Result<()> {
    writer.create_element("track").write_inner_content(|writer| {
        for link in &song.links {
            element(writer, "location", link)?;
        }
        element(writer, "title", &song.title)?;
        if let Some(artist) = &song.artist {
            element(writer, "creator", artist)?;
        }
        element(writer, "annotation", &song.note())
    })?;
    Ok(())
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    // What XML has no place for, escaped or not.
    let text: String = text.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}') && !c.is_control()).collect();
    writer.create_element(name).write_text_content(BytesText::new(&text))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::examples::hostile;
    use super::write;

    /// The texts of all elements of a name, as a reader of XML finds them.
    fn texts(file: &[u8], name: &str) -> Vec<String> {
        let mut reader = Reader::from_str(std::str::from_utf8(file).expect("UTF-8"));
        let (mut inside, mut found) = (false, Vec::new());
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) if start.name().as_ref() == name => {
                    inside = true;
                    found.push(String::new());
                }
                Ok(Event::End(_)) => inside = false,
                Ok(Event::Text(text)) if inside => found.last_mut().expect("a text").push_str(&text),
                Ok(Event::GeneralRef(name)) if inside => {
                    let known = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"'), ("apos", '\'')];
                    let one = known.into_iter().find(|(known, _)| *known == &*name);
                    found.last_mut().expect("a text").push(one.expect("one of XML's own").1);
                }
                Ok(Event::Eof) => return found,
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn hostile_words_come_back_as_they_were() {
        let playlist = hostile();
        let file = write(&playlist).expect("a file");
        let readable = |text: &str| text.replace('\u{FFFE}', "");
        let titles = texts(&file, "title");
        assert_eq!(titles, [readable(&playlist.title), readable(&playlist.songs[0].title), "Le Freak".to_owned()]);
        assert_eq!(texts(&file, "location"), playlist.songs[0].links);
        assert_eq!(texts(&file, "creator").len(), 2, "the service's, and one artist");
        assert_eq!(texts(&file, "track").len(), 2);
    }
}
