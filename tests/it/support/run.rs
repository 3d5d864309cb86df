//! What the processes of one test run share: a directory, and work that is done exactly once in it.
//!
//! cargo-nextest gives every test a process of its own; `cargo test` gives them threads of one process. Both kinds
//! meet in a directory that is named after the run. A detached janitor removes it when the run ends, killed or not.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{ErrorKind, Write as _},
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
        process::{CommandExt as _, parent_id},
    },
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::OnceLock,
};

/// Whose turn it is to do a piece of shared work; see [`begin`].
pub enum Turn {
    /// Ours: do the work, then say [`Guard::done`] or [`Guard::failed`].
    Mine(Guard),
    /// Another process or thread of this run has done it.
    Done,
}

/// Holds the turn. Dropped without a word (a panic, a kill), it lets the next in line try again.
pub struct Guard {
    done: PathBuf,
    failed: PathBuf,
    _lock: File,
}

/// The run's directory, made by whoever asks first.
pub fn dir() -> Result<&'static Path, String> {
    static DIR: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match DIR.get_or_init(make_dir) {
        Ok(dir) => Ok(dir),
        Err(why) => Err(why.clone()),
    }
}

/// Does `work` if nobody of this run has done it yet, and waits while somebody else does it. When it failed once, all
/// who ask later get the same error at once.
pub fn once(name: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let Turn::Mine(guard) = begin(name)? else { return Ok(()) };
    match work() {
        Ok(()) => guard.done(),
        Err(why) => Err(guard.failed(why)),
    }
}

/// [`once`] for work that awaits: blocks the thread until the work is done or ours to do. The guard may be held across
/// an `await`; two tasks of one single-threaded runtime must not ask for the same `name`, they would wait for each other.
pub fn begin(name: &str) -> Result<Turn, String> {
    begin_in(dir()?, name)
}

impl Guard {
    /// The work is done: nobody in this run does it again.
    pub fn done(self) -> Result<(), String> {
        fs::write(&self.done, "").map_err(|e| format!("{}: {e}", self.done.display()))
    }

    /// The work can't be done: everybody else in this run gets `why`, and so does the caller, to pass it on.
    pub fn failed(self, why: String) -> String {
        match fs::write(&self.failed, &why) {
            Ok(()) => why,
            Err(e) => format!("{why} ({}: {e})", self.failed.display()),
        }
    }
}

/// Writes a file that only this user can read.
pub fn write_private(path: &Path, text: &str) -> Result<(), String> {
    let named = |e| format!("{}: {e}", path.display());
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(named)?;
    file.write_all(text.as_bytes()).map_err(named)
}

/// The numeric id of the user we run as.
pub fn user_id() -> Result<u32, String> {
    let id = Command::new("id").arg("-u").output().map_err(|e| format!("id -u: {e}"))?;
    String::from_utf8_lossy(&id.stdout).trim().parse().map_err(|e| format!("id -u: {e}"))
}

fn begin_in(dir: &Path, name: &str) -> Result<Turn, String> {
    let lock_path = dir.join(format!("{name}.lock"));
    let named = |e| format!("{}: {e}", lock_path.display());
    // Locks of this kind belong to the open file, so two threads that opened it twice exclude each other too.
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&lock_path).map_err(named)?;
    lock.lock().map_err(named)?;
    let (done, failed) = (dir.join(format!("{name}.done")), dir.join(format!("{name}.failed")));
    if done.exists() {
        return Ok(Turn::Done);
    }
    match fs::read_to_string(&failed) {
        Ok(why) => Err(why),
        Err(_) => Ok(Turn::Mine(Guard { done, failed, _lock: lock })),
    }
}

fn make_dir() -> Result<PathBuf, String> {
    let user = user_id()?;
    let (key, watched) = run_identity()?;
    let dir = reachable_temp_dir(user).join(format!("twitterdisco-tests-{key}"));
    if watched == process::id() {
        // Nobody else has our process id: what is there was left by a machine that went down.
        remove_if_there(&dir)?;
    }
    make_own(&dir, user)?;
    if let Turn::Mine(guard) = begin_in(&dir, "janitor")? {
        start_janitor(&dir, watched)?;
        guard.done()?;
    }
    Ok(dir)
}

/// What the run is called, and the process whose end is the end of the run.
fn run_identity() -> Result<(String, u32), String> {
    #[expect(clippy::disallowed_methods, reason = "the test runner's word on the run, not a setting of the service")]
    let nextest = env::var("NEXTEST_RUN_ID").ok().filter(|id| !id.is_empty());
    let Some(id) = nextest else { return Ok((process::id().to_string(), process::id())) };
    let key = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    // A test may outlive a killed runner; it must not start anything that nobody would stop.
    let runner = find_runner().ok_or("the run that this test belongs to is over")?;
    Ok((key, runner))
}

/// The nextest process above us: the parent, unless a wrapper is in between. Where there is no `/proc` to tell, the
/// parent, unless that is the process that takes in orphans.
fn find_runner() -> Option<u32> {
    if !Path::new("/proc/self/stat").exists() {
        return Some(parent_id()).filter(|id| *id != 1);
    }
    let mut id = parent_id();
    while id != 0 {
        // "id (name) state parent …", and the name may hold anything.
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (name, rest) = stat.rsplit_once(')')?;
        if name.contains("nextest") {
            return Some(id);
        }
        id = rest.split_whitespace().nth(1)?.parse().ok()?;
    }
    None
}

/// A temporary directory; for root one that other users can walk into, since PostgreSQL runs as one of them.
fn reachable_temp_dir(user: u32) -> PathBuf {
    let chosen = env::temp_dir();
    let open = |dir: &Path| {
        dir.canonicalize().is_ok_and(|real| {
            real.ancestors().all(|part| fs::metadata(part).is_ok_and(|meta| meta.mode() & 0o001 != 0))
        })
    };
    if user != 0 || open(&chosen) { chosen } else { PathBuf::from("/tmp") }
}

fn remove_if_there(dir: &Path) -> Result<(), String> {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(format!("{}: {e}", dir.display())),
        _ => Ok(()),
    }
}

/// Makes the directory, or accepts one that another process of this user made: anybody can write to /tmp.
fn make_own(dir: &Path, user: u32) -> Result<(), String> {
    let named = |e| format!("{}: {e}", dir.display());
    match DirBuilder::new().mode(0o711).create(dir) {
        // Said again, because the umask may have taken the others' right to walk through.
        Ok(()) => return fs::set_permissions(dir, Permissions::from_mode(0o711)).map_err(named),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
        Err(e) => return Err(named(e)),
    }
    let meta = fs::symlink_metadata(dir).map_err(named)?;
    if meta.is_dir() && meta.uid() == user { Ok(()) } else { Err(format!("{}: somebody else's", dir.display())) }
}

/// Waits for the run's end, then stops the PostgreSQL clusters in the run's directory and removes it. Its arguments: the
/// process to watch, the directory. Every cluster keeps the ids of its processes beside its data, each written before its
/// process looks for the file `over` and starts only without it: so none can start unseen, even from a test that
/// outlives the runner. An `initdb` is left to end by itself, since it takes a second and would leave shared memory
/// behind if its files went away; then SIGQUIT is PostgreSQL's "at once, keep nothing"; SIGKILL is for one that hangs.
const JANITOR: &str = r#"
trap '' HUP INT QUIT TERM
alive() {
    kill -0 "$1" 2>/dev/null || return 1
    if [ -r "/proc/$1/stat" ]; then
        read -r stat <"/proc/$1/stat" || return 1
        case $stat in *') Z '*) return 1 ;; esac
    fi
}
wait_for() {
    tenths=0
    while [ "$tenths" -lt "$2" ]; do
        alive "$1" || return 0
        sleep 0.1
        tenths=$((tenths + 1))
    done
    return 1
}
stop() {
    for file in "$1"/*/initdb.pid; do
        [ -r "$file" ] && read -r pid <"$file" && wait_for "$pid" 200
    done
    for file in "$1"/*/postgres.pid; do
        [ -r "$file" ] && read -r pid <"$file" && alive "$pid" || continue
        kill -s QUIT "$pid"
        wait_for "$pid" 100 || kill -s KILL "$pid"
        wait_for "$pid" 50
    done
}
while alive "$1"; do sleep 0.3; done
tries=30
while [ -e "$2" ] && [ "$tries" -gt 0 ]; do
    : >"$2/over"
    stop "$2"
    rm -rf "$2" || sleep 1
    tries=$((tries - 1))
done
"#;

/// Starts the janitor in a process group of its own, so that what ends the tests doesn't end it too, and without our
/// output, so that no runner waits for it.
fn start_janitor(dir: &Path, watched: u32) -> Result<(), String> {
    Command::new("/bin/sh")
        .args(["-c", JANITOR, "twitterdisco-test-janitor", &watched.to_string()])
        .arg(dir)
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
        .map_err(|e| format!("/bin/sh: {e}"))
}
