//! What an installation can set. `main.rs` reads it from flags and the environment; everyone else is handed it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use url::Url;

/// The settings of one installation.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What links in mails and pages begin with; no trailing slash.
    pub base_url: Url,
    /// The signing key; made and kept in the database when `None`.
    pub secret_key: Option<String>,
    /// Where mail goes.
    pub mail: MailConfig,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Open streams at once, over all events.
    pub streams_max: usize,
    /// Whether the limits per person and address hold; off for load tests only.
    pub limits: bool,
    /// Whether music services are asked what a link is called and where a short one leads.
    pub lookups: bool,
    /// Whether `MusicBrainz` is asked where a music service tells no artist; only with `lookups`.
    pub musicbrainz: bool,
}

/// Where mail goes.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `smtp://` or `smtps://`; when `None`, mails are files in `dir`.
    pub smtp_url: Option<String>,
    /// Where mail files go.
    pub dir: PathBuf,
    /// The sender.
    pub from: String,
}

impl Config {
    /// Whether people reach this service over TLS (then cookies are `__Host-` and `Secure`).
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// The name under which other sites are asked, with where its people are found.
    #[must_use]
    pub fn agent(&self) -> String {
        format!("TwitterDisco/{} (+{})", env!("CARGO_PKG_VERSION"), self.link("/about"))
    }

    /// A full address for a path that begins with `/`.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}
