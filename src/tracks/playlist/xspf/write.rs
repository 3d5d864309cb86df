//! From a playlist to XSPF.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::tracks::playlist::song::written;
use crate::tracks::playlist::{Entry, Playlist, terms};

/// A playlist as XSPF.
pub(in crate::tracks::playlist) fn write(playlist: &Playlist) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("playlist");
    root.with_attributes([("version", "1"), ("xmlns", "http://xspf.org/ns/0/")]).write_inner_content(|writer| {
        element(writer, "title", playlist.title.as_deref())?;
        element(writer, "creator", Some("#TwitterDisco"))?;
        element(writer, "info", playlist.page.as_deref())?;
        element(writer, "date", playlist.date.map(written).as_deref())?;
        let tracks = writer.create_element("trackList");
        tracks.write_inner_content(|writer| playlist.songs.iter().try_for_each(|song| track(writer, song)))?;
        Ok(())
    })?;
    Ok(writer.into_inner())
}

fn track(writer: &mut Writer<Vec<u8>>, song: &Entry) -> std::io::Result<()> {
    writer.create_element("track").write_inner_content(|writer| {
        for link in &song.links {
            element(writer, "location", Some(link))?;
        }
        element(writer, "title", Some(&song.title()))?;
        element(writer, "creator", song.artist.as_deref())?;
        // To be read by people; what it is made of follows, for programs.
        element(writer, "annotation", song.note().as_deref())?;
        meta(writer, terms::SHARED_BY, song.shared_by.as_deref())?;
        meta(writer, terms::DEDICATION, song.dedication.as_deref())?;
        meta(writer, terms::SHARED_AT, song.shared_at.map(written).as_deref())
    })?;
    Ok(())
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: Option<&str>) -> std::io::Result<()> {
    if let Some(text) = text {
        writer.create_element(name).write_text_content(BytesText::new(&allowed(text)))?;
    }
    Ok(())
}

fn meta(writer: &mut Writer<Vec<u8>>, term: &str, text: Option<&str>) -> std::io::Result<()> {
    if let Some(text) = text {
        let meta = writer.create_element("meta").with_attribute(("rel", term));
        meta.write_text_content(BytesText::new(&allowed(text)))?;
    }
    Ok(())
}

/// Without what XML has no place for, escaped or not.
fn allowed(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}') && !c.is_control()).collect()
}
