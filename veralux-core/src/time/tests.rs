use super::*;
use proptest::prelude::*;

#[test]
fn accepted_texts() {
    for (text, micros) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("1970-01-01T00:00:00.000001999Z", 1),
        ("1969-12-31T23:59:59.9Z", -100_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("0000-01-01T00:00:00Z", YEAR_0),
        ("9999-12-31T23:59:59.999999Z", YEAR_10000 - 1),
    ] {
        assert_eq!(Instant::parse(text).map(Instant::micros), Ok(micros), "{text}");
    }
}

#[test]
fn refused_texts() {
    use InstantError::{Format, Range};
    for (text, error) in [
        ("", Format),
        ("2026-01-19", Format),
        ("2026-01-19T14:30:00", Format),
        ("2026-01-19T14:30Z", Format),
        ("2026-01-19T14:30:00.Z", Format),
        ("2026-01-19T14:30:00.1234567890Z", Format),
        ("2026-01-19T14:30:00+0100", Format),
        ("2026-01-19T14:30:00Z ", Format),
        ("+2026-01-19T14:30:00Z", Format),
        ("2026-01-19T14:30:00,5Z", Format),
        ("2026-01-19T23:59:60Z", Range),
        ("2026-02-29T00:00:00Z", Range),
        ("2026-13-01T00:00:00Z", Range),
        ("2026-00-01T00:00:00Z", Range),
        ("2026-01-00T00:00:00Z", Range),
        ("2026-01-19T24:00:00Z", Range),
        ("2026-01-19T14:30:00+24:00", Range),
        ("0000-01-01T00:00:00+00:01", Range),
        ("9999-12-31T23:59:59-00:01", Range),
    ] {
        assert_eq!(Instant::parse(text), Err(error), "{text}");
    }
}

#[test]
fn spans_that_meet_do_not_overlap() {
    let at = Instant::from_micros;
    let span = |start, end: Option<i64>| Span::new(at(start), end.map(at)).unwrap();
    assert!(!span(0, Some(5)).overlaps(span(5, Some(9))));
    assert!(span(0, Some(6)).overlaps(span(5, Some(9))));
    assert!(span(0, None).overlaps(span(5, Some(9))));
    assert!(!span(9, None).overlaps(span(5, Some(9))));
}

proptest! {
    #[test]
    fn text_and_number_agree(micros in YEAR_0..YEAR_10000) {
        let at = Instant::from_micros(micros);
        prop_assert_eq!(Instant::parse(&at.to_string()), Ok(at));
        let other = chrono::DateTime::from_timestamp_micros(micros).unwrap();
        prop_assert_eq!(Instant::parse(&other.to_rfc3339()), Ok(at));
    }

    #[test]
    fn an_offset_names_the_same_instant(micros in 0..YEAR_10000 - DAY, east in -1439i32..1439) {
        let zone = chrono::FixedOffset::east_opt(east * 60).unwrap();
        let local = chrono::DateTime::from_timestamp_micros(micros).unwrap().with_timezone(&zone);
        prop_assert_eq!(Instant::parse(&local.to_rfc3339()).map(Instant::micros), Ok(micros));
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Instant::parse(&text);
    }
}
