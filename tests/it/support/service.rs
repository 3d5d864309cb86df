//! The real binary, as a process of its own on a port of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A service that isn't ready after this never will be.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(5);

/// Where a service keeps its things: the same from start to start.
#[derive(Clone, Debug)]
pub struct Place {
    pub database_url: String,
    pub dir: PathBuf,
    pub port: u16,
}

/// A service that runs. Killed when dropped.
pub struct Service {
    child: Child,
    pub base: String,
}

impl Place {
    /// A place with a free port.
    pub fn new(database_url: String, dir: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        Self { database_url, dir: dir.to_owned(), port }
    }

    /// A command of the service, without the settings of whoever runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twitterdisco"));
        command
            .args(arguments)
            .env_clear()
            .env("DATABASE_URL", &self.database_url)
            .env("DISCO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("DISCO_MAIL_DIR", self.dir.join("mail"))
            .env("DISCO_LIMITS", "off")
            .env("DISCO_LOG", "warn")
            .current_dir(&self.dir)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary")
    }

    /// What a command prints, when it goes well.
    pub fn say(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// Starts the service and waits until it is ready; says how long that took.
    pub async fn serve(&self) -> (Service, Duration) {
        let begun = Instant::now();
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
        let service = Service { child, base: format!("http://127.0.0.1:{}", self.port) };
        let ready = format!("{}/readyz", service.base);
        let client = reqwest::Client::new();
        while !client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(begun.elapsed() < PATIENCE, "the service isn't ready after {PATIENCE:?}");
            tokio::time::sleep(ASK_EVERY).await;
        }
        (service, begun.elapsed())
    }
}

impl Service {
    /// Ends it at once, as a crash does: `kill -9`.
    pub fn crash(mut self) {
        self.child.kill().expect("to kill it");
        self.child.wait().expect("its end");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
