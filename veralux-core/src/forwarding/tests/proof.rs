//! A code that is printed does what was asked, and can be undone.

use super::*;

/// Whether a call in a situation is forwarded by a code that covers these states.
fn is_covered(situation: Situation, covers: &[State]) -> bool {
    covers.contains(&State::Unconditional)
        || match situation {
            Situation::Answered => false,
            Situation::Busy => covers.contains(&State::Busy),
            Situation::NoReply => covers.contains(&State::NoReply),
            Situation::NotReachable => covers.contains(&State::NotReachable),
        }
}

/// Dials codes one after another on a line.
fn dial<'a>(line: &Line, codes: impl IntoIterator<Item = &'a Code>) -> Line {
    let mut line = line.clone();
    codes.into_iter().for_each(|code| line.dial(code.as_str()).unwrap());
    line
}

fn is_same_number(got: Option<&str>, destination: &str) -> bool {
    // The alternatives with ten digits reach the same number from inside the North American plan.
    got.is_some_and(|got| got == destination || destination.strip_prefix("+1") == Some(got))
}

fn check_reach(line: &Line, covers: &[State], destination: &str, what: &str) {
    for situation in Situation::ALL {
        let (target, covered) = (line.target(situation), is_covered(situation, covers));
        let right = if covered { is_same_number(target, destination) } else { target.is_none() };
        assert!(right, "{what}, {situation:?}: {target:?}");
    }
}

#[test]
fn on_reaches_the_destination_and_off_restores_the_line_always() {
    let mut proven = 0;
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let destination = request.destination.number();
        let what = format!("{} {} {}", codes.carrier, codes.mode, codes.activation_code);

        let fresh = Line::default();
        let on = dial(&fresh, [&codes.activation_code]);
        check_reach(&on, codes.covers, destination.as_str(), &what);
        assert_eq!(on.timer(), codes.ring_time_seconds.map(|time| time.seconds().into()), "{what}");

        let off = dial(&on, [&codes.deactivation_code]);
        assert_eq!(off.in_effect(), fresh, "{what}");
        let kept = codes.warnings.iter().any(|warning| warning.code == WarningCode::NumberKept);
        assert_eq!(off != fresh, kept, "{what}: what stays in the network is said, and nothing else stays");

        for status in &codes.status_codes {
            assert_eq!(dial(&on, [&status.code]), on, "{what}: asking changes nothing");
        }
        proven += 1;
    }
    assert_eq!(proven, 7 * 2 * 56 * destinations().len());
}

#[test]
fn what_a_line_loses_that_forwarded_before_is_said() {
    let before = Line::with_voicemail();
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let after = dial(&before, [&codes.activation_code, &codes.deactivation_code]);
        let warned = codes.warnings.iter().any(|warning| warning.code == WarningCode::VoicemailMayGo);
        assert_eq!(after.in_effect() != before, warned, "{} {}", codes.carrier, codes.activation_code);
    }
}

#[test]
fn extra_steps_complete_the_mode_and_come_off_again() {
    let all = [State::Busy, State::NoReply, State::NotReachable];
    for request in every_request() {
        let codes = generate(&request).unwrap();
        let destination = request.destination.number();
        let gsm_net = request.carrier.family() == Family::Gsm && request.mode == Mode::SafetyNet;
        assert_eq!(codes.extra_steps.len(), if gsm_net && request.carrier != Carrier::Att { 3 } else { 0 });
        let (instead, beside): (Vec<_>, Vec<_>) =
            codes.extra_steps.iter().partition(|step| step.replaces_others);
        let what = codes.activation_code.as_str();
        if !beside.is_empty() {
            let on = dial(&Line::default(), [&codes.activation_code]);
            let on = dial(&on, beside.iter().map(|step| &step.activation_code));
            check_reach(&on, &all, destination.as_str(), what);
            let off = dial(&on, beside.iter().map(|step| &step.deactivation_code));
            assert_eq!(dial(&off, [&codes.deactivation_code]), Line::default(), "{what}");
        }
        for step in &codes.extra_steps {
            let on = dial(&Line::default(), [&step.activation_code]);
            check_reach(&on, step.covers, destination.as_str(), what);
            assert_eq!(dial(&on, [&step.deactivation_code]), Line::default(), "{what}");
        }
        for step in instead {
            assert_eq!(step.covers, all);
        }
    }
}

#[test]
fn alternatives_do_what_they_say_and_come_off_again() {
    let mut seen = std::collections::BTreeSet::new();
    for request in every_request() {
        let destination = request.destination.number();
        let codes = generate(&request).unwrap();
        for other in &codes.alternatives {
            let on = dial(&Line::default(), [&other.activation_code]);
            check_reach(&on, other.covers, destination.as_str(), other.reason);
            assert_eq!(dial(&on, [&other.deactivation_code]), Line::default(), "{}", other.reason);
            assert_ne!(
                (&other.activation_code, &other.deactivation_code),
                (&codes.activation_code, &codes.deactivation_code)
            );
            seen.insert((codes.carrier, codes.mode, other.reason));
        }
    }
    assert!(seen.len() > 20, "{}", seen.len());
}

/// Every change between lines that do not forward, and every carrier and mode with two numbers and two ring times.
#[test]
fn a_transition_ends_where_the_new_codes_alone_would() {
    let mut all = vec![None];
    for (carrier, mode) in
        Carrier::ALL.iter().flat_map(|carrier| Mode::ALL.iter().map(|mode| (*carrier, *mode)))
    {
        for (number, seconds) in [("+15550109999", 20), ("+447973100123", 20), ("+15550109999", 30)] {
            let destination = Destination::parse(number).unwrap();
            all.push(Some(generate(&request(carrier, mode, destination, seconds)).unwrap()));
        }
    }
    let extra = |codes: &Option<Codes>| -> Vec<Code> {
        let steps =
            codes.iter().flat_map(|codes| codes.extra_steps.iter().filter(|step| !step.replaces_others));
        steps.map(|step| step.activation_code.clone()).collect()
    };
    for (old, new) in all.iter().flat_map(|old| all.iter().map(move |new| (old, new))) {
        let steps = transition(old.as_ref(), new.as_ref());
        let on = |codes: &Option<Codes>| {
            dial(&Line::default(), codes.as_ref().map(|codes| &codes.activation_code))
        };
        let wanted = on(new);
        let what = format!("{old:?} to {new:?}");
        let plain = steps.iter().filter(|step| !step.optional).map(|step| &step.code);
        assert_eq!(dial(&on(old), plain).in_effect(), wanted, "{what}");
        if !steps.is_empty() {
            let with_extra = dial(&on(old), &extra(old));
            let after = dial(&with_extra, steps.iter().map(|step| &step.code));
            assert_eq!(after.in_effect(), wanted, "{what}, extra steps dialled");
        }
        let first_on = steps.iter().position(|step| step.purpose == Purpose::On).unwrap_or(steps.len());
        assert!(steps[first_on..].iter().all(|step| step.purpose == Purpose::On), "{what}: off comes first");
    }
}

/// The model itself can say no: pairs that were seen in the wild and leave a line forwarded.
#[test]
fn the_model_sees_what_does_not_undo() {
    for (on, off) in [
        ("**61*+15550109999*11*25#", "##21#"),
        ("*004*+15550109999*11*25#", "#21#"),
        ("**61*+15550109999*11*25#", "##61*20#"),
        ("*72+15550109999", "*93"),
        ("**002*+15550109999#", "##004#"),
    ] {
        let mut line = Line::default();
        line.dial(on).unwrap();
        let _ = line.dial(off);
        assert_ne!(line.in_effect(), Line::default(), "{on} and {off}");
    }
    let mut line = Line::default();
    line.dial("**61*+15550109999*20#").unwrap();
    assert_eq!(line.target(Situation::NoReply), None, "20 is a bearer service: voice is not forwarded");
    for refused in
        ["**21#", "##21*+15550109999#", "**61*+15550109999*15#", "**21*+15550109999*11*25#", "*72", "1"]
    {
        assert!(Line::default().dial(refused).is_err(), "{refused}");
    }
}
