//! A night's pages for those who take part and those who host.

pub mod desk;
pub mod planning;
pub mod sharing;
