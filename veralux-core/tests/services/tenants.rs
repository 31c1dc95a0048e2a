use veralux_core::id::TenantId;
use veralux_core::party::TenantStatus;
use veralux_core::port::Page;
use veralux_core::service::{Context, TenantPatch, TenantRequest, Tenants};
use veralux_core::time::MINUTE;

use crate::world::{FRONT_DESK, World, code, phone, run};

fn tenants(world: &World) -> Tenants {
    Tenants::new(world.stores.clone())
}

fn request(id: &str, name: &str) -> TenantRequest {
    TenantRequest { id: TenantId::parse(id).unwrap(), name: name.to_owned(), business_number: None }
}

fn types(world: &World, tenant: &TenantId) -> Vec<String> {
    let events = run(world.stores.audit.list(tenant, &Page::first(50))).unwrap().items;
    events.iter().map(|event| event.draft.event_type.to_string()).collect()
}

#[test]
fn a_tenant_is_made_and_changed() {
    let world = World::new();
    let put = |name: &str| run(tenants(&world).put(&Context::SYSTEM, request("t2", name))).unwrap();
    let (made, fresh) = put(" Elm ");
    assert_eq!((fresh, made.name.as_str(), made.revision), (true, "Elm", 1));
    world.clock.advance(MINUTE);
    assert_eq!(put("Elm"), (made.clone(), false), "nothing is different, nothing is written");
    let patch = TenantPatch { business_number: Some(phone(FRONT_DESK)), ..TenantPatch::default() };
    run(tenants(&world).patch(&Context::SYSTEM, &made.id, patch)).unwrap();
    let (changed, fresh) = put("Elm & Son");
    assert_eq!((fresh, changed.business_number, changed.revision), (false, Some(phone(FRONT_DESK)), 3));
    assert_eq!((changed.created_at, changed.updated_at), (made.created_at, made.created_at.plus(MINUTE)));
    assert_eq!(run(tenants(&world).lookup(&made.id)).unwrap(), changed);
    assert_eq!(types(&world, &made.id), ["tenant.created", "tenant.changed", "tenant.changed"]);
}

#[test]
fn a_tenant_is_suspended_and_resumed() {
    let world = World::new();
    let before = types(&world, &world.tenant).len();
    for status in
        [TenantStatus::Suspended, TenantStatus::Suspended, TenantStatus::Active, TenantStatus::Active]
    {
        let patch = TenantPatch { status: Some(status), ..TenantPatch::default() };
        assert_eq!(
            run(tenants(&world).patch(&Context::SYSTEM, &world.tenant, patch)).unwrap().status,
            status
        );
    }
    assert_eq!(types(&world, &world.tenant)[before..], ["tenant.suspended", "tenant.resumed"], "each once");
    world.suspend();
    let put = run(tenants(&world).put(&Context::SYSTEM, request("t1", "Oak"))).unwrap().0;
    assert_eq!(put.status, TenantStatus::Suspended, "a put does not resume");
}

#[test]
fn what_is_refused() {
    let world = World::new();
    for (what, request, refusal) in [
        ("the operator's id", request("_platform", "Elm"), "reserved_tenant_id"),
        ("no name", request("t2", " "), "invalid_name"),
        ("a long name", request("t2", &"x".repeat(201)), "invalid_name"),
        ("a control character", request("t2", "a\nb"), "invalid_name"),
    ] {
        assert_eq!(code(run(tenants(&world).put(&Context::SYSTEM, request))), refusal, "{what}");
    }
    for id in ["t2", "_platform"] {
        let id = TenantId::parse(id).unwrap();
        let patch = TenantPatch { name: Some("Elm".to_owned()), ..TenantPatch::default() };
        assert_eq!(
            code(run(tenants(&world).patch(&Context::SYSTEM, &id, patch))),
            "tenant_not_found",
            "{id}"
        );
        assert!(types(&world, &id).is_empty(), "{id}");
    }
    let listed = run(tenants(&world).list(&Page::first(9))).unwrap().items;
    assert_eq!(listed.iter().map(|tenant| tenant.id.as_str()).collect::<Vec<_>>(), ["t1"]);
}
