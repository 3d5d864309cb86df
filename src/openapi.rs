//! The OpenAPI document, generated from the handlers, and the pages to browse it, from the binary.

use axum::Router;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

use crate::app::App;
use crate::night::api::{dancing, decks, events, kindness as care, mine, one_song, playlist, reports, series, shares};
use crate::site::{replay, search, stream};
use crate::{accounts, charities, kindness, pledges, rsvps, stories};

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(title = "#TwitterDisco", description = "Nights, songs, pledges and stories. Money is whole pence; times are UTC."),
    modifiers(&Bearer),
    paths(
        accounts::api::become_guest, accounts::api::renew,
        charities::api::list, charities::api::show, charities::api::add, charities::api::change,
        charities::api::rename, charities::api::merge, charities::api::undo_merger,
        stories::api::list, stories::api::show,
        events::list, events::plan, events::show, events::change, events::publish, events::open, events::close,
        events::cancel, events::copy, events::lineup, events::set_lineup, events::set_now_playing,
        series::repeat, series::list, series::show, series::change, series::set_pattern, series::end,
        decks::set, decks::links, decks::renew_link, decks::show, decks::begin, decks::hand_over, decks::play, decks::share,
        shares::list, shares::share, shares::show, shares::change, shares::withdraw, shares::remove, shares::approve,
        one_song::add_link, one_song::change_link, one_song::merge, one_song::split,
        dancing::dance, dancing::come_in, dancing::leave, rsvps::api::show, rsvps::api::make, rsvps::api::withdraw,
        pledges::api::list, pledges::api::make, pledges::api::show, pledges::api::change, pledges::api::withdraw,
        pledges::api::renew_link, pledges::api::reminders::show, pledges::api::reminders::set,
        playlist::bring, mine::list, care::show, care::activity, care::block, care::unblock, care::show_guest,
        reports::make, reports::list, reports::remove, reports::leave,
        kindness::api::list, kindness::api::add, kindness::api::remove, pledges::api::show_words,
        pledges::api::remove_words, pledges::api::payments::claim, pledges::api::payments::list,
        pledges::api::payments::record, pledges::api::payments::confirm, pledges::api::payments::reverse,
        pledges::api::imports::import, pledges::api::imports::list, pledges::api::imports::show, pledges::api::imports::undo,
        pledges::api::imports::assign, pledges::api::exports::export, pledges::api::sums::sums, pledges::api::totals, pledges::api::all_totals,
        stream::listen, replay::replay, search::find,
    )
)]
pub struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// `/api/docs` and `/api/v1/openapi.json`.
pub fn pages() -> Router<App> {
    SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", Document::openapi()).into()
}
