//! The API as a server, called by the emulated Twilio and Telnyx over the network.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use veralux_core::credential::{TelnyxBody, TwilioBody};
use veralux_core::memory::{SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{NumberFeatures, NumberKind, NumberProvider, NumberSearch, WebhookUrls};
use veralux_core::secret::Secret;
use veralux_core::time::Instant;
use veralux_emulator::{Emulator, HookPlan, Parts, Served};
use veralux_http::{Settings, TelnyxKey};
use veralux_providers::telnyx::Telnyx;
use veralux_providers::twilio::Provider;
use veralux_providers::{Accounts, Https, Outside};

use super::{CALLER, publish, settings, state, states};
use crate::server::{FRONT_DESK, START, Server, t1};

/// An emulator and who asks it.
struct World {
    emulator: Emulator,
    served: Served,
    outside: Outside,
}

async fn world() -> World {
    let clock = Arc::new(StepClock::new(Instant::parse(START).unwrap()));
    let random = Arc::new(SeededRandom::new(11));
    let emulator = Emulator::new(Parts::new(clock.clone(), random.clone())).unwrap();
    let served = emulator.serve().await.unwrap();
    let transport = Arc::new(Https::with_timeout(Duration::from_secs(20)).unwrap());
    World { emulator, served, outside: Outside { transport, clock, random } }
}

/// A server that is reached over the network, and where.
async fn reached(with: impl FnOnce(Settings) -> Settings) -> (Server, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::with(with(Settings { public_base_url: Some(origin.clone()), ..settings() })).await;
    let router = server.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (server, origin)
}

#[tokio::test]
async fn twilio_calls_from_the_first_ring_to_the_end() {
    let world = world().await;
    let twilio = world.emulator.twilio();
    let account = twilio.account();
    twilio.give(&account.sid, FRONT_DESK).unwrap();
    let token = Secret::new(account.auth_token.as_str());
    let (server, origin) =
        reached(|settings| Settings { twilio_auth_token: Some(token.clone()), ..settings }).await;
    publish(&server, &[FRONT_DESK], (1, 10)).await;
    let credential = TwilioBody {
        account_sid: account.sid.clone(),
        auth_token: Some(token),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: None,
        api_key_secret: None,
    };
    let accounts = Accounts::new(server.vault.clone(), Some(credential));
    let provider = Provider::at(format!("{}/twilio", world.served.origin), accounts, world.outside.clone());
    let urls = WebhookUrls {
        message: format!("{origin}/webhooks/twilio/inbound-sms"),
        voice: format!("{origin}/api/twilio/voice/inbound"),
        voice_status: format!("{origin}/api/twilio/voice/stream/status"),
    };
    let number = E164::parse(FRONT_DESK).unwrap();
    let held = NumberProvider::find(&provider, &t1(), &number, &urls).await.unwrap().unwrap();
    provider.attach(&t1(), &held, None, &urls).await.unwrap();

    let (sid, delivered) = twilio.receive_call(CALLER, FRONT_DESK).await.unwrap();
    assert_eq!(delivered.status, Some(200));
    let call = twilio.calls(&account.sid).remove(0);
    assert!(call.twiml.contains("wss://voice.example.com/streams"), "{}", call.twiml);
    twilio.receive_call(CALLER, FRONT_DESK).await.unwrap();
    let says = twilio.calls(&account.sid).remove(1).says;
    assert!(says[0].contains("busy"), "{says:?}");
    assert_eq!(twilio.stream_event(&sid, "stream-started").await.unwrap().status, Some(204));
    world.emulator.hooks().set(HookPlan { forged: true, ..HookPlan::default() });
    assert_eq!(twilio.stream_event(&sid, "stream-stopped").await.unwrap().status, Some(403));
    assert!(states(&server).await.contains(&state("active", "")), "forged");
    world.emulator.hooks().set(HookPlan { repeats: 2, ..HookPlan::default() });
    assert_eq!(twilio.hang_up(&sid).await.unwrap().status, Some(204));
    let mut told = states(&server).await;
    told.sort();
    assert_eq!(told, [state("ended", "completed"), state("refused", "at_capacity")]);
}

#[tokio::test]
async fn telnyx_tells_of_a_call() {
    let world = world().await;
    let telnyx = world.emulator.telnyx();
    let account = telnyx.account();
    let key = TelnyxKey::parse(&account.public_key).unwrap();
    let (server, origin) = reached(|settings| Settings { telnyx_public_key: Some(key), ..settings }).await;
    let credential = TelnyxBody {
        api_key: Secret::new(account.api_key.as_str()),
        public_key: Some(account.public_key.clone()),
    };
    let accounts = Accounts::new(server.vault.clone(), Some(credential));
    let provider =
        Telnyx::at(&format!("{}/telnyx", world.served.origin), accounts, "Elm", world.outside.clone());
    let calls = format!("{origin}/api/telnyx/call-control");
    let urls = WebhookUrls {
        message: format!("{origin}/api/telnyx/messages"),
        voice: calls.clone(),
        voice_status: calls,
    };
    let search = NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: Some("970".to_owned()),
        contains: None,
        features: NumberFeatures { voice: true, sms: true, mms: false },
        limit: 1,
    };
    let number = provider.search(&t1(), &search).await.unwrap()[0].number;
    let application = provider.prepare(&t1(), &urls).await.unwrap();
    provider.order(&t1(), &number, application.as_deref(), "ref-1").await.unwrap();
    publish(&server, &[number.as_str()], (1, 10)).await;

    world.emulator.hooks().set(HookPlan { repeats: 1, ..HookPlan::default() });
    let (id, delivered) = telnyx.call(CALLER, number.as_str()).await.unwrap();
    assert_eq!(delivered.unwrap().status, Some(204));
    assert_eq!(telnyx.answer(&id).await.unwrap().status, Some(204));
    assert_eq!(states(&server).await, [state("active", "")]);
    assert_eq!(telnyx.hang_up(&id, "normal_clearing").await.unwrap().status, Some(204));
    assert_eq!(states(&server).await, [state("ended", "normal_clearing")]);
}
