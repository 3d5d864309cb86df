//! How many song links a second are recognised: clean ones, one in a whole tweet, and text without any; and whether twice
//! the text takes twice the time. Each sample is long enough that it isn't the first use of a cold page that is timed.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use twitterdisco::tracks::recognise;

// As in the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As people copy them from the address bar or the share button.
const CLEAN: &[&str] = &[
    "https://www.youtube.com/watch?v=HgzGwKwLmgM",
    "https://youtu.be/HgzGwKwLmgM?si=hhYLkNgkDA2hN4zP",
    "https://music.youtube.com/watch?v=djV11Xbc914",
    "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr?si=1",
    "https://open.spotify.com/intl-de/track/0GjEhVFGZW8afUYGChu3Rr",
    "https://music.apple.com/gb/album/dancing-queen/1422648512?i=1422648513",
    "https://soundcloud.com/forss/flickermood",
    "https://portishead.bandcamp.com/track/glory-box",
    "https://www.deezer.com/en/track/3135556",
    "https://tidal.com/browse/track/77646168?u",
    "https://www.mixcloud.com/NTSRadio/floating-points-2016/",
    "https://music.amazon.co.uk/albums/B08KKLW2XY?trackAsin=B08KKMM9WJ",
    "https://example.org/a/page/with/music?utm_source=twitter",
];

/// The link last, after everything else that a tweet holds.
const TWEET: &str = "RT @LouiseNHS: okay #TwitterDisco, after 13 hours on my feet this one is for everybody on \
    nights at the Royal 💃🕺 (you know who you are). Turn it UP… and thank you @Cavell, see https://nhs.uk. \
    My song: \"Don't Stop Me Now\" – www.youtube.com/watch?v=HgzGwKwLmgM&list=RDHgzGwKwLmgM&index=1.";

/// What looks like links and is none, or none of a service.
const JUNK: &[&str] = &[
    "",
    "no link here, only a song: Dancing Queen by ABBA",
    "http:// https:// :// www. .com ....",
    "javascript:alert(1) data:text/html,hello mailto:someone@example.org",
    "https://open.spotify.com.evil.example/track/0GjEhVFGZW8afUYGChu3Rr",
    "https://user:secret@youtube.com/watch?v=HgzGwKwLmgM",
    "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z",
];

fn main() {
    divan::main();
}

fn each(bencher: Bencher, texts: &[&str]) {
    bencher.counter(ItemsCount::new(texts.len())).bench(|| {
        for text in texts {
            black_box(recognise(black_box(text)));
        }
    });
}

#[divan::bench(sample_size = 1_000)]
fn clean_links(bencher: Bencher) {
    each(bencher, CLEAN);
}

#[divan::bench(sample_size = 1_000)]
fn a_whole_tweet(bencher: Bencher) {
    each(bencher, &[TWEET]);
}

#[divan::bench(sample_size = 1_000)]
fn junk(bencher: Bencher) {
    each(bencher, JUNK);
}

/// The longest text that is read at all: 10 KB without a link.
#[divan::bench(sample_size = 100)]
fn ten_kilobytes_of_words(bencher: Bencher) {
    let text = "dancing in the kitchen ".repeat(450);
    each(bencher, &[&text]);
}

/// Texts that look most like links, in doubling lengths up to the longest that is read. Each part of a text is looked at a
/// fixed number of times, so the bytes a second are much the same at every length.
#[divan::bench_group]
mod doubling {
    use divan::Bencher;

    use super::repeated;

    const BYTES: &[usize] = &[1_280, 2_560, 5_120, 10_240];

    /// Each is parsed, since a song may come after any of them.
    #[divan::bench(args = BYTES, sample_size = 100)]
    fn pages(bencher: Bencher, bytes: usize) {
        repeated(bencher, "https://a.example/b,", bytes);
    }

    /// Each opens a bracket that never closes, and may be a host.
    #[divan::bench(args = BYTES, sample_size = 100)]
    fn brackets_and_hosts(bencher: Bencher, bytes: usize) {
        repeated(bencher, "(youtu.be", bytes);
    }

    /// Each word may begin with a scheme that is not followed.
    #[divan::bench(args = BYTES, sample_size = 100)]
    fn foreign_schemes(bencher: Bencher, bytes: usize) {
        repeated(bencher, "-https:x ", bytes);
    }

    /// One word, any letter of which might begin a host.
    #[divan::bench(args = BYTES, sample_size = 100)]
    fn one_long_name(bencher: Bencher, bytes: usize) {
        repeated(bencher, "a.", bytes);
    }
}

fn repeated(bencher: Bencher, bit: &str, bytes: usize) {
    let text = bit.repeat(bytes / bit.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| recognise(black_box(&text)));
}
