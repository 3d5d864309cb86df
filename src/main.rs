//! The commands. The only reader of the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use twitterdisco::config::{Config, MailConfig};

mod commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The service behind #TwitterDisco: nights, songs, pledges and stories.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Settings {
    /// sqlite://… or postgres://…
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://twitterdisco.db?mode=rwc",
        global = true,
        hide_env_values = true
    )]
    database_url: String,
    /// Where to listen.
    #[arg(long, env = "DISCO_LISTEN", default_value = "127.0.0.1:3000", global = true)]
    listen: SocketAddr,
    /// What links begin with; from the listen address when unset.
    #[arg(long, env = "DISCO_BASE_URL", global = true)]
    base_url: Option<String>,
    /// The signing key; made and kept in the database when unset.
    #[arg(long, env = "DISCO_SECRET_KEY", global = true, hide_env_values = true)]
    secret_key: Option<String>,
    /// smtp:// or smtps://; mails are files when unset.
    #[arg(long, env = "DISCO_SMTP_URL", global = true, hide_env_values = true)]
    smtp_url: Option<String>,
    /// Where mail files go.
    #[arg(long, env = "DISCO_MAIL_DIR", default_value = "mail", global = true)]
    mail_dir: PathBuf,
    /// The sender of mails.
    #[arg(long, env = "DISCO_MAIL_FROM", default_value = "TwitterDisco <disco@localhost>", global = true)]
    mail_from: String,
    /// Proxies whose X-Forwarded-For is believed, with commas between.
    #[arg(long, env = "DISCO_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    trusted_proxies: Vec<String>,
    /// Open streams at once.
    #[arg(long, env = "DISCO_STREAMS_MAX", default_value_t = 20_000, global = true)]
    streams_max: usize,
    /// Limits per person and address; off for load tests only.
    #[arg(long, env = "DISCO_LIMITS", default_value = "on", global = true)]
    limits: Switch,
    /// Ask music services what a link is called, and where a short one leads.
    #[arg(long, env = "DISCO_LOOKUPS", default_value = "off", global = true)]
    lookups: Switch,
    /// With lookups on: ask musicbrainz.org, too, where a service tells no artist.
    #[arg(long, env = "DISCO_MUSICBRAINZ", default_value = "off", global = true)]
    musicbrainz: Switch,
    /// What to log, such as info or twitterdisco=debug.
    #[arg(long, env = "DISCO_LOG", default_value = "info,sea_orm_migration=warn", global = true)]
    log: String,
    /// How to log.
    #[arg(long, env = "DISCO_LOG_FORMAT", default_value = "text", global = true)]
    log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate, seed an empty database, serve. The default.
    Serve {
        /// Begin with a historic night as a bare record and three nights marked "Example".
        #[arg(long)]
        demo: bool,
    },
    /// Change the schema only.
    Migrate {
        #[command(subcommand)]
        way: Way,
    },
    /// Organisers' accounts.
    Organiser {
        #[command(subcommand)]
        verb: OrganiserVerb,
    },
    /// Print an API token, and nothing else.
    Token {
        #[arg(long)]
        email: String,
        /// How long it is good.
        #[arg(long, default_value_t = 1)]
        hours: i64,
    },
    /// Print what each text's link is recognised as, one JSON object a line.
    Link {
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        text: Vec<String>,
    },
    /// Audit every ledger and total; exits 1 when something doesn't add up.
    Check,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Way {
    Up,
    /// Takes every change back: the data go with them.
    Down,
    Status,
}

#[derive(Debug, Subcommand)]
enum OrganiserVerb {
    /// Make an account and print a link that signs it in.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "organiser")]
        role: RoleArg,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Organiser,
    Owner,
}

impl Settings {
    fn into_config(self) -> Result<Config, String> {
        // An empty setting is one that isn't set: that is how container files leave things out.
        let set = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let proxy = |text: &String| {
            let address = text.trim().parse::<IpAddr>().map(|address| address.to_canonical());
            address.map_err(|_| format!("DISCO_TRUSTED_PROXIES {text:?}: give addresses with commas between"))
        };
        let proxies = self.trusted_proxies.iter().filter(|text| !text.trim().is_empty()).map(proxy);
        let trusted_proxies = proxies.collect::<Result<Vec<_>, _>>()?;
        let (secret_key, smtp_url) = (set(self.secret_key), set(self.smtp_url));
        let base_url = set(self.base_url).unwrap_or_else(|| format!("http://{}", self.listen));
        let base_url: url::Url = base_url.parse().map_err(|error| format!("DISCO_BASE_URL {base_url:?}: {error}"))?;
        if !matches!(base_url.scheme(), "http" | "https") || base_url.host().is_none() {
            return Err(format!("DISCO_BASE_URL {base_url:?}: give http://… or https://…"));
        }
        if secret_key.as_deref().is_some_and(|key| key.len() < SECRET_KEY_MIN) {
            return Err(format!("DISCO_SECRET_KEY is shorter than {SECRET_KEY_MIN} characters"));
        }
        Ok(Config {
            database_url: self.database_url,
            listen: self.listen,
            base_url,
            secret_key,
            mail: MailConfig { smtp_url, dir: self.mail_dir, from: self.mail_from },
            trusted_proxies,
            streams_max: self.streams_max,
            limits: self.limits == Switch::On,
            lookups: self.lookups == Switch::On,
            musicbrainz: self.musicbrainz == Switch::On,
        })
    }
}

/// 128 bits, were they hexadecimal.
const SECRET_KEY_MIN: usize = 32;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(message) = commands::log_to_stderr(&cli.settings.log, cli.settings.log_format == LogFormat::Json) {
        return commands::refuse(&message);
    }
    let command = cli.command.unwrap_or(Command::Serve { demo: false });
    let config = match cli.settings.into_config() {
        Ok(config) => config,
        Err(message) => return commands::refuse(&message),
    };
    if let Command::Link { text } = command {
        return commands::link(&text);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return commands::refuse(&error.to_string()),
    };
    runtime.block_on(async {
        match command {
            Command::Serve { demo } => commands::serve(config, demo).await,
            Command::Migrate { way } => commands::migrate(config, way).await,
            Command::Organiser { verb: OrganiserVerb::Add { email, name, role } } => {
                commands::add_organiser(config, &email, &name, role).await
            }
            Command::Token { email, hours } => commands::token(config, &email, hours).await,
            Command::Check => commands::check(config).await,
            Command::Link { .. } => ExitCode::SUCCESS,
        }
    })
}
