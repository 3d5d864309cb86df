//! What scenes are made of: a house with its own database, people who do things in it, and what they get back.

pub mod actor;
pub mod answer;
pub mod chance;
pub mod contents;
pub mod house;
pub mod post;
pub mod postgres;
pub mod run;
pub mod service;
pub mod stand_in;
pub mod statement;
pub mod stream;

pub use actor::Actor;
pub use answer::Answer;
pub use house::{Backend, House};

/// How many of a thing a promise is proved with: `deep` when the environment says `TEST_DEEP=1`, else `quick`.
pub fn scale<T>(quick: T, deep: T) -> T {
    #[expect(clippy::disallowed_methods, reason = "how thorough a test run is, not a setting of the service")]
    let is_deep = std::env::var("TEST_DEEP").is_ok_and(|value| value == "1");
    if is_deep { deep } else { quick }
}

/// The seed of a random test: `TEST_SEED`, or a new one.
pub fn seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "to repeat a run of the tests, not a setting of the service")]
    let given = std::env::var("TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(rand::random)
}

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
