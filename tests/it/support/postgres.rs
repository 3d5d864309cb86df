//! A PostgreSQL for the tests: the one that `TEST_POSTGRES_URL` names, or a throw-away cluster for this run, which the
//! run's processes share and the run's janitor removes ([`super::run`]). It keeps nothing, so it needs no `fsync`.

use std::{
    cmp::Reverse,
    env,
    fs::{self, DirBuilder, File},
    io::{self, Read as _},
    net::{Ipv4Addr, TcpListener},
    os::unix::{
        fs::{DirBuilderExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::Duration,
};

use super::run;

/// Another process may take the port we found free before PostgreSQL does.
const START_ATTEMPTS: usize = 5;
/// A start takes a second; a busy machine gets this many polls, 60 seconds.
const START_POLLS: u32 = 2_400;
const POLL: Duration = Duration::from_millis(25);

/// The URL of a PostgreSQL in which tests may make databases: an administrator's, of the database `postgres`.
///
/// The error says what to install. A failed start is not tried again in the same run.
pub fn server() -> Result<&'static str, String> {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    match SERVER.get_or_init(find_or_start) {
        Ok(url) => Ok(url),
        Err(why) => Err(why.clone()),
    }
}

fn find_or_start() -> Result<String, String> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the service")]
    if let Some(url) = env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) {
        return Ok(url);
    }
    let url_file = run::dir()?.join("postgres.url");
    run::once("postgres", || {
        let url = Cluster::plan()?.start()?;
        run::write_private(&url_file, &url)
    })?;
    fs::read_to_string(&url_file).map_err(|e| in_file(&url_file, &e))
}

/// Who runs PostgreSQL when we are root, which it refuses to be.
struct User {
    name: String,
    uid: u32,
    gid: u32,
}

/// One throw-away cluster.
struct Cluster {
    /// Where `initdb` and `postgres` are.
    programs: PathBuf,
    /// Holds the data, the log, the password, and the ids of the processes, for the janitor.
    home: PathBuf,
    user: Option<User>,
}

impl Cluster {
    fn plan() -> Result<Self, String> {
        let programs = find_programs().ok_or(
            "no PostgreSQL to test with: install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install \
             postgresql-server; macOS: brew install postgresql), or set TEST_POSTGRES_URL to one where tests may make \
             databases",
        )?;
        let user = if run::user_id()? == 0 { Some(unprivileged_user()?) } else { None };
        // Named by process: a first comer that was killed midway leaves its own behind, and the janitor looks at all.
        let home = run::dir()?.join(format!("cluster-{}", process::id()));
        Ok(Self { programs, home, user })
    }

    fn start(&self) -> Result<String, String> {
        DirBuilder::new().mode(0o700).create(&self.home).map_err(|e| in_file(&self.home, &e))?;
        self.hand_over(&self.home)?;
        let password = random_hex()?;
        self.init(&password)?;
        let port = self.serve()?;
        Ok(format!("postgres://disco:{password}@127.0.0.1:{port}/postgres"))
    }

    /// Sorting is by code point (`--locale=C`), which every machine has and which is what SQLite does.
    ///
    /// `--auth=password`, because it never leaves the loopback, and SCRAM's 4,096 rounds of hashing in an unoptimised
    /// client would slow each connection of each test.
    fn init(&self, password: &str) -> Result<(), String> {
        let password_file = self.home.join("password");
        run::write_private(&password_file, password)?;
        self.hand_over(&password_file)?;
        let done = self
            .program("initdb")?
            .args(["--username=disco", "--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg(format!("--pwfile={}", password_file.display()))
            .status()
            .map_err(|e| self.cannot("initdb", &e.to_string()))?;
        if done.success() { Ok(()) } else { Err(self.cannot("initdb", &self.read_log("initdb"))) }
    }

    /// Starts the server and gives back its port.
    fn serve(&self) -> Result<u16, String> {
        for _ in 0..START_ATTEMPTS {
            let port = free_port().map_err(|e| format!("127.0.0.1: {e}"))?;
            let server = self
                .program("postgres")?
                .args(settings(port))
                .spawn()
                .map_err(|e| self.cannot("postgres", &e.to_string()))?;
            if self.wait_until_ready(server) {
                return Ok(port);
            }
        }
        Err(self.cannot("postgres", &self.read_log("postgres")))
    }

    /// A PostgreSQL program as the right user, with nothing of our environment that could lead it elsewhere. It writes
    /// to a file and not to us, so that it may outlive us. Before the program starts, the shell notes the process id for
    /// the janitor; if the directory is gone by then or marked as over, nothing starts.
    fn program(&self, name: &str) -> Result<Command, String> {
        let log_file = self.home.join(name).with_extension("log");
        let log = File::create(&log_file).map_err(|e| in_file(&log_file, &e))?;
        let log_too = log.try_clone().map_err(|e| in_file(&log_file, &e))?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", r#"echo $$ >"$0" && [ ! -e ../over ] && exec "$@""#])
            .arg(self.home.join(name).with_extension("pid"));
        command.arg(self.programs.join(name)).arg("-D").arg(self.data());
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command.current_dir(&self.home).process_group(0).stdin(Stdio::null()).stdout(log).stderr(log_too);
        if let Some(user) = &self.user {
            command.uid(user.uid).gid(user.gid);
        }
        Ok(command)
    }

    /// Watches the last line of `postmaster.pid`, as `pg_ctl` does: asking the port could reach another server.
    fn wait_until_ready(&self, mut server: Child) -> bool {
        for _ in 0..START_POLLS {
            let status = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
            if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return true;
            }
            if !matches!(server.try_wait(), Ok(None)) {
                return false;
            }
            sleep(POLL);
        }
        // Too slow to be of use. Should even this fail, the janitor ends it.
        let _ = server.kill().and_then(|()| server.wait());
        false
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn hand_over(&self, path: &Path) -> Result<(), String> {
        match &self.user {
            Some(user) => chown(path, Some(user.uid), Some(user.gid)).map_err(|e| in_file(path, &e)),
            None => Ok(()),
        }
    }

    fn read_log(&self, name: &str) -> String {
        fs::read_to_string(self.home.join(name).with_extension("log")).unwrap_or_default()
    }

    fn cannot(&self, name: &str, why: &str) -> String {
        let user = self.user.as_ref().map(|user| format!(" as user {}", user.name)).unwrap_or_default();
        format!("{}{user}: {}", self.programs.join(name).display(), why.trim())
    }
}

fn settings(port: u16) -> Vec<String> {
    let port = format!("port={port}");
    let settings = [
        port.as_str(),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "autovacuum=off",
    ];
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting.to_owned()]).collect()
}

/// The directory that holds `initdb` and `postgres`: on the path, or the newest where Debian puts them.
fn find_programs() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    #[expect(clippy::disallowed_methods, reason = "where programs are, not a setting of the service")]
    let path = env::var_os("PATH").unwrap_or_default();
    if let Some(dir) = env::split_paths(&path).find(complete) {
        return Some(dir);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by_key(|(version, _)| Reverse(*version));
    versions.into_iter().map(|(_, dir)| dir).find(complete)
}

fn unprivileged_user() -> Result<User, String> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| accounts.lines().find_map(|line| parse_account(line, name)))
        .ok_or_else(|| "PostgreSQL refuses to run as root, and there is no user postgres or nobody".to_owned())
}

/// Reads a line of `/etc/passwd` (`name:password:uid:gid:…`) if it is about `name`.
fn parse_account(line: &str, name: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let [found, _, uid, gid, ..] = fields[..] else { return None };
    (found == name).then_some(User { name: name.to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()? })
}

/// 128 bits from the system, so that nobody else on this machine can use the cluster.
fn random_hex() -> Result<String, String> {
    let mut bytes = [0_u8; 16];
    let mut source = File::open("/dev/urandom").map_err(|e| format!("/dev/urandom: {e}"))?;
    source.read_exact(&mut bytes).map_err(|e| format!("/dev/urandom: {e}"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn in_file(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
