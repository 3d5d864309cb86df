//! RSVPs: who says they'll be there.
//!
//! An **RSVP** is a number and no name: anyone taps "I'll be there", without an account, once for a night while it is
//! planned. Whoever wishes leaves a mail address with it, and is reminded once, by day; is told when the night moves, and
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

use crate::accounts::{Email, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::keys;
use crate::limits::Deed;
use crate::sent::Sent;

/// Who asks for what.
struct Asked<'a> {
    viewer: &'a Viewer,
    email: &'a Sent<Email>,
    address: IpAddr,
}

/// Counts one RSVP against its limits; who has no name yet becomes a guest by it, and that is counted too.
fn count_asking(app: &App, Asked { viewer, email, address }: &Asked<'_>) -> Result<(), AppError> {
    if matches!(viewer, Viewer::Anyone) {
        app.limits.count(Deed::BecomeGuest, None, *address)?;
    }
    app.limits.count(Deed::Rsvp, viewer.actor().map(|actor| actor.to_string()).as_deref(), *address)?;
    match email {
        Sent::Value(email) => app.limits.count(Deed::Remind, Some(&keys::hex(&keys::hash(email.as_str()))), *address),
        _ => Ok(()),
    }
}
