//! The night that is measured: thirty songs, twenty-five pledges, a line-up and a target, as the API takes them.

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use serde_json::{Value, json};
use twitterdisco::clock::Clock;

/// Songs on the measured night.
pub const SONGS: usize = 30;
/// Pledges to the measured night.
pub const PLEDGES: usize = 25;

/// Links, and the songs they lead to; every third song is typed without one.
const SERVICES: [&str; 3] =
    ["https://www.youtube.com/watch?v=disco{}HgzG", "https://open.spotify.com/track/0GjEhVFGZW8afUYGCh{}Rr", ""];

/// A night that is planned for an hour from now.
pub fn night(clock: &Clock) -> Value {
    let starts = clock.now().with_timezone(&London) + TimeDelta::hours(1);
    json!({
        "title": "Friday night",
        "starts_local": starts.format("%Y-%m-%dT%H:%M").to_string(),
        "duration_minutes": 180,
        "summary": "Three hours of songs for everybody who is on nights.",
        "description_markdown": "Bring *your* song and a glass of something. **No ticket needed**, no camera.",
        "target_pence": 100_000,
        "story_slugs": ["edges"],
        "lineup": [
            { "host": "Louise", "title": "Warming up", "minutes": 60 },
            { "host": "Sam", "title": "Soul and Motown", "minutes": 60 },
            { "host": "Priya", "title": null, "minutes": 60 },
        ],
    })
}

/// A song like no other on the night.
pub fn song(number: usize) -> Value {
    let link = SERVICES[number % SERVICES.len()].replace("{}", &format!("{number:02}"));
    let link = if link.is_empty() { Value::Null } else { link.into() };
    json!({
        "link": link,
        "title": format!("The song of guest number {number}"),
        "artist": format!("The {number} Dancers"),
        "dedication": (number.is_multiple_of(2)).then_some("For the whole team on ward 7, who never sat down tonight"),
    })
}

/// A pledge like many: some say their name, some write a line, some would add Gift Aid.
pub fn pledge(number: usize) -> Value {
    json!({
        "kind": "fixed",
        "amount_pence": 500 + 137 * (number % 20),
        "name": format!("Supporter {number}"),
        "email": (number.is_multiple_of(3)).then(|| format!("supporter-{number}@example.org")),
        "message": (number.is_multiple_of(4)).then_some("Thank you for everything you do."),
        "gift_aid": number.is_multiple_of(2),
        "show_name": number.is_multiple_of(2),
        "show_amount": number.is_multiple_of(3),
        "show_message": true,
    })
}
