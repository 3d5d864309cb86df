//! What is brought, and how it is sent: over the API with its media type, and by the form with its name.

use std::fmt::Write as _;

use axum::http::Method;

use crate::support::actor::with_hidden;
use crate::support::{Actor, Answer};

/// Each format's ending and the media type that it is sent as.
pub const FORMATS: [(&str, &str); 5] = [
    ("xspf", "application/xspf+xml"),
    ("jspf", "application/jspf+json"),
    ("m3u8", "audio/x-mpegurl"),
    ("csv", "text/csv; charset=utf-8"),
    ("txt", "text/plain"),
];

const BOUNDARY: &str = "----a-list-of-ours";

/// Sends a file to the night's playlist, under a key.
pub async fn send(
    host: &Actor,
    api: &str,
    dry_run: bool,
    (kind, key): (&str, &str),
    file: impl Into<Vec<u8>>,
) -> Answer {
    let headers = [("content-type", kind), ("idempotency-key", key)];
    let path = format!("{api}/playlist?dry_run={dry_run}");
    host.send(Method::POST, &path, &headers, file.into()).await
}

/// Opens the form, chooses a file and sends it, as a browser does.
pub async fn upload(browser: &Actor, page: &str, name: &str, file: &[u8]) -> Answer {
    let opened = browser.get(page).await.expect(200);
    let mut head = String::new();
    for (name, value) in with_hidden(&opened, page, &[("playlist", "")]) {
        // Writing to a String can't fail.
        let _ = write!(head, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let _ = write!(
        head,
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let from = [("content-type", kind.as_str()), ("sec-fetch-site", "same-origin"), ("origin", "http://disco.test")];
    browser.send(Method::POST, page, &from, body).await
}

/// Posts the preview with its ticks as they are, but for what is changed.
pub async fn confirm(browser: &Actor, page: &str, preview: &Answer, ticks: Option<&[&str]>) -> Answer {
    let action = format!("{page}/confirmation");
    let list = preview.select("textarea[name=playlist]");
    let mut fields = with_hidden(preview, &action, &[("playlist", &list)]);
    let ticked = preview.attributes("input[name=songs][checked]", "value");
    let ticked = ticks.map_or(ticked, |ticks| ticks.iter().map(|tick| (*tick).to_owned()).collect());
    fields.extend(ticked.into_iter().map(|tick| ("songs".to_owned(), tick)));
    browser.post_form(&action, &fields).await
}

/// Files that mean no good or are none, each with a name, the media type it is sent as, and a word of the answer.
pub fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let xspf = |tracks: &str| {
        format!("<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\"><trackList>{tracks}</trackList></playlist>")
            .into_bytes()
    };
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let dtd = b"<!DOCTYPE playlist SYSTEM \"http://evil.example/x.dtd\"><playlist/>".to_vec();
    let bomb = b"<?xml version=\"1.0\"?><!DOCTYPE p [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;\">]><playlist><title>&b;</title></playlist>";
    vec![
        ("dtd.xspf", "application/xspf+xml", dtd, "document type"),
        ("bomb.xspf", "application/xspf+xml", bomb.to_vec(), "document type"),
        ("entity.xspf", "application/xspf+xml", xspf("<track><title>&xxe;</title></track>"), "&xxe;"),
        ("deep.xspf", "application/xspf+xml", xspf(&"<a>".repeat(50_000)), "deep"),
        ("cut.xspf", "application/xspf+xml", b"<playlist>\n<trackList>\n<track><title>A".to_vec(), "line 3"),
        ("page.xspf", "application/xspf+xml", b"<!doctype html><html><title>Songs</title></html>".to_vec(), "web page"),
        ("list.xspf", "application/xspf+xml", b"Chic - Le Freak".to_vec(), "XSPF"),
        ("latin.xspf", "application/xspf+xml", b"<playlist><title>\xe9</title></playlist>".to_vec(), "UTF-8"),
        (
            "lie.xspf",
            "application/xspf+xml",
            b"<?xml version=\"1.0\" encoding=\"utf-8\"?><playlist>\xe9</playlist>".to_vec(),
            "UTF-8",
        ),
        (
            "utf7.xspf",
            "application/xspf+xml",
            b"<?xml version=\"1.0\" encoding=\"UTF-7\"?><playlist/>".to_vec(),
            "encoding",
        ),
        ("feed.xspf", "application/xspf+xml", b"<?xml version=\"1.0\"?><rss></rss>".to_vec(), "playlist"),
        ("deep.jspf", "application/json", format!("{{\"playlist\":{}1", "[".repeat(50_000)).into_bytes(), "JSON"),
        ("other.jspf", "application/json", b"{\"songs\": []}".to_vec(), "JSPF"),
        ("latin.jspf", "application/json", b"{\"playlist\": {\"title\": \"\xe9\"}}".to_vec(), "UTF-8"),
        ("stream.m3u8", "audio/x-mpegurl", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\na.ts\n".to_vec(), "stream"),
        ("wide.csv", "text/csv", wide("title,artist\nLe Freak,Chic\n"), "text"),
        ("half.csv", "text/csv", b"\xff\xfea".to_vec(), "UTF-16LE"),
        ("open.csv", "text/csv", b"title,artist\n\"Le Freak,Chic\nAfrica,Toto\n".to_vec(), "quotation mark"),
        ("many.csv", "text/csv", b"a,b,c,d,e\nf,g,h,i,j\n".to_vec(), "which column"),
        ("picture.txt", "text/plain", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "text"),
        ("blank.txt", "text/plain", b" \n# nothing\n".to_vec(), "song"),
    ]
}
