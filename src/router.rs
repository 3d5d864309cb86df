//! Every URL on one screen: pages first, then `/api/v1`.

use axum::Router;
use axum::routing::{delete, get, post, put};

use crate::app::App;
use crate::error::AppError;
use crate::night::api::{
    dancing as taps, decks as decks_api, events, kindness as care, mine, one_song as songs_api, playlist, reports,
    series as series_api, shares,
};
use crate::night::pages::{
    bringing, dancing, decks, desk, desk_stream, history, kindness, one_song, planning, report, reports as owners,
    series, sharing,
};
use crate::pledges::pages::{imports, ledger, settlement};
use crate::site::{
    calendars, elsewhere, events as nights, health, home, night, phone, plain, playlists, replay, search, songs,
    stream, totals,
};
use crate::web::assets;
use crate::{accounts, charities, kindness as words, openapi, pledges, rsvps, stories};

/// Every route, without the layers around them.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(pages())
        .merge(host_pages())
        .merge(api())
        .merge(money_api())
        .merge(openapi::pages())
        .fallback(nothing_here)
}

fn pages() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/events", get(nights::list))
        .route("/events.ics", get(calendars::all))
        // {slug} may end in .ics
        .route("/events/{slug}", get(night::show))
        .route("/events/{slug}/stream", get(stream::listen))
        .route("/events/{slug}/replay", get(replay::show))
        .route("/events/{slug}/replay.json", get(replay::file))
        .route("/events/{slug}/overlay", get(elsewhere::overlay))
        .route("/events/{slug}/embed", get(elsewhere::embed))
        .route("/events/{slug}/share", get(sharing::form).post(sharing::share))
        .route("/events/{slug}/mine", get(sharing::mine))
        .route("/events/{slug}/rsvp", get(rsvps::pages::show).post(rsvps::pages::make))
        .route("/events/{slug}/rsvp/withdrawal", post(rsvps::pages::withdraw))
        .route("/rsvps/{rsvp_token}", get(rsvps::pages::by_mail).post(rsvps::pages::stop_mails))
        .route("/rsvps/{rsvp_token}/withdrawal", post(rsvps::pages::withdraw_by_mail))
        .route("/events/{slug}/dancing", get(dancing::show).post(dancing::come_in))
        .route("/events/{slug}/shares/{id}/dance", get(dancing::ask).post(dancing::dance))
        .route("/events/{slug}/shares/{id}/withdrawal", post(sharing::withdraw))
        .route("/events/{slug}/pledge", get(pledges::pages::form).post(pledges::pages::make))
        .route("/events/{slug}/pledge/check", post(pledges::pages::check))
        .route("/events/{slug}/sums", get(pledges::pages::sums))
        // {token} may end in .ics
        .route("/decks/{token}", get(decks::show))
        // {playlist} is playlist.xspf, .jspf, .m3u8, .csv or .txt
        .route("/events/{slug}/{playlist}", get(playlists::show))
        .route("/decks/{token}/beginning", post(decks::begin))
        .route("/decks/{token}/handover", post(decks::hand_over))
        .route("/decks/{token}/now-playing", post(decks::play))
        .route("/decks/{token}/songs", post(decks::share))
        .route("/pledges/{manage_token}", get(pledges::pages::letter))
        .route("/pledges/{manage_token}/change", get(pledges::pages::change_form).post(pledges::pages::change))
        .route("/pledges/{manage_token}/payments", post(pledges::pages::claim))
        .route(
            "/pledges/{manage_token}/reminders/stop",
            get(pledges::pages::ask_to_stop).post(pledges::pages::stop_reminders),
        )
        .route("/pledges/{manage_token}/reminders/start", post(pledges::pages::start_reminders))
        .route("/pledges/{manage_token}/link", post(pledges::pages::renew_link))
        .route("/pledges/{manage_token}/switches", post(pledges::pages::set_switches))
        .route("/pledges/{manage_token}/withdrawal", post(pledges::pages::withdraw))
        .route("/charities", get(charities::pages::list))
        .route("/charities/{slug}", get(charities::pages::show))
        .route("/stories", get(stories::pages::list))
        .route("/stories/{slug}", get(stories::pages::show))
        .route("/songs", get(songs::list))
        .route("/songs/{track}", get(songs::show))
        .route("/search", get(search::show))
        .route("/totals", get(totals::show))
        .route("/report", get(report::form).post(report::report))
        .route("/report/thanks", get(report::thanks))
        .route("/about", get(plain::about))
        .route("/privacy", get(plain::privacy))
        .route("/accessibility", get(plain::accessibility))
        .route("/house-rules", get(plain::house_rules))
        .route("/manifest.webmanifest", get(phone::manifest))
        .route("/share-target", get(phone::take))
        .route("/robots.txt", get(plain::robots))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/assets/{name}", get(assets::show))
}

fn host_pages() -> Router<App> {
    Router::new()
        .route("/sign-in", get(accounts::pages::sign_in).post(accounts::pages::ask_for_link))
        .route("/sign-in/sent", get(accounts::pages::sent))
        .route("/sign-in/{secret}", get(accounts::pages::confirm).post(accounts::pages::use_link))
        .route("/sign-out", post(accounts::pages::sign_out))
        .route("/set-up/{secret}", get(accounts::pages::set_up).post(accounts::pages::finish_set_up))
        .route("/host", get(planning::host))
        .route("/host/account", get(accounts::pages::account))
        .route("/host/account/tokens", post(accounts::pages::make_token))
        .route("/host/account/tokens/revocation", post(accounts::pages::revoke_tokens))
        .route("/host/reports", get(owners::list))
        .route("/host/reports/{id}/dismissal", post(owners::close))
        .route("/host/words", get(words::pages::list).post(words::pages::add))
        .route("/host/words/{id}/removal", post(words::pages::remove))
        .route("/host/charities", get(charities::pages::desk::list))
        .route("/host/charities/new", get(charities::pages::desk::new).post(charities::pages::desk::add))
        .route("/host/charities/{slug}", get(charities::pages::desk::edit).post(charities::pages::desk::change))
        .route("/host/charities/{slug}/names", post(charities::pages::desk::rename))
        .route("/host/charities/{slug}/merger", post(charities::pages::desk::merge))
        .route("/host/charities/{slug}/merger/undoing", post(charities::pages::desk::undo_merger))
        .route("/host/events/new", get(planning::new).post(planning::plan))
        .route("/host/events/{slug}", get(desk::show))
        .route("/host/events/{slug}/details", get(planning::edit).post(planning::change))
        .route("/host/events/{slug}/copies", post(planning::copy))
        .route("/host/events/{slug}/songs", get(bringing::form).post(bringing::check))
        .route("/host/events/{slug}/songs/confirmation", post(bringing::bring))
        .route("/host/events/{slug}/series", get(series::ask).post(series::repeat))
        .route("/host/series/{series}", get(series::show).post(series::change))
        .route("/host/series/{series}/pattern", post(series::set_pattern))
        .route("/host/series/{series}/ending", post(series::end))
        .route("/host/events/{slug}/stream", get(desk_stream::listen))
        .route("/host/events/{slug}/tonight", post(desk::change))
        .route("/host/events/{slug}/decks", post(desk::set_decks))
        .route("/host/events/{slug}/slots/{id}/place", post(desk::move_slot))
        .route("/host/events/{slug}/slots/{id}/link", post(desk::renew_link))
        .route("/host/events/{slug}/now-playing", post(desk::set_now_playing))
        .route("/host/events/{slug}/shares/{id}", get(one_song::show))
        .route("/host/events/{slug}/shares/{id}/name", post(one_song::name))
        .route("/host/events/{slug}/shares/{id}/links", post(one_song::add_link))
        .route("/host/events/{slug}/shares/{id}/links/state", post(one_song::mark_link))
        .route("/host/events/{slug}/shares/{id}/merger", post(one_song::merge))
        .route("/host/events/{slug}/shares/{id}/split", post(one_song::split))
        .route("/host/events/{slug}/shares/{id}/removal", post(desk::remove))
        .route("/host/events/{slug}/shares/{id}/approval", post(desk::approve))
        .route("/host/events/{slug}/pledges/{id}/removal", post(desk::remove_words))
        .route("/host/events/{slug}/pledges/{id}/approval", post(kindness::show_words))
        .route("/host/events/{slug}/kindness", get(kindness::show).post(kindness::set))
        .route("/host/events/{slug}/history", get(history::show))
        .route("/host/events/{slug}/reports/{id}/removal", post(kindness::remove))
        .route("/host/events/{slug}/reports/{id}/dismissal", post(kindness::leave))
        .route("/host/events/{slug}/guests/{id}", get(kindness::guest))
        .route("/host/events/{slug}/guests/{id}/approval", post(kindness::show_guest))
        .route("/host/events/{slug}/guests/{id}/block", post(kindness::block))
        .route("/host/events/{slug}/guests/{id}/block/undoing", post(kindness::unblock))
        .route("/host/events/{slug}/ledger", get(ledger::show))
        .route("/host/events/{slug}/payments", post(ledger::record))
        .route("/host/events/{slug}/payments/{id}/confirmation", post(ledger::confirm))
        .route("/host/events/{slug}/payments/{id}/reversal", post(ledger::reverse))
        // {charity} may end in .csv
        .route("/host/events/{slug}/settlements/{charity}", get(settlement::show))
        .route("/host/events/{slug}/imports", get(imports::list).post(imports::check))
        .route("/host/events/{slug}/imports/confirmation", post(imports::import))
        .route("/host/events/{slug}/imports/{id}", get(imports::show))
        .route("/host/events/{slug}/imports/{id}/undoing", post(imports::undo))
        .route("/host/events/{slug}/import-rows/{id}/assignment", post(imports::assign))
        // publication, opening, closing, cancellation
        .route("/host/events/{slug}/{verb}", post(desk::turn))
}

fn api() -> Router<App> {
    let v1 = Router::new()
        .route("/guests", post(accounts::api::become_guest))
        .route("/guests/renewal", post(accounts::api::renew))
        .route("/events", get(events::list).post(events::plan))
        .route("/events/{slug}", get(events::show).patch(events::change))
        .route("/events/{slug}/publication", post(events::publish))
        .route("/events/{slug}/opening", post(events::open))
        .route("/events/{slug}/closing", post(events::close))
        .route("/events/{slug}/cancellation", post(events::cancel))
        .route("/events/{slug}/copies", post(events::copy))
        .route("/events/{slug}/series", post(series_api::repeat))
        .route("/series", get(series_api::list))
        .route("/series/{series}", get(series_api::show).patch(series_api::change))
        .route("/series/{series}/pattern", put(series_api::set_pattern))
        .route("/series/{series}/ending", post(series_api::end))
        .route("/events/{slug}/lineup", get(events::lineup).put(events::set_lineup))
        .route("/events/{slug}/decks", get(decks_api::links).put(decks_api::set))
        .route("/events/{slug}/slots/{id}/link", post(decks_api::renew_link))
        .route("/events/{slug}/now-playing", put(events::set_now_playing))
        .route("/decks/{token}", get(decks_api::show))
        .route("/decks/{token}/beginning", post(decks_api::begin))
        .route("/decks/{token}/handover", post(decks_api::hand_over))
        .route("/decks/{token}/now-playing", put(decks_api::play))
        .route("/decks/{token}/shares", post(decks_api::share))
        .route("/events/{slug}/shares", get(shares::list).post(shares::share))
        .route("/events/{slug}/shares/mine", get(mine::list))
        .route("/events/{slug}/playlist", post(playlist::bring))
        .route("/events/{slug}/kindness", get(care::show))
        .route("/events/{slug}/activity", get(care::activity))
        .route("/events/{slug}/guests/{id}/approval", post(care::show_guest))
        .route("/events/{slug}/guests/{id}/block", post(care::block).delete(care::unblock))
        .route("/reports", get(reports::list).post(reports::make))
        .route("/reports/{id}/removal", post(reports::remove))
        .route("/reports/{id}/dismissal", post(reports::leave))
        .route("/words", get(words::api::list).post(words::api::add))
        .route("/words/{id}", delete(words::api::remove))
        .route("/shares/{id}", get(shares::show).patch(shares::change).delete(shares::withdraw))
        .route("/shares/{id}/removal", post(shares::remove))
        .route("/shares/{id}/approval", post(shares::approve))
        .route("/shares/{id}/links", post(songs_api::add_link).patch(songs_api::change_link))
        .route("/shares/{id}/merger", post(songs_api::merge))
        .route("/shares/{id}/split", post(songs_api::split))
        .route("/shares/{id}/dances", post(taps::dance))
        .route("/events/{slug}/rsvp", get(rsvps::api::show).post(rsvps::api::make).delete(rsvps::api::withdraw))
        .route("/events/{slug}/presence", post(taps::come_in).delete(taps::leave))
        .route("/events/{slug}/stream", get(stream::listen))
        .route("/events/{slug}/replay", get(replay::replay));
    Router::new().nest("/api/v1", v1)
}

fn money_api() -> Router<App> {
    let v1 = Router::new()
        .route("/events/{slug}/totals", get(pledges::api::totals))
        .route("/events/{slug}/sums", get(pledges::api::sums::sums))
        .route("/events/{slug}/pledges", get(pledges::api::list).post(pledges::api::make))
        .route("/events/{slug}/pledges/{id}/removal", post(pledges::api::remove_words))
        .route("/events/{slug}/pledges/{id}/approval", post(pledges::api::show_words))
        .route(
            "/pledges/{manage_token}",
            get(pledges::api::show).patch(pledges::api::change).delete(pledges::api::withdraw),
        )
        .route("/pledges/{manage_token}/link", post(pledges::api::renew_link))
        .route("/pledges/{manage_token}/payments", post(pledges::api::payments::claim))
        .route(
            "/pledges/{manage_token}/reminders",
            get(pledges::api::reminders::show).put(pledges::api::reminders::set),
        )
        .route("/events/{slug}/payments", get(pledges::api::payments::list).post(pledges::api::payments::record))
        .route("/events/{slug}/exports/{file}", get(pledges::api::exports::export))
        .route("/payments/{id}/confirmation", post(pledges::api::payments::confirm))
        .route("/payments/{id}/reversal", post(pledges::api::payments::reverse))
        .route("/imports", get(pledges::api::imports::list).post(pledges::api::imports::import))
        .route("/imports/{id}", get(pledges::api::imports::show).delete(pledges::api::imports::undo))
        .route("/import-rows/{id}/assignment", post(pledges::api::imports::assign))
        .route("/totals", get(pledges::api::all_totals))
        .route("/charities", get(charities::api::list).post(charities::api::add))
        .route("/charities/{slug}", get(charities::api::show).patch(charities::api::change))
        .route("/charities/{slug}/names", post(charities::api::rename))
        .route("/charities/{slug}/merger", post(charities::api::merge).delete(charities::api::undo_merger))
        .route("/stories", get(stories::api::list))
        .route("/stories/{slug}", get(stories::api::show))
        .route("/search", get(search::find));
    Router::new().nest("/api/v1", v1)
}

async fn nothing_here() -> AppError {
    AppError::NotFound
}
