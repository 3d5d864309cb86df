//! The queue: jobs are rows, written in the transaction of the change that needs them, so a crash forgets none.
//!
//! A worker claims one for a while; if it dies the claim runs out and another takes it. A job that fails is tried
//! again, later each time. The jobs themselves live in their rooms.

mod store;
mod worker;

pub use store::is_queued;
pub use worker::{Chore, Job, Lane, Worker};
