//! The contract's strings, byte for byte, and what is refused.

use serde_json::{Value, json};

use super::*;

/// The contract once more, written down apart from the data of the engine.
fn contract(request: &Request) -> (String, &'static str) {
    let destination = request.destination.number();
    let seconds = request.ring_time.map_or(25, RingTime::seconds);
    match (request.carrier.as_str(), request.mode.as_str()) {
        ("tmobile" | "sprint" | "other_gsm" | "international", "total_ai") => {
            (format!("**21*{destination}#"), "##21#")
        }
        ("tmobile" | "sprint" | "other_gsm" | "international", "safety_net") => {
            (format!("**61*{destination}*11*{seconds}#"), "##61#")
        }
        ("att", "total_ai") => (format!("*21*{destination}#"), "#21#"),
        ("att", "safety_net") => (format!("*004*{destination}*11*{seconds}#"), "##004#"),
        ("verizon" | "other_cdma", "total_ai") => (format!("*72{destination}"), "*73"),
        ("verizon" | "other_cdma", "safety_net") => (format!("*71{destination}"), "*73"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_code_is_the_contracts() {
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let (on, off) = contract(&request);
        assert_eq!((codes.activation_code.as_str(), codes.deactivation_code.as_str()), (on.as_str(), off));
        assert_eq!(
            codes.instructions[..4],
            [
                "1. Open Phone Dialer".to_owned(),
                format!("2. Dial: {on}"),
                "3. Press Call".to_owned(),
                "4. Return to dashboard and click Confirm Setup".to_owned()
            ]
        );
        assert_eq!(Code::typed(&codes.dial_uri), codes.activation_code, "the link leads back to the code");
        assert!(codes.dial_uri.starts_with("tel:") && !codes.dial_uri.contains('#'));
    }
}

#[test]
fn names_and_the_standard_ring_time() {
    let names = Carrier::ALL.iter().map(|carrier| carrier.name()).collect::<Vec<_>>();
    assert_eq!(names, ["T-Mobile", "AT&T", "Verizon", "Sprint", "Other GSM", "Other CDMA", "International"]);
    let destination = Destination::parse("+15550109999").unwrap();
    for (carrier, mode) in
        Carrier::ALL.iter().flat_map(|carrier| Mode::ALL.iter().map(|mode| (*carrier, *mode)))
    {
        let absent = Request::new(carrier, mode, destination);
        let codes = generate(&absent).unwrap();
        assert_eq!(codes.activation_code.as_str(), contract(&absent).0);
        let message = format!(
            "Forwarding disabled. Dial: {} ({}) to deactivate.",
            codes.deactivation_code,
            carrier.name()
        );
        assert_eq!(codes.disabled_message(), message);
        let history = carrier.codes(mode);
        assert_eq!(history.revision(codes.revision), Some(&history.current));
        let revisions: Vec<_> =
            std::iter::once(&history.current).chain(history.superseded).map(|row| row.revision).collect();
        assert_eq!(
            revisions,
            (1..=history.current.revision).rev().collect::<Vec<_>>(),
            "newest first, none missing"
        );
    }
}

#[test]
fn documents_are_answered_or_refused() {
    let gsm = |seconds: Value| json!({"carrier": "tmobile", "mode": "safety_net", "destination": "+15550109999", "ringTimeSeconds": seconds});
    let to = |number: &str| json!({"carrier": "att", "mode": "total_ai", "destination": number});
    let verizon = |mode: &str, seconds: i64| json!({"carrier": "verizon", "mode": mode, "destination": "+15550109999", "ringTimeSeconds": seconds});
    let ring = "**61*+15550109999*11*";
    for (what, document, expected) in [
        ("shortest", gsm(json!(5)), Ok(format!("{ring}5#"))),
        ("longest", gsm(json!(60)), Ok(format!("{ring}60#"))),
        ("absent", gsm(Value::Null), Ok(format!("{ring}25#"))),
        ("an integer by value", gsm(json!(30.0)), Ok(format!("{ring}30#"))),
        ("too short", gsm(json!(4)), Err("invalid_ring_time")),
        ("too long", gsm(json!(61)), Err("invalid_ring_time")),
        ("negative", gsm(json!(-25)), Err("invalid_ring_time")),
        ("not whole", gsm(json!(25.5)), Err("invalid_ring_time")),
        ("a text", gsm(json!("25")), Err("invalid_ring_time")),
        ("huge", gsm(json!(1e300)), Err("invalid_ring_time")),
        ("65561 is 25 in 16 bits", gsm(json!(65_561)), Err("invalid_ring_time")),
        ("no ring time there, yet checked", verizon("safety_net", 61), Err("invalid_ring_time")),
        ("no ring time there", verizon("safety_net", 60), Ok("*71+15550109999".to_owned())),
        ("ignored entirely", verizon("total_ai", 61), Ok("*72+15550109999".to_owned())),
        ("seven digits", to("+1234567"), Ok("*21*+1234567#".to_owned())),
        ("fifteen digits", to("+123456789012345"), Ok("*21*+123456789012345#".to_owned())),
        ("six digits", to("+123456"), Err("invalid_destination")),
        ("sixteen digits", to("+1234567890123456"), Err("invalid_destination")),
        ("no plus", to("15550109999"), Err("invalid_destination")),
        ("leading zero", to("+05550109999"), Err("invalid_destination")),
        ("spaces", to("+1 555 010 9999"), Err("invalid_destination")),
        ("dashes", to("+1-555-010-9999"), Err("invalid_destination")),
        ("a line end", to("+15550109999\n"), Err("invalid_destination")),
        ("another code inside", to("+15550109999#*21"), Err("invalid_destination")),
        ("Arabic-Indic digits", to("+١٥٥٥٠١٠٩٩٩٩"), Err("invalid_destination")),
        ("full-width digits", to("+１５５５０１０９９９９"), Err("invalid_destination")),
        ("nothing", to(""), Err("invalid_destination")),
        (
            "carrier",
            json!({"carrier": "T-Mobile", "mode": "total_ai", "destination": "+15550109999"}),
            Err("invalid_carrier"),
        ),
        (
            "mode",
            json!({"carrier": "att", "mode": "all", "destination": "+15550109999"}),
            Err("invalid_mode"),
        ),
        ("no mode", json!({"carrier": "att", "destination": "+15550109999"}), Err("invalid_document")),
        (
            "a number as text",
            json!({"carrier": "att", "mode": "total_ai", "destination": 15_550_109_999_u64}),
            Err("invalid_document"),
        ),
        (
            "itself",
            json!({"carrier": "att", "mode": "total_ai", "destination": "+15550109999", "ownNumber": "+15550109999"}),
            Err("self_forward"),
        ),
        (
            "own number",
            json!({"carrier": "att", "mode": "total_ai", "destination": "+15550109999", "ownNumber": "x"}),
            Err("invalid_own_number"),
        ),
        ("a list", json!([]), Err("invalid_document")),
    ] {
        let answer: Value = serde_json::from_str(&codes_line(document.to_string().as_bytes())).unwrap();
        let got = match answer.pointer("/error/code") {
            Some(code) => Err(code.as_str().unwrap()),
            None => Ok(answer["activationCode"].as_str().unwrap().to_owned()),
        };
        assert_eq!(got, expected, "{what}");
        let detail = answer.pointer("/error/detail").map_or("", |detail| detail.as_str().unwrap());
        assert!(!detail.contains("5550109998") && !detail.ends_with('.'), "{what}: {detail}");
    }
    assert!(codes_line(b"{").starts_with(r#"{"error":{"code":"invalid_json","#));
    assert!(codes_line(b"\xff\xfe").starts_with(r#"{"error":{"code":"invalid_json","#));
}

#[test]
fn an_answer_has_every_field() {
    let line = codes_line(
        br#"{"carrier":"verizon","mode":"safety_net","destination":"+15550109999","ringTimeSeconds":33}"#,
    );
    let answer: Value = serde_json::from_str(&line).unwrap();
    let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "activationCode",
            "alternatives",
            "carrier",
            "carrierName",
            "covers",
            "deactivationCode",
            "destination",
            "dialUri",
            "dialUriAndroidOnly",
            "evidence",
            "extraSteps",
            "instructions",
            "mode",
            "notes",
            "qr",
            "revision",
            "ringTimeSeconds",
            "since",
            "statusCodes",
            "warnings",
        ]
    );
    assert_eq!(answer["covers"], json!(["busy", "no_reply"]));
    assert_eq!(answer["ringTimeSeconds"], Value::Null);
    assert_eq!(answer["statusCodes"], json!([]));
    assert!(answer["qr"].as_str().unwrap().starts_with("<svg "));
}

#[test]
fn no_debug_shows_a_number() {
    let destination = Destination::parse("+15550109999").unwrap();
    for carrier in Carrier::ALL {
        let request = Request::new(*carrier, Mode::SafetyNet, destination);
        let codes = generate(&request).unwrap();
        let shown = [
            format!("{request:?} {codes:?} {:?}", codes.activation_code),
            format!("{:?} {:?} {:?}", codes.extra_steps, codes.alternatives, transition(Some(&codes), None)),
            format!("{:?} {:?}", explain(codes.activation_code.as_str()), codes.activation_code.reading()),
        ];
        assert!(shown.iter().all(|shown| !shown.contains("5550109")), "{shown:?}");
    }
    assert_eq!(format!("{:?}", Code::typed("é**61*+15550109999*11*25#")), "Code(é**61*+…*11*25#)");
}
