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
        let mut hops = list.rsplit(',').map(|hop| hop.trim().parse::<IpAddr>().ok().map(|ip| ip.to_canonical()));
        // One that can't be read is nobody's address, but it ends the search all the same.
        let nearest = hops.find(|hop| hop.is_none_or(|ip| !app.config.trusted_proxies.contains(&ip)));
        Ok(Self(nearest.flatten().unwrap_or(peer)))
    }
}
