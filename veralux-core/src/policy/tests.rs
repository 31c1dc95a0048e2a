mod cost;
#[path = "../../../tests/vectors/policy/hostile.rs"]
pub(super) mod hostile;

use proptest::prelude::*;

use super::*;

/// What is found: kind, the text of the span, the value.
fn found(text: &str) -> Vec<(Kind, &str, String)> {
    let findings = Detector::new().scan(text);
    findings.into_iter().map(|f| (f.kind, text.get(f.span.start..f.span.end).unwrap(), f.value)).collect()
}

#[test]
fn contact_details() {
    use Kind::{Email, Phone, Social, Url};
    for (text, kind, span, value) in [
        ("+1 415 555 0123", Phone, "+1 415 555 0123", "+14155550123"),
        ("call (415) 555-0123 now", Phone, "(415) 555-0123", "4155550123"),
        ("415-555-0123", Phone, "415-555-0123", "4155550123"),
        ("it is 415.555.0123.", Phone, "415.555.0123", "4155550123"),
        ("4155550123", Phone, "4155550123", "4155550123"),
        ("1-415-555-0123", Phone, "1-415-555-0123", "14155550123"),
        ("+1 415 555 0123 25 minutes", Phone, "+1 415 555 0123", "+14155550123"),
        ("(+49) 171 1234567", Phone, "(+49) 171 1234567", "+491711234567"),
        ("+44 (0)20 7946 0123", Phone, "+44 (0)20 7946 0123", "+442079460123"),
        ("0044 20 7946 0123", Phone, "0044 20 7946 0123", "+442079460123"),
        ("call 0049 (0)171 1234567", Phone, "0049 (0)171 1234567", "+491711234567"),
        ("0033 (0)6 12 34 56 78", Phone, "0033 (0)6 12 34 56 78", "+33612345678"),
        ("see happypaws\u{ffa0}.com", Url, "happypaws\u{ffa0}.com", "happypaws.com"),
        ("call 4\u{3164}155550132", Phone, "4\u{3164}155550132", "4155550132"),
        ("0171/1234567", Phone, "0171/1234567", "01711234567"),
        ("030 1234567", Phone, "030 1234567", "0301234567"),
        ("06 12 34 56 78", Phone, "06 12 34 56 78", "0612345678"),
        ("Call 0845 021 3680.Offer ends", Phone, "0845 021 3680", "08450213680"),
        ("0808 145 4742 between 9am-11pm", Phone, "0808 145 4742", "08081454742"),
        ("08452810075over18's", Phone, "08452810075", "08452810075"),
        ("09061701461 7 days a week", Phone, "09061701461", "09061701461"),
        ("020 7946 0123 10:30", Phone, "020 7946 0123", "02079460123"),
        ("98765 43210", Phone, "98765 43210", "9876543210"),
        ("text me 555-0123", Phone, "555-0123", "5550123"),
        ("£1000! 09058094455 ü", Phone, "09058094455", "09058094455"),
        ("Ann.Lee@Example.org, thanks", Email, "Ann.Lee@Example.org", "ann.lee@example.org"),
        ("a+b_c@mail.example.co.uk.", Email, "a+b_c@mail.example.co.uk", "a+b_c@mail.example.co.uk"),
        ("x@y.com.Thanks", Email, "x@y.com", "x@y.com"),
        ("WWW.HappyPaws.Foo/A", Url, "WWW.HappyPaws.Foo/A", "www.happypaws.foo/A"),
        ("https://Happy-Paws.ZZZ", Url, "https://Happy-Paws.ZZZ", "https://happy-paws.zzz"),
        ("see https://Example.org/A?b=1.", Url, "https://Example.org/A?b=1", "https://example.org/A?b=1"),
        ("www.dbuk.net LCCLTD", Url, "www.dbuk.net", "www.dbuk.net"),
        ("Go to club4mobiles.com to", Url, "club4mobiles.com", "club4mobiles.com"),
        ("(shop.example.de:8080/x)", Url, "shop.example.de:8080/x", "shop.example.de:8080/x"),
        ("ask müller.de today", Url, "müller.de", "müller.de"),
        ("bit.ly/3abc", Url, "bit.ly/3abc", "bit.ly/3abc"),
        ("telegram: t dot me slash annlee", Url, "t dot me slash annlee", "t.me/annlee"),
        ("I am @ann_lee.", Social, "@ann_lee", "@ann_lee"),
    ] {
        assert_eq!(found(text), [(kind, span, value.to_owned())], "{text}");
    }
}

#[test]
fn several_in_one_text() {
    let text = "07732584351 - ann@example.org - http://a.example.com/4155550123 @ann_lee";
    let kinds: Vec<Kind> = found(text).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [Kind::Phone, Kind::Email, Kind::Url, Kind::Social]);
}

#[test]
fn look_alikes() {
    for text in [
        "does yours end in @gmail.com or @outlook.com?",
        "",
        "see you on 2026-01-19 at 14:30, or 01/02/2026 09:00",
        "19.01.2026 1200 2026-01-19 1430",
        "that is $4155550123 or £1,000,000.00",
        "WE MEET 0800 AT DEPOT, doors open 1800 NO LATER",
        "order 4155550123 and tracking number 4155550124",
        "Ref: 4155550123, case no. 0301234567, #4155550123",
        "ISBN 978-3-16-148410-0",
        "server 192.168.100.200, version 10.15.7.2001",
        "37.7749, -122.4194",
        "9 to 5, 10-12, 100-200 people, 2000-2500",
        "911 or 811, text WIN to 87121",
        "gate code 1234, PO Box 4403, flat 12 1/2",
        "1Z9990123456784",
        "dinner.msg and notes.txt",
        "see you there.It was nice.so come home.in an hour",
        "ok...i am here. e.g. this, i.e. that, 3.5 hours",
        "meet @ 5pm, @5pm, @home, @work",
        "12345678901234567890",
        "7 days, 24 hours, 365 a year, 1 in 1000",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_is_shown_to_others() {
    let detector = Detector::new();
    for (text, shown) in [
        ("call 415-555-0123 now", "call [phone: ..23] now"),
        ("ann@mail.example.org", "[email: mail example (org)]"),
        ("https://www.example.org/a/b", "[link: example (org)]"),
        ("www.07732584351.com", "[link: hidden]"),
        ("@ann_lee", "[handle]"),
        ("nothing here", "nothing here"),
    ] {
        assert_eq!(detector.redact(text, &detector.scan(text)), shown);
    }
}

#[test]
fn findings_of_another_text_do_no_harm() {
    let detector = Detector::new();
    let findings = detector.scan("my number is 415-555-0123");
    assert_eq!(detector.redact("ü", &findings), "ü");
}

#[test]
fn what_a_tenant_allows_is_not_found() {
    let detector = Detector::new()
        .allow(Kind::Phone, "+1 415 555 0123")
        .allow(Kind::Url, "Example.org")
        .allow(Kind::Email, "example.org")
        .allow(Kind::Social, "@Happy_Paws");
    for text in [
        "(415) 555-0123",
        "www.example.org/x",
        "shop.example.org",
        "ann@example.org",
        "see @happy_paws",
        "insta: happy_paws",
        "my insta is happy underscore paws",
    ] {
        assert!(detector.scan(text).is_empty(), "{text}");
    }
    for text in ["(415) 555-0124", "badexample.org", "ann@example.com", "see @happy_paws2"] {
        assert_eq!(detector.scan(text).len(), 1, "{text}");
    }
}

#[test]
fn counts_are_of_identifiers() {
    let mut findings = Detector::new().scan("415-555-0123 415-555-0124 a@example.org");
    assert_eq!(Counts::of(&findings), Counts { phone: 2, email: 1, ..Counts::default() });
    findings[0].severity = Severity::Solicitation;
    assert_eq!(Counts::of(&findings).phone, 1);
    assert!(Counts::of(&[]).is_empty());
}

#[test]
fn neither_debug_nor_the_explanation_shows_the_value() {
    let finding = Detector::new().scan("415-555-0123").remove(0);
    assert_eq!(format!("{finding:?}"), "Finding(phone 0..12, 62)");
    let said = explain(&finding);
    assert_eq!(
        said,
        "Bytes 0 to 12 are a phone number in its usual groups (rule phone.grouped, score 62 of 100)."
    );
}

#[test]
fn lines() {
    let detector = Detector::new();
    for (line, answer) in [
        (
            r#"{"id":"a","text":"ü 415-555-0123"}"#,
            r#"{"id":"a","findings":[{"kind":"phone","start":3,"end":15,"value":"4155550123","rule":"phone.grouped","score":62,"severity":"identifier"}]}"#,
        ),
        (
            r#"{"id":7,"messages":["hi",{"text":"@ann_lee"}]}"#,
            r#"{"id":7,"findings":[{"message":1,"kind":"social","start":0,"end":8,"value":"@ann_lee","rule":"social.handle","score":84,"severity":"identifier"}]}"#,
        ),
        (r#"{"text":""}"#, r#"{"id":null,"findings":[]}"#),
        ("{", r#"{"error":{"code":"invalid_json","detail":"the line must be one JSON document"}}"#),
        (
            r#"{"id":"a"}"#,
            r#"{"id":"a","error":{"code":"invalid_document","detail":"exactly one of `text` and `messages` is required"}}"#,
        ),
        (
            r#"{"id":"a","text":5}"#,
            r#"{"id":"a","error":{"code":"invalid_document","detail":"`text` must be a text, `messages` a list of texts"}}"#,
        ),
    ] {
        assert_eq!(scan_line(&detector, line), answer);
    }
}

/// Texts that are made of what the finders look at, glued together in every way.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,12}",
        "[-+(). /@:_#$]{1,3}",
        "[a-z]{1,5}",
        prop::sample::select(vec![
            ".com",
            "www.",
            "http://",
            "@ann_lee",
            "a@b.org",
            "415-555-0123",
            "+49",
            "call ",
            "order ",
            "ü",
            "£",
            "\u{a0}",
            "–",
            "\n",
            "[",
            "]",
            ".Net",
            ".in",
            "2026-01-19",
            "(0)",
            "。",
            "😀",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// What the finders make of a text, whatever the gate says; words that stand apart are not closed up.
fn behind_the_gate(text: &str) -> Vec<Finding> {
    let mut room = Room::new();
    let mut found = Vec::new();
    let signs = Signs { digits: true, address: true, handle: true, ..Signs::default() };
    find(&Tokens::new(text, &mut room), signs, &mut found);
    found
}

/// Texts that people wrote for these tests.
fn seen() -> impl Iterator<Item = String> {
    #[derive(Deserialize)]
    struct Case {
        #[serde(default)]
        text: String,
        #[serde(default)]
        messages: Vec<String>,
    }
    include_str!("../../../tests/vectors/policy/seen.jsonl").lines().flat_map(|line| {
        let Case { text, messages } = serde_json::from_str(line).unwrap();
        messages.into_iter().chain([text])
    })
}

/// Checks of texts what stands in them first, where, and its value.
pub(super) fn assert_spans(cases: &[(&str, &str, &str)]) {
    for (text, span, value) in cases {
        let found = Detector::new().scan(text);
        let one = found.first().map(|f| (text.get(f.span.start..f.span.end), f.value.as_str()));
        assert_eq!(one, Some((Some(*span), *value)), "{text}");
    }
}

/// Does something with the tokens of each of these.
pub(super) fn each_seen(mut check: impl FnMut(&Tokens<'_>, &str)) {
    for text in seen() {
        check(&Tokens::new(&text, &mut Room::new()), &text);
    }
}

#[test]
fn a_closed_gate_hides_nothing_that_people_wrote() {
    let mut closed = 0;
    for text in seen() {
        // Also where the marks of the sentence are left out, and in capitals.
        for text in [text.clone(), text.replace([',', '.'], " "), text.to_uppercase()] {
            if gate::signs(&text).is_clean() {
                closed += 1;
                assert_eq!(behind_the_gate(&text), [], "{text}");
            }
        }
    }
    assert!(closed > 1000, "{closed}");
}

/// Words that neither ask to call nor name anything, and end no host ("so" does).
static CLEAN_WORDS: &[&str] = &[
    "see", "you", "tomorrow", "thanks", "the", "dog", "was", "happy", "again", "walked", "garden", "Monday",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn spans_are_whole_sorted_and_apart(text in hostile()) {
        let findings = Detector::new().scan(&text);
        prop_assert_eq!(&findings, &Detector::new().scan(&text));
        let mut from = 0;
        for finding in &findings {
            let ByteSpan { start, end } = finding.span;
            prop_assert!(from <= start && start < end && text.get(start..end).is_some());
            prop_assert!((1..=100).contains(&finding.score) && !finding.value.is_empty());
            from = end;
        }
    }

    #[test]
    fn a_closed_gate_hides_nothing(text in hostile()) {
        if gate::signs(&text).is_clean() {
            prop_assert_eq!(behind_the_gate(&text), []);
        }
    }

    #[test]
    fn what_is_redacted_holds_nothing(text in hostile()) {
        let detector = Detector::new();
        let shown = detector.redact(&text, &detector.scan(&text));
        prop_assert!(detector.scan(&shown).is_empty(), "{}", shown);
    }

    #[test]
    fn clean_text_behind_changes_nothing(
        text in hostile(),
        tail in prop::collection::vec(prop::sample::select(CLEAN_WORDS), 0..6),
    ) {
        let before = Detector::new().scan(&text);
        let after = Detector::new().scan(&format!("{text} and {}", tail.join(" ")));
        prop_assert_eq!(before, after);
    }

    #[test]
    fn no_line_panics(line in "\\PC{0,60}", text in hostile()) {
        let detector = Detector::new();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&scan_line(&detector, &line)).is_ok());
        let document = serde_json::json!({"id": 1, "text": text}).to_string();
        let answer: serde_json::Value = serde_json::from_str(&scan_line(&detector, &document)).unwrap();
        prop_assert_eq!(answer["findings"].as_array().map(Vec::len), Some(detector.scan(&text).len()));
    }
}

#[test]
fn ends_of_texts_are_read_as_they_stand() {
    for text in ["call .in/", "call . in /", "@ a.in"] {
        assert_eq!(Detector::new().scan(text), [], "{text}");
        assert_eq!(Detector::new().scan(&format!("{text} and then")), [], "{text}");
    }
}
