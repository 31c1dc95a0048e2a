use tokio::task::JoinSet;
use veralux_core::port::{
    CallerIdProvider as _, Clock as _, Delivery, MessageProvider, NumberFeatures, NumberKind, NumberProvider,
    NumberSearch, OrderState, Verdict, WebhookUrls,
};
use veralux_core::secret::Secret;
use veralux_core::time::SECOND;
use veralux_providers::twilio::{Message, MessageFilter, check};

use super::world::{OUR, THEIRS, World, number, sms, tenant};

fn urls() -> WebhookUrls {
    WebhookUrls {
        message: "https://a.example/sms?x=1&y=2".to_owned(),
        voice: "https://a.example/voice".to_owned(),
        voice_status: "https://a.example/end".to_owned(),
    }
}

fn search() -> NumberSearch {
    NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: Some("212".to_owned()),
        contains: Some("77".to_owned()),
        features: NumberFeatures { voice: true, sms: true, mms: false },
        limit: 5,
    }
}

#[tokio::test]
async fn a_number_is_found_bought_led_and_given_back() {
    let world = World::start().await;
    let provider = world.provider().await;
    let offers = provider.search(&tenant(), &search()).await.unwrap();
    assert_eq!(offers.len(), 5);
    assert!(offers.iter().all(|offer| offer.number.as_str().starts_with("+1212")
        && offer.number.as_str().contains("77")
        && offer.features.sms));
    assert_eq!(
        provider.search(&tenant(), &search()).await.unwrap(),
        offers,
        "the same search, the same numbers"
    );
    let wanted = offers[0].number;

    assert_eq!(NumberProvider::find(&provider, &tenant(), &wanted, &urls()).await.unwrap(), None);
    assert_eq!(provider.prepare(&tenant(), &urls()).await.unwrap(), None);
    assert_eq!(provider.find_order(&tenant(), "ref").await.unwrap(), None);
    let order = provider.order(&tenant(), &wanted, None, "ref").await.unwrap();
    assert_eq!(order.state, OrderState::Done);
    let held = NumberProvider::find(&provider, &tenant(), &wanted, &urls()).await.unwrap().unwrap();
    assert_eq!((held.id.as_str(), held.attached), (order.id.as_str(), false));
    assert!(held.features.unwrap().voice);
    assert!(provider.search(&tenant(), &search()).await.unwrap().iter().all(|offer| offer.number != wanted));

    for _ in 0..2 {
        provider.attach(&tenant(), &held, None, &urls()).await.unwrap();
    }
    let posts = world.emulator.journal().of("POST", "/twilio/2010-04-01/Accounts/");
    assert_eq!(posts.len(), 2, "bought once, led once");
    let held = NumberProvider::find(&provider, &tenant(), &wanted, &urls()).await.unwrap().unwrap();
    assert!(held.attached);
    let own = world.emulator.twilio().numbers(&world.account.sid).pop().unwrap();
    assert_eq!((own.sms_url, own.voice_url), (urls().message, urls().voice));
    let elsewhere = WebhookUrls { voice: "https://b.example/voice".to_owned(), ..urls() };
    let held = NumberProvider::find(&provider, &tenant(), &wanted, &elsewhere).await.unwrap().unwrap();
    assert!(!held.attached);

    for _ in 0..2 {
        provider.release(&tenant(), &held).await.unwrap();
    }
    assert_eq!(NumberProvider::find(&provider, &tenant(), &wanted, &urls()).await.unwrap(), None);
    world.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_buy_a_number_at_once_one_gets_it() {
    let world = World::start().await;
    for round in 0..50 {
        let wanted = number(&format!("+1425555{round:04}"));
        let mut buyers = JoinSet::new();
        for _ in 0..8 {
            let client = world.client();
            buyers.spawn(async move { client.buy(&wanted, "ref").await.is_ok() });
        }
        let sold = buyers.join_all().await.into_iter().filter(|is_sold| *is_sold).count();
        assert_eq!(sold, 1, "{wanted}");
    }
    let held = world.emulator.twilio().numbers(&world.account.sid).len();
    assert_eq!(held, 51, "the first was given");
    world.check();
}

#[tokio::test]
async fn numbers_for_sale_by_country_and_kind() {
    let world = World::start().await;
    let provider = world.provider().await;
    for (country, kind, area_code, start, count) in [
        ("US", NumberKind::TollFree, None, "+1888", 5),
        ("CA", NumberKind::Local, Some("604"), "+1604", 5),
        ("GB", NumberKind::Mobile, None, "+447400", 5),
        ("DE", NumberKind::Local, Some("30"), "+4930", 5),
        ("US", NumberKind::Mobile, None, "", 0),
        ("XX", NumberKind::Local, None, "", 0),
    ] {
        let area_code = area_code.map(ToOwned::to_owned);
        let search =
            NumberSearch { country: country.to_owned(), kind, area_code, contains: None, ..search() };
        let offers = provider.search(&tenant(), &search).await.unwrap();
        assert_eq!(offers.len(), count, "{country} {kind}");
        assert!(offers.iter().all(|offer| offer.number.as_str().starts_with(start)), "{country} {kind}");
    }
    world.check();
}

#[tokio::test]
async fn a_message_goes_out_and_is_found_again_in_each_state() {
    let world = World::start().await;
    let twilio = world.emulator.twilio();
    twilio.by_hand();
    let provider = world.provider().await;
    let since = world.clock.now();
    let sent = provider.send(&tenant(), &sms(THEIRS, "Grüße ✓ & +")).await.unwrap();
    assert_eq!((sent.state, sent.code.as_deref()), (Delivery::Queued, None));
    twilio.undeliverable("+14155550177", 30003);
    let other = provider.send(&tenant(), &sms("+14155550177", "Hi")).await.unwrap();
    for (state, other_state) in [
        (Delivery::Queued, Delivery::Queued),
        (Delivery::Sent, Delivery::Sent),
        (Delivery::Delivered, Delivery::Undelivered),
    ] {
        let again =
            MessageProvider::find(&provider, &tenant(), &sms(THEIRS, "Grüße ✓ & +"), since).await.unwrap();
        assert_eq!(again.as_ref().map(|found| (&found.id, found.state)), Some((&sent.id, state)));
        let found =
            MessageProvider::find(&provider, &tenant(), &sms("+14155550177", "Hi"), since).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.id, found.state), (other.id.clone(), other_state));
        assert_eq!(found.code.is_some(), other_state == Delivery::Undelivered);
        twilio.advance().await;
    }
    for (what, sms, since) in [
        ("another text", sms(THEIRS, "Gruß"), since),
        ("another recipient", sms("+14155550188", "Hi"), since),
        ("later", sms(THEIRS, "Grüße ✓ & +"), since.plus(SECOND)),
    ] {
        assert_eq!(MessageProvider::find(&provider, &tenant(), &sms, since).await.unwrap(), None, "{what}");
    }
    world.check();
}

/// So many messages of ours to them that have arrived, a second each.
fn chatter(world: &World, count: usize, text: &str) {
    for _ in 0..count {
        world.clock.advance(SECOND);
        world.emulator.twilio().sent(&world.account.sid, OUR, THEIRS, text).unwrap();
    }
}

/// How many pages of messages were asked for.
fn pages(world: &World) -> usize {
    world.emulator.journal().of("GET", "/twilio/2010-04-01/Accounts/").len()
}

#[tokio::test]
async fn of_many_messages_the_latest_is_found_over_all_pages() {
    let world = World::start().await;
    let (provider, twilio) = (world.provider().await, world.emulator.twilio());
    let since = world.clock.now();
    twilio.sent(&world.account.sid, OUR, THEIRS, "Yes").unwrap();
    chatter(&world, 60, "No");
    let second = twilio.sent(&world.account.sid, OUR, THEIRS, "Yes").unwrap();
    chatter(&world, 600, "No");
    let found = MessageProvider::find(&provider, &tenant(), &sms(THEIRS, "Yes"), since).await.unwrap();
    let found = found.unwrap();
    assert_eq!((found.id, found.state), (second, Delivery::Delivered));
    assert_eq!(pages(&world), 14, "662 messages, 100 a page, of the day and of the pair");
    world.check();
}

#[tokio::test]
async fn what_was_sent_before_an_attempt_is_not_looked_through() {
    let world = World::start().await;
    let provider = world.provider().await;
    let twilio = world.emulator.twilio();
    chatter(&world, 600, "Yes");
    world.clock.advance(SECOND);
    let since = world.clock.now();
    chatter(&world, 150, "No");
    let look = async || MessageProvider::find(&provider, &tenant(), &sms(THEIRS, "Yes"), since).await;
    assert!(look().await.unwrap().is_none(), "older ones are other ones");
    assert_eq!(pages(&world), 6, "of the day and of the pair each two with later ones and one behind");
    let waiting = twilio.schedule(&world.account.sid, OUR, THEIRS, "Yes").unwrap();
    assert_eq!(look().await.unwrap().unwrap().id, waiting, "one that still waits");
    let sent = twilio.sent(&world.account.sid, OUR, THEIRS, "Yes").unwrap();
    assert_eq!(look().await.unwrap().unwrap().id, sent);
    world.check();
}

#[tokio::test]
async fn a_page_of_the_longest_texts_is_read() {
    let world = World::start().await;
    let provider = world.provider().await;
    let since = world.clock.now();
    // Each character takes six bytes in JSON.
    let longest = "\u{1}".repeat(1600);
    chatter(&world, 250, &longest);
    let found = MessageProvider::find(&provider, &tenant(), &sms(THEIRS, &longest), since).await.unwrap();
    let last = world.emulator.twilio().messages(&world.account.sid).pop().unwrap();
    assert_eq!(found.unwrap().id, last.sid);
    world.check();
}

#[tokio::test]
async fn a_message_is_read_redacted_and_removed_and_a_scheduled_one_called_off() {
    let world = World::start().await;
    let twilio = world.emulator.twilio();
    twilio.by_hand();
    let (client, provider) = (world.client(), world.provider().await);
    let sid = provider.send(&tenant(), &sms(THEIRS, "Hi")).await.unwrap().id;
    assert!(client.redact(&sid).await.is_err(), "not before it is over");
    while twilio.advance().await > 0 {}
    assert_eq!(client.message(&sid).await.unwrap().unwrap().body.as_str(), "Hi");
    assert_eq!(client.redact(&sid).await.unwrap().unwrap().body.as_str(), "");
    assert!(client.cancel(&sid).await.is_err());
    assert!(client.delete_message(&sid).await.unwrap());
    assert!(!client.delete_message(&sid).await.unwrap());
    assert!(client.message(&sid).await.unwrap().is_none() && client.redact(&sid).await.unwrap().is_none());

    let planned = twilio.schedule(&world.account.sid, OUR, THEIRS, "Later").unwrap();
    assert_eq!(client.cancel(&planned).await.unwrap().delivery, Some(Delivery::Failed));
    let mut left = 0;
    let count = |page: Vec<Message>| {
        left += page.len();
        true
    };
    client.messages(&MessageFilter::default(), count).await.unwrap();
    assert_eq!(left, 1);
    world.check();
}

#[tokio::test]
async fn a_code_is_spoken_in_a_call() {
    let world = World::start().await;
    let (client, provider) = (world.client(), world.provider().await);
    let call = provider.deliver(&tenant(), &number(THEIRS), &Secret::new("012345")).await.unwrap();
    let calls = world.emulator.twilio().calls(&world.account.sid);
    let [own] = calls.as_slice() else { panic!("{} calls", calls.len()) };
    assert_eq!((own.sid.as_str(), own.from.as_str(), own.to.as_str()), (call.as_str(), OUR, THEIRS));
    assert_eq!(own.code.as_deref(), Some("012345"));
    assert_eq!(own.says.len(), 2);
    assert!(own.says.iter().all(|text| text.contains("0, 1, 2, 3, 4, 5.")), "{:?}", own.says);
    assert!(client.placed_call(&call).await.unwrap().is_some());
    assert!(client.placed_call("CA00000000000000000000000000000000").await.unwrap().is_none());

    world.emulator.twilio().mute(OUR);
    assert!(provider.deliver(&tenant(), &number(THEIRS), &Secret::new("012345")).await.is_err());
    assert_eq!(world.emulator.twilio().calls(&world.account.sid).len(), 1);
    world.check();
}

#[tokio::test]
async fn a_caller_id_is_checked_by_its_code() {
    let world = World::start().await;
    let (client, twilio) = (world.client(), world.emulator.twilio());
    let theirs = number(THEIRS);
    let check = client.check_caller_id(&theirs, Some("Shop"), None).await.unwrap();
    assert!(client.caller_ids(Some(&theirs)).await.unwrap().is_empty(), "not before the code");
    assert!(!twilio.key_code(THEIRS, "x").await.0, "a wrong code ends the check");
    assert!(!twilio.key_code(THEIRS, check.code.expose()).await.0);

    let check = client.check_caller_id(&theirs, None, None).await.unwrap();
    assert_eq!(check.code.expose().len(), 6);
    assert!(twilio.key_code(THEIRS, check.code.expose()).await.0);
    let found = client.caller_ids(Some(&theirs)).await.unwrap();
    let [own] = found.as_slice() else { panic!("{} caller ids", found.len()) };
    assert_eq!(client.caller_id(&own.sid).await.unwrap().unwrap().number, Some(theirs));
    assert_eq!(client.check_caller_id(&theirs, None, None).await.unwrap_err().code.as_deref(), Some("21450"));
    assert!(
        client.remove_caller_id(&own.sid).await.unwrap() && !client.remove_caller_id(&own.sid).await.unwrap()
    );
    assert!(client.caller_id(&own.sid).await.unwrap().is_none());
    world.check();
}

#[tokio::test]
async fn lists_of_more_than_a_page() {
    let world = World::start().await;
    let twilio = world.emulator.twilio();
    for index in 0..45 {
        twilio.give(&world.account.sid, &format!("+142555501{index:02}")).unwrap();
    }
    assert_eq!(world.client().numbers(None).await.unwrap().len(), 46);
    assert_eq!(world.client().numbers(Some(&number("+14255550144"))).await.unwrap().len(), 1);
    assert!(world.client().numbers(Some(&number("+142555501"))).await.unwrap().is_empty());
    world.check();
}

#[tokio::test]
async fn which_credentials_work() {
    use veralux_core::port::Rejection;
    let world = World::start().await;
    let account = world.account.clone();
    let full = world.credential();
    let secret = |text: &str| Some(Secret::new(text));
    let key = |sid: &str, text: &str| veralux_core::credential::TwilioBody {
        api_key_sid: Some(sid.to_owned()),
        api_key_secret: secret(text),
        auth_token: None,
        ..full.clone()
    };
    let unauthorised = Verdict::Rejected(Rejection::Unauthorised);
    let wrong_token = veralux_core::credential::TwilioBody { auth_token: secret("no"), ..full.clone() };
    let elsewhere = veralux_core::credential::TwilioBody {
        account_sid: "AC00000000000000000000000000000000".to_owned(),
        ..full.clone()
    };
    for (what, body, verdict) in [
        ("a standard key and the token", full.clone(), Verdict::Verified),
        ("a standard key", key(&account.standard_key_sid, &account.standard_key_secret), Verdict::Verified),
        ("a main key", key(&account.api_key_sid, &account.api_key_secret), Verdict::Verified),
        ("a wrong secret", key(&account.api_key_sid, "0123456789abcdef"), unauthorised),
        ("a wrong token beside a good key", wrong_token, unauthorised),
        ("another account", elsewhere, unauthorised),
    ] {
        assert_eq!(check(&world.outside, &world.origin, &body).await, verdict, "{what}");
    }
    world.emulator.twilio().set_status(&account.sid, "suspended");
    for body in [full.clone(), key(&account.standard_key_sid, &account.standard_key_secret)] {
        let verdict = check(&world.outside, &world.origin, &body).await;
        assert_eq!(verdict, Verdict::Rejected(Rejection::Suspended));
    }
    world.check();
    let World { served, origin, outside, .. } = world;
    drop(served);
    assert_eq!(check(&outside, &origin, &full).await, Verdict::Unreachable);
}
