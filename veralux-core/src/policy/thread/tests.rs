use crate::policy::{Detector, Severity, ThreadState};

/// The last number that a thread completes.
fn completed(messages: &[&str]) -> Option<String> {
    let (detector, mut state) = (Detector::new(), ThreadState::default());
    let scanned = messages.iter().flat_map(|text| detector.scan_thread(&mut state, text));
    scanned.filter(|found| found.severity == Severity::Identifier).last().map(|found| found.value)
}

#[test]
fn parts_are_found_among_other_amounts() {
    for (messages, value) in [
        (
            &[
                "text 0161, the skip is 140 by the way",
                "we're in till late. next bit 496",
                "and it ends 0112",
            ][..],
            "01614960112",
        ),
        (
            &[
                "note premier morceau 06 12, la course fait 18 euros",
                "ensuite 34, je finis vers les 17 et demie",
                "et pour finir 56 78",
            ],
            "0612345678",
        ),
        (&["neun eins sieben", "fünf fünf fünf", "wir sind 4 Leute", "null eins acht zwei"], "9175550182"),
        (&["annota 320, la visita costa 60", "poi 44 18 e chiudo alle 19", "infine 902"], "3204418902"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
}

#[test]
fn numbers_are_cut_and_counted_as_people_like() {
    for (messages, value) in [
        (&["020 79", "46 0", "112, ring twice"][..], "02079460112"),
        (&["1st: 702", "2nd: 555", "3rd: 0143"], "7025550143"),
        (&["1/3 415", "2/3 555", "3/3 0199"], "4155550199"),
        (&["ddd 21", "99887", "0143, anotou?"], "21998870143"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
}

#[test]
fn a_handle_answers_a_platform() {
    for (messages, value) in [
        (&["har du snap", "jag är lovesnickrar där"][..], "lovesnickrar"),
        (&["my 📷", "is tilesbytoro if you want"], "tilesbytoro"),
        (&["tens insta?", "sou boloscombia lá"], "boloscombia"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    assert_eq!(completed(&["hast du snap", "bin gerade dort"]), None);
    assert_eq!(completed(&["📷 of the leak", "is under the sink, fixtures and pipes"]), None);
}

#[test]
fn the_last_message_may_say_what_those_before_it_are() {
    assert_eq!(
        completed(&["tiles 415", "grout 555", "sealer 0192", "dont add those, just dial them"]).as_deref(),
        Some("4155550192")
    );
    assert_eq!(completed(&["tiles 415", "grout 555", "sealer 0192", "do you dial in for quiz night?"]), None);
    assert_eq!(completed(&["flour 500", "sugar 250", "put them together and bake 45 min"]), None);
}

#[test]
fn amounts_times_and_doors_are_none() {
    for messages in [
        &["boards 120", "nails 35", "screws 48", "so 203 all in"][..],
        &["labour 415", "tiles 555", "grout 132", "1102 with everything"],
        &["front door 4471", "gate second: 0912", "alarm last 5520, reset it to 1234 please"],
        &["first 4 chairs", "then 12 plates", "and 220 napkins, the rest is 40 glasses"],
        &["bus 38 then the 205", "get off at stop 14", "number 55 on the left"],
        &["lap 1 was 72", "then 71", "last one 69, total 212"],
        &["bedroom 1 first: 415 by 380", "then hall 220", "end wall 555"],
        &["put 20 down now", "then 40 a month", "ends in 2027"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
}

#[test]
fn addresses_go_on_in_the_next_message() {
    for (messages, value) in [
        (&["name's lexi.browbar", "its gmail"][..], "lexi.browbar@gmail"),
        (&["site is called marlowestairs", "and then .build"], "marlowestairs.build"),
        (&["website: marlowestairs", "its a .net"], "marlowestairs.net"),
        (&["type meadowvets", "then a dot then com"], "meadowvets.com"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    assert_eq!(completed(&["parked at st.marks", "check yahoo maps"]), None);
    assert_eq!(completed(&["the name's Bond", "my gmail is full", "and then the lot went"]), None);
}
