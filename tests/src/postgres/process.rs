//! Processes, as Linux shows them in `/proc`.

use std::fs;
use std::os::unix::process::parent_id;
use std::process::Command;

/// A process, told from a later one that was given the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: u32,
    /// When it started, in clock ticks since the machine did.
    pub(super) since: String,
}

/// The nextest process of a run: the nearest ancestor that was not itself started with the run's id. `None` when it is
/// gone, and the first process of the machine took its place.
pub(super) fn starter_of_run(variable: &str, run: &str) -> Option<Process> {
    let mark = format!("{variable}={run}");
    let mut pid = parent_id();
    while pid > 1 {
        let status = Status::of(pid)?;
        // What cannot be read belongs to somebody else, and not to the run.
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        if !environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes()) {
            return Some(Process { pid, since: status.since });
        }
        pid = status.parent;
    }
    None
}

/// Whether it still does something. One that ended and whose parent has not asked yet is gone.
pub(super) fn is_gone(pid: u32) -> bool {
    Status::of(pid).is_none_or(|status| matches!(status.state, 'Z' | 'X'))
}

pub(super) fn children(pid: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap_or_else(|error| panic!("no `/proc`: {error}"));
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|child| Status::of(*child).is_some_and(|status| status.parent == pid)).collect()
}

/// Sends a signal, by its name without `SIG`. Those that are gone already are passed over.
pub(super) fn signal(name: &str, pids: &[u32]) {
    let pids = pids.iter().map(u32::to_string);
    let sent =
        Command::new("sh").args(["-c", r#"kill -s "$@" 2>/dev/null; :"#, "sh", name]).args(pids).status();
    assert!(sent.is_ok_and(|status| status.success()), "`sh` sends no {name}");
}

/// The fields of `/proc/<pid>/stat` that are needed here; see proc(5).
struct Status {
    state: char,
    parent: u32,
    since: String,
}

impl Status {
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the name, in parentheses, and may hold anything.
        let mut fields = text.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        // Field 22; `nth` counts from the fifth.
        Some(Self { state, parent, since: fields.nth(17)?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_seen_until_it_ends() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let own = std::process::id();
        let status = Status::of(child.id()).unwrap();
        assert_eq!(status.parent, own);
        assert!(status.since.parse::<u64>().unwrap() >= Status::of(own).unwrap().since.parse().unwrap());
        assert!(children(own).contains(&child.id()));
        assert!(!is_gone(child.id()));
        signal("KILL", &[child.id()]);
        while !is_gone(child.id()) {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(is_gone(child.id()), "and after its parent has asked");
    }

    #[test]
    fn the_starter_of_a_run_is_the_first_that_does_not_know_it() {
        let starter = starter_of_run("VERALUX_NOBODY_SETS_THIS", "1").unwrap();
        assert_eq!(starter.pid, parent_id());
    }
}
