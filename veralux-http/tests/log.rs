//! A log that cannot be written keeps nobody from being answered.

#![cfg(test)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use veralux_tests::server::{ADMIN_KEY, call};

/// How many requests fill a pipe with what is said of them, and how many what waits for the pipe as well.
const A_PIPE: usize = 500;
const MORE_THAN_WAITS: usize = 6_000;

/// A server that says all it can say. It is killed when dropped.
struct Loud {
    child: Child,
    port: u16,
    _directory: TempDir,
}

impl Loud {
    fn start(stdout: Stdio, stderr: Stdio, key: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let directory = TempDir::new().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_veralux"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env_clear()
            .envs([("ADMIN_API_KEY", key), ("LOG", "trace"), ("LOG_FORMAT", "json")])
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        Self { child, port, _directory: directory }
    }

    fn status(&self, path: &str) -> Option<u16> {
        let key = format!("Bearer {ADMIN_KEY}");
        call(self.port, "GET", path, &[("Authorization", &key)], "").map(|answer| answer.status)
    }

    /// Asks until it answers, then for more, each of which writes lines.
    fn answers(&mut self, what: &str) {
        let began = Instant::now();
        while self.status("/health") != Some(200) {
            assert!(self.child.try_wait().unwrap().is_none(), "{what}: it has ended");
            assert!(began.elapsed() < Duration::from_secs(20), "{what}: it does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        for _ in 0..5 {
            assert_eq!(self.status("/ready"), Some(200), "{what}");
            assert_eq!(self.status("/api/admin/tenants"), Some(200), "{what}");
        }
    }
}

impl Loud {
    /// Asks so often, and each answer comes soon.
    fn answers_soon(&mut self, times: usize) {
        self.answers("at first");
        let (port, (answered, answers)) = (self.port, mpsc::channel());
        for _ in 0..4 {
            let answered = answered.clone();
            std::thread::spawn(move || {
                for _ in 0..times / 4 {
                    let answer = call(port, "GET", "/health", &[], "");
                    if answered.send(answer.map(|answer| answer.status)).is_err() {
                        break;
                    }
                }
            });
        }
        for _ in 0..times {
            assert_eq!(answers.recv_timeout(Duration::from_secs(10)), Ok(Some(200)), "a request waits");
        }
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn a_full_disk_under_the_log() {
    Loud::start(Stdio::null(), full(), ADMIN_KEY).answers("standard error");
    Loud::start(full(), Stdio::null(), ADMIN_KEY).answers("standard output");
    Loud::start(full(), full(), ADMIN_KEY).answers("both");
}

#[test]
fn a_key_that_nobody_was_shown_is_no_key() {
    let mut server = Loud::start(full(), Stdio::piped(), "");
    let mut said = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(server.child.wait().unwrap().code(), Some(2));
    assert!(said.contains("the admin key could not be shown") && said.contains("ADMIN_API_KEY"), "{said}");
}

/// Standard error is a pipe whose reader goes and comes again.
#[test]
fn a_log_that_nobody_reads_for_a_while() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("log");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    // Open on both sides, so that neither side waits for the other.
    let both = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let writer = OpenOptions::new().write(true).open(&path).unwrap();
    drop(both);
    let mut server = Loud::start(Stdio::null(), writer.into(), ADMIN_KEY);
    server.answers("nobody reads");
    let reader = BufReader::new(File::open(&path).unwrap());
    // Beside the requests: a pipe holds so much, and then whoever writes into it waits.
    let reading = std::thread::spawn(|| reader.lines().map_while(Result::ok).collect::<Vec<_>>());
    server.answers("somebody reads again");
    drop(server);
    let lines = reading.join().unwrap();
    let [first, others @ ..] = lines.as_slice() else { panic!("nothing was read") };
    let told: Value = serde_json::from_str(first).unwrap();
    assert!(told["lines"].as_u64().unwrap() > 10, "{first}");
    assert!(!others.is_empty() && others.iter().all(|line| !line.contains("are lost")), "told once");
}

/// Standard error is a pipe that is open and that nobody reads: whoever writes into it waits once it is full.
#[test]
fn a_pipe_that_nobody_reads_holds_nobody_up() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("log");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let both = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let start = |times| {
        let writer = OpenOptions::new().write(true).open(&path).unwrap();
        let mut server = Loud::start(Stdio::null(), writer.into(), ADMIN_KEY);
        server.answers_soon(times);
        server
    };

    // Nobody ever reads: it ends all the same.
    let mut server = start(A_PIPE);
    assert!(Command::new("kill").arg(server.child.id().to_string()).status().unwrap().success());
    let began = Instant::now();
    let status = loop {
        if let Some(status) = server.child.try_wait().unwrap() {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(15), "it waits for its log");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(0));
    drop(server);

    // Somebody reads at last: what there was room for is there in its order, and how much is lost.
    let mut server = start(MORE_THAN_WAITS);
    let reader = BufReader::new(File::open(&path).unwrap());
    let reading = std::thread::spawn(|| reader.lines().map_while(Result::ok).collect::<Vec<_>>());
    let told = Instant::now();
    server.answers("somebody reads");
    std::thread::sleep(Duration::from_millis(500).saturating_sub(told.elapsed()));
    server.answers("and goes on");
    drop((server, both));
    let lines = reading.join().unwrap();
    // The last line of the first server may have been cut off by its end, and the second's begins behind it.
    let values: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(values.len() + 2 > lines.len(), "{} of {}", values.len(), lines.len());
    let lost: Vec<u64> = values.iter().filter_map(|value| value["lines"].as_u64()).collect();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0] > 100 && values.last().unwrap()["lines"].is_null(), "{lost:?}");
}
