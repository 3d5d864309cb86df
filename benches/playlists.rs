//! What reading a brought playlist takes, by how long it is: bytes a second stay the same from 64 KB to a megabyte where it
//! takes one pass, for lists as they are and for the worst of their kinds.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use twitterdisco::tracks::{Brought, Format};

const SIZES: [usize; 5] = [64, 128, 256, 512, 1_023];

fn main() {
    divan::main();
}

/// As many of `part` as make so many KB, between a beginning and an end.
fn file(kb: usize, begin: &str, part: &str, end: &str) -> String {
    format!("{begin}{}{end}", part.repeat(kb * 1_024 / part.len()))
}

/// Whether it is taken or refused: either is an answer.
fn read(bencher: Bencher, text: &str, hint: Option<Format>) {
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| Brought::read(black_box(text.as_bytes()), hint, None).map(|brought| brought.left_out));
}

const XSPF: &str = "<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\"><trackList>";
const TRACK: &str = "<track><location>https://youtu.be/HgzGwKwLmgM</location><title>Don't Stop Me Now</title><creator>Queen</creator></track>";

#[divan::bench(args = SIZES)]
fn xspf(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, XSPF, TRACK, "</trackList></playlist>"), None);
}

#[divan::bench(args = SIZES)]
fn xspf_empty_tracks(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, XSPF, "<track/>", "</trackList></playlist>"), None);
}

#[divan::bench(args = SIZES)]
fn xspf_one_element_of_attributes(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, &format!("{XSPF}<track><meta "), "a='b' ", "/></track></trackList></playlist>"), None);
}

#[divan::bench(args = SIZES)]
fn xspf_one_title_of_references(bencher: Bencher, kb: usize) {
    read(
        bencher,
        &file(kb, &format!("{XSPF}<track><title>"), "&amp;", "</title></track></trackList></playlist>"),
        None,
    );
}

#[divan::bench(args = SIZES)]
fn xspf_never_closed(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, XSPF, "<!-- ", ""), None);
}

#[divan::bench(args = SIZES)]
fn jspf(bencher: Bencher, kb: usize) {
    let track = "{\"title\": \"Le Freak\", \"creator\": \"Chic\", \"location\": [\"https://youtu.be/HgzGwKwLmgM\"]},";
    read(bencher, &file(kb, "{\"playlist\": {\"track\": [", track, "1]}}"), None);
}

#[divan::bench(args = SIZES)]
fn jspf_one_track_of_links(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "{\"playlist\": {\"track\": [{\"location\": [", "\"a.b\",", "1]}]}}"), None);
}

#[divan::bench(args = SIZES)]
fn m3u(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "#EXTM3U\n", "#EXTINF:1,Chic - Le Freak\nhttps://youtu.be/HgzGwKwLmgM\n", ""), None);
}

#[divan::bench(args = SIZES)]
fn m3u_names_without_end(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "#EXTM3U\n", "#EXTINF:\"", ""), None);
}

#[divan::bench(args = SIZES)]
fn csv(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "title,artist,link\n", "Le Freak,Chic,https://youtu.be/HgzGwKwLmgM\n", ""), None);
}

#[divan::bench(args = SIZES)]
fn csv_quotation_marks(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "title,artist\n", "\"\"\n\"", ""), None);
}

#[divan::bench(args = SIZES)]
fn csv_one_row(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "", "a,", ""), Some(Format::Csv));
}

#[divan::bench(args = SIZES)]
fn text(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "", "Chic - Le Freak https://youtu.be/HgzGwKwLmgM\n", ""), None);
}

#[divan::bench(args = SIZES)]
fn text_one_line_of_dots(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "", "youtu.be/x. ", ""), None);
}

#[divan::bench(args = SIZES)]
fn text_links_below_one_song(bencher: Bencher, kb: usize) {
    read(bencher, &file(kb, "Le Freak\n", " https://a.example\n", ""), None);
}
