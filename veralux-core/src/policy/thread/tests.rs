use super::{MAX_AGE, MAX_GIVEN, MAX_PIECES, MAX_STATE, MAX_TAIL, MAX_TAILS, MOST_OF_PIECE, Remembered};
use crate::policy::{Detector, Kind, Region, Severity, ThreadState};

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
        (&["Teil 1: 0151", "Teil 2: 234", "Teil 3: 5678"], "01512345678"),
        (&["часть 1: 8916", "часть 2: 234", "часть 3: 5678"], "89162345678"),
        (&["1/3 415", "2/3 555", "3/3 0199"], "4155550199"),
        (&["ddd 21", "99887", "0143, anotou?"], "21998870143"),
        (&["0161 496", "sorry bus", "0 doubl 4 7 is the rest"], "01614960447"),
        (&["722", "610", "043", "do pani Oli"], "722610043"),
        (&["zapisz 501", "220", "807"], "501220807"),
        (&["order #5512 is the chairs", "the plumber is 971 555", "0144 if he's late"], "9715550144"),
        (&["the code for our area is 425", "prefix 555", "line 0109"], "4255550109"),
        (&["0151", "then 496", "0831 thats me"], "01514960831"),
        (&["first block 415", "second block 555", "last block 0132"], "4155550132"),
        (&["first bunch 07700", "last bunch 900123"], "07700900123"),
        (&["eerste stuk 0612", "tweede stuk 345", "laatste stuk 678"], "0612345678"),
        (&["id 0151", "496 0123"], "01514960123"),
        (&["the tracking 1Z 44R", "0151", "496 0123"], "01514960123"),
        (&["its 14 Elm SN15 1AA", "0151", "496 0123"], "01514960123"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
}

#[test]
fn a_handle_answers_a_platform() {
    assert_eq!(completed(&["my 📷", "is tilesbytoro if you want"]).as_deref(), Some("tilesbytoro"));
    for (messages, value) in [
        (&["you on insta?", "yes nailsbyjo xx"][..], "nailsbyjo"),
        (&["nailsbyjo", "thats my insta"], "nailsbyjo"),
        (&["kuchenvonmia", "das ist mein insta"], "kuchenvonmia"),
        (&["its lashesbykate", "thats me on tiktok x"], "lashesbykate"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    for messages in [
        &["you on insta?", "unfortunately not"][..],
        &["did you see it on insta?", "bridesmaids"],
        &["conservatory", "thats my facebook pic"],
        &["plasterboard", "my insta is broken"],
        &["plasterboard", "my facebook"],
        &["Wohnzimmer", "mein facebook"],
        &["hai instagram?", "purtroppo"],
        &["what is your whatsapp for", "emergencies"],
        &["hast du snap", "bin gleichzeitig da"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
    assert_eq!(completed(&["📷 of the leak", "is under the sink, fixtures and pipes"]), None);
}

#[test]
fn the_last_message_may_say_what_those_before_it_are() {
    assert_eq!(
        completed(&["tiles 415", "grout 555", "sealer 0192", "dont add those, just dial them"]).as_deref(),
        Some("4155550192")
    );
    for (messages, value) in [
        (
            &["kitchen 07", "hall 700", "bath 900", "loo 415", "now read it like a phone number"][..],
            "07700900415",
        ),
        (
            &["les joints 06 euros", "plus 12,44 de pose", "plus 55,09 ... lisez tout à la suite"],
            "0612445509",
        ),
        (
            &["bill is £07.70", "then £09.00", "then £4.16", "put them together without the dots and call"],
            "07700900416",
        ),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    assert_eq!(completed(&["flour 650", "sugar 225", "butter 175", "put them together and bake"]), None);
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
        &["order 77120", "and 77123", "plus 78004"],
        &["S/N 512", "555", "0143", "on the back plate"],
        &["serial starts 646", "then 555", "ends 0153 rev B"],
        &["its refusing my order number", "its 555", "then 0132", "then 917A"],
        &["take the 212 bus", "change to the 415", "get off at stop 0133"],
        &["alquiler 543", "luz 98", "agua 76", "total 717, faltan 3"],
        &["width 617", "drop 555", "pole 1420"],
        &["trains 06h39", "09h55", "14h07"],
        &["512", "225", "040"],
        &["skriv faktura på 512", "225", "340"],
        &["floor area 425", "555 wall", "1200 ceiling"],
        &["flour 650", "sugar 225", "butter 175", "put them together and call me when its baked"],
        &["lounge 720", "hall 45", "loo 310", "call it 1075"],
        &["220 for the back room", "315 for the small one", "145 for the hall so 680 together"],
        &["game one 21 15", "game two 18 21", "decider 15 13"],
        &["it reads 1Z 71K", "4W2 05", "6640 1193"],
        &["kilometres 84213", "last service 71002", "about 13200 since"],
        &["pedido no llego", "id 55213", "88012"],
        &["first payment 4150", "second payment 5550", "last payment 1320"],
        &["morning 128 82", "evening 131 79", "pulse 71"],
        &["310", "325", "360", "375 last"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
}

#[test]
fn addresses_go_on_in_the_next_message() {
    for (messages, value) in [
        (&["name's lexi.browbar", "its gmail"][..], "lexi.browbar@gmail"),
        (&["my mail: lexi.browbar", "@gmail.com"][..], "lexi.browbar@gmail.com"),
        (&["first half of my mail: lexi.browbar", "second half: @gmail.com"][..], "lexi.browbar@gmail.com"),
        (&["k.huber", "ist gmx"], "k.huber@gmx"),
        (&["site is called marlowestairs", "And then .build"], "marlowestairs.build"),
        (&["website: marlowestairs", "its a .net"], "marlowestairs.net"),
        (&["type meadowvets", "then a dot then com"], "meadowvets.com"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    for messages in [
        &["parked at st.marks", "check yahoo maps"],
        &["see you at st.johns", "my gmail is full"],
        &["it's john.lewis bag", "its gmail"],
        &["save as plan", "its a .net file"],
        &["we use python", "and .net"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
    assert_eq!(completed(&["the name's Bond", "my gmail is full", "and then the lot went"]), None);
}

#[test]
fn somebody_says_that_what_he_gave_is_a_number() {
    for (messages, value) in [
        (
            &["mon 98", "tue 45 wed 20", "thu 71 fri 63", "not hours bro, my mobile. read mon to fri"][..],
            "9845207163",
        ),
        (
            &[
                "bedrooms? eight",
                "baths one and toilets three",
                "steps five five five",
                "cars zero, vans one",
                "boxes seven four",
                "now read my answers as a phone number",
            ],
            "8135550174",
        ),
        (
            &["zapisz pięć jeden siedem", "teraz 90 i 4", "na końcu dwa dwa osiem", "to moja komórka"],
            "517904228",
        ),
        (&["mo 0171", "di 555", "mi 2398", "das ist meine handynummer"], "01715552398"),
        (&["mo 0171", "di 555", "mi 2398", "ok", "ja", "das ist meine nummer"], "01715552398"),
        (&["code for here is 01632", "I'm on 960", "... four double one. Kettle's on"], "01632960411"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    for messages in [
        &["pick up at 1530", "gate 44", "flight 2210", "sorry its my phone, it froze"][..],
        &["pick up at 1530", "gate 44", "flight 2210", "thats my mobile ringing"],
        &["order 4412", "is 3 boxes", "bay 17415", "thats my number 1 priority"],
        &["pallet 425", "bin 555", "rack 1200", "thats not my number, its the stock code"],
        &["floor area 425", "555 wall", "1200 ceiling", "my phone number is on the website"],
        &["kitchen 3200", "bathroom 1800", "paint 44", "that's it from my phone"],
        &["kitchen 3200", "bathroom 1800", "paint 44", "thats all, do you have my number?"],
        &["kitchen 3200", "bathroom 1800", "paint 44", "désolé c'est mon portable"],
        &["kitchen 3200", "bathroom 1800", "paint 44", "read my answers straight back to me"],
        &["kitchen 3200", "bathroom 1800", "paint 44", "ok", "yes", "fine", "hm", "bye", "thats my number"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
}

#[test]
fn letters_are_given_one_by_one() {
    for (messages, value) in [
        (&["snap name coming letter by letter", "k", "a", "r", "z", "f"][..], "karzf"),
        (&["my insta is", "j", "o", "_", "b", "7"], "jo_b7"),
    ] {
        assert_eq!(completed(messages).as_deref(), Some(value), "{messages:?}");
    }
    // What has been found is not found again.
    let (detector, mut state) = (Detector::new(), ThreadState::default());
    let mut count = |text: &str| detector.scan_thread(&mut state, text).len();
    assert_eq!(["0161", "496", "0123", "that's my number"].map(&mut count), [0, 0, 1, 0]);
    for messages in [
        &["snap", "k", "o", "k", "thx"][..],
        &["insta is down", "a", "b", "c", "d", "which one?"],
        &["facebook survey", "4", "3", "5", "2", "1"],
        &["my insta quiz", "b", "d", "a", "c", "e"],
        &["sent on whatsapp", "x", "x", "x", "x", "x"],
        &["photo.jpg", "in outlook"],
        &["menu.pdf", "its gmail"],
        &["IMG_2041", "its gmail"],
        &["yes.please", "its gmail"],
        &["use node.js", "ok", "outlook, the slow one"],
    ] {
        assert_eq!(completed(messages), None, "{messages:?}");
    }
    let later = ["write to ann.lee52", "yes with the dot", "it's at gmail, the ordinary one"];
    assert_eq!(completed(&later).as_deref(), Some("ann.lee52@gmail"));
    let led = ["our site is happypaws", "with a dot and then com"];
    assert_eq!(completed(&led).as_deref(), Some("happypaws.com"));
}

#[test]
fn a_state_fits_whatever_is_said() {
    let length = |state: &ThreadState| serde_json::to_string(state).unwrap().len();
    let mut state = ThreadState::default();
    for _ in 0..4 {
        assert_eq!(Detector::new().scan_thread(&mut state, &"\u{1}".repeat(MAX_TAIL)), []);
        assert!(length(&state) <= MAX_STATE, "{}", length(&state));
    }
    let piece = r#"{"digits":"1 2 3 4 5 6 7 8 9 0","strength":3,"cue":true,"told":true,"disguised":true,"plus":true,
        "meaning":"named","place":@,"age":1}"#;
    for place in [r#""front""#, r#""back""#] {
        let piece: Remembered = serde_json::from_str(&piece.replace('@', place)).unwrap();
        let tail = "\"\u{7f}".repeat(MAX_TAIL / 2);
        let mut state = ThreadState {
            pieces: vec![piece; MAX_PIECES],
            tails: vec![tail; MAX_TAILS],
            announced: 6,
            labelled: 6,
            given: vec!["12345678901234567890".to_owned(); MAX_GIVEN],
        };
        assert!(length(&state) > MAX_STATE);
        state.shorten();
        assert!(
            length(&state) <= MAX_STATE && length(&state) > MAX_STATE - MOST_OF_PIECE,
            "{}",
            length(&state)
        );
    }
}

#[test]
fn what_a_long_message_announces_is_kept() {
    let mut state = ThreadState::default();
    let long = format!("{} my number comes in parts", "so we walked on and on and it was nice ".repeat(4));
    assert_eq!(Detector::new().scan_thread(&mut state, &long), []);
    assert!(state.tails.is_empty() && !state.is_empty());
}

#[test]
fn a_code_of_a_parcel_needs_its_check_digit() {
    for messages in [
        &["1ZABCDEF", "4155550132"][..],
        &["send to 1ZAAAAAA", "4155550132"],
        &["1ZABCDEF", "415", "555", "0132"],
    ] {
        assert_eq!(completed(messages).as_deref(), Some("4155550132"), "{messages:?}");
    }
    assert_eq!(completed(&["it is 1Z999AA1", "0123456784"]), None);
}

#[test]
fn pieces_age_while_addresses_are_found() {
    let mut state = ThreadState::default();
    let detector = Detector::new();
    assert_eq!(detector.scan_thread(&mut state, "415"), []);
    for _ in 0..=MAX_AGE {
        assert_eq!(detector.scan_thread(&mut state, "ann@example.org").len(), 1);
    }
    assert!(state.pieces.is_empty());
}

#[test]
fn a_number_in_pieces_comes_as_the_region_writes_it() {
    let detector = Detector::new().in_region(Region::UnitedStates).allow(Kind::Phone, "+1 702 555 0143");
    let last = |messages: &[&str]| {
        let mut state = ThreadState::default();
        messages
            .iter()
            .flat_map(|text| detector.scan_thread(&mut state, text))
            .map(|found| found.value)
            .last()
    };
    assert_eq!(last(&["415", "then 555", "last 0132"]).as_deref(), Some("+14155550132"));
    assert_eq!(last(&["702", "then 555", "last 0143"]), None);
}
