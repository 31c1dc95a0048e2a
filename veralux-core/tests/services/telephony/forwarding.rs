//! Lines that are forwarded to their receptionist.

use super::*;

#[test]
fn a_line_is_forwarded_changed_and_given_up() {
    let desk = Desk::new();
    let id = desk.prove(LINE);
    let first = desk.set_up(&id, Mode::SafetyNet, None).unwrap();
    assert_eq!(first.destination, phone(FRONT_DESK), "where the receptionist is reached");
    assert_eq!(first.activation_code, format!("**61*{FRONT_DESK}*11*20#"));
    let tenant = &desk.world.tenant;
    let active = run(desk.forwardings.confirm(&Context::SYSTEM, tenant, &first.id)).unwrap();
    assert_eq!((active.status, active.confirmed_at.is_some()), (configuration::Status::Active, true));
    let again = run(desk.forwardings.confirm(&Context::SYSTEM, tenant, &first.id)).unwrap();
    assert_eq!(again, active, "twice changes nothing");
    let request = request(&id, Mode::TotalAi, Some(POOL));
    let changed = run(desk.forwardings.put(&Context::SYSTEM, tenant, &request)).unwrap();
    assert_eq!((changed.is_new, &changed.forwarding.id), (false, &first.id));
    let steps: Vec<_> =
        changed.steps.iter().filter(|step| !step.optional).map(|step| step.code.as_str()).collect();
    assert_eq!(steps, ["##61#", &format!("**21*{POOL}#")], "the old one off, then the new one on");
    assert_eq!(changed.forwarding.status, configuration::Status::PendingSetup);
    let off = run(desk.forwardings.disable(&Context::SYSTEM, tenant, &first.id)).unwrap();
    assert_eq!(off.disabled_message(), "Forwarding disabled. Dial: ##21# (T-Mobile) to deactivate.");
    assert_eq!(desk.last_event(), "forwarding.disabled");
    let refused = run(desk.forwardings.confirm(&Context::SYSTEM, tenant, &first.id));
    assert_eq!(code(refused), "forwarding_disabled");
    let removed = run(desk.caller_ids.remove(&Context::SYSTEM, tenant, &id)).unwrap();
    assert_eq!(removed.forwarding.map(|forwarding| forwarding.id), Some(first.id.clone()));
    assert_eq!(
        code(run(desk.forwardings.disable(&Context::SYSTEM, tenant, &first.id))),
        "forwarding_not_found"
    );
    assert_eq!(code(run(desk.caller_ids.remove(&Context::SYSTEM, tenant, &id))), "caller_id_not_found");
}

#[test]
fn what_is_not_forwarded() {
    let desk = Desk::new();
    let pending = desk.initiate(LINE).unwrap().caller_id.id;
    assert_eq!(code(desk.set_up(&pending, Mode::TotalAi, None)), "not_verified");
    desk.confirm(&pending, &desk.phones.code(LINE)).unwrap();
    let nobody = CallerIdId::parse("cid_none").unwrap();
    for (what, caller_id, to, expected) in [
        ("no such line", &nobody, None, "caller_id_not_found"),
        ("somebody else's number", &pending, Some("+14155559999"), "destination_not_owned"),
    ] {
        assert_eq!(code(desk.set_up(caller_id, Mode::TotalAi, to)), expected, "{what}");
    }
    let desk_line = desk.prove(FRONT_DESK);
    assert_eq!(code(desk.set_up(&desk_line, Mode::TotalAi, Some(FRONT_DESK))), "self_forward");
    desk.set_up(&desk_line, Mode::TotalAi, Some(POOL)).unwrap();
    let pool_line = desk.prove(POOL);
    assert_eq!(code(desk.set_up(&pool_line, Mode::TotalAi, Some(FRONT_DESK))), "forwarding_loop");
}

#[test]
fn a_receptionist_that_hands_calls_back_to_the_line() {
    let forwarded = r#""callForwarding":{"enabled":true,"destination":"+14155550123"}"#;
    let idle = forwarded.replace("true", "false");
    let transferred = |to: &str| {
        format!(
            r#""transferProfiles":[{{"id":"x","name":"Owner","responsibilities":["all"],"destination":"{to}"}}]"#
        )
    };
    for (what, part, expected) in [
        ("transfers to the line", transferred(LINE), Some("forwarding_loop")),
        ("transfers elsewhere", transferred("+14155550177"), None),
        ("transfers to a SIP address", transferred("sip:desk@example.com"), None),
        ("forwards every call to the line", forwarded.to_owned(), Some("forwarding_loop")),
        ("would forward, but does not", idle, None),
    ] {
        let desk = Desk::new();
        let tenant = &desk.world.tenant;
        let document = format!(
            r#"{{"contractVersion":"v1","tenantId":"t1","dids":["{FRONT_DESK}"],"webhookSecret":"s",
            "caps":{{"maxConcurrentCallsTenant":1,"maxCallsPerMinuteTenant":1}},
            "stt":{{"mode":"disabled","chunkMs":20}},"audio":{{}},
            "tts":{{"mode":"kokoro_http","kokoroUrl":"http://kokoro"}},{part}}}"#
        );
        let publisher = RuntimePublisher::new(desk.world.stores.clone(), None);
        run(publisher.publish(&Context::SYSTEM, tenant, document.as_bytes(), None)).unwrap();
        let line = desk.prove(LINE);
        for mode in [Mode::TotalAi, Mode::SafetyNet] {
            let made = desk.set_up(&line, mode, Some(FRONT_DESK));
            match expected {
                Some(expected) => assert_eq!(code(made), expected, "{what}"),
                None => assert!(made.is_ok(), "{what}: {made:?}"),
            }
            assert!(desk.set_up(&line, mode, Some(POOL)).is_ok(), "{what}: no receptionist answers there");
        }
    }
}
