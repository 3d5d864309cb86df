//! From a playlist to JSPF.

use serde_json::{Map, Value, json};

use super::{OF_PLAYLIST, OF_TRACK};
use crate::tracks::playlist::song::written;
use crate::tracks::playlist::{Entry, Playlist, terms};

/// A playlist as JSPF.
pub(in crate::tracks::playlist) fn write(playlist: &Playlist) -> serde_json::Result<Vec<u8>> {
    let tracks: Vec<Value> = playlist.songs.iter().map(track).collect();
    let mut fields = fields([
        ("title", playlist.title.clone()),
        ("creator", Some("#TwitterDisco".to_owned())),
        ("info", playlist.page.clone()),
        ("date", playlist.date.map(written)),
    ]);
    fields.insert("extension".to_owned(), json!({ OF_PLAYLIST: { "public": true } }));
    fields.insert("track".to_owned(), tracks.into());
    serde_json::to_vec_pretty(&json!({ "playlist": fields }))
}

fn track(song: &Entry) -> Value {
    let mut track = fields([
        ("title", Some(song.title())),
        ("creator", song.artist.clone()),
        // To be read by people; what it is made of follows, for programs.
        ("annotation", song.note()),
    ]);
    let more = [(terms::SHARED_BY, &song.shared_by), (terms::DEDICATION, &song.dedication)];
    let meta: Vec<Value> = more.iter().filter_map(|(term, text)| Some(json!({ *term: text.as_ref()? }))).collect();
    if !meta.is_empty() {
        track.insert("meta".to_owned(), meta.into());
    }
    if let Some(at) = song.shared_at {
        track.insert("extension".to_owned(), json!({ OF_TRACK: { "added_at": written(at) } }));
    }
    if !song.links.is_empty() {
        track.insert("location".to_owned(), json!(song.links));
    }
    track.into()
}

/// Those of these fields that there are.
fn fields<const COUNT: usize>(fields: [(&str, Option<String>); COUNT]) -> Map<String, Value> {
    fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect()
}
