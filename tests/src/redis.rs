//! A private Redis server on a Unix socket, without a port and without a file on disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

mod cluster;

pub use cluster::PrivateCluster;

/// Longest time until a started server answers; it usually takes 50 ms.
const START_TIMEOUT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(5);

/// Runs the server and watches standard input, which the test process holds open: whatever ends that process, the
/// server ends, too, and its directory goes. (A static is never dropped, and a killed process drops nothing.) A line
/// `keep` ends the server and leaves the directory.
const GUARD: &str = r#"
trap '' INT HUP TERM
directory=$1; shift
redis-server "$@" </dev/null >"$directory/log" 2>&1 &
server=$!
echo "$server"
word=; read -r word
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
[ "$word" = keep ] || rm -rf "$directory"
"#;

/// How a server is to run.
#[derive(Debug, Clone, Default)]
pub struct RedisOptions {
    /// The password that the default user needs.
    pub password: Option<String>,
    /// As a node of a Redis Cluster.
    pub cluster: bool,
    /// More settings, each with its value: `("maxmemory", "4mb")`.
    pub settings: Vec<(String, String)>,
}

/// A server of one's own. It ends when this is dropped, or when the process ends.
#[derive(Debug)]
pub struct PrivateRedis {
    directory: PathBuf,
    options: RedisOptions,
    guard: Child,
    server: String,
}

impl PrivateRedis {
    /// The server that all tests of this process share. Each uses a [`unique_prefix`] of its own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivateRedis> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(RedisOptions::default()))
    }

    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When there is no `redis-server`, or when it does not start.
    pub fn start(options: RedisOptions) -> Self {
        require_redis_server();
        let directory =
            tempfile::Builder::new().prefix("veralux-redis-").tempdir().map(tempfile::TempDir::keep);
        let directory = directory.unwrap_or_else(|error| panic!("no temporary directory: {error}"));
        let (guard, server) = run(&directory, &options);
        let redis = Self { directory, options, guard, server };
        redis.wait_until_it_answers();
        redis
    }

    /// Its URL, with the password if it has one.
    pub fn url(&self) -> String {
        match &self.options.password {
            Some(password) => self.url_with_password(password),
            None => format!("redis+unix://{}", self.socket().display()),
        }
    }

    /// Its URL with another password.
    pub fn url_with_password(&self, password: &str) -> String {
        format!("redis+unix://{}?pass={password}", self.socket().display())
    }

    /// Sends one command, words with spaces in quotes, and gives the answer: a text, or its first line. Needs no password.
    pub fn ask(&self, command: &str) -> String {
        let answered = || -> std::io::Result<String> {
            let mut stream = UnixStream::connect(self.socket())?;
            stream.set_read_timeout(Some(START_TIMEOUT))?;
            stream.write_all(format!("{command}\r\n").as_bytes())?;
            let mut lines = BufReader::new(stream);
            let mut line = String::new();
            lines.read_line(&mut line)?;
            if let Some(length) = line.strip_prefix('$') {
                // A text follows; its length tells where it ends.
                let mut text = vec![0; length.trim().parse().unwrap_or(0)];
                lines.read_exact(&mut text)?;
                line = String::from_utf8_lossy(&text).into_owned();
            }
            Ok(line.trim_end().to_owned())
        };
        answered().unwrap_or_else(|error| panic!("redis-server did not answer `{command}`: {error}"))
    }

    /// Stops the process where it is: connections stay open, nothing is answered.
    pub fn pause(&mut self) {
        self.signal("STOP");
    }

    /// Lets it go on after [`Self::pause`].
    pub fn resume(&mut self) {
        self.signal("CONT");
    }

    /// Ends it at once, as a crash would. Nothing is left of its data.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.wait_until_it_is_gone();
    }

    /// Ends it if it runs and starts it anew, empty, at the same URL.
    pub fn restart(&mut self) {
        self.end_guard(b"keep\n");
        (self.guard, self.server) = run(&self.directory, &self.options);
        self.wait_until_it_answers();
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("socket")
    }

    fn signal(&self, name: &str) {
        let done = Command::new("sh").args(["-c", r#"kill -s "$0" "$1""#, name, &self.server]).status();
        assert!(done.is_ok_and(|status| status.success()), "redis-server {} took no {name}", self.server);
    }

    fn wait_until_it_answers(&self) {
        let started = Instant::now();
        while !answers(&self.socket()) {
            if started.elapsed() > START_TIMEOUT {
                let log = std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                panic!("redis-server did not answer within {START_TIMEOUT:?}; its log:\n{log}");
            }
            std::thread::sleep(POLL);
        }
    }

    fn wait_until_it_is_gone(&self) {
        while UnixStream::connect(self.socket()).is_ok() {
            std::thread::sleep(POLL);
        }
    }

    fn end_guard(&mut self, word: &[u8]) {
        if let Some(mut input) = self.guard.stdin.take() {
            // It may be gone already.
            let _ = input.write_all(word);
        }
        let _ = self.guard.wait();
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.end_guard(b"");
    }
}

/// A key prefix that no other test of this process uses.
pub fn unique_prefix(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn require_redis_server() {
    let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
    assert!(
        found.is_ok_and(|status| status.success()),
        "no `redis-server` on the PATH: run `tests/run.sh`, which installs it, or install Redis 7 or later"
    );
}

fn run(directory: &Path, options: &RedisOptions) -> (Child, String) {
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "guard"]).arg(directory);
    guard.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocketperm", "700"]);
    guard.arg("--dir").arg(directory).arg("--unixsocket").arg(directory.join("socket"));
    if let Some(password) = &options.password {
        guard.args(["--requirepass", password]);
    }
    if options.cluster {
        guard.args(["--cluster-enabled", "yes"]);
    }
    for (name, value) in &options.settings {
        guard.arg(format!("--{name}")).args(value.split(' '));
    }
    let guard = guard.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut guard = guard.unwrap_or_else(|error| panic!("`sh` does not start: {error}"));

    let mut server = String::new();
    if let Some(output) = guard.stdout.take() {
        let _ = BufReader::new(output).read_line(&mut server);
    }
    (guard, server.trim().to_owned())
}

/// Whether a server answers at all; to be asked for a password is an answer.
fn answers(socket: &Path) -> bool {
    let ping = || -> std::io::Result<u8> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        Ok(u8::from_be_bytes(first))
    };
    matches!(ping(), Ok(b'+' | b'-'))
}
