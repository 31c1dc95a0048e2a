use veralux_core::port::{Delivery, MessageProvider as _, NumberProvider, WebhookUrls};
use veralux_emulator::HookPlan;
use veralux_providers::twilio::twiml::{Rejection, Stream, Twiml};
use veralux_providers::twilio::webhook::{CallStatus, StreamKind};

use super::world::{Hooked, OUR, THEIRS, World, number, sms, tenant};

/// A world whose number leads to a server.
async fn led() -> (World, Hooked) {
    let (world, hooked) = (World::start().await, Hooked::start().await);
    let at = |path: &str| format!("{}{path}", hooked.origin);
    let urls = WebhookUrls { message: at("/sms?x=1"), voice: at("/voice"), voice_status: at("/end") };
    let provider = world.provider().await;
    let held = NumberProvider::find(&provider, &tenant(), &number(OUR), &urls).await.unwrap().unwrap();
    provider.attach(&tenant(), &held, None, &urls).await.unwrap();
    (world, hooked)
}

#[tokio::test]
async fn each_status_of_a_message_is_told_and_signed() {
    let (world, hooked) = led().await;
    let provider = world.provider().await;
    world.emulator.twilio().undeliverable("+14155550177", 30005);
    let mut sent = Vec::new();
    for to in [THEIRS, "+14155550177"] {
        let mut sms = sms(to, "Hi");
        sms.status_url = Some(format!("{}/status?t=a%20b", hooked.origin));
        sent.push(provider.send(&tenant(), &sms).await.unwrap().id);
    }
    let taken = hooked.wait_for(4).await;
    assert!(taken.iter().all(|taken| taken.is_signed_with(&world.account.auth_token)));
    assert!(taken.iter().all(|taken| !taken.is_signed_with(&world.account.api_key_secret)));
    for (sid, states) in sent.iter().zip([
        [(Delivery::Sent, None), (Delivery::Delivered, None)],
        [(Delivery::Sent, None), (Delivery::Undelivered, Some("30005"))],
    ]) {
        let own: Vec<_> = taken
            .iter()
            .map(|taken| taken.form.message_status().unwrap())
            .filter(|status| status.message_sid == *sid)
            .collect();
        let seen: Vec<_> =
            own.iter().map(|status| (status.delivery.unwrap(), status.error_code.as_deref())).collect();
        assert_eq!(seen, states);
    }
    world.check();
}

#[tokio::test]
async fn webhooks_twice_forged_and_out_of_order() {
    let (world, hooked) = led().await;
    let (twilio, hooks) = (world.emulator.twilio(), world.emulator.hooks());
    hooks.set(HookPlan { repeats: 1, ..HookPlan::default() });
    twilio.receive_sms(THEIRS, OUR, "Hi").await.unwrap();
    let taken = hooked.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].value("MessageSid"), taken[1].value("MessageSid"), "the same message twice");

    hooks.set(HookPlan { forged: true, ..HookPlan::default() });
    twilio.receive_sms(THEIRS, OUR, "Hi").await.unwrap();
    assert!(!hooked.taken()[2].is_signed_with(&world.account.auth_token));

    hooks.set(HookPlan { held: true, ..HookPlan::default() });
    twilio.by_hand();
    let mut sms = sms(THEIRS, "Hi");
    sms.status_url = Some(format!("{}/status", hooked.origin));
    world.provider().await.send(&tenant(), &sms).await.unwrap();
    twilio.advance().await;
    twilio.advance().await;
    assert_eq!(hooked.taken().len(), 3);
    hooks.release().await;
    let states: Vec<_> =
        hooked.taken()[3..].iter().map(|taken| taken.form.message_status().unwrap().status).collect();
    assert_eq!(states, ["delivered", "sent"]);
    world.check();
}

#[tokio::test]
async fn a_message_comes_in_and_the_answer_goes_back() {
    let (world, hooked) = led().await;
    let twilio = world.emulator.twilio();
    hooked.answer(&Twiml::new().message("We <3 you & \"yours\"").finish());
    let delivered = twilio.receive_sms(THEIRS, OUR, "Hi + ✓").await.unwrap();
    assert_eq!(delivered.status, Some(200));
    let taken = hooked.taken();
    let [taken] = taken.as_slice() else { panic!("{} webhooks", taken.len()) };
    assert!(taken.path == "/sms" && taken.is_signed_with(&world.account.auth_token));
    let inbound = taken.form.inbound_sms().unwrap();
    assert_eq!((inbound.from.as_str(), inbound.to.as_str(), inbound.body.as_str()), (THEIRS, OUR, "Hi + ✓"));
    assert_eq!(taken.form.account_sid(), Some(world.account.sid.as_str()));
    let messages = twilio.messages(&world.account.sid);
    let shown: Vec<_> =
        messages.iter().map(|own| (own.direction, own.to.as_str(), own.body.as_str())).collect();
    assert_eq!(shown, [("inbound", OUR, "Hi + ✓"), ("outbound-reply", THEIRS, "We <3 you & \"yours\"")]);
    hooked.answer(&Twiml::new().finish());
    twilio.receive_sms(THEIRS, OUR, "Bye").await.unwrap();
    hooked.answer(&Twiml::new().message("Wait").finish());
    twilio.receive_sms(THEIRS, OUR, "STOP").await.unwrap();
    assert_eq!(twilio.messages(&world.account.sid).len(), 4, "nothing back after STOP");
    assert!(twilio.receive_sms(THEIRS, "+14155550111", "Hi").await.is_none(), "nobody's number");
    world.check();
}

#[tokio::test]
async fn a_call_comes_in_is_streamed_and_ends() {
    let (world, hooked) = led().await;
    let twilio = world.emulator.twilio();
    let status = format!("{}/stream?a=1&b=2", hooked.origin);
    let stream = Stream {
        url: "wss://voice.example.com/streams",
        status_callback: Some(&status),
        parameters: &[("tenantId", "a"), ("name", "\"Tom\" & <Jerry>")],
    };
    let twiml = Twiml::new().say("One moment.").connect(&stream).finish();
    hooked.answer(&twiml);
    let (sid, delivered) = twilio.receive_call(THEIRS, OUR).await.unwrap();
    assert_eq!(delivered.status, Some(200));
    let call = hooked.taken()[0].form.call().unwrap();
    assert_eq!((call.call_sid.as_str(), call.status), (sid.as_str(), CallStatus::Ringing));
    assert_eq!((call.from.as_str(), call.to.as_str(), call.inbound), (THEIRS, OUR, true));
    let own = twilio.calls(&world.account.sid).pop().unwrap();
    assert_eq!(
        (own.twiml, own.says, own.status.as_str()),
        (twiml, vec!["One moment.".to_owned()], "in-progress")
    );

    for (event, kind, error) in [
        ("stream-started", StreamKind::Started, false),
        ("stream-error", StreamKind::Failed, true),
        ("stream-stopped", StreamKind::Stopped, false),
    ] {
        twilio.stream_event(&sid, event).await.unwrap();
        let taken = hooked.taken().pop().unwrap();
        let seen = taken.form.stream().unwrap();
        assert_eq!((seen.call_sid.as_str(), seen.kind, seen.error.is_some()), (sid.as_str(), kind, error));
        assert!(seen.at.is_some() && taken.path == "/stream");
    }
    twilio.hang_up(&sid).await.unwrap();
    let taken = hooked.taken();
    let end = taken[4].form.call().unwrap();
    assert_eq!((end.status, end.seconds, taken[4].path.as_str()), (CallStatus::Completed, Some(12), "/end"));
    assert!(taken.iter().all(|taken| taken.is_signed_with(&world.account.auth_token)));

    hooked.answer(&Twiml::new().reject(Rejection::Busy).finish());
    twilio.receive_call(THEIRS, OUR).await.unwrap();
    assert_eq!(twilio.calls(&world.account.sid).pop().unwrap().status, "busy");
    world.check();
}

#[tokio::test]
async fn how_a_caller_ids_check_ended_is_told() {
    let (world, hooked) = led().await;
    let (client, twilio) = (world.client(), world.emulator.twilio());
    let url = format!("{}/check", hooked.origin);
    for (is_right, index) in [(false, 0), (true, 1)] {
        let check = client.check_caller_id(&number(THEIRS), None, Some(&url)).await.unwrap();
        let code = if is_right { check.code.expose() } else { "" };
        assert_eq!(twilio.key_code(THEIRS, code).await.0, is_right);
        let taken = hooked.taken();
        let told = taken[index].form.caller_id_validation().unwrap();
        assert_eq!((told.call_sid, told.verified), (check.call_sid, is_right));
        assert_eq!(told.caller_id_sid.is_some(), is_right);
        assert_eq!(told.number.as_deref(), Some(THEIRS));
        assert!(taken[index].is_signed_with(&world.account.auth_token));
    }
    world.check();
}
