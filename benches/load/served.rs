//! Servers in processes of their own: the real binary, and the bare one to compare it with.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The real binary, built as this harness was.
const BINARY: &str = env!("CARGO_BIN_EXE_twitterdisco");
/// What `/proc` counts processor time in, on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// What a server says once it listens.
const SERVING: &str = "Serving ";

/// A server that runs until this is dropped.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// The real service on the database in `dir`, made if it isn't there.
    pub fn disco(dir: &Path) -> Self {
        let address = free_address();
        let mut command = disco(dir);
        command.arg("serve").env("DISCO_LISTEN", address.to_string()).env("DISCO_LIMITS", "off");
        Self::start(command, address)
    }

    /// This harness again, as the bare server of the answers in `dir`.
    pub fn bare(dir: &Path) -> Self {
        let address = free_address();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg("bare").arg(address.to_string()).arg(dir);
        Self::start(command, address)
    }

    fn start(mut command: Command, address: SocketAddr) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a process");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let serving = lines.find_map(|line| line.ok().filter(|line| line.starts_with(SERVING)));
        serving.expect("a server that says that it serves");
        Self { child, address }
    }

    /// The processor time that the process has spent, with its threads.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // "id (name) state parent …", and the name may hold anything; user and system time are fields 14 and 15.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
        let ticks: u32 = fields.into_iter().flatten().filter_map(|field| field.parse::<u32>().ok()).sum();
        TICK * ticks
    }

    /// Memory in KB that is really there (`VmRSS`).
    pub fn memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }
}

/// What a command of the real binary prints.
pub fn say(dir: &Path, arguments: &[&str]) -> String {
    let output = disco(dir).args(arguments).output().expect("a command");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The real binary on the database in `dir`, with none of the settings of whoever runs this.
fn disco(dir: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .env_clear()
        .env("DATABASE_URL", format!("sqlite://{}?mode=rwc", dir.join("disco.db").display()))
        .env("DISCO_MAIL_DIR", dir.join("mail"))
        .env("DISCO_LOG", "error")
        .current_dir(dir);
    command
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address")
}
