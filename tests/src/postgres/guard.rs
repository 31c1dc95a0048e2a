//! The shell that runs a server for somebody, and ends it when that somebody is gone.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::binaries;
use super::process::Process;

/// Makes the data directory, runs the server in it and ends it, whatever happens to the process that asked for it; then
/// the directory goes.
///
/// For one process: each line of standard input starts a server, and the end of standard input, which the process
/// holds open, ends it. (A static is never dropped, and a killed process drops nothing.) For a whole run: it starts at
/// once and ends when the watched process is no more. Whoever makes `data` first has the directory, so that it cannot
/// get two servers. A server that is ended by QUIT gives its shared memory back; one that was killed cannot.
const GUARD: &str = r#"
trap '' INT HUP TERM PIPE
directory=$1 binaries=$2 watched=$3 since=$4; shift 4
data=$directory/data server=

mkdir -m 700 "$data" || exit 0
"$binaries/initdb" -D "$data" --auth=trust --no-locale --encoding=UTF8 --username=postgres --no-sync \
  </dev/null >>"$directory/log" 2>&1

serve() {
  "$binaries/postgres" -D "$data" -k "$directory" "$@" </dev/null >>"$directory/log" 2>&1 &
  server=$!
}

watched_lives() {
  read -r status <"/proc/$watched/stat" || return 1
  set -- ${status##*) }
  [ "$1" != Z ] && [ "${20}" = "$since" ]
}

end() {
  kill -CONT "$server" $(cat "/proc/$server/task/$server/children")
  turns=0
  while kill -QUIT "$server"; do
    turns=$((turns + 1))
    [ "$turns" -lt 500 ] || kill -KILL "$server"
    sleep 0.02
  done
  set -- $(sed -n 7p "$data/postmaster.pid")
  [ -z "$2" ] || ipcrm -m "$2"
}

if [ -n "$watched" ]; then
  serve "$@"
  while watched_lives; do
    [ -z "$server" ] || kill -0 "$server" || { server=; : >"$directory/ended"; }
    sleep 0.5
  done
else
  while read -r port; do
    serve -p "$port" "$@"
    echo "$server"
  done
fi
[ -z "$server" ] || end
rm -rf "$directory"
"#;

/// A guard that serves this process.
#[derive(Debug)]
pub(super) struct Guard {
    shell: Child,
    /// Gone when the guard was told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Guard {
    /// A guard over a fresh directory. It is not a server yet: see [`Self::serve`].
    pub(super) fn new(directory: &Path, settings: &[String]) -> Self {
        let mut shell = command(directory, None, settings);
        let shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut shell = shell.unwrap_or_else(|error| panic!("`sh` does not start: {error}"));
        let input = shell.stdin.take();
        let output = BufReader::new(shell.stdout.take().unwrap());
        Self { shell, input, output }
    }

    /// Starts a server, whose process is the answer. There must be none.
    pub(super) fn serve(&mut self, port: u16) -> u32 {
        let mut pid = String::new();
        let written = self.input.as_mut().map(|input| writeln!(input, "{port}"));
        let read = self.output.read_line(&mut pid);
        pid.trim().parse().unwrap_or_else(|_| panic!("the guard of a server is gone: {written:?}, {read:?}"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.shell.wait();
    }
}

/// Starts a server that outlives this process, and ends with `watched`. Does nothing where one was started already.
#[expect(clippy::zombie_processes, reason = "it outlives whoever could wait for it")]
pub(super) fn serve_while(watched: &Process, directory: &Path, settings: &[String]) {
    // It holds nothing of this process: nextest waits for everybody who could still write to a test's output.
    let shell =
        command(directory, Some(watched), settings).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    shell.unwrap_or_else(|error| panic!("`sh` does not start: {error}"));
}

/// The guard, in a group of its own: a signal to the test's group, as nextest sends it on a time-out, does not reach it.
fn command(directory: &Path, watched: Option<&Process>, settings: &[String]) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", GUARD, "guard"]).arg(directory).arg(binaries::directory());
    match watched {
        Some(process) => shell.args([&process.pid.to_string(), &process.since]),
        None => shell.args(["", ""]),
    };
    shell.args(settings).stderr(Stdio::null()).process_group(0).current_dir("/");
    // No `PGPORT` and the like, and no language of somebody's.
    shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
    if let Some(user) = binaries::user_instead_of_root(directory) {
        std::os::unix::fs::chown(directory, Some(user.uid), Some(user.gid))
            .unwrap_or_else(|error| panic!("{} is not given away: {error}", directory.display()));
        shell.uid(user.uid).gid(user.gid);
    }
    shell
}
