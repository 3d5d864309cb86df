//! JSPF, the JSON twin of XSPF, with what `ListenBrainz` adds to it.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Entry, Playlist};

/// Names of the additions (<https://musicbrainz.org/doc/jspf>).
const OF_PLAYLIST: &str = "https://musicbrainz.org/doc/jspf#playlist";
const OF_TRACK: &str = "https://musicbrainz.org/doc/jspf#track";

/// A playlist as JSPF.
pub(super) fn write(playlist: &Playlist) -> serde_json::Result<Vec<u8>> {
    let tracks: Vec<Value> = playlist.songs.iter().map(track).collect();
    let date = playlist.date.to_rfc3339_opts(SecondsFormat::Secs, true);
    serde_json::to_vec_pretty(&json!({ "playlist": {
        "title": playlist.title,
        "creator": "#TwitterDisco",
        "info": playlist.page,
        "date": date,
        "extension": { OF_PLAYLIST: { "public": true } },
        "track": tracks,
    }}))
}

fn track(song: &Entry) -> Value {
    let mut track = json!({
        "title": song.title,
        "annotation": song.note(),
        "extension": { OF_TRACK: { "added_at": song.shared_at.to_rfc3339_opts(SecondsFormat::Secs, true) } },
    });
    if let Some(artist) = &song.artist {
        track["creator"] = json!(artist);
    }
    if !song.links.is_empty() {
        track["location"] = json!(song.links);
    }
    track
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::examples::hostile;
    use super::write;

    #[test]
    fn hostile_words_come_back_as_they_were() {
        let playlist = hostile();
        let file: Value = serde_json::from_slice(&write(&playlist).expect("a file")).expect("JSON");
        let tracks = file["playlist"]["track"].as_array().expect("tracks");
        assert_eq!(file["playlist"]["title"], playlist.title.as_str());
        assert_eq!(
            (&tracks[0]["title"], &tracks[0]["location"][1]),
            (&playlist.songs[0].title.clone().into(), &"https://b.example/".into())
        );
        assert_eq!(
            (&tracks[1]["title"], &tracks[1]["location"], &tracks[1]["creator"]),
            (&"Le Freak".into(), &Value::Null, &Value::Null)
        );
    }
}
