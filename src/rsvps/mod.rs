//! RSVPs: who says they'll be there.
//!
//! An **RSVP** is a number and no name: anyone taps "I'll be there", without an account, once for a night while it is
//! planned. Whoever wishes leaves a mail address with it, and is reminded by day; is told when the night moves, and
//! when it is cancelled. Invariants: an address is shown to nobody and is forgotten when the night ends; each RSVP
//! remembers what its person was told, so that nothing is told twice.

mod actions;
pub mod api;
pub mod jobs;
mod mails;
pub mod pages;
mod rsvp;
mod store;

pub use actions::{follow, forget_addresses};
pub use store::count;

use std::net::IpAddr;

use crate::accounts::{self, Email, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::keys;
use crate::limits::Deed;
use crate::sent::Sent;

/// Counts one RSVP against its limits, and the address that is left with it against its own.
fn count_rsvp(app: &App, viewer: &Viewer, email: &Sent<Email>, address: IpAddr) -> Result<(), AppError> {
    accounts::count_dancer(app, Deed::Rsvp, viewer, address)?;
    match email {
        Sent::Value(email) => app.limits.count(Deed::Remind, Some(&keys::hex(&keys::hash(email.as_str()))), address),
        _ => Ok(()),
    }
}
