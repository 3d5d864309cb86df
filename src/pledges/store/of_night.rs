//! Things of one night, found by their ids.

use entity::ids::{EventId, ImportId, ImportRowId, PaymentId};
use sea_orm::{DatabaseConnection, DbErr};
use uuid::Uuid;

use super::{find_import, find_payment, find_row};
use crate::events::OfNight;
use crate::pledges::import::{Import, ImportRow};
use crate::pledges::payment::Payment;

impl OfNight for Payment {
    async fn find(db: &DatabaseConnection, id: Uuid) -> Result<Option<(EventId, Self)>, DbErr> {
        let payment = find_payment(db, PaymentId(id)).await?;
        Ok(payment.map(|payment| (payment.event, payment)))
    }
}

impl OfNight for Import {
    async fn find(db: &DatabaseConnection, id: Uuid) -> Result<Option<(EventId, Self)>, DbErr> {
        let import = find_import(db, ImportId(id)).await?;
        Ok(import.map(|import| (import.event, import)))
    }
}

impl OfNight for ImportRow {
    async fn find(db: &DatabaseConnection, id: Uuid) -> Result<Option<(EventId, Self)>, DbErr> {
        let Some(row) = find_row(db, ImportRowId(id)).await? else { return Ok(None) };
        let import = find_import(db, row.import).await?;
        Ok(import.map(|import| (import.event, row)))
    }
}
