//! Where servers have their directories.

use std::fs;
use std::path::PathBuf;

/// Linux's file system in memory. A database is 300 files: made here in 7 ms, on a busy disk in 200 ms.
const MEMORY: &str = "/dev/shm";
/// How large it must be, in KiB, to be of use: containers often have 64 MiB. A server takes some 60 MiB, its log of
/// changes 128 MiB at most, each database 8 MiB.
const LARGE: u64 = 1024 * 1024;

/// The directory for temporary directories: `TMPDIR` if that is set, else memory for data that need not last and where
/// there is enough, else `/tmp`. All processes of a run get the same answer: it does not depend on what is free.
pub(super) fn of_servers(durable: bool) -> PathBuf {
    let told = std::env::var_os("TMPDIR").is_some_and(|directory| !directory.is_empty());
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    if durable || told || !has_large_memory(&mounts) { std::env::temp_dir() } else { MEMORY.into() }
}

/// Reads lines like `tmpfs /dev/shm tmpfs rw,nosuid,nodev,size=65536k 0 0`. Without a size it is half of the machine's
/// memory; see tmpfs(5).
fn has_large_memory(mounts: &str) -> bool {
    let mut lines = mounts.lines().rev().map(|line| line.split(' ').skip(1));
    // The last one mounted is the one that is seen.
    let options = lines.find_map(|mut fields| {
        let found = fields.next() == Some(MEMORY) && fields.next() == Some("tmpfs");
        found.then(|| fields.next()).flatten()
    });
    options.is_some_and(|options| {
        let mut options = options.split(',');
        let writable = options.clone().any(|option| option == "rw");
        let size = options.find_map(|option| option.strip_prefix("size="));
        writable
            && size.is_none_or(|size| size.trim_end_matches('k').parse().is_ok_and(|size: u64| size >= LARGE))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_large_memory_is_used() {
        let cases = [
            ("half of the machine's", "tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n", true),
            ("a container's", "shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0\n", false),
            ("a large one", "a / ext4 rw 0 0\nshm /dev/shm tmpfs rw,size=2097152k,inode64 0 0\n", true),
            ("one that is not for writing", "shm /dev/shm tmpfs ro,size=2097152k 0 0\n", false),
            (
                "one under another",
                "shm /dev/shm tmpfs rw 0 0\nshm /dev/shm tmpfs rw,size=65536k 0 0\n",
                false,
            ),
            ("memory elsewhere", "tmpfs /run tmpfs rw 0 0\n", false),
            ("no memory there", "/dev/vda /dev/shm ext4 rw 0 0\n", false),
            ("nothing", "", false),
        ];
        for (description, mounts, expected) in cases {
            assert_eq!(has_large_memory(mounts), expected, "{description}");
        }
    }
}
