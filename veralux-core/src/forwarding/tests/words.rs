//! Warnings and explanations: who is told what.

use super::*;

fn warned(request: &Request) -> Vec<&'static str> {
    generate(request).unwrap().warnings.iter().map(|warning| warning.code.as_str()).collect()
}

#[test]
fn everybody_is_warned_of_what_concerns_them() {
    let net = |carrier, seconds, number| {
        request(carrier, Mode::SafetyNet, Destination::parse(number).unwrap(), seconds)
    };
    let all = |carrier, number| Request::new(carrier, Mode::TotalAi, Destination::parse(number).unwrap());
    let from = |own: &str, request| Request { own_number: Some(own.parse().unwrap()), ..request };
    let us = "+15550109999";
    for (what, request, expected) in [
        ("nothing to say", all(Carrier::Tmobile, us), vec![]),
        ("only part of the mode", net(Carrier::Tmobile, 25, us), vec!["covers_part", "voicemail_may_go"]),
        ("the whole mode", net(Carrier::Att, 30, us), vec!["voicemail_may_go"]),
        (
            "above the standard",
            net(Carrier::Att, 31, us),
            vec!["ring_time_above_standard", "voicemail_may_go"],
        ),
        ("between two steps", net(Carrier::Att, 29, us), vec!["ring_time_not_multiple", "voicemail_may_go"]),
        ("off that keeps", all(Carrier::Att, us), vec!["number_kept"]),
        ("vertical", all(Carrier::Verizon, us), vec!["plus_untested", "vertical_codes_vary"]),
        (
            "vertical without a ring time",
            net(Carrier::OtherCdma, 25, us),
            vec!["covers_part", "ring_time_ignored", "plus_untested", "vertical_codes_vary"],
        ),
        ("toll-free", all(Carrier::Tmobile, "+18885550199"), vec!["destination_toll_free"]),
        ("abroad", all(Carrier::Tmobile, "+447973100123"), vec!["destination_abroad"]),
        ("nobody knows from where", all(Carrier::International, "+447973100123"), vec![]),
        (
            "from France",
            from("+33123456789", all(Carrier::International, "+447973100123")),
            vec!["destination_abroad"],
        ),
        ("from Britain", from("+447973100999", all(Carrier::International, "+447973100123")), vec![]),
        ("India, likely", all(Carrier::International, "+919812345678"), vec!["india_stopped"]),
        (
            "from India",
            from("+919812345679", all(Carrier::OtherGsm, us)),
            vec!["india_stopped", "destination_abroad"],
        ),
        (
            "to India",
            from("+447973100999", all(Carrier::OtherGsm, "+919812345678")),
            vec!["destination_abroad"],
        ),
    ] {
        assert_eq!(warned(&request), expected, "{what}");
    }
    let warnings = generate(&net(Carrier::Tmobile, 33, us)).unwrap().warnings;
    assert_eq!(warnings[1].detail, "the standard ends at 30 seconds: 33 most likely rings for 30");
}

#[test]
fn status_codes_ask_for_what_is_covered() {
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let asked: Vec<State> = codes.status_codes.iter().map(|status| status.state).collect();
        let gsm = request.carrier.family() == Family::Gsm;
        assert_eq!(asked.len(), if gsm { codes.covers.len() } else { 0 });
        assert!(asked.iter().all(|state| codes.covers.contains(state)));
        let steps =
            codes.extra_steps.iter().filter_map(|step| step.status_code.as_ref().zip(step.covers.first()));
        let all = codes.status_codes.iter().map(|status| (&status.code, &status.state)).chain(steps);
        for (code, state) in all {
            let mmi = Mmi::read(code.as_str()).unwrap();
            assert_eq!(
                (mmi.action(), mmi.states(), mmi.issues()),
                (Action::Interrogation, &[*state][..], vec![])
            );
        }
    }
}

#[test]
fn codes_are_explained() {
    for (code, summary, issues, suggestion) in [
        ("**21*+15550109999#", "Forwards every call to +15550109999.", vec![], None),
        (
            "tel:**61*+15550109999*11*25%23",
            "Forwards calls that nobody answers to +15550109999, after 25 seconds.",
            vec![],
            None,
        ),
        (
            "** 61 * +1 (555) 010-9999 * 11 * 45 #",
            "Forwards calls that nobody answers to +15550109999, after 30 seconds.",
            vec![Issue::TimerRange],
            None,
        ),
        (
            "**61*+15550109999*20#",
            "Forwards data, fax or messages to +15550109999, but no voice calls.",
            vec![Issue::BasicServiceNotVoice, Issue::SlotSwap],
            Some("**61*+15550109999*11*20#"),
        ),
        (
            "**61*+15550109999*15#",
            "Is most likely refused: `15` names no basic service.",
            vec![Issue::BasicServiceUnknown, Issue::SlotSwap],
            Some("**61*+15550109999*11*15#"),
        ),
        (
            "*004*+15550109999*10#",
            "Forwards calls while the line is busy or that nobody answers or while the phone is off or without a \
             network to +15550109999.",
            vec![Issue::SlotSwap],
            Some("*004*+15550109999*11*10#"),
        ),
        (
            "**61*+15550109999*20*11#",
            "Forwards data, fax or messages to +15550109999, but no voice calls.",
            vec![Issue::BasicServiceNotVoice, Issue::TimerStep, Issue::SlotSwap],
            Some("**61*+15550109999*11*20#"),
        ),
        ("#21#", "Switches off forwarding of every call; the network keeps the number.", vec![], None),
        (
            "*21#",
            "Switches on forwarding of every call to the number that the network has stored.",
            vec![],
            None,
        ),
        ("*#61#", "Shows how forwarding of calls that nobody answers is set; changes nothing.", vec![], None),
        ("##002#", "Switches off forwarding of calls of every kind and forgets the number.", vec![], None),
        (
            "**21*+15550109999",
            "Is no code as it stands: the phone would place a call.",
            vec![Issue::EndMissing],
            Some("**21*+15550109999#"),
        ),
        ("*725550109999", "Forwards every call to 5550109999, on lines that know it.", vec![], None),
        ("*73", "Switches off forwarding that *72 or *71 has set, on lines that know it.", vec![], None),
        ("*73#", "Is no forwarding code: *73 takes no # at its end.", vec![Issue::MixedForms], Some("*73")),
        (
            "*71+15550109999*11*25#",
            "Is no forwarding code: it mixes two forms.",
            vec![Issue::MixedForms],
            Some("*71+15550109999"),
        ),
        (
            "*31#",
            "Is about hiding the own number (service code 31), not about forwarding.",
            vec![Issue::NotACode],
            None,
        ),
        (
            "**21+15550109999#",
            "Is sent to the network as it stands, which makes of it what it likes; no forwarding code.",
            vec![Issue::NotACode],
            None,
        ),
        (
            "hello",
            "Is no code: the phone would take it as a number to call, or refuse it.",
            vec![Issue::NotACode],
            None,
        ),
        (
            "",
            "Is no code: the phone would take it as a number to call, or refuse it.",
            vec![Issue::NotACode],
            None,
        ),
    ] {
        let explanation = explain(code);
        assert_eq!(explanation.summary, summary, "{code}");
        assert_eq!(explanation.issues.iter().map(|remark| remark.code).collect::<Vec<_>>(), issues, "{code}");
        assert_eq!(explanation.suggestion.as_ref().map(Code::as_str), suggestion, "{code}");
    }
}

#[test]
fn what_is_generated_is_explained_without_a_fault() {
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let destination = request.destination.number();
        for (code, covers) in [(&codes.activation_code, codes.covers)]
            .into_iter()
            .chain(codes.extra_steps.iter().map(|step| (&step.activation_code, step.covers)))
        {
            let on = explain(code.as_str());
            assert_eq!(
                (on.action, on.number.as_deref()),
                (Some(Action::Registration), Some(destination.as_str()))
            );
            assert_eq!((on.covers, on.suggestion), (covers, None), "{code}");
        }
        let off = explain(codes.deactivation_code.as_str());
        assert!(matches!(off.action, Some(Action::Erasure | Action::Deactivation)));
        assert!(off.issues.is_empty() && codes.covers.iter().all(|state| off.covers.contains(state)));
    }
}
