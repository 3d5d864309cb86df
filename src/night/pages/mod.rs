//! A night's pages for those who take part and those who host.

pub mod dancing;
pub mod desk;
mod night_form;
pub mod planning;
pub mod sharing;
