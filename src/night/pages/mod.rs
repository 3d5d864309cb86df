//! A night's pages for those who take part, those who host, and those who have the decks.

pub mod bringing;
pub mod dancing;
pub mod decks;
pub mod desk;
pub mod desk_stream;
mod elsewhere;
pub mod history;
pub mod kindness;
mod last_time;
mod night_form;
pub mod one_song;
pub mod planning;
pub mod report;
pub mod reports;
pub mod series;
pub mod sharing;
mod similar;
mod turns;
