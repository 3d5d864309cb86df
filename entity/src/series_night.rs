//! Which night of which series an event is.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, SeriesId};

/// One night of a series. It stays when the night moves or is cancelled, so that it isn't made again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "series_night")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    pub series_id: SeriesId,
    /// When the rule wanted it.
    pub local: DateTime,
    /// It was changed by itself, so changes of the series leave it alone.
    pub is_own: bool,
}

impl ActiveModelBehavior for ActiveModel {}
