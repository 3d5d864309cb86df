//! What scenes are made of: a house with its own database, people who do things in it, and what they get back.

pub mod actor;
pub mod answer;
pub mod house;
pub mod postgres;
pub mod run;
pub mod statement;
pub mod stream;

pub use actor::Actor;
pub use answer::Answer;
pub use house::{Backend, House};

/// A count of the promises (quality.md): `quick` in every run, `deep` where the environment says `TEST_DEEP=1`.
#[expect(clippy::disallowed_methods, reason = "how deep the tests go, not a setting of the service")]
pub fn scale<T>(quick: T, deep: T) -> T {
    if std::env::var("TEST_DEEP").is_ok_and(|deep| deep == "1") { deep } else { quick }
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
