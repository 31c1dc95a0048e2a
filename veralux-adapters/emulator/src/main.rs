//! The providers' APIs on loopback, for tests in any language: see `README.md`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use tokio::net::TcpListener;
use veralux_core::memory::SeededRandom;
use veralux_core::port::Random;
use veralux_emulator::{Emulator, PROVIDERS, Parts};
use veralux_system::{SystemClock, SystemRandom};

/// The providers' APIs as they answer: stateful, with signed webhooks and failures on demand.
#[derive(Debug, Parser)]
#[command(name = "veralux-emulator", version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// A folder with the providers' OpenAPI descriptions, against which requests and answers are checked.
    #[arg(long, value_name = "FOLDER")]
    specs: Option<PathBuf>,
    /// Draws the same ids in each run.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let random: Arc<dyn Random> = match arguments.seed {
        Some(seed) => Arc::new(SeededRandom::new(seed)),
        None => Arc::new(SystemRandom),
    };
    let emulator = Emulator::new(parts(arguments.specs.as_deref(), random)?)?;
    let listener = TcpListener::bind(arguments.listen).await?;
    let served = emulator.serve_on(listener)?;
    write_welcome(&served.origin)?;
    std::future::pending().await
}

#[cfg(feature = "specs")]
fn parts(specs: Option<&Path>, random: Arc<dyn Random>) -> Result<Parts, Failure> {
    let specs = specs.map(veralux_emulator::Specs::load).transpose()?.map(Arc::new);
    Ok(Parts { specs, ..Parts::new(Arc::new(SystemClock), random) })
}

#[cfg(not(feature = "specs"))]
fn parts(specs: Option<&Path>, random: Arc<dyn Random>) -> Result<Parts, Failure> {
    match specs {
        Some(_) => Err("`--specs` needs a build with feature `specs`".into()),
        None => Ok(Parts::new(Arc::new(SystemClock), random)),
    }
}

fn write_welcome(origin: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {origin}")?;
    for provider in PROVIDERS {
        let (name, base, steering) = (provider.name, provider.base, provider.steering);
        writeln!(out, "{name:<22} {origin}{base:<14} steered at {origin}{steering}")?;
    }
    writeln!(
        out,
        "failures on demand: POST {origin}/emulator/faults, webhooks: POST {origin}/emulator/hooks"
    )?;
    writeln!(out, "requests that break a provider's contract: GET {origin}/emulator/violations")?;
    out.flush()
}
