//! The real `veralux` server in a process and a directory of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The bootstrap key of every server that is started here.
pub const ADMIN_KEY: &str = "tests-admin-key-0001";
/// What Twilio's webhooks are signed with.
pub const AUTH_TOKEN: &str = "12345";
/// Under which URL Twilio was told to call.
pub const BASE_URL: &str = "https://veralux.example.com";

/// How long a server may take to answer at all before the test is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server. It is killed when dropped.
#[derive(Debug)]
pub struct Server {
    binary: PathBuf,
    variables: BTreeMap<String, String>,
    directory: TempDir,
    child: Child,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    /// How long it took from start to first answer.
    pub first_answer: Duration,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Everything in front of the body.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Server {
    /// Starts a server with a database of its own, and waits until it answers. `variables` are set beside the usual
    /// ones; an empty value takes one away.
    pub fn start(binary: impl AsRef<Path>, variables: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let usual = [
            ("ADMIN_API_KEY", ADMIN_KEY),
            ("ADMIN_RATE_MAX", "1000000"),
            ("LOG_FORMAT", "json"),
            ("PUBLIC_BASE_URL", BASE_URL),
            ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
        ];
        let mut all: BTreeMap<String, String> = usual
            .iter()
            .chain(variables)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        all.retain(|_, value| !value.is_empty());
        let directory = TempDir::new().unwrap();
        let child = spawn(binary.as_ref(), directory.path(), port, &all);
        let mut server = Self {
            binary: binary.as_ref().to_owned(),
            variables: all,
            directory,
            child,
            port,
            first_answer: Duration::ZERO,
        };
        server.wait();
        server
    }

    /// Ends the process at once, as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks the process to stop, and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        self.end_by("TERM")
    }

    /// The same by another signal.
    pub fn end_by(&mut self, signal: &str) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
        self.child.wait().unwrap()
    }

    /// Starts it again on what it left behind.
    pub fn restart(&mut self) {
        self.kill();
        self.child = spawn(&self.binary, self.directory.path(), self.port, &self.variables);
        self.wait();
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while self.try_call("GET", "/health", &[], "").is_none() {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", self.log());
            }
            assert!(began.elapsed() < PATIENCE, "the server does not answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(1));
        }
        self.first_answer = began.elapsed();
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its directory: `veralux.db`, `out`, `err`.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What it has said on standard output.
    pub fn output(&self) -> String {
        fs::read_to_string(self.directory.path().join("out")).unwrap()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("err")).unwrap()
    }

    /// A request with the admin key and a JSON body.
    pub fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, path, &[("x-admin-key", ADMIN_KEY), ("content-type", "application/json")], body)
    }

    /// A request as it is said.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_call(method, path, headers, body).unwrap_or_else(|| panic!("no answer: {}", self.log()))
    }

    /// A request that may find nobody, or be cut off.
    pub fn try_call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
        call(self.port, method, path, headers, body)
    }

    /// Memory that it holds now, in MB.
    pub fn resident_mb(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// The most memory that it ever held, in MB.
    pub fn peak_mb(&self) -> f64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// One request over a connection of its own; `None` when nobody answers or the answer is cut off.
pub fn call(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body)? } else { body.to_owned() };
    Some(Answer { status, head: head.to_owned(), body })
}

fn unchunked(mut text: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, rest) = text.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(rest.get(..size)?);
        text = rest.get(size + 2..)?;
    }
}

fn spawn(binary: &Path, directory: &Path, port: u16, variables: &BTreeMap<String, String>) -> Child {
    let file = |name: &str| File::options().create(true).append(true).open(directory.join(name)).unwrap();
    Command::new(binary)
        .args([OsStr::new("serve"), OsStr::new("--listen"), OsStr::new(&format!("127.0.0.1:{port}"))])
        .current_dir(directory)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(file("out"))
        .stderr(file("err"))
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", binary.display()))
}
