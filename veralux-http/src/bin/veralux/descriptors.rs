//! How many files and connections the system lets this process have open.

use std::fs;

use super::settings::Settings;

/// What is open beside callers' connections and the pool: the database's files, Redis, connections to providers.
const SPARE: u64 = 128;

/// Says so where callers could be more than the system lets in. They would then wait for no reason that anybody sees.
pub(crate) fn warn_of_too_few(settings: &Settings) {
    // Where the system does not tell, there is nothing to say.
    let Some(limit) = fs::read_to_string("/proc/self/limits").ok().as_deref().and_then(open_files) else {
        return;
    };
    let needed = needed(settings.limits.connections, settings.connections);
    if limit < needed {
        tracing::warn!(
            limit,
            needed,
            "too few files may be open for MAX_CONNECTIONS: raise `ulimit -n`, or set MAX_CONNECTIONS lower"
        );
    }
}

fn needed(callers: usize, pool: usize) -> u64 {
    (callers as u64).saturating_add(pool as u64).saturating_add(SPARE)
}

/// The limit that holds, of proc(5): `Max open files            1024                 524288               files`.
fn open_files(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_holds_is_read() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max processes             94962                94962                processes\n\
                      Max open files            1024                 524288               files\n";
        assert_eq!(open_files(limits), Some(1024));
        assert_eq!(open_files(&limits.replace("1024  ", "unlimited")), Some(u64::MAX));
        assert_eq!(open_files(""), None);
        assert!(needed(800, 16) < 1024, "what is usual fits into what is usual");
    }
}
