use veralux_core::access::{Caller, KeyRole, Pepper};
use veralux_core::id::{ApiKeyId, TenantId};
use veralux_core::port::Page;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, KeyRequest, Keys};
use veralux_core::time::{HOUR, Instant};

use crate::world::{START, World, code, run};

fn keys(world: &World) -> Keys {
    Keys::new(world.stores.clone(), Pepper::new([9; 32]))
}

fn now() -> Instant {
    Instant::parse(START).unwrap()
}

fn request(tenant: Option<&str>, expires_at: Option<Instant>) -> KeyRequest {
    let tenant = tenant.map(|id| TenantId::parse(id).unwrap());
    KeyRequest { name: "CI".to_owned(), role: KeyRole::Admin, tenant, expires_at }
}

#[test]
fn a_key_opens_until_it_ends() {
    let world = World::new();
    let end = Some(now().plus(HOUR));
    let made = run(keys(&world).add(&Context::SYSTEM, request(Some("t1"), end))).unwrap();
    let recognised = || run(keys(&world).recognise(&made.text)).unwrap();
    let caller =
        Caller::Key { id: made.key.id.clone(), role: KeyRole::Admin, tenant: Some(world.tenant.clone()) };
    for (what, advance, expected) in [
        ("at once", 0, Some(&caller)),
        ("the last microsecond", HOUR - 1, Some(&caller)),
        ("the end", 1, None),
    ] {
        world.clock.advance(advance);
        assert_eq!(recognised().as_ref(), expected, "{what}");
    }
    world.clock.set(now());
    let revoke = || run(keys(&world).revoke(&Context::SYSTEM, &world.tenant, &made.key.id));
    revoke().unwrap();
    assert_eq!(recognised(), None, "from the answer on");
    assert_eq!(code(revoke()), "key_not_found", "twice");
}

#[test]
fn only_the_key_itself_opens() {
    let world = World::new();
    let made = run(keys(&world).add(&Context::SYSTEM, request(None, None))).unwrap();
    let text = made.text.expose().to_owned();
    let elsewhere = Keys::new(world.stores.clone(), Pepper::new([8; 32]));
    assert_eq!(run(elsewhere.recognise(&made.text)).unwrap(), None, "a copied table is of no use");
    for guess in ["", "vlx_", text.get(..46).unwrap(), &format!("{text}A"), &text.to_lowercase()] {
        assert_eq!(run(keys(&world).recognise(&Secret::new(guess))).unwrap(), None, "{}", guess.len());
    }
    let found = run(keys(&world).recognise(&made.text)).unwrap();
    assert!(matches!(found, Some(Caller::Key { tenant: None, .. })));
    assert_eq!(made.key.last_four, text.get(43..).unwrap());
    let stored = run(keys(&world).list(&TenantId::platform(), &Page::first(9))).unwrap().items;
    let events = run(world.stores.audit.list(&TenantId::platform(), &Page::first(9))).unwrap().items;
    let shown = format!("{made:?} {stored:?} {events:?} {}", serde_json::to_string(&events).unwrap());
    assert!(!shown.contains(&text), "the text is nowhere else");
}

#[test]
fn where_keys_are_kept() {
    let world = World::new();
    for (tenant, home) in [(Some("t1"), world.tenant.clone()), (None, TenantId::platform())] {
        let made = run(keys(&world).add(&Context::SYSTEM, request(tenant, None))).unwrap();
        let stored = run(keys(&world).list(&home, &Page::first(9))).unwrap().items;
        assert_eq!(stored, [made.key.clone()], "{home}");
        let other = if home.is_platform() { world.tenant.clone() } else { TenantId::platform() };
        let refused = run(keys(&world).revoke(&Context::SYSTEM, &other, &made.key.id));
        assert_eq!(code(refused), "key_not_found", "of {home}, revoked in {other}");
        assert!(run(keys(&world).recognise(&made.text)).unwrap().is_some());
        let chain = run(world.stores.audit.list(&home, &Page::newest(1))).unwrap().items;
        assert_eq!(chain[0].draft.event_type.as_str(), "key.created");
    }
    let none = ApiKeyId::parse("key_none").unwrap();
    assert_eq!(code(run(keys(&world).revoke(&Context::SYSTEM, &world.tenant, &none))), "key_not_found");
}

#[test]
fn requests_that_are_refused() {
    let world = World::new();
    let named = |name: &str| KeyRequest { name: name.to_owned(), ..request(Some("t1"), None) };
    for (what, request, refusal) in [
        ("no name", named(" "), "invalid_name"),
        ("a long name", named(&"ü".repeat(101)), "invalid_name"),
        ("a control character", named("a\u{7}b"), "invalid_name"),
        ("over now", request(None, Some(now())), "invalid_expiry"),
        ("of no tenant", request(Some("t9"), None), "tenant_not_found"),
        ("the platform as a tenant", request(Some("_platform"), None), "tenant_not_found"),
    ] {
        assert_eq!(code(run(keys(&world).add(&Context::SYSTEM, request))), refusal, "{what}");
    }
    run(keys(&world).add(&Context::SYSTEM, named(&"ü".repeat(100)))).unwrap();
    let stored = run(keys(&world).list(&world.tenant, &Page::first(9))).unwrap().items;
    assert_eq!(stored.len(), 1, "nothing else was made");
}
