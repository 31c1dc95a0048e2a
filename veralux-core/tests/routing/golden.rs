//! Traces of every released format, kept for ever: `<case>.snapshot.json` must give `<case>.decision.json`, byte for byte.
//!
//! A change of a released file is a change of what was promised. A new case is a new pair, its decision made with
//! `veralux route`.

use std::collections::BTreeSet;
use std::path::Path;

use veralux_core::routing::{Replay, Ruleset, Snapshot, StoredDecision, decide, replay, route_line};

#[test]
fn format_1_is_kept() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/routing/1");
    let ruleset = Ruleset::standard();
    let (mut cases, mut rules) = (0, BTreeSet::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(case) = path.to_str().unwrap().strip_suffix(".snapshot.json") else { continue };
        let document = std::fs::read_to_string(&path).unwrap().into_bytes();
        let expected = std::fs::read_to_string(format!("{case}.decision.json")).unwrap();
        let mut line = String::new();
        assert!(route_line(&document, &ruleset, &mut line), "{case}: {line}");
        assert_eq!(line, expected, "{case}");
        let (snapshot, stored) = (Snapshot::parse(&document).unwrap(), expected.trim_end());
        assert_eq!(replay(stored.as_bytes(), &snapshot, &ruleset), Ok(Replay::Identical), "{case}");
        assert_eq!(StoredDecision::parse(stored.as_bytes()).unwrap().to_json(), stored, "{case}");
        rules.insert(decide(&snapshot, &ruleset).reason().to_string());
        cases += 1;
    }
    assert!(cases >= 20, "{cases} cases");
    assert_eq!(rules.len(), 15, "every reason has its case: {rules:?}");
}

#[test]
fn the_ruleset_is_the_released_one() {
    let hash = "sha256:989fb62030f79e026941ea6d98014f376186f9bf760b340510c8cee201614cd7";
    assert_eq!(Ruleset::standard().hash().to_string(), hash);
}
