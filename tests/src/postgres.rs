//! A private PostgreSQL server on a Unix socket in a temporary directory, and databases for tests on it. Linux only.

mod binaries;
mod database;
mod guard;
mod place;
mod pooler;
mod process;

use std::fs::{self, DirBuilder, File};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub use self::database::{Database, OWNER, SERVICE, connect};
use self::guard::Guard;
pub use self::pooler::Pooler;

/// Longest time until a started server answers; it usually takes 0.7 s, most of it `initdb`.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// Longest time until a server that was told to end is gone.
const END_TIMEOUT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);

/// The superuser of every server.
pub const SUPERUSER: &str = "postgres";
/// The port that names the socket of a server without TCP.
const SOCKET_PORT: u16 = 5432;
/// How often another port is tried when somebody took the one that was free a moment ago.
const PORT_TRIES: u32 = 5;

/// Set by nextest for the tests of a run, a value of its own for each run.
const RUN: &str = "NEXTEST_RUN_ID";

/// How a server is to run.
#[derive(Debug, Clone, Default)]
pub struct PostgresOptions {
    /// Whether what is committed survives a failure of the machine. A [`PrivatePostgres::kill`] it survives anyhow.
    /// Off, all is faster, and the data may lie in memory.
    pub durable: bool,
    /// Whether it listens on 127.0.0.1 as well, on a port that is free.
    pub tcp: bool,
    /// More settings, each with its value: `("max_connections", "10")`.
    pub settings: Vec<(String, String)>,
}

/// A server of one's own. It ends when this is dropped, or when the process ends.
///
/// It trusts everybody who reaches it: no role needs a password.
#[derive(Debug)]
pub struct PrivatePostgres {
    directory: PathBuf,
    port: u16,
    tcp: bool,
    server: Server,
}

/// The directory with the server's program, and mostly with `pg_dump` and the like of the same version.
///
/// # Panics
/// When there is no PostgreSQL.
pub fn programs() -> PathBuf {
    binaries::directory()
}

/// What runs the server.
#[derive(Debug)]
enum Server {
    /// This process, as `pid`.
    Own { guard: Guard, pid: u32 },
    /// The run of which this process is a test.
    OfTheRun,
}

impl PrivatePostgres {
    /// The server that all tests share; each makes a [`Self::database`] of its own there.
    ///
    /// It is that of the process, and ends with it. But nextest runs each test in a process of its own: those share the
    /// server of the run, which ends with nextest.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivatePostgres> = OnceLock::new();
        SHARED.get_or_init(|| {
            let run = std::env::var(RUN).ok().filter(|run| !run.is_empty());
            let of_the_run = run.and_then(|run| Self::of_the_run(&run));
            of_the_run.unwrap_or_else(|| Self::start(PostgresOptions::default()))
        })
    }

    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When there is no PostgreSQL, or when it does not start.
    #[expect(clippy::needless_pass_by_value, reason = "options are made for one server")]
    pub fn start(options: PostgresOptions) -> Self {
        let place = place::of_servers(options.durable);
        let directory = tempfile::Builder::new().prefix("veralux-postgres-").tempdir_in(place);
        let directory = directory.unwrap_or_else(|error| panic!("no temporary directory: {error}"));
        let guard = Guard::new(directory.path(), &settings(&options));
        // From now on it is the guard's to remove.
        let directory = directory.keep();
        let tcp = options.tcp;
        let mut postgres = Self { directory, port: SOCKET_PORT, tcp, server: Server::Own { guard, pid: 0 } };
        for attempt in 1.. {
            if tcp {
                postgres.port = free_port();
            }
            match postgres.serve() {
                Ok(()) => break,
                Err(log) if tcp && attempt < PORT_TRIES && log.contains("Address already in use") => {}
                Err(log) => panic!("PostgreSQL did not start; its log:\n{log}"),
            }
        }
        postgres
    }

    /// Its URL for a role and a database: `postgresql://role@%2Ftmp%2F.../database`, or that of its port.
    pub fn url(&self, role: &str, database: &str) -> String {
        if self.tcp {
            return format!("postgresql://{role}@127.0.0.1:{}/{database}", self.port);
        }
        format!("postgresql://{role}@{}/{database}", percent_encoded(&self.directory))
    }

    /// Stops its processes where they are: connections stay open, nothing is answered.
    pub fn pause(&mut self) {
        let pid = self.own_pid();
        // First the one that would start others.
        process::signal("STOP", &[pid]);
        process::signal("STOP", &process::children(pid));
    }

    /// Lets them go on after [`Self::pause`].
    pub fn resume(&mut self) {
        let pid = self.own_pid();
        process::signal("CONT", &process::children(pid));
        process::signal("CONT", &[pid]);
    }

    /// Ends it at once, as a crash would: what was committed is recovered on [`Self::restart`].
    pub fn kill(&mut self) {
        let pid = self.own_pid();
        process::signal("STOP", &[pid]);
        let mut all = process::children(pid);
        all.push(pid);
        process::signal("KILL", &all);
        // All of them: a server does not start beside a process of the one before.
        wait_until_gone(&all);
    }

    /// Ends it in good order, without waiting for clients ("fast shutdown").
    pub fn stop(&mut self) {
        self.resume();
        let pid = self.own_pid();
        process::signal("INT", &[pid]);
        wait_until_gone(&[pid]);
    }

    /// Starts it on the data it has, at the same URL, after [`Self::kill`] or [`Self::stop`]; one that runs is stopped
    /// first.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        if !process::is_gone(self.own_pid()) {
            self.stop();
        }
        self.serve().unwrap_or_else(|log| panic!("PostgreSQL did not start again; its log:\n{log}"));
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// The server of a nextest run: the first process that asks starts it. `None` for a process that nextest is not
    /// waiting for any more: nobody would end what it starts.
    fn of_the_run(run: &str) -> Option<Self> {
        assert!(run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{RUN} is `{run}`");
        let nextest = process::starter_of_run(RUN, run)?;
        let directory = place::of_servers(false).join(format!("veralux-postgres-{run}"));
        // Another process of the run may have made it.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
        made.unwrap_or_else(|error| panic!("no directory {}: {error}", directory.display()));

        let lock = File::options().create(true).append(true).open(directory.join("lock"));
        let lock = lock.and_then(|file| file.lock().map(|()| file));
        let lock = lock.unwrap_or_else(|error| panic!("no lock in {}: {error}", directory.display()));
        if !directory.join("data").exists() {
            guard::serve_while(&nextest, &directory, &settings(&PostgresOptions::default()));
        }
        let postgres = Self { directory, port: SOCKET_PORT, tcp: false, server: Server::OfTheRun };
        let answered = postgres.wait_until_it_answers(|| postgres.directory.join("ended").exists());
        drop(lock);
        answered.unwrap_or_else(|log| panic!("the server of this run does not answer; its log:\n{log}"));
        Some(postgres)
    }

    /// Starts the process and waits until it answers; else its log is the error.
    fn serve(&mut self) -> Result<(), String> {
        let Server::Own { guard, pid } = &mut self.server else { panic!("it is the run's") };
        *pid = guard.serve(self.port);
        let pid = *pid;
        self.wait_until_it_answers(|| process::is_gone(pid))
    }

    fn wait_until_it_answers(&self, ended: impl Fn() -> bool) -> Result<(), String> {
        let started = Instant::now();
        let socket = self.directory.join(format!(".s.PGSQL.{}", self.port));
        while !answers(&socket) {
            if started.elapsed() > START_TIMEOUT || ended() {
                return Err(self.log());
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    fn own_pid(&self) -> u32 {
        match self.server {
            Server::Own { pid, .. } => pid,
            Server::OfTheRun => panic!("the server of a run is not one test's to stop"),
        }
    }
}

fn settings(options: &PostgresOptions) -> Vec<String> {
    let listen = if options.tcp { "127.0.0.1" } else { "" };
    let mut settings: Vec<(&str, &str)> = vec![
        ("listen_addresses", listen),
        // Many tests at once, each with pools of its own.
        ("max_connections", "300"),
        // No database lives long enough to need it, and it would be in the way of templates.
        ("autovacuum", "off"),
        // In the directory that goes. Elsewhere a killed server would leave it behind.
        ("dynamic_shared_memory_type", "mmap"),
    ];
    if !options.durable {
        settings.extend([("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]);
        // It may lie in memory.
        settings.push(("max_wal_size", "128MB"));
    }
    // The last word on a setting counts.
    settings.extend(options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    settings.into_iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]).collect()
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).unwrap().port()
}

fn percent_encoded(path: &Path) -> String {
    let encoded = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(*byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(encoded).collect()
}

/// Whether a server lets one in, as it does not while it starts or recovers.
fn answers(socket: &Path) -> bool {
    let enter = || -> std::io::Result<u8> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        // StartupMessage of protocol 3.0: length, version, parameters. See "Message Formats" in PostgreSQL's manual.
        let parameters = b"user\0postgres\0database\0postgres\0\0";
        let length = u32::try_from(8 + parameters.len()).unwrap();
        stream
            .write_all(&[&length.to_be_bytes()[..], &0x0003_0000_u32.to_be_bytes(), parameters].concat())?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        // Terminate.
        stream.write_all(b"X\0\0\0\x04")?;
        Ok(u8::from_be_bytes(first))
    };
    // An Authentication message; a refusal is `E`.
    matches!(enter(), Ok(b'R'))
}

fn wait_until_gone(pids: &[u32]) {
    let started = Instant::now();
    while !pids.iter().all(|pid| process::is_gone(*pid)) {
        assert!(started.elapsed() < END_TIMEOUT, "PostgreSQL, {pids:?}, did not end within {END_TIMEOUT:?}");
        std::thread::sleep(POLL);
    }
}
