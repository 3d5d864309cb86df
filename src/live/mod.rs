//! Live: the hub says *that* something happened, the activity table says *what*.

mod hub;
pub mod sse;

pub use hub::{Hub, Seat};
