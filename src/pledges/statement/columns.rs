//! Which column is what, by its name. Case, spaces and signs in a name don't matter: `Donation Amount (£)` is
//! `DonationAmount`.

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// What the statement calls a gift.
    Id,
    /// What was given, before anybody's fees.
    Amount,
    Date,
    Name,
    Message,
    /// Where a pledge's reference is looked for, in this order, before the message.
    Reference,
    ThirdParty,
    EventCode1,
    EventCode2,
    EventCode3,
    /// Whether the gift is still to come.
    IsPledge,
    Currency,
}

/// The places where a reference is looked for (contract.md), in order; the message comes last.
pub const REFERENCES: [Column; 5] =
    [Column::Reference, Column::ThirdParty, Column::EventCode1, Column::EventCode2, Column::EventCode3];

/// Each column's names, the surest first: JustGiving's own, then what other statements say.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::Id,
        &[
            "donationref",
            "donationreference",
            "donationid",
            "transactionid",
            "transactionreference",
            "paymentid",
            "receiptnumber",
            "fitid",
            "id",
        ],
    ),
    (
        Column::Amount,
        &[
            "donationamount",
            "grossdonationamount",
            "grossamount",
            "amountgross",
            "gross",
            "amount",
            "amountgbp",
            "gift",
            "giftamount",
            "donation",
            "paidin",
            "moneyin",
            "credit",
            "creditamount",
            "received",
            "value",
        ],
    ),
    (
        Column::Date,
        &[
            "donationdate",
            "dateofdonation",
            "donationdateandtime",
            "date",
            "paidon",
            "paymentdate",
            "transactiondate",
            "datereceived",
            "giftdate",
        ],
    ),
    (
        Column::Name,
        &[
            "donationnickname",
            "nickname",
            "donordisplayname",
            "displayname",
            "name",
            "donorname",
            "donor",
            "supportername",
            "supporter",
            "payername",
            "payer",
            "from",
        ],
    ),
    (
        Column::Message,
        &[
            "messagefromdonor",
            "donationmessage",
            "message",
            "comment",
            "comments",
            "note",
            "notes",
            "description",
            "transactiondescription",
            "details",
            "narrative",
            "memo",
        ],
    ),
    (
        Column::Reference,
        &[
            "reference",
            "ref",
            "pledgereference",
            "pledgeref",
            "pledge",
            "paymentreference",
            "payerreference",
            "customerreference",
            "yourreference",
        ],
    ),
    (Column::ThirdParty, &["thirdpartyreference", "thirdpartyref"]),
    (Column::EventCode1, &["customeventcode1", "customcode1", "eventcode1"]),
    (Column::EventCode2, &["customeventcode2", "customcode2", "eventcode2"]),
    (Column::EventCode3, &["customeventcode3", "customcode3", "eventcode3"]),
    (Column::IsPledge, &["ispledge"]),
    (Column::Currency, &["currency", "currencycode", "donationcurrency", "donationcurrencycode"]),
];

/// Where each column of a table is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    /// How many cells the header row has.
    pub width: usize,
}

impl Columns {
    /// The columns named by these cells.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<String> = cells.map(plain).collect();
        let place = |(column, known): &(Column, &[&str])| {
            let at = known.iter().find_map(|known| names.iter().position(|name| name == known));
            at.map(|at| (*column, at))
        };
        Self { places: NAMES.iter().filter_map(place).collect(), width: names.len() }
    }

    /// How many are known.
    pub fn known(&self) -> usize {
        self.places.len()
    }

    /// Where a column is.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().find(|(one, _)| *one == column).map(|(_, at)| *at)
    }

    /// Whether this is the header of a statement: it has an amount, and something to tell one row from another.
    pub fn are_enough(&self) -> bool {
        let tells = |column: &Column| !matches!(column, Column::Amount | Column::IsPledge | Column::Currency);
        self.place(Column::Amount).is_some() && self.places.iter().any(|(column, _)| tells(column))
    }
}

/// A column's name without what doesn't matter.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}
