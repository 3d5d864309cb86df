//! Live: the hub says *that* something happened, the activity table says *what*, a channel tells it to all at once.

mod channel;
mod hub;
pub mod sse;
pub mod wire;

pub use channel::{Channel, Listening, Next, Opening, Written};
pub use hub::{Hub, News, Seat};
