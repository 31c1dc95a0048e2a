use serde_json::{Value, json};
use veralux_emulator::TelnyxPlan;

use crate::world::{PROVIDERS, ROOT, World, steps};

const PURCHASE: &str = "/api/numbers/purchase";

#[tokio::test]
async fn a_number_is_searched_bought_given_up_and_given_back() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let number = world.offered(provider).await;
        let (status, bought) = world.purchase(provider, &number).await;
        assert_eq!(status, 201, "{provider}: {bought}");
        let operation = &bought["operation"];
        assert_eq!(operation["state"], "done", "{provider}");
        let prepared = if provider == "telnyx" { "done" } else { "skipped" };
        assert_eq!(
            steps(operation),
            [
                ("prepare", prepared),
                ("order", "done"),
                ("arrive", "done"),
                ("attach", "done"),
                ("import", "done"),
                ("map_did", "done")
            ],
            "{provider}"
        );
        let own = &bought["number"];
        assert_eq!(
            (&own["e164"], &own["class"], &own["status"], &own["provider"]),
            (&json!(number), &json!("pool"), &json!("active"), &json!(provider))
        );
        let (_, did) = world.call("GET", &format!("/api/admin/runtime/dids/{number}"), ROOT, &[], "").await;
        assert_eq!(did["tenantId"], "oak", "{provider}: {did}");
        assert_eq!(world.bought(provider), (1, 1), "{provider}");
        if provider == "twilio" {
            let held = world.emulator.twilio().numbers(&world.twilio.sid).remove(0);
            assert_eq!(held.sms_url, "https://us.example/webhooks/twilio/inbound-sms");
            assert_eq!(held.voice_url, "https://us.example/api/twilio/voice/inbound");
        } else {
            let application = world.emulator.telnyx().list(&world.telnyx.api_key, "applications").remove(0);
            assert_eq!(application["webhook_event_url"], "https://us.example/api/telnyx/call-control");
        }

        let id = own["id"].as_str().unwrap();
        let back = format!("/api/numbers/{id}/release-at-provider");
        let (status, refused) = world.operate(&back, &Value::Null).await;
        assert_eq!((status, refused["code"].as_str()), (409, Some("number_in_use")), "{provider}");
        let (status, _) = world.post(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
        assert_eq!(status, 200, "{provider}");
        let (status, refused) = world.post(&back, &Value::Null).await;
        assert_eq!((status, refused["code"].as_str()), (403, Some("operators_only")), "{provider}");
        let (status, released) = world.operate(&back, &Value::Null).await;
        assert_eq!(status, 200, "{provider}: {released}");
        assert_eq!(steps(&released["operation"]), [("unmap_did", "done"), ("release", "done")]);
        assert_eq!(released["number"]["status"], "inactive", "{provider}");
        assert_eq!(world.bought(provider).0, 0, "{provider}");
        let told = world.told().await;
        let expected = [
            "number.purchase_started",
            "number.imported",
            "runtime.did_mapped",
            "number.purchase_finished",
            "number.deactivated",
            "number.release_started",
            "runtime.did_unmapped",
            "number.release_finished",
        ];
        assert_eq!(told, expected, "{provider}");
        world.check();
    }
}

#[tokio::test]
async fn a_number_in_the_account_is_imported() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let number = world.offered(provider).await;
        let body = json!({"e164": number, "class": "staff", "provider": provider});
        let (status, refused) = world.post("/api/numbers/import", &body).await;
        assert_eq!((status, refused["code"].as_str()), (422, Some("not_in_account")), "{refused}");
        let (_, bought) = world.purchase(provider, &number).await;
        let id = bought["number"]["id"].as_str().unwrap().to_owned();
        world.post(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
        let (status, refused) = world.post("/api/numbers/import", &body).await;
        assert_eq!((status, refused["code"].as_str()), (403, Some("operators_only")), "{refused}");
        let (status, again) = world.operate("/api/numbers/import", &body).await;
        assert_eq!(status, 201, "{provider}: {again}");
        assert_eq!((&again["id"], &again["class"]), (&json!(id), &json!("staff")), "the number alone");
        assert_eq!(world.bought(provider), (1, 1), "{provider}");
        world.check();
    }
    let world = World::start().await;
    let body = json!({"e164": "+442079460001", "class": "pool", "provider": "import"});
    let (status, refused) = world.post("/api/numbers/import", &body).await;
    assert_eq!(
        (status, refused["code"].as_str()),
        (403, Some("operators_only")),
        "whose it is nothing shows"
    );
    let (status, noted) = world.operate("/api/numbers/import", &body).await;
    assert_eq!((status, noted["provider"].as_str()), (201, Some("import")), "only noted");
    let (_, listed) = world.get("/api/numbers/operations").await;
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn an_order_that_takes_its_time_goes_on_by_itself() {
    let world = World::start().await;
    world.emulator.telnyx().plan(TelnyxPlan { order_reads: 8, ..TelnyxPlan::default() });
    let number = world.offered("telnyx").await;
    let (status, begun) = world.purchase("telnyx", &number).await;
    assert_eq!((status, begun["operation"]["state"].as_str()), (202, Some("running")), "{begun}");
    assert_eq!((&begun["number"], steps(&begun["operation"])[2]), (&Value::Null, ("arrive", "running")));
    let id = begun["operation"]["id"].as_str().unwrap();
    let (status, seen) = world.get(&format!("/api/numbers/operations/{id}")).await;
    assert_eq!((status, &seen["id"]), (200, &json!(id)));
    let (status, refused) = world.purchase("telnyx", &number).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("operation_running")));
    let (status, refused) = world.post(&format!("/api/numbers/operations/{id}/retry"), &Value::Null).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("operation_not_failed")));
    world.pass(600).await;
    assert_eq!(world.operation().await["state"], "done");
    assert_eq!(world.bought("telnyx"), (1, 1));
    world.check();
}

#[tokio::test]
async fn who_may_see_and_do_what() {
    let world = World::start().await;
    let number = world.offered("twilio").await;
    let body = json!({"e164": number, "class": "pool", "provider": "twilio"}).to_string();
    let (status, refused) = world.call("POST", PURCHASE, &world.viewer, &[], &body).await;
    assert_eq!((status, refused["code"].as_str()), (403, Some("read_only_key")));
    let key = [("idempotency-key", "buy-1")];
    let (status, first) = world.call("POST", PURCHASE, &world.admin, &key, &body).await;
    let (again, second) = world.call("POST", PURCHASE, &world.admin, &key, &body).await;
    assert_eq!((status, again, &first), (201, 201, &second), "the same request again acts once");
    assert_eq!(world.bought("twilio"), (1, 1));
    let (status, refused) = world.purchase("twilio", &number).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("number_exists")));
    for (what, e164, provider, status, code) in [
        ("no number", "call me", "twilio", 400, "invalid_number"),
        ("no provider", "+14155550100", "pigeon", 400, "invalid_provider"),
    ] {
        let body = json!({"e164": e164, "class": "pool", "provider": provider});
        let (got, refused) = world.post(PURCHASE, &body).await;
        assert_eq!((got, refused["code"].as_str()), (status, Some(code)), "{what}");
    }
    for (query, code) in [
        ("provider=twilio&country=USA", "invalid_country"),
        ("provider=twilio&country=US&limit=51", "invalid_limit"),
        ("provider=twilio&country=US&areaCode=4x5", "invalid_digits"),
        ("provider=pigeon&country=US", "invalid_provider"),
    ] {
        let (status, refused) = world.get(&format!("/api/numbers/search?{query}")).await;
        assert_eq!((status, refused["code"].as_str()), (400, Some(code)), "{query}");
    }
    let (status, refused) = world.get("/api/numbers/operations/opr_none").await;
    assert_eq!((status, refused["code"].as_str()), (404, Some("operation_not_found")));
    let id = first["operation"]["id"].as_str().unwrap();
    let elsewhere = format!("/api/numbers/operations/{id}?tenantId=elm");
    assert_eq!(world.call("GET", &elsewhere, ROOT, &[], "").await.0, 404, "another tenant's");
}

#[tokio::test]
async fn what_a_provider_refuses_is_told_and_can_be_tried_again() {
    let world = World::start().await;
    let number = world.offered("telnyx").await;
    let refusal =
        r#"{"errors":[{"code":"10038","title":"Payment required","detail":"The account has no credit"}]}"#;
    let fault = veralux_emulator::Fault::Refuse { status: 402, retry_after: None, body: refusal.to_owned() };
    world.emulator.faults().next("POST", "/telnyx/v2/number_orders", 1, fault);
    let (status, refused) = world.purchase("telnyx", &number).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("provider_rejected")), "{refused}");
    let operation = world.operation().await;
    let error = &operation["steps"][1]["error"];
    assert_eq!((&operation["state"], &error["code"]), (&json!("failed"), &json!("10038")));
    assert_eq!((&error["sentence"], &error["raw"]), (&refused["detail"], &Value::Null));
    let id = operation["id"].as_str().unwrap();
    let path = format!("/api/numbers/operations/{id}?tenantId=oak");
    let (_, seen) = world.call("GET", &path, ROOT, &[], "").await;
    assert_eq!(seen["steps"][1]["error"]["raw"], json!({"status": 402, "body": refusal}));
    let (status, done) = world.post(&format!("/api/numbers/operations/{id}/retry"), &Value::Null).await;
    assert_eq!((status, done["operation"]["state"].as_str()), (200, Some("done")), "{done}");
    assert_eq!(world.bought("telnyx"), (1, 1));
    let told: Vec<String> = world.told().await;
    assert_eq!(told[..3], ["number.purchase_started", "number.purchase_failed", "number.purchase_retried"]);
}

#[tokio::test]
async fn without_an_account_nothing_is_bought() {
    let world = World::with(false).await;
    for provider in PROVIDERS {
        let (status, refused) =
            world.get(&format!("/api/numbers/search?provider={provider}&country=US")).await;
        assert_eq!((status, refused["code"].as_str()), (409, Some("provider_not_connected")), "{refused}");
        let (status, refused) = world.purchase(provider, "+19705550100").await;
        assert_eq!((status, refused["code"].as_str()), (409, Some("provider_not_connected")), "{refused}");
    }
    assert_eq!(world.emulator.journal().violations(), [] as [String; 0]);
}

fn refused_as((status, answer): (u16, Value)) -> (u16, String) {
    (status, answer["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn what_lies_in_the_operators_account_is_the_operators() {
    let world = World::start().await;
    let operators_only = (403, "operators_only".to_owned());
    let body = |e164: &str| json!({"e164": e164, "class": "pool", "provider": "twilio"});
    let there = "+19705550190";
    world.emulator.twilio().give(&world.twilio.sid, there).unwrap();
    for path in [PURCHASE, "/api/numbers/import"] {
        assert_eq!(refused_as(world.post(path, &body(there)).await), operators_only, "{path}");
    }
    // Nor what comes there when an order of it was refused.
    let number = world.offered("twilio").await;
    let orders = format!("/twilio/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json", world.twilio.sid);
    let refusal = veralux_emulator::Fault::Refuse {
        status: 400,
        retry_after: None,
        body: r#"{"code":21422}"#.to_owned(),
    };
    world.emulator.faults().next("POST", &orders, 1, refusal);
    assert_eq!(world.post(PURCHASE, &body(&number)).await.0, 422);
    world.emulator.twilio().give(&world.twilio.sid, &number).unwrap();
    let operation = world.operation().await["id"].as_str().unwrap().to_owned();
    let retry = format!("/api/numbers/operations/{operation}/retry");
    assert_eq!(refused_as(world.post(&retry, &Value::Null).await), operators_only);
    assert_eq!(world.get("/api/numbers").await.1["items"], json!([]));
    let (status, done) = world.operate(&retry, &Value::Null).await;
    assert_eq!((status, done["operation"]["state"].as_str()), (200, Some("done")), "{done}");
    let (status, taken) = world.operate("/api/numbers/import", &body(there)).await;
    assert_eq!(status, 201, "{taken}");
}

/// What it was to the first tenant stays readable; it is theirs again only when it is nobody's.
#[tokio::test]
async fn what_one_tenant_gave_back_another_one_buys() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let e164 = world.offered(provider).await;
        let body = json!({"e164": e164, "class": "pool", "provider": provider});
        let of_elm = async |path: &str, body: &Value| {
            world.call("POST", path, ROOT, &[("x-tenant-id", "elm")], &body.to_string()).await
        };
        let (_, bought) = world.operate(PURCHASE, &body).await;
        let own = format!("/api/numbers/{}", bought["number"]["id"].as_str().unwrap());
        let back = format!("{own}/release-at-provider");
        world.operate(&format!("{own}/deactivate"), &json!({})).await;
        let held = (409, "held_by_another_tenant".to_owned());
        assert_eq!(refused_as(of_elm(PURCHASE, &body).await), held, "{provider}: not given back yet");
        let (_, released) = world.operate(&back, &Value::Null).await;
        let at = released["number"]["givenBackAt"].as_str().map(str::to_owned);
        assert!(at.is_some(), "{provider}: {released}");

        let (status, theirs) = of_elm(PURCHASE, &body).await;
        assert_eq!((status, &theirs["number"]["e164"]), (201, &json!(e164)), "{provider}: {theirs}");
        let (_, did) = world.call("GET", &format!("/api/admin/runtime/dids/{e164}"), ROOT, &[], "").await;
        assert_eq!(did["tenantId"], "elm", "{provider}");
        let (status, kept) = world.get(&own).await;
        assert_eq!((status, kept["givenBackAt"].as_str()), (200, at.as_deref()), "{provider}: {kept}");
        for path in [PURCHASE, "/api/numbers/import"] {
            assert_eq!(refused_as(world.operate(path, &body).await), held, "{provider}: {path}");
        }
        let again = refused_as(world.operate(&back, &Value::Null).await);
        assert_eq!(again, (409, "number_given_back".to_owned()), "{provider}: it is another tenant's there");
        assert_eq!(world.bought(provider).0, 1, "{provider}");

        let id = theirs["number"]["id"].as_str().unwrap();
        of_elm(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
        assert_eq!(of_elm(&format!("/api/numbers/{id}/release-at-provider"), &Value::Null).await.0, 200);
        let (status, taken) = world.operate(PURCHASE, &body).await;
        assert_eq!((status, &taken["number"]["id"]), (201, &kept["id"]), "{provider}: {taken}");
        assert_eq!(taken["number"]["givenBackAt"], Value::Null, "{provider}");
        world.check();
    }
}

#[tokio::test]
async fn a_tenant_disposes_of_its_own_account() {
    let world = World::start().await;
    let own = world.emulator.twilio().account();
    let credential = json!({"accountSid": own.sid, "authToken": own.auth_token});
    let (status, connected) = world.post("/api/integrations/twilio?verify=false", &credential).await;
    assert_eq!(status, 201, "{connected}");
    let number = "+19705550191";
    world.emulator.twilio().give(&own.sid, number).unwrap();
    let body = json!({"e164": number, "class": "pool", "provider": "twilio"});
    let (status, imported) = world.post("/api/numbers/import", &body).await;
    assert_eq!(status, 201, "{imported}");
    let id = imported["id"].as_str().unwrap();
    world.post(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
    let (status, released) =
        world.post(&format!("/api/numbers/{id}/release-at-provider"), &Value::Null).await;
    assert_eq!(status, 200, "{released}");
    assert_eq!(world.emulator.twilio().numbers(&own.sid).len(), 0);
}
