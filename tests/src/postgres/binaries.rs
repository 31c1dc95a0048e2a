//! Where PostgreSQL's programs are, and who may run them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that is supported.
const OLDEST: u32 = 15;
/// Where Debian and its relatives keep each version's programs: not on the PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A user, for servers that must not run as root.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// The directory with `initdb` and `postgres`: from the PATH, else the newest of Debian's.
///
/// # Panics
/// When there is none of version 15 or later.
pub(super) fn directory() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates: Vec<PathBuf> = std::env::split_paths(&path).collect();
    candidates.extend(debian(Path::new(DEBIAN)));
    candidates.into_iter().find(|candidate| is_usable(candidate)).unwrap_or_else(|| {
        panic!(
            "no `postgres` and `initdb` of PostgreSQL {OLDEST} or later on the PATH or in {DEBIAN}/*/bin: run \
             `tests/run.sh`, which installs them, or install the package `postgresql` (`postgresql-15` on Debian 12)"
        )
    })
}

/// Whom a server that uses this directory runs as, when it is root's: PostgreSQL refuses to run as root.
pub(super) fn user_instead_of_root(directory: &Path) -> Option<User> {
    if fs::metadata(directory).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = ["postgres", "nobody"].iter().find_map(|name| user(&users, name));
    Some(user.unwrap_or_else(|| {
        panic!("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")
    }))
}

fn debian(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.iter().map(|version| root.join(version.to_string()).join("bin")).collect()
}

fn is_usable(directory: &Path) -> bool {
    let postgres = directory.join("postgres");
    if !directory.join("initdb").is_file() || !postgres.is_file() {
        return false;
    }
    let output = Command::new(postgres).arg("--version").output();
    output.is_ok_and(|output| {
        major(&String::from_utf8_lossy(&output.stdout)).is_some_and(|major| major >= OLDEST)
    })
}

/// The first number of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `18beta1` and the like.
fn major(version: &str) -> Option<u32> {
    let number = version.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A line of passwd(5): `postgres:x:101:104:PostgreSQL administrator:/var/lib/postgresql:/bin/bash`.
fn user(users: &str, name: &str) -> Option<User> {
    let mut fields = users.lines().map(|line| line.split(':')).find_map(|mut fields| {
        let found = fields.next() == Some(name);
        found.then_some(fields)
    })?;
    let uid = fields.nth(1)?.parse().ok()?;
    Some(User { uid, gid: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let cases = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 9.6.24\n", Some(9)),
            ("postgres (PostgreSQL) 19beta1\n", Some(19)),
            ("postgres: command not found\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(major(text), expected, "{text}");
        }
    }

    #[test]
    fn the_newest_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9.6", "9", "15", "17"] {
            fs::create_dir(root.path().join(version)).unwrap();
        }
        let expected = ["17/bin", "15/bin", "9/bin"].map(|bin| root.path().join(bin));
        assert_eq!(debian(root.path()), expected);
    }

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:7::/:/bin/sh\npostgres:x:101:104:P:/v:/bin/bash\n";
        let found = user(users, "postgres").unwrap();
        assert_eq!((found.uid, found.gid), (101, 104));
        assert!(user(users, "nobody").is_none());
    }
}
