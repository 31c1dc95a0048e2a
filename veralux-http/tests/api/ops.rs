use serde_json::json;

use crate::server::{CUSTOMER, ROOT, Server};

const UNCLAIMED: &str = "/api/ops/unclaimed";

#[tokio::test]
async fn operators_see_what_nobody_claimed() {
    let server = Server::start().await;
    for event in ["SM1", "SM1", "SM2"] {
        server.receive(event, CUSTOMER, "+14155559999", "hello").await;
    }
    for (who, key, body) in
        [("the operator", ROOT, json!("Body=hello")), ("an auditor", &server.auditor, json!(null))]
    {
        let answer = server.get(key, UNCLAIMED).await;
        assert_eq!(answer.status, 200, "{who}");
        let item = |event: &str| {
            json!({
                "provider": "twilio", "event": event, "reason": "number_not_held",
                "receivedAt": "2026-01-19T14:30:00Z", "body": body,
            })
        };
        assert_eq!(answer.json(), json!({"items": [item("SM1"), item("SM2")], "nextCursor": null}), "{who}");
    }
    for key in [&server.admin, &server.viewer] {
        assert_eq!(server.get(key, UNCLAIMED).await.outcome(), (403, "operators_only".to_owned()));
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let server = Server::start().await;
    for event in ["SM1", "SM2", "SM3"] {
        server.receive(event, CUSTOMER, "+14155559999", "hello").await;
    }
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let query = cursor.as_deref().map_or_else(String::new, |text| format!("&cursor={}", encode(text)));
        let page = server.get(ROOT, &format!("{UNCLAIMED}?limit=2{query}")).await.json();
        found.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["event"].as_str().unwrap().to_owned()),
        );
        cursor = page["nextCursor"].as_str().map(ToOwned::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, ["SM1", "SM2", "SM3"]);
    assert_eq!(
        server.get(ROOT, &format!("{UNCLAIMED}?cursor=x")).await.outcome(),
        (400, "invalid_cursor".to_owned())
    );
}
