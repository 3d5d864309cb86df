//! The demo: the bare record of one historic night, and three nights plainly marked "Example".
//!
//! The examples go through the same actions as any night, on a clock set to when they would have happened. People and
//! pledges in them are plainly made up; history is never invented.

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use chrono_tz::Europe::London;
use entity::ids::{EventId, ShareId};
use entity::money::Pence;

use crate::accounts::Name;
use crate::app::App;
use crate::clock::Clock;
use crate::error::AppError;
use crate::events::{self, Beside, Mood, Slot, State, When};
use crate::night::{self, NewExample, Sharer};
use crate::once::Once;
use crate::pledges::{self, PledgeIn};
use crate::tracks::{ShareIn, Song};

/// Who shares: `minutes` from the start, the person, the song, the dedication.
type Post = (i64, &'static str, &'static str, Option<&'static str>);

/// Songs as people paste them: links of several services, and typed ones.
const SONGS: &[Post] = &[
    (-2880, "Sam", "Queen - Don't Stop Me Now https://youtu.be/HgzGwKwLmgM", Some("for everyone on nights")),
    (-1500, "Priya", "ABBA - Dancing Queen https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr", None),
    (2, "Jo", "https://www.youtube.com/watch?v=djV11Xbc914&feature=share", Some("for the ward clerks")),
    (5, "Femi", "Forss - Flickermood https://soundcloud.com/forss/flickermood", None),
    (9, "Priya", "Don't Stop Me Now by Queen https://www.youtube.com/watch?v=HgzGwKwLmgM", None),
    (14, "Morag", "New Order - Blue Monday", Some("for my sister in Salford")),
    (20, "Sam", "Toto - Africa https://www.youtube.com/watch?v=FTQbiNvZqaY", None),
    (27, "Ali", "Rick Astley - Never Gonna Give You Up https://open.spotify.com/track/4PTG3Z6ehGkBFwjybzWkR8", None),
    (33, "Jo", "Cyndi Lauper - Girls Just Want to Have Fun https://youtu.be/PIb6AZdTr-A", Some("for Theatre 3")),
    (36, "Femi", "Dusty Springfield - Son of a Preacher Man", None),
];

/// Who pledges: `minutes` from the start, what, the name shown, the message, Gift Aid.
type Promise = (i64, Amounts, Option<&'static str>, Option<&'static str>, bool);

/// What they promise.
#[derive(Clone, Copy)]
enum Amounts {
    Pounds(i64),
    /// Pence a song, and pounds at most.
    PerSong(i64, i64),
    /// Percent of what others promise, and pounds at most.
    Match(i64, i64),
}

use Amounts::{Match, PerSong, Pounds};

/// Promises of the example nights.
const PLEDGES: &[Promise] = &[
    (-2000, Pounds(10), Some("Sam"), Some("For the nurses who taught me to dance."), true),
    (-700, Pounds(5), None, None, false),
    (4, PerSong(50, 10), Some("Priya"), None, true),
    (12, Pounds(10), Some("Morag"), Some("One for every year on the ward."), true),
    (25, Match(50, 25), None, None, false),
    (31, Pounds(15), None, None, false),
    (35, Pounds(5), Some("Ali"), None, false),
];

/// What an example night hopes for.
const TARGET_PENCE: i64 = 10_000;

/// Fills a database that has no events.
///
/// # Errors
/// 409 when there are events.
pub async fn fill(app: &App) -> Result<(), AppError> {
    if events::exists(app.db.read()).await? {
        return Err(AppError::conflict("This database has events already; the demo is for an empty one."));
    }
    historic(app).await?;
    let now = app.now();
    past(app, now).await?;
    live(app, now).await?;
    planned(app, now).await
}

/// 9 June 2017, as its own announcement tells it. No songs, no money: what it raised isn't known.
async fn historic(app: &App) -> Result<(), AppError> {
    let when = at_nine("2017-06-09")?;
    night::add_example(
        app,
        NewExample {
            title: "#TwitterDisco does #Music4McR".to_owned(),
            summary: Some("A night of Manchester tunes and solidarity after the attack of May 2017.".to_owned()),
            description_markdown: Some(
                "The announcement asked people to share Manchester songs and messages of support, and to use both \
                 hashtags. Anyone who wished to give was pointed to a fund for Manchester."
                    .to_owned(),
            ),
            mood: Mood::Remembrance,
            hashtag: "TwitterDisco".to_owned(),
            when,
            state: State::Ended { opened_at: None, closed_at: None },
            target: None,
            raises: false,
            source_url: Some("https://fairyruth.com/2017/06/08/twitterdisco-does-music4mcr/".to_owned()),
            beside: Beside::default(),
        },
    )
    .await?;
    Ok(())
}

fn at_nine(day: &str) -> Result<When, AppError> {
    let local = When::parse_local(&format!("{day}T21:00")).map_err(|error| AppError::internal(error.into_owned()))?;
    When::new(local, London, 120).map_err(|error| AppError::internal(error.into_owned()))
}

async fn past(app: &App, now: DateTime<Utc>) -> Result<(), AppError> {
    let today = now.with_timezone(&London).date_naive();
    let mut friday = today - TimeDelta::days(1);
    while friday.weekday() != Weekday::Fri {
        friday -= TimeDelta::days(1);
    }
    let when = at_nine(&friday.to_string())?;
    let story = vec!["the-mood-for-dancing".to_owned()];
    let event =
        example(app, "Example: last Friday's kitchen disco", "How a night looks once it is over.", when, story).await?;
    play(app, event, when, 130).await?;
    let closing = at(app, when.starts_at + TimeDelta::minutes(131));
    night::close(&closing, &Once::default(), Some(uuid::Uuid::nil()), event).await?;
    Ok(())
}

async fn live(app: &App, now: DateTime<Utc>) -> Result<(), AppError> {
    let begin = now - TimeDelta::minutes(40);
    let begin = begin - TimeDelta::seconds(begin.timestamp().rem_euclid(300));
    let local = begin.with_timezone(&London).naive_local();
    let local = local.format("%Y-%m-%dT%H:%M").to_string();
    let local = When::parse_local(&local).map_err(|error| AppError::internal(error.into_owned()))?;
    let when = When::new(local, London, 180).map_err(|error| AppError::internal(error.into_owned()))?;
    let event =
        example(app, "Example: a night that is on now", "How a night looks while it is live.", when, vec![]).await?;
    let last = play(app, event, when, 38).await?;
    let playing = at(app, when.starts_at + TimeDelta::minutes(38));
    night::set_now_playing(&playing, uuid::Uuid::nil(), event, last).await?;
    Ok(())
}

async fn planned(app: &App, now: DateTime<Utc>) -> Result<(), AppError> {
    let mut friday = now.with_timezone(&London).date_naive() + TimeDelta::days(4);
    while friday.weekday() != Weekday::Fri {
        friday += TimeDelta::days(1);
    }
    let when = at_nine(&friday.to_string())?;
    let story = vec!["edges".to_owned()];
    let event =
        example(app, "Example: Friday night, all welcome", "How a night looks before it begins.", when, story).await?;
    let soon = at(app, now - TimeDelta::hours(5));
    share(&soon, event, &SONGS[0]).await?;
    share(&soon, event, &SONGS[1]).await?;
    pledge(&soon, event, &PLEDGES[0]).await
}

async fn example(
    app: &App,
    title: &str,
    summary: &str,
    when: When,
    story_slugs: Vec<String>,
) -> Result<EventId, AppError> {
    let slot = |host: &str, title: &str, minutes| Slot {
        id: None,
        host: host.to_owned(),
        title: Some(title.to_owned()),
        minutes,
        anchor: None,
    };
    let lineup = vec![slot("Example Sam", "Warm-up in slippers", 45), slot("Example Priya", "The eighties", 75)];
    let new = NewExample {
        title: title.to_owned(),
        summary: Some(summary.to_owned()),
        description_markdown: Some(
            "This night is an **example**: the people and the pledges are made up, the songs are real. \
             Paste a link, say who it's for, and dance in your own kitchen."
                .to_owned(),
        ),
        mood: Mood::Party,
        hashtag: "TwitterDisco".to_owned(),
        when,
        state: State::Scheduled,
        target: Some(Pence(TARGET_PENCE)),
        raises: true,
        source_url: None,
        beside: Beside { lineup: Some(lineup), story_slugs: Some(story_slugs) },
    };
    night::add_example(&at(app, when.starts_at - TimeDelta::days(7)), new).await
}

/// The same app at another time.
fn at(app: &App, time: DateTime<Utc>) -> App {
    app.on_clock(Clock::manual(time.min(app.now())))
}

/// Opens the night and lets its first `minutes` happen in order; returns the last song.
async fn play(app: &App, event: EventId, when: When, minutes: i64) -> Result<Option<ShareId>, AppError> {
    let mut moments: Vec<(i64, Moment)> = vec![(0, Moment::Opening), (3, Moment::Decks(0)), (49, Moment::Decks(1))];
    moments.extend(SONGS.iter().map(|post| (post.0, Moment::Song(post))));
    moments.extend(PLEDGES.iter().map(|pledge| (pledge.0, Moment::Pledge(pledge))));
    moments.sort_by_key(|(at, _)| *at);
    let mut last = None;
    for (offset, moment) in moments.into_iter().filter(|(at, _)| *at < minutes) {
        let app = at(app, when.starts_at + TimeDelta::minutes(offset));
        match moment {
            Moment::Opening => {
                night::open(&app, &Once::default(), None, event).await?;
            }
            Moment::Song(post) => {
                let shared = share(&app, event, post).await?;
                if offset > 0 {
                    night::set_now_playing(&app, uuid::Uuid::nil(), event, Some(shared)).await?;
                    last = Some(shared);
                }
            }
            Moment::Decks(place) => hand_over(&app, event, place).await?,
            Moment::Pledge(new) => pledge(&app, event, new).await?,
        }
    }
    Ok(last)
}

enum Moment {
    Opening,
    /// The slot at this place of the line-up begins.
    Decks(usize),
    Song(&'static Post),
    Pledge(&'static Promise),
}

async fn hand_over(app: &App, event: EventId, place: usize) -> Result<(), AppError> {
    let night = events::find(app.db.read(), event).await?.ok_or(AppError::NotFound)?;
    let lineup = events::lineup_of(app.db.read(), &night).await?;
    let slot = lineup.get(place).map(|slot| slot.kept.id);
    night::set_decks(app, uuid::Uuid::nil(), event, slot).await
}

async fn share(app: &App, event: EventId, post: &Post) -> Result<ShareId, AppError> {
    let (_, person, text, dedication) = *post;
    let name = Name::new(&format!("Example {person}")).map_err(|error| AppError::internal(error.into_owned()))?;
    let (words, link) = match text.split_once("https://") {
        Some((words, rest)) => (words.trim(), Some(format!("https://{rest}"))),
        None => (text, None),
    };
    let (artist, title) = words.split_once(" - ").unzip();
    let song = Song::new(&ShareIn {
        link,
        title: title.map(str::to_owned),
        artist: artist.map(str::to_owned),
        dedication: dedication.map(str::to_owned),
    })?;
    let shared = night::share(app, &Once::default(), Sharer::Newcomer(name), false, event, song).await?;
    Ok(shared.share.id)
}

async fn pledge(app: &App, event: EventId, new: &Promise) -> Result<(), AppError> {
    let (_, amounts, name, message, gift_aid) = *new;
    let (kind, nothing) = (|word: &str| Some(word.to_owned()), PledgeIn::default());
    let amounts = match amounts {
        Pounds(pounds) => PledgeIn { kind: kind("fixed"), amount_pence: Some(pounds * 100), ..nothing },
        PerSong(pence, cap) => {
            PledgeIn { kind: kind("per_song"), rate_pence: Some(pence), cap_pence: Some(cap * 100), ..nothing }
        }
        Match(percent, pot) => {
            PledgeIn { kind: kind("match"), percent: Some(percent), pot_pence: Some(pot * 100), ..nothing }
        }
    };
    let input = PledgeIn {
        name: name.map(|name| format!("Example {name}")).into(),
        message: message.map(str::to_owned).into(),
        gift_aid: Some(gift_aid),
        show_name: Some(name.is_some()),
        show_amount: Some(true),
        show_message: Some(true),
        ..amounts
    };
    pledges::make(app, &Once::default(), event, &input).await?;
    Ok(())
}
