//! How much one person, and one address, may do (quality.md, security baseline). Kept in memory: a restart forgives.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::AppError;

/// A ward shares one address, so an address may do this many times what a person may.
const ADDRESS_FACTOR: u32 = 20;

/// Something that is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sharing a song: 20 an hour.
    Share,
    /// Making a pledge: 10 an hour.
    Pledge,
    /// Changing a pledge: 60 an hour for one pledge.
    ChangePledge,
    /// Saying that a pledge was given: 20 an hour for one pledge.
    Claim,
    /// Asking for a sign-in link: 5 in 30 minutes for one mail address.
    MailedLink,
    /// Opening a one-use link: 400 in 10 minutes for one address.
    OpenLink,
    /// Asking for a fresh token: 20 an hour for one guest.
    Renew,
    /// Mailing a receipt: 5 an hour to one mail address.
    Receipt,
    /// Becoming a guest: 200 an hour for one address.
    BecomeGuest,
    /// Dancing to a song: 240 an hour.
    Dance,
    /// Saying that a kitchen dances: 120 an hour.
    Presence,
    /// Reporting something: 10 an hour.
    Report,
    /// Saying that one will be there, or not after all: 30 an hour.
    Rsvp,
    /// Leaving a mail address to be reminded at: 5 an hour for one mail address.
    Remind,
}

/// The limits of an installation.
#[derive(Debug)]
pub struct Limits {
    on: bool,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    deed: Deed,
    person: DefaultKeyedRateLimiter<String>,
    address: DefaultKeyedRateLimiter<u128>,
}

impl Limits {
    /// The limits of quality.md, or none at all when they are off for a load test.
    #[must_use]
    pub fn new(on: bool) -> Self {
        let hour = Duration::from_hours(1);
        let rules = [
            (Deed::Share, 20, hour),
            (Deed::Pledge, 10, hour),
            (Deed::ChangePledge, 60, hour),
            (Deed::Claim, 20, hour),
            (Deed::Renew, 20, hour),
            (Deed::MailedLink, 5, Duration::from_mins(30)),
            (Deed::OpenLink, 20, Duration::from_mins(10)),
            (Deed::Receipt, 5, hour),
            (Deed::BecomeGuest, 10, hour),
            (Deed::Dance, 240, hour),
            (Deed::Presence, 120, hour),
            (Deed::Report, 10, hour),
            (Deed::Rsvp, 30, hour),
            (Deed::Remind, 5, hour),
        ];
        Self { on, rules: rules.into_iter().map(|(deed, count, within)| Rule::new(deed, count, within)).collect() }
    }

    /// Counts one deed of `person` (where there is one to name) at `address`.
    ///
    /// # Errors
    /// [`AppError::TooMany`] with the seconds to wait.
    pub fn count(&self, deed: Deed, person: Option<&str>, address: IpAddr) -> Result<(), AppError> {
        let Some(rule) = self.rules.iter().find(|rule| rule.deed == deed && self.on) else { return Ok(()) };
        // The address first: names are free to make up, and each one costs memory.
        rule.address.check_key(&network(address)).map_err(|until| too_many(&until))?;
        match person {
            Some(person) => rule.person.check_key(&person.to_owned()).map_err(|until| too_many(&until)),
            None => Ok(()),
        }
    }
}

impl Limits {
    /// Counts one deed that is done to somebody, wherever it comes from; false once it is enough.
    #[must_use]
    pub fn allows(&self, deed: Deed, whom: &str) -> bool {
        let rule = self.rules.iter().find(|rule| rule.deed == deed && self.on);
        rule.is_none_or(|rule| rule.person.check_key(&whom.to_owned()).is_ok())
    }

    /// Forgets people and addresses that have rested long enough to start afresh, so that memory doesn't grow.
    pub fn forget_rested(&self) {
        for rule in &self.rules {
            rule.person.retain_recent();
            rule.address.retain_recent();
        }
    }
}

impl Rule {
    fn new(deed: Deed, count: u32, within: Duration) -> Self {
        let quota = |count: u32| {
            let burst = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
            Quota::with_period(within / burst.get()).unwrap_or(Quota::per_hour(burst)).allow_burst(burst)
        };
        Self {
            deed,
            person: RateLimiter::keyed(quota(count)),
            address: RateLimiter::keyed(quota(count * ADDRESS_FACTOR)),
        }
    }
}

fn too_many(until: &governor::NotUntil<governor::clock::QuantaInstant>) -> AppError {
    let wait = until.wait_time_from(DefaultClock::default().now());
    AppError::TooMany { retry_after_s: wait.as_secs() + 1 }
}

impl Limits {
    /// What streams are counted by; none where nothing is limited.
    #[must_use]
    pub fn network(&self, address: IpAddr) -> Option<u128> {
        self.on.then(|| network(address))
    }
}

/// An IPv4 address, or the /64 that one household or ward shares on IPv6.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(four) => u128::from(u32::from(four)),
        IpAddr::V6(six) => u128::from(six) >> 64 << 64,
    }
}
