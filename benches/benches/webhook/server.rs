//! The real server, in a process and a directory of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

pub const AUTH_TOKEN: &str = "12345";
pub const BASE_URL: &str = "https://veralux.example.com";
const ADMIN_KEY: &str = "bench-admin-key-0001";

pub struct Server {
    child: Child,
    directory: TempDir,
    pub port: u16,
    pub first_answer: Duration,
}

impl Server {
    /// Starts the binary that stands beside this one's directory, in the same profile.
    pub fn start() -> Self {
        let binary = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("veralux");
        assert!(
            binary.exists(),
            "build the server first: cargo build --release (there is no {})",
            binary.display()
        );
        let directory = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let began = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--database", "sqlite:bench.db"])
            .current_dir(directory.path())
            .env_clear()
            .envs([
                ("ADMIN_API_KEY", ADMIN_KEY),
                ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
                ("PUBLIC_BASE_URL", BASE_URL),
            ])
            .envs([("ADMIN_RATE_MAX", "1000000")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, directory, port, first_answer: Duration::ZERO };
        while server.call("GET", "/health", "").is_none() {
            assert!(began.elapsed() < Duration::from_secs(20), "the server does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        server.first_answer = began.elapsed();
        server
    }

    pub fn add_tenant(&self, id: &str, number: &str) {
        let body = format!(r#"{{"id":"{id}","name":"{id}","numbers":["{number}"]}}"#);
        let answer = self.call("POST", "/api/admin/tenants", &body).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    fn call(&self, method: &str, path: &str, body: &str) -> Option<String> {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-admin-key: {ADMIN_KEY}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }

    pub fn resident_mb(&self) -> f64 {
        self.status("VmRSS:")
    }

    pub fn peak_mb(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }

    /// Counted in the file itself, not asked of the server.
    pub async fn stored_decisions(&self) -> i64 {
        let options =
            SqliteConnectOptions::new().filename(self.directory.path().join("bench.db")).read_only(true);
        let mut connection = options.connect().await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM decision").fetch_one(&mut connection).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
