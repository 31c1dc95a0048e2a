//! The `veralux` command: the server, and the engines as filters over lines.

mod backup;
mod claim;
mod command;
mod database;
mod descriptors;
mod forwarding;
mod jobs;
mod keys;
mod lines;
mod listen;
mod log;
mod migrate;
#[cfg(feature = "mock")]
mod mock;
#[cfg(not(feature = "mock"))]
#[path = "mock_absent.rs"]
mod mock;
mod outbox;
mod providers;
mod reconcile;
mod redis;
mod root_keys;
mod serve;
mod settings;
mod system;
mod tools;
mod vault;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use command::{Command, JobsCommand, RuntimeCommand, ToolsCommand};

fn main() -> ExitCode {
    match command::Line::parse().command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Backup { file, access } => backup::run(&file, &access),
        Command::Runtime(RuntimeCommand::Check { file }) => lines::check_configs(&file),
        Command::Runtime(RuntimeCommand::Schema) => lines::print_schema(),
        Command::Runtime(RuntimeCommand::TakeOver { database, redis }) => {
            redis::take_over(&database, redis.as_deref())
        }
        Command::Route => lines::route(),
        Command::Jobs(JobsCommand::Run { job, database }) => jobs::run(job, &database),
        Command::Tools(ToolsCommand::Sync(database)) => tools::sync(&database),
        Command::Keys(command) => keys::run(&command),
        Command::Forwarding(arguments) => forwarding::run(&arguments),
        Command::Scan { transcript: true, region, .. } => lines::redact_transcript(region),
        Command::Scan { text, region, .. } => lines::scan(text, region),
    }
}

/// Says what stopped the command and ends it with status 2.
fn fail(faults: &[String]) -> ExitCode {
    use std::io::Write as _;
    let mut err = std::io::stderr().lock();
    for fault in faults {
        // Nobody is left to be told when even this cannot be written.
        let _ = writeln!(err, "veralux: {fault}");
    }
    ExitCode::from(2)
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        // Some errors are only a cover of their cause, and say the same.
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = error.source();
    }
    text
}
