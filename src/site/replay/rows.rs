//! A replay as a plain list, for those without its player; replay.js says the same.

use std::collections::HashMap;

use entity::money::Pence;
use uuid::Uuid;

use super::reel::{DataOut, JoinedOut, MomentOut, PassedOut, QuietOut, ReplayOut, SlotBegunOut, SumOut};
use crate::events::clock_words;
use crate::pledges::PublicPledgeOut;
use crate::site::record::milestone_words;
use crate::site::telling::Told;
use crate::tracks::api::ShareOut;

/// One line of the list.
#[derive(Debug)]
pub struct Row {
    /// RFC 3339.
    pub at: String,
    /// `9:14pm`, on the wall of the night.
    pub time: String,
    pub words: Words,
}

/// What a line says.
#[derive(Debug, Default)]
pub struct Words {
    pub strong: Option<String>,
    pub plain: Option<String>,
    /// Somebody's own words.
    pub own: Option<String>,
}

/// The lines of a replay, in order.
#[must_use]
pub fn rows(replay: &ReplayOut, zone: chrono_tz::Tz) -> Vec<Row> {
    let songs = replay.moments.iter().filter_map(|moment| match &moment.data {
        DataOut::Told(Told::Share(share)) => Some((share.id(), titled(share))),
        _ => None,
    });
    let songs: HashMap<Uuid, String> = songs.collect();
    let last_total = replay.moments.iter().rposition(|moment| moment.kind == "totals");
    let row = |(number, moment): (usize, &MomentOut)| {
        // Of the totals only what it came to in the end: the milestones tell the way there.
        if moment.kind == "totals" && last_total != Some(number) {
            return None;
        }
        let at = replay.starts_at + chrono::TimeDelta::milliseconds(moment.at_ms);
        Some(Row {
            at: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            time: clock_words(at.with_timezone(&zone).naive_local()),
            words: words(moment, &songs)?,
        })
    };
    replay.moments.iter().enumerate().filter_map(row).collect()
}

fn words(moment: &MomentOut, songs: &HashMap<Uuid, String>) -> Option<Words> {
    Some(match &moment.data {
        DataOut::Told(told) => of_told(told)?,
        DataOut::Joined(JoinedOut { share_id, name }) => {
            let song = songs.get(share_id).map_or("a song", String::as_str);
            Words { plain: Some(format!("{name} dances too, to {song}")), ..Words::default() }
        }
        DataOut::Passed(PassedOut { percent, amount_pence, label }) => {
            let words = milestone_words(*percent, label.as_deref());
            let amount = Pence(*amount_pence);
            let said = if words.is_empty() { amount.to_string() } else { format!("{amount}, {words}") };
            Words { strong: Some(format!("Reached: {said}")), ..Words::default() }
        }
        DataOut::Slot(SlotBegunOut { host, title }) => {
            let of = title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
            Words { strong: Some(format!("{host} takes the decks{of}")), ..Words::default() }
        }
        DataOut::Quiet(QuietOut { is_quiet }) => {
            let words = if *is_quiet { "A quiet moment" } else { "The music goes on" };
            Words { strong: Some(words.to_owned()), ..Words::default() }
        }
        DataOut::Sum(SumOut { promised_pence }) => {
            Words { plain: Some(format!("{} promised", Pence(*promised_pence))), ..Words::default() }
        }
    })
}

fn of_told(told: &Told) -> Option<Words> {
    let strong = |strong: String| Words { strong: Some(strong), ..Words::default() };
    match told {
        Told::Share(share) => Some(Words {
            strong: Some(titled(share)),
            plain: Some(format!("shared by {}", share.shared_by())),
            own: share.dedication().map(str::to_owned),
        }),
        Told::NowPlaying(now) => now.share.as_ref().map(|share| strong(format!("On the decks: {}", titled(share)))),
        Told::Pledge(pledge) => Some(of_pledge(pledge)),
        Told::Status(status) => match status.status {
            "live" => Some(strong("The night is open".to_owned())),
            "ended" => Some(strong("The night is over".to_owned())),
            _ => None,
        },
        // Dances are counted on their song; the others are told in another way.
        Told::Dance(_)
        | Told::ShareChanged(_)
        | Told::ShareGone(_)
        | Told::Milestone(_)
        | Told::Lineup(_)
        | Told::Tonight(_) => None,
    }
}

fn of_pledge(pledge: &PublicPledgeOut) -> Words {
    let name = pledge.name().unwrap_or("Someone");
    let strong = match pledge.amount() {
        Some(amount) => format!("{name} promised {amount}"),
        None => format!("{name} promised"),
    };
    Words { strong: Some(strong), plain: None, own: pledge.message().map(str::to_owned) }
}

/// `Blue Monday by New Order`
fn titled(share: &ShareOut) -> String {
    match share.artist() {
        Some(artist) => format!("{} by {artist}", share.name()),
        None => share.name().to_owned(),
    }
}
