//! The thermometer: a record whose grooves fill, gold for promised and mint for received.

use super::totals::Totals;

/// How far each groove goes, in tenths of a percent of the whole circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    promised: i64,
    received: i64,
}

impl Ring {
    /// The whole circle is the target; without one, what is promised.
    #[must_use]
    pub fn of(totals: &Totals) -> Self {
        let full = totals.target.map_or(totals.promised.0, |target| target.0).max(1);
        let part = |pence: i64| (pence * 1000 / full).clamp(0, 1000);
        Self { promised: part(totals.promised.0), received: part(totals.received.0) }
    }

    /// For `stroke-dasharray` on a path whose length is 100; none when there is nothing to draw.
    #[must_use]
    pub fn promised(&self) -> Option<String> {
        dash(self.promised)
    }

    /// As [`Ring::promised`].
    #[must_use]
    pub fn received(&self) -> Option<String> {
        dash(self.received)
    }
}

fn dash(tenths: i64) -> Option<String> {
    (tenths > 0).then(|| format!("{}.{} 100", tenths / 10, tenths % 10))
}
