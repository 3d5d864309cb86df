//! Who is at the other end of the line: the real address, through proxies that we were told to trust and no others.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::app::App;
use crate::error::AppError;

/// The address that limits count against.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl FromRequestParts<App> for Client {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        if !app.config.trusted_proxies.contains(&peer) {
            return Ok(Self(peer));
        }
        // The nearest address that no trusted proxy added is the client; what lies left of it anyone could write.
        let forwarded = parts.headers.get_all("x-forwarded-for");
        let list = forwarded.iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
        // One that can't be read ends the search: what lies beyond it could be anybody's invention.
        let hops = list.rsplit(',').map_while(address);
        let client = hops.into_iter().find(|hop| !app.config.trusted_proxies.contains(hop));
        Ok(Self(client.unwrap_or(peer)))
    }
}

/// `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    let bracketed = hop.trim_start_matches('[').trim_end_matches(']');
    bracketed.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}
