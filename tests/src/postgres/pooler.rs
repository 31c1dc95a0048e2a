//! A private `PgBouncer` between a server and who connects to it.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use super::database::{OWNER, SERVICE};
use super::{POLL, PrivatePostgres, START_TIMEOUT, binaries, percent_encoded};

/// The port that names its socket.
const PORT: u16 = 6432;
/// Debian's directory of it, which is not on everybody's PATH.
const DEBIAN: &str = "/usr/sbin";

/// A pooler of one's own, on a Unix socket. It ends when this is dropped.
///
/// It lets in everybody who reaches it, as the server behind it does.
#[derive(Debug)]
pub struct Pooler {
    directory: TempDir,
    process: Child,
}

impl Pooler {
    /// Starts one in front of a server and waits until it answers; `mode` is its `pool_mode`, `session` or `transaction`.
    ///
    /// # Panics
    /// When there is no `pgbouncer`, or when it does not start.
    pub fn start(postgres: &PrivatePostgres, mode: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("veralux-pgbouncer-").tempdir();
        let directory = directory.unwrap_or_else(|error| panic!("no temporary directory: {error}"));
        let path = directory.path();
        fs::write(path.join("users"), format!("\"{SERVICE}\" \"\"\n\"{OWNER}\" \"\"\n")).unwrap();
        fs::write(path.join("ini"), settings(path, postgres, mode)).unwrap();

        let mut command = Command::new(program());
        command.arg(path.join("ini")).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).env_clear();
        if let Some(user) = binaries::user_instead_of_root(path) {
            for file in [path, &path.join("users"), &path.join("ini")] {
                chown(file, Some(user.uid), Some(user.gid)).unwrap();
            }
            command.uid(user.uid).gid(user.gid);
        }
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("`pgbouncer` does not start: {error}; run `tests/run.sh`, which installs it")
        });
        let mut pooler = Self { directory, process };
        pooler.wait_until_it_answers();
        pooler
    }

    /// The URL of a role and a database behind it.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgresql://{role}@{}:{PORT}/{database}", percent_encoded(self.directory.path()))
    }

    fn wait_until_it_answers(&mut self) {
        let started = Instant::now();
        let socket = self.directory.path().join(format!(".s.PGSQL.{PORT}"));
        while UnixStream::connect(&socket).is_err() {
            let ended = self.process.try_wait().is_ok_and(|status| status.is_some());
            let log = || fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
            assert!(!ended && started.elapsed() < START_TIMEOUT, "it does not answer; its log:\n{}", log());
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories = std::env::split_paths(&path).chain([DEBIAN.into()]);
    let found = directories.find(|directory| directory.join("pgbouncer").is_file());
    found.map_or_else(|| "pgbouncer".into(), |directory| directory.join("pgbouncer"))
}

fn settings(directory: &Path, postgres: &PrivatePostgres, mode: &str) -> String {
    let (directory, server, port) = (directory.display(), postgres.directory.display(), postgres.port);
    format!(
        "[databases]\n* = host={server} port={port}\n[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\n\
         unix_socket_dir = {directory}\nlogfile = {directory}/log\nauth_type = trust\nauth_file = {directory}/users\n\
         pool_mode = {mode}\n"
    )
}
