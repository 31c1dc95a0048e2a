//! Where log lines go and how they look.

mod lines;
mod queue;

use std::io::{self, IsTerminal as _, Write};
use std::sync::Arc;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use self::lines::Lines;
use self::queue::{Entry, Queue};
use super::settings::LogFormat;

/// How long the last lines may take to be written.
const PATIENCE: Duration = Duration::from_secs(2);

/// The log of this process.
#[must_use]
pub(crate) struct Log(Arc<Queue>);

/// Starts logging to standard error. A thread of its own writes: where nobody reads a pipe, or a disk is slow, that one waits,
/// and no request does.
pub(crate) fn start(filter: &str, format: LogFormat) -> Result<Log, String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("LOG: {error}"))?;
    let terminal = io::stderr().is_terminal();
    let json = match format {
        LogFormat::Json => true,
        LogFormat::Auto => !terminal,
        LogFormat::Pretty => false,
    };
    let queue = Arc::new(Queue::default());
    let (log, sender) = (Log(queue.clone()), queue.clone());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Sender(sender.clone()))
        .with_target(false);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(terminal).try_init()
    };
    started.map_err(|error| error.to_string())?;
    let writing = std::thread::Builder::new().name("log".to_owned());
    writing
        .spawn(move || write(&queue, Lines::new(io::stderr(), json)))
        .map_err(|error| format!("the log's thread cannot be started: {error}"))?;
    tell_panics();
    Ok(log)
}

impl Log {
    /// Waits until everything is written, for a while. Where it is not, whoever writes to standard error next would wait for ever.
    pub(crate) fn finish(self) -> bool {
        self.0.is_empty_within(PATIENCE)
    }
}

fn write(queue: &Queue, mut lines: Lines<impl Write>) {
    loop {
        match queue.take() {
            Entry::Line(line) => lines.put(&line),
            Entry::Lost(lost) => lines.lose(lost),
        }
    }
}

/// A panic is told like anything else, and where it was: its own words may hold anything, and would go to standard error by
/// themselves.
fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.place = %place, "a bug: the task that met with it has ended");
    }));
}

/// A line is one write, and none fails: the library behind this would end its task over it.
struct Sender(Arc<Queue>);

impl Write for Sender {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
