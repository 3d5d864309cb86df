//! Accounts: organisers, guests, and who is asking.
//!
//! An **organiser** has an account and signs in by a mailed link: made when the mail is sent, good for ten minutes,
//! used up by a POST, stored as a hash. A **guest** has a nickname and nothing else. Both get a **session**, a row
//! that can be revoked; cookies and tokens only point to it. Invariants: a database has no set-up link that works
//! once an organiser exists; the account it makes is an owner.

mod account;
mod actions;
pub mod api;
pub mod jobs;
mod owner;
pub mod pages;
mod session;
mod store;
mod token;

pub use account::{Account, Email, Name, Role};
pub use actions::{
    add_guest_here, add_organiser, as_dancer, as_guest, become_guest, count_dancer, guest_of, make_set_up_link,
    make_sign_in_link, make_token, name_guest, sweep,
};
pub use owner::Owner;
pub use pages::{Press, with_newcomer};
pub use session::{Caller, Guest, Organiser, Viewer, who_is_asking};
pub use store::{account_of_guest, find as find_account, find_by_email, insert_guest, names, nicknames};
