//! Replays every corpus: each file, what is left of it at many lengths, and with bytes disturbed.

#![cfg(test)]

use std::fs;
use std::path::Path;

use veralux_fuzz::TARGETS;

/// How many cuts and how many disturbances of one file are tried.
const VARIATIONS: usize = 400;

fn replay(name: &str) {
    let (_, target) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let data = fs::read(entry.unwrap().path()).unwrap();
        target(&data);
        let step = data.len().div_ceil(VARIATIONS).max(1);
        for place in (0..data.len()).step_by(step) {
            target(&data[..place]);
            let mut disturbed = data.clone();
            disturbed[place] ^= 1 << (place % 8);
            target(&disturbed);
        }
        files += 1;
    }
    assert!(files >= 10, "`{name}` has {files} files");
}

macro_rules! replays {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })+

        #[test]
        fn every_target_replays_and_has_a_driver() {
            let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),+]);
            for name in names {
                let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz_targets/{name}.rs"));
                assert!(driver.exists(), "{}", driver.display());
            }
        }
    };
}

replays!(credential_body e164 envelope mmi_code policy_scan routing_snapshot runtime_config stored_decision webhook_form);
