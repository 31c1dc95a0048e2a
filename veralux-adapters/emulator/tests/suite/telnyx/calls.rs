use veralux_core::phone::E164;
use veralux_core::port::NumberProvider as _;
use veralux_providers::telnyx::NewApplication;
use veralux_providers::telnyx::webhook::{Direction, EventKind};

use super::world::World;

const CALLER: &str = "+14155550100";

#[tokio::test]
async fn a_call_rings_is_answered_and_ends() {
    let world = World::new().await;
    let held = world.bought().await;
    let prepared = world.telnyx.prepare(&world.tenant, &world.urls).await.unwrap().unwrap();
    let telnyx = world.emulator.telnyx();
    let (id, delivered) = telnyx.call(CALLER, held.number.as_str()).await.unwrap();
    assert_eq!(delivered.unwrap().status, Some(200));
    telnyx.answer(&id).await.unwrap();
    telnyx.hang_up(&id, "normal_clearing").await.unwrap();
    let kinds: Vec<EventKind> = world.events().into_iter().map(|event| event.unwrap().kind).collect();
    let [EventKind::CallInitiated(begun), EventKind::CallAnswered(answered), EventKind::CallHangup(ended)] =
        kinds.as_slice()
    else {
        panic!("{kinds:?}")
    };
    assert_eq!((begun.from, begun.to), (Some(E164::parse(CALLER).unwrap()), Some(held.number)));
    assert_eq!(begun.direction, Some(Direction::Incoming));
    assert_eq!(begun.connection_id.as_deref(), prepared.split_once('/').map(|(connection, _)| connection));
    assert!([begun, answered, ended].iter().all(|call| call.call_control_id == id));
    assert_eq!(answered.state.as_deref(), Some("answered"));
    assert_eq!(ended.hangup_cause.as_deref(), Some("normal_clearing"));
    assert!(world.inbox.came().iter().all(|came| came.path == "/voice"));

    assert!(telnyx.call(CALLER, "+19705559999").await.is_none(), "nobody's number");
    assert!(telnyx.answer("v3:none").await.is_none());
    world.check();
}

#[tokio::test]
async fn an_application_of_the_first_version_is_understood() {
    let world = World::new().await;
    let held = world.bought().await;
    let url = world.inbox.url("old");
    let new = NewApplication { name: "old one", webhook_event_url: &url, webhook_api_version: "1" };
    let api = world.api();
    let old = api.add_application(new).await.unwrap();
    api.set_connection(&held.id, &old.id).await.unwrap();
    let (_, delivered) = world.emulator.telnyx().call(CALLER, held.number.as_str()).await.unwrap();
    let body = String::from_utf8(delivered.unwrap().body).unwrap();
    assert!(body.contains("call_initiated") && !body.contains("\"data\""), "{body}");
    let event = world.event();
    assert!(event.occurred_at.is_some() && matches!(event.kind, EventKind::CallInitiated(_)), "{event:?}");

    api.remove_application(&old.id).await.unwrap();
    api.remove_application(&old.id).await.unwrap();
    assert!(api.application(&old.id).await.unwrap().is_none());
    assert!(world.emulator.telnyx().call(CALLER, held.number.as_str()).await.is_none(), "led nowhere");
    assert!(!world.telnyx_find(&held.number).await.unwrap().attached);
    world.check();
}
