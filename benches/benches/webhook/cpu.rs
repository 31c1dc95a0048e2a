//! Processor time of processes, as Linux shows it in `/proc`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Clock ticks a second, in which `/proc` counts.
const TICKS: f64 = 100.0;

/// Seconds of processor time that were used by now: by the servers, and by the PostgreSQL that this process started.
#[derive(Clone, Copy)]
pub(crate) struct Cpu {
    pub(crate) servers: f64,
    pub(crate) postgres: f64,
}

struct Process {
    name: String,
    parent: u32,
    ticks: f64,
}

impl Cpu {
    pub(crate) fn now(servers: &[u32]) -> Self {
        let all: BTreeMap<u32, Process> = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| {
                let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
                Some((pid, process(pid)?))
            })
            .collect();
        let mut own = BTreeSet::from([std::process::id()]);
        loop {
            let known = own.len();
            own.extend(
                all.iter()
                    .filter(|(_, process)| own.contains(&process.parent))
                    .map(|(pid, _)| *pid)
                    .collect::<Vec<_>>(),
            );
            if own.len() == known {
                break;
            }
        }
        let of = |wanted: &dyn Fn(u32, &Process) -> bool| {
            let ticks =
                all.iter().filter(|(pid, process)| wanted(**pid, process)).map(|(_, process)| process.ticks);
            ticks.sum::<f64>() / TICKS
        };
        Self {
            servers: of(&|pid, _| servers.contains(&pid)),
            postgres: of(&|pid, process| own.contains(&pid) && process.name == "postgres"),
        }
    }
}

/// `None` when it has ended meanwhile.
fn process(pid: u32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    Some(Process {
        name: head.split_once('(')?.1.to_owned(),
        parent: fields[1].parse().ok()?,
        ticks: fields[11].parse::<f64>().ok()? + fields[12].parse::<f64>().ok()?,
    })
}
