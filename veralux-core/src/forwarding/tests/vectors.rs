//! The reader against two handset stacks: every row of `tests/vectors/mmi-vectors.json`.

use serde_json::Value;

use super::super::mmi::SERVICES;
use super::*;

fn data() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/mmi-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn rows<'a>(data: &'a Value, pointer: &str, count: usize) -> &'a [Value] {
    let rows = data.pointer(pointer).unwrap().as_array().unwrap();
    assert_eq!(rows.len(), count, "{pointer}");
    rows
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap()
}

/// As the vectors write what a stack read.
fn observed(reading: &Reading<'_>) -> String {
    match reading {
        Reading::Mmi(mmi) => {
            let (action, sc) = (mmi.prefix(), mmi.service_code());
            let (sia, sib, sic, sid) = (mmi.sia(), mmi.sib(), mmi.sic(), mmi.sid());
            format!("{action}|{sc}|{sia}|{sib}|{sic}|{sid}|{}", mmi.trailing())
        }
        Reading::Ussd => "USSD".to_owned(),
        Reading::Vertical(_) | Reading::Other => "-".to_owned(),
    }
}

#[test]
fn dial_strings_read_as_the_stacks_read_them() {
    let data = data();
    for row in rows(&data, "/vectors", 108) {
        let input = text(row, "input");
        let reading = Reading::of(input);
        let got = observed(&reading);
        assert_eq!(got, text(&row["observed"], "aosp_pattern"), "{input}");
        // The other stack knows no USSD in its parser, and takes only a number behind the `#`.
        let ofono = match &reading {
            Reading::Mmi(mmi) if mmi.trailing().contains('-') => "-",
            Reading::Ussd => "-",
            _ => &got,
        };
        assert_eq!(ofono, text(&row["observed"], "ofono_parse"), "{input}");
        check_expected(input, &reading, &row["expected"]);
        check_oracle(input, &reading, &row["oracle"]);
    }
}

/// What the stacks' own tests assert.
fn check_expected(input: &str, reading: &Reading<'_>, expected: &Value) {
    let mmi = if let Reading::Mmi(mmi) = reading { Some(mmi) } else { None };
    match expected {
        Value::Object(fields) if fields["ofono"] == "accepted" => {
            let mmi = mmi.unwrap();
            let got =
                [mmi.prefix().as_str(), mmi.service_code(), mmi.sia(), mmi.sib(), mmi.sic(), mmi.trailing()];
            let keys = ["action_by_prefix", "sc", "sia", "sib", "sic", "dn"];
            assert_eq!(got.map(Value::from), keys.map(|key| fields[key].clone()), "{input}");
        }
        // One shape is a control string with a password, which ofono refuses after its parser took it.
        Value::Object(_) => assert!(mmi.is_none_or(|mmi| !mmi.sid().is_empty()), "{input}"),
        Value::String(words) => match words.as_str() {
            "null (not an MMI code)" | "null (no closing '#')" => assert!(mmi.is_none(), "{input}"),
            // 112 is one carrier's own feature code: to the grammar it is a control string of no forwarding service.
            "null: dialled as a call" | "null: dialled as a call (112 is a carrier FAC)" => {
                assert!(mmi.is_none_or(|mmi| mmi.service_code() == "112" && !mmi.is_forwarding()), "{input}");
            }
            "MMI code (113 is no FAC)" | "MMI code (USSD form of the same digits)" => {
                assert!(mmi.is_some(), "{input}");
            }
            // `*67` in front of an emergency number hides the caller id: no forwarding.
            words if words.starts_with("temporary-mode CLIR") => {
                assert_eq!(*reading, Reading::Other, "{input}");
            }
            "*72 followed by 05550109999, not *720" => {
                let Reading::Vertical(vertical) = reading else { panic!("{input}") };
                assert_eq!((vertical.code(), vertical.number()), ("*72", "05550109999"));
            }
            "the seed calls this wrong" => assert!(!explain(input).issues.is_empty(), "{input}"),
            other => panic!("{input}: nobody reads `{other}`"),
        },
        Value::Null => {}
        other => panic!("{input}: {other}"),
    }
}

fn check_oracle(input: &str, reading: &Reading<'_>, oracle: &Value) {
    let Some(oracle) = oracle.as_object() else { return };
    let (kind, action, states, number, timer, issues) = match reading {
        Reading::Mmi(mmi) => ("mmi", Some(mmi.action()), mmi.states(), mmi.sia(), mmi.timer(), mmi.issues()),
        Reading::Vertical(code) => {
            ("vsc", Some(code.action()), code.states(), code.number(), None, code.issues())
        }
        Reading::Ussd => ("ussd", None, &[][..], "", None, vec![]),
        Reading::Other => ("other", None, &[][..], "", None, vec![]),
    };
    for (key, expected) in oracle {
        let got = match key.as_str() {
            "kind" => Value::from(kind),
            "action" => Value::from(action.unwrap().as_str()),
            "services" => states.iter().map(|state| state.as_str()).collect(),
            "sia" => Value::from(number),
            "timer" => Value::from(timer.unwrap()),
            "issues" => issues.iter().map(|issue| issue.as_str().to_uppercase()).collect(),
            "service_code" => {
                let Reading::Vertical(vertical) = reading else { panic!("{input}") };
                Value::from(vertical.code())
            }
            other => panic!("{input}: nobody reads `{other}`"),
        };
        assert_eq!(got, *expected, "{input} {key}");
    }
}

#[test]
fn control_strings_that_touch_a_service() {
    let data = data();
    for row in rows(&data, "/aosp_control_strings/rows", 18) {
        let wanted: &[State] = match text(row, "service") {
            "SS_CFU" => &[State::Unconditional],
            "SS_CF_BUSY" => &[State::Busy],
            "SS_CF_NO_REPLY" => &[State::NoReply],
            "SS_CF_NOT_REACHABLE" => &[State::NotReachable],
            "SS_CF_ALL" => State::ALL,
            "SS_CF_ALL_CONDITIONAL" => &[State::Busy, State::NoReply, State::NotReachable],
            other => panic!("{other}"),
        };
        let (prefix, action) = match text(row, "request") {
            "SS_INTERROGATION" => ("*#", Action::Interrogation),
            "SS_REGISTRATION" => ("**", Action::Registration),
            "SS_DEACTIVATION" => ("#", Action::Deactivation),
            other => panic!("{other}"),
        };
        let mut got = Vec::new();
        for (sc, _) in SERVICES {
            let code = format!("{prefix}{sc}#");
            let mmi = Mmi::read(&code).unwrap();
            assert_eq!(mmi.action(), action, "{code}");
            if wanted.iter().all(|state| mmi.states().contains(state)) {
                got.push(format!("{prefix}{sc}"));
            }
        }
        assert_eq!(serde_json::json!(got), row["control_strings"], "{row}");
    }
}

#[test]
fn vertical_prefixes() {
    let data = data();
    for row in rows(&data, "/aosp_cdma_prefixes/rows", 8) {
        let code = text(row, "expected");
        let vertical = Vertical::read(code).unwrap();
        let action = match text(row, "action") {
            "REGISTRATION" => Action::Registration,
            _ => Action::Deactivation,
        };
        let states: &[State] = match text(row, "reason") {
            "UNCONDITIONAL" => &[State::Unconditional],
            "BUSY" => &[State::Busy],
            "NO_REPLY" => &[State::NoReply],
            // Android sends *68 for "not reachable"; North American guides publish it for busy or no answer, and a
            // landline has no other meaning for it.
            "NOT_REACHABLE" => &[State::Busy, State::NoReply],
            other => panic!("{other}"),
        };
        assert_eq!(
            (vertical.action(), vertical.states(), vertical.number()),
            (action, states, text(row, "number"))
        );
    }
}

#[test]
fn numbers_as_handsets_clean_and_store_them() {
    let data = data();
    for row in rows(&data, "/aosp_phone_number_utils", 13) {
        let (input, expected) = (text(row, "input"), text(row, "expected"));
        match text(row, "fn") {
            // This one loses the `+`, which its own test calls wrong; ours keeps it.
            "extractNetworkPortion" => assert_eq!(Code::typed(input).as_str().replace("*+", "*"), expected),
            "extractNetworkPortionAlt" => assert_eq!(Code::typed(input).as_str(), expected),
            "calledPartyBCDToString" => assert_eq!(from_bcd(input), expected, "{input}"),
            other => panic!("{other}"),
        }
    }
}

/// A called party number (3GPP TS 24.008, 10.5.4.7): the `+` of an international one stands where the reader sees the
/// number in the control string.
fn from_bcd(hex: &str) -> String {
    let mut bytes = hex.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap());
    let international = bytes.next().unwrap() == 0x91;
    let digits: String = bytes
        .flat_map(|byte| [byte & 15, byte >> 4])
        .filter(|digit| *digit != 15)
        .map(|digit| char::from(b"0123456789*#abc"[usize::from(digit)]))
        .collect();
    match Reading::of(&digits) {
        Reading::Mmi(mmi) if international => {
            let number = if mmi.sia().is_empty() { mmi.trailing() } else { mmi.sia() };
            let at =
                if mmi.sia().is_empty() { digits.len() - number.len() } else { digits.find(number).unwrap() };
            let (before, number) = digits.split_at(at);
            format!("{before}+{number}")
        }
        _ => digits,
    }
}

#[test]
fn pairs_restore_the_line_or_do_not() {
    let data = data();
    for row in rows(&data, "/pairs", 20) {
        let mut line = Line::default();
        line.dial(text(row, "on")).unwrap();
        assert_ne!(line.in_effect(), Line::default());
        line.dial(text(row, "off")).unwrap();
        assert_eq!(line.in_effect() == Line::default(), row["ok"].as_bool().unwrap(), "{row}");
        let Some((carrier, mode)) = text(row, "case").split_once('/') else { continue };
        let (carrier, mode) = (carrier.parse().unwrap(), mode.parse().unwrap());
        let destination = Destination::parse("+15550109999").unwrap();
        let codes = generate(&Request::new(carrier, mode, destination)).unwrap();
        let got = (codes.activation_code.as_str(), codes.deactivation_code.as_str());
        assert_eq!(got, (text(row, "on"), text(row, "off")));
    }
}
