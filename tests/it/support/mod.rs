//! What scenes are made of: a house with its own database, people who do things in it, and what they get back.

pub mod actor;
pub mod answer;
pub mod house;
pub mod postgres;
pub mod run;
pub mod stream;

pub use actor::Actor;
pub use answer::Answer;
pub use house::{Backend, House};

/// Makes tests of scenes: each name becomes two tests, one for each database.
macro_rules! on_both {
    ($($(#[$meta:meta])* $scene:ident),+ $(,)?) => {$(
        mod $scene {
            #[tokio::test]
            $(#[$meta])*
            async fn on_sqlite() {
                let house = $crate::support::House::new($crate::support::Backend::Sqlite).await;
                super::$scene(house).await;
            }

            #[tokio::test]
            $(#[$meta])*
            async fn on_postgres() {
                let house = $crate::support::House::new($crate::support::Backend::Postgres).await;
                super::$scene(house).await;
            }
        }
    )+};
}
pub(crate) use on_both;
