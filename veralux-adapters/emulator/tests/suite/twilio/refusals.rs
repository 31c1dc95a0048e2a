use veralux_core::port::{CallerIdProvider as _, Error, MessageProvider as _, ProviderFault};
use veralux_core::secret::Secret;

use super::world::{OUR, THEIRS, World, number, sms, tenant};

#[tokio::test]
async fn what_twilio_refuses_and_what_a_person_reads() {
    let world = World::start().await;
    let provider = world.provider().await;
    world.emulator.twilio().receive_sms(THEIRS, OUR, " stop ").await;
    for (what, to, from, body, code, said) in [
        ("no such number", "+15005550001", OUR, "a", "21211", "cannot reach"),
        ("too short", "+1415", OUR, "a", "21211", "cannot reach"),
        ("a way that is closed", "+15005550002", OUR, "a", "21612", "Use another"),
        ("abroad", "+15005550003", OUR, "a", "21408", "Geographic permissions"),
        ("a landline", "+15005550009", OUR, "a", "21614", "landline"),
        ("who said STOP", THEIRS, OUR, "a", "21610", "STOP"),
        ("itself", OUR, OUR, "a", "21266", "same number"),
        ("not ours", "+14155550188", "+14155550187", "a", "21606", "sending number"),
        ("nothing", "+14155550188", OUR, "", "21602", "needs a text"),
        ("too much", "+14155550188", OUR, &"ä".repeat(1601), "21617", "too long"),
    ] {
        let mut sms = sms(to, body);
        sms.from = number(from);
        let error = provider.send(&tenant(), &sms).await.unwrap_err();
        assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some(code)), "{what}");
        assert!(error.to_string().contains(said), "{what}: {error}");
        assert_eq!(error.raw.as_ref().unwrap().status, 400, "{what}");
    }
    let mut hook = sms("+14155550188", "a");
    hook.status_url = Some("localhost".to_owned());
    let error = provider.send(&tenant(), &hook).await.unwrap_err();
    assert!(error.to_string().contains("PUBLIC_BASE_URL"), "{error}");
    assert_eq!(world.emulator.twilio().messages(&world.account.sid).len(), 1, "only the one that came in");

    world.emulator.twilio().receive_sms(THEIRS, OUR, "start").await;
    provider.send(&tenant(), &sms(THEIRS, "a")).await.unwrap();
    world.check();
}

#[tokio::test]
async fn numbers_that_cannot_be_bought() {
    let world = World::start().await;
    let client = world.client();
    for (what, wanted, code) in [
        ("sold", "+15005550000", "21422"),
        ("ours already", OUR, "21422"),
        ("none", "+15005550001", "21421"),
        ("too short", "+141", "21421"),
    ] {
        let error = client.buy(&number(wanted), "opr_1").await.unwrap_err();
        assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some(code)), "{what}");
    }
    let gone = client.number("PN00000000000000000000000000000000").await.unwrap();
    assert!(gone.is_none());
    assert_eq!(world.emulator.twilio().numbers(&world.account.sid).len(), 1);
    world.check();
}

#[tokio::test]
async fn phones_that_cannot_be_called() {
    let world = World::start().await;
    let provider = world.provider().await;
    for (to, is_expected) in [
        ("+15005550001", (|error| matches!(error, Error::Invalid(_))) as fn(&Error) -> bool),
        ("+15005550002", |error| matches!(error, Error::Invalid(_))),
        ("+15005550003", |error| matches!(error, Error::Permanent { .. })),
        ("+15005550004", |error| matches!(error, Error::Permanent { .. })),
    ] {
        let error = provider.deliver(&tenant(), &number(to), &Secret::new("012345")).await.unwrap_err();
        assert!(is_expected(&error), "{to}: {error:?}");
    }
    assert!(world.emulator.twilio().calls(&world.account.sid).is_empty());
    let other = world.emulator.twilio().account();
    world.emulator.twilio().give(&other.sid, "+14155550177").unwrap();
    let (theirs, not_ours) = (number(THEIRS), number("+14155550177"));
    let twiml = veralux_providers::twilio::twiml::Twiml::new().hangup();
    let call = veralux_providers::twilio::NewCall {
        to: &theirs,
        from: &not_ours,
        twiml: &twiml,
        status_callback: None,
    };
    assert_eq!(world.client().call(&call).await.unwrap_err().code.as_deref(), Some("21210"));
    world.check();
}

#[tokio::test]
async fn a_wrong_credential_and_a_number_that_another_account_has() {
    let world = World::start().await;
    let mut credential = world.credential();
    credential.api_key_secret = Some(Secret::new("wrong"));
    let client =
        veralux_providers::twilio::Client::at(&world.origin, world.outside.clone(), &credential).unwrap();
    let error = client.numbers(None).await.unwrap_err();
    assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some("20003")));
    assert!(error.to_string().contains("Integrations"), "{error}");

    let twilio = world.emulator.twilio();
    let other = twilio.account();
    let check = world.client().check_caller_id(&number(THEIRS), None, None).await.unwrap();
    assert!(twilio.key_code(THEIRS, check.code.expose()).await.0);
    let mut credential = world.credential();
    credential.account_sid = other.sid.clone();
    credential.api_key_sid = Some(other.api_key_sid.clone());
    credential.api_key_secret = Some(Secret::new(other.api_key_secret.as_str()));
    let client =
        veralux_providers::twilio::Client::at(&world.origin, world.outside.clone(), &credential).unwrap();
    let error = client.check_caller_id(&number(THEIRS), None, None).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("21453"));
    world.check();
}
