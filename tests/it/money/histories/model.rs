//! A night's money as plain numbers, worked out the long way: every total is summed afresh from what people did.

/// The night's charities, in order.
pub const CHARITIES: [&str; 3] = ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"];

/// What one has with each charity.
pub type Parts = [i64; 3];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    Fixed(i64),
    /// Rate and cap.
    PerSong(i64, i64),
    /// Percent and pot.
    Match(i64, i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Standing,
    Withdrawn,
    Lapsed,
}

#[derive(Clone, Debug)]
pub struct Pledge {
    pub token: String,
    pub reference: String,
    pub terms: Terms,
    pub weights: Parts,
    pub gift_aid: bool,
    pub email: Option<u8>,
    pub state: State,
    /// What it promises each charity once that is settled: when it is fixed, counted, or has ended.
    pub settled: Option<Parts>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    Claimed,
    Confirmed,
    Reversed,
}

#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub pledge: Option<usize>,
    pub charity: usize,
    pub amount: i64,
    pub settled: i64,
    pub state: Paid,
    /// The claims it settled, and how far.
    pub settles: Vec<(usize, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Open,
    Closed,
    Cancelled,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub status: Status,
    /// Each song's id, and whether it is shown.
    pub songs: Vec<(String, bool)>,
    pub pledges: Vec<Pledge>,
    pub payments: Vec<Payment>,
}

/// Divides by largest remainder. Of equal remainders, the one whose turn it is comes first: the turn goes round with the
/// pledges' numbers.
pub fn divide(amount: i64, weights: Parts, turn: i64) -> Parts {
    let whole: i64 = weights.iter().sum();
    let mut parts = weights.map(|weight| amount * weight / whole);
    let rests = weights.map(|weight| amount * weight % whole);
    let mut over = amount - parts.iter().sum::<i64>();
    let mut distinct: Vec<i64> = rests.to_vec();
    distinct.sort_unstable_by(|one, other| other.cmp(one));
    distinct.dedup();
    for rest in distinct {
        let tied: Vec<usize> = (0..3).filter(|at| weights[*at] > 0 && rests[*at] == rest).collect();
        let count = i64::try_from(tied.len()).unwrap_or(1).max(1);
        for step in 0..count.min(over) {
            let at = usize::try_from((turn + step) % count).unwrap_or_default();
            parts[tied[at]] += 1;
        }
        over -= count.min(over);
    }
    parts
}

impl Model {
    pub fn new() -> Self {
        Self { status: Status::Open, songs: Vec::new(), pledges: Vec::new(), payments: Vec::new() }
    }

    pub fn shown(&self) -> i64 {
        i64::try_from(self.songs.iter().filter(|(_, shown)| *shown).count()).unwrap_or_default()
    }

    pub fn numbered(&self) -> impl Iterator<Item = (i64, &Pledge)> {
        (1..).zip(&self.pledges)
    }

    fn per_song(&self, rate: i64, cap: i64) -> i64 {
        (0..self.shown()).fold(0, |sum, _| sum + rate).min(cap)
    }

    /// What pledges that aren't matches promise.
    fn others(&self) -> i64 {
        let of = |pledge: &Pledge| match (pledge.settled, pledge.terms) {
            (_, Terms::Match(..)) => 0,
            (Some(parts), _) => parts.iter().sum(),
            (None, Terms::PerSong(rate, cap)) => self.per_song(rate, cap),
            (None, Terms::Fixed(amount)) => amount,
        };
        self.pledges.iter().map(of).sum()
    }

    /// What a standing pledge has come to.
    fn so_far(&self, terms: Terms) -> i64 {
        match terms {
            Terms::Fixed(amount) => amount,
            Terms::PerSong(rate, cap) => self.per_song(rate, cap),
            Terms::Match(percent, pot) => (percent * self.others() / 100).min(pot),
        }
    }

    pub fn promised(&self, pledge: &Pledge) -> i64 {
        pledge.settled.map_or_else(|| self.so_far(pledge.terms), |parts| parts.iter().sum())
    }

    pub fn at_most(pledge: &Pledge) -> i64 {
        match (pledge.settled, pledge.terms) {
            (Some(parts), _) => parts.iter().sum(),
            (None, Terms::Fixed(most) | Terms::PerSong(_, most) | Terms::Match(_, most)) => most,
        }
    }

    /// Promised by charity, and the part of it with Gift Aid: what is settled pledge by pledge, what is open by groups
    /// that divide alike.
    pub fn promised_parts(&self) -> (Parts, Parts) {
        let (mut all, mut aided) = ([0; 3], [0; 3]);
        let mut add = |parts: Parts, gift_aid: bool| {
            for at in 0..3 {
                all[at] += parts[at];
                aided[at] += parts[at] * i64::from(gift_aid);
            }
        };
        let mut groups: Vec<(Parts, bool, i64)> = Vec::new();
        for pledge in &self.pledges {
            if let Some(parts) = pledge.settled {
                add(parts, pledge.gift_aid);
                continue;
            }
            let so_far = self.so_far(pledge.terms);
            match groups.iter_mut().find(|(weights, aid, _)| (*weights, *aid) == (pledge.weights, pledge.gift_aid)) {
                Some((.., sum)) => *sum += so_far,
                None => groups.push((pledge.weights, pledge.gift_aid, so_far)),
            }
        }
        for (weights, gift_aid, sum) in groups {
            add(divide(sum, weights, 0), gift_aid);
        }
        (all, aided)
    }

    /// What the standing pledges of each kind have come to.
    pub fn promised_by_kind(&self) -> [(&'static str, i64); 3] {
        let of = |wanted: fn(Terms) -> bool| {
            let standing = self.pledges.iter().filter(|pledge| pledge.state == State::Standing);
            standing.filter(|pledge| wanted(pledge.terms)).map(|pledge| self.promised(pledge)).sum()
        };
        [
            ("fixed", of(|terms| matches!(terms, Terms::Fixed(_)))),
            ("per_song", of(|terms| matches!(terms, Terms::PerSong(..)))),
            ("match", of(|terms| matches!(terms, Terms::Match(..)))),
        ]
    }

    /// Claimed or received by charity, of one pledge or of all.
    pub fn paid(&self, state: Paid, pledge: Option<usize>) -> Parts {
        let mut parts = [0; 3];
        for payment in self.payments.iter().filter(|payment| payment.state == state) {
            if pledge.is_none() || payment.pledge == pledge {
                parts[payment.charity] += payment.amount - payment.settled;
            }
        }
        parts
    }

    /// Counts every open pledge, as when the night ends or is corrected.
    pub fn count_out(&mut self) {
        let standing = |pledge: &Pledge| pledge.state == State::Standing;
        let of = |wanted: fn(Terms) -> bool| {
            let all = self.pledges.iter().enumerate();
            all.filter(|(_, pledge)| standing(pledge) && wanted(pledge.terms)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let songs = of(|terms| matches!(terms, Terms::PerSong(..)));
        // Matches come last: they count what the others came to.
        for at in songs.into_iter().chain(of(|terms| matches!(terms, Terms::Match(..)))).collect::<Vec<_>>() {
            let Pledge { terms, weights, .. } = self.pledges[at];
            // Counted afresh: what it was settled at before says nothing.
            self.pledges[at].settled = None;
            let number = i64::try_from(at + 1).unwrap_or_default();
            self.pledges[at].settled = Some(divide(self.so_far(terms), weights, number));
        }
    }

    /// The newest payment settles what its pledge's supporter claimed for that charity, the oldest first.
    pub fn settle_claims(&mut self) {
        if self.payments.last().is_none_or(|new| new.pledge.is_none()) {
            return;
        }
        let Some(new) = self.payments.pop() else { return };
        let (mut left, mut settles) = (new.amount, Vec::new());
        let same = |claim: &Payment| {
            claim.state == Paid::Claimed && claim.charity == new.charity && claim.pledge == new.pledge
        };
        for (at, claim) in self.payments.iter_mut().enumerate().filter(|(_, claim)| same(claim)) {
            let part = left.min(claim.amount - claim.settled);
            claim.settled += part;
            left -= part;
            settles.extend((part > 0).then_some((at, part)));
            claim.state = if claim.settled == claim.amount { Paid::Reversed } else { claim.state };
        }
        self.payments.push(Payment { settles, ..new });
    }

    /// A payment is taken back, and the claims that it settled are claims again.
    pub fn reverse(&mut self, at: usize) {
        self.payments[at].state = Paid::Reversed;
        for (claim, part) in std::mem::take(&mut self.payments[at].settles) {
            let claim = &mut self.payments[claim];
            if claim.state == Paid::Confirmed {
                // What was confirmed was the rest of it.
                continue;
            }
            if claim.state == Paid::Reversed && claim.settled == claim.amount {
                claim.state = Paid::Claimed;
            }
            claim.settled -= part;
        }
    }

    pub fn reopen(&mut self) {
        for pledge in self.pledges.iter_mut().filter(|pledge| pledge.state == State::Standing) {
            if !matches!(pledge.terms, Terms::Fixed(_)) {
                pledge.settled = None;
            }
        }
    }

    /// A pledge ends: it promises what has arrived.
    pub fn end(&mut self, at: usize, state: State) {
        self.pledges[at].settled = Some(self.paid(Paid::Confirmed, Some(at)));
        self.pledges[at].state = state;
    }

    pub fn supporters(&self) -> usize {
        let mut people: Vec<(usize, Option<u8>)> = Vec::new();
        for (at, pledge) in self.pledges.iter().enumerate().filter(|(_, pledge)| pledge.state != State::Withdrawn) {
            let person = if pledge.email.is_some() { (usize::MAX, pledge.email) } else { (at, None) };
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people.len()
    }
}
