//! Requests, byte by byte, and what is read of answers.

use veralux_core::id::MessageId;
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, Delivery, NumberFeatures, NumberKind, NumberSearch, OrderState, ProviderFault,
};

use super::double::{Double, answer, number};
use crate::TransportError;
use crate::telnyx::{NewApplication, NewMessage, NewOrder};

const KEY: &str = "bearer KEY0123456789abcdef0123";
const V2: &str = "https://api.telnyx.com/v2";

fn ours() -> E164 {
    number("+19705555098")
}

#[tokio::test]
async fn numbers_for_sale() {
    let body = r#"{"data":[{"record_type":"available_phone_number","phone_number":"+19705555098","best_effort":false,
        "region_information":[{"region_type":"country_code","region_name":"US"},{"region_type":"state","region_name":"CO"},
        {"region_type":"rate_center","region_name":"AULT"}],"new":{"of":"tomorrow"},
        "cost_information":{"upfront_cost":"3.21","monthly_cost":"6.54","currency":"USD"},"features":[{"name":"sms"},
        {"name":"voice"},{"name":"fax"}]},{"phone_number":"+1970-555-5099","cost_information":null,"features":null},
        {"phone_number":null}],"meta":{"total_results":3}}"#;
    let double = Double::new([answer(200, body), answer(200, r#"{"data":null}"#)]);
    let search = NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::TollFree,
        area_code: Some("970".to_owned()),
        contains: Some("555".to_owned()),
        features: NumberFeatures { voice: true, sms: true, mms: false },
        limit: 5,
    };
    let found = double.api().available(&search).await.unwrap();
    let [first, second] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.number, first.monthly_price.as_deref()), (ours(), Some("6.54 USD")));
    assert_eq!((first.locality.as_deref(), first.region.as_deref()), (Some("AULT"), Some("CO")));
    assert_eq!(first.features, NumberFeatures { voice: true, sms: true, mms: false });
    assert_eq!((second.number, &second.monthly_price), (number("+19705555099"), &None));
    let plain = NumberSearch {
        kind: NumberKind::Local,
        area_code: None,
        contains: None,
        features: NumberFeatures::default(),
        limit: 200,
        ..search
    };
    assert!(double.api().available(&plain).await.unwrap().is_empty());
    let first = "filter%5Bcountry_code%5D=US&filter%5Bphone_number_type%5D=toll_free\
                 &filter%5Bnational_destination_code%5D=970&filter%5Bphone_number%5D%5Bcontains%5D=555\
                 &filter%5Bfeatures%5D=sms%2Cvoice&filter%5Blimit%5D=5";
    let second = "filter%5Bcountry_code%5D=US&filter%5Bphone_number_type%5D=local&filter%5Blimit%5D=50";
    assert_eq!(
        double.sent(),
        [first, second].map(|query| format!("GET {V2}/available_phone_numbers?{query}\n{KEY}"))
    );
}

#[tokio::test]
async fn an_order_names_its_connection_at_the_top() {
    let body = r#"{"data":{"id":"12ade33a","record_type":"number_order","status":"pending","customer_reference":"ref 1",
        "phone_numbers":[{"id":"dc8e4d67","record_type":"number_order_phone_number","phone_number":"+19705555098"}]}}"#;
    let double = Double::new([answer(200, body), answer(200, body), answer(200, body), answer(404, "{}")]);
    let ours = ours();
    let full = NewOrder {
        number: &ours,
        connection_id: Some("1293"),
        messaging_profile_id: Some("abc8"),
        reference: "ref 1",
    };
    let placed = double.api().order(full).await.unwrap();
    assert_eq!((placed.id.as_str(), placed.state), ("12ade33a", OrderState::Pending));
    double.api().order(NewOrder { connection_id: None, messaging_profile_id: None, ..full }).await.unwrap();
    assert_eq!(double.api().order_by_id("12ade33a").await.unwrap(), Some(placed));
    assert_eq!(double.api().order_by_id("12ade33a").await.unwrap(), None);
    let post = format!("POST {V2}/number_orders\n{KEY}\napplication/json\n");
    let full = r#"{"phone_numbers":[{"phone_number":"+19705555098"}],"connection_id":"1293","messaging_profile_id":"abc8","customer_reference":"ref 1"}"#;
    let bare = r#"{"phone_numbers":[{"phone_number":"+19705555098"}],"customer_reference":"ref 1"}"#;
    let read = format!("GET {V2}/number_orders/12ade33a\n{KEY}");
    assert_eq!(double.sent(), [format!("{post}{full}"), format!("{post}{bare}"), read.clone(), read]);
}

#[tokio::test]
async fn a_bought_number_is_found_by_itself() {
    let page = r#"{"data":[{"id":"1","phone_number":"+197055550981","status":"active"},
        {"id":"2","phone_number":"+19705555098","status":"deleted","tags":[]},
        {"id":"3","phone_number":"+19705555098","status":"purchase-pending"},
        {"id":"4","phone_number":"+19705555098","status":"active","connection_id":"1293","messaging_profile_id":""}],
        "meta":{"total_pages":1,"page_number":1}}"#;
    let double = Double::new([answer(200, page), answer(200, r#"{"data":[]}"#)]);
    let found = double.api().number(&ours()).await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), found.connection_id.as_deref()), ("4", Some("1293")));
    assert_eq!(found.messaging_profile_id, None);
    assert_eq!(double.api().number(&ours()).await.unwrap(), None);
    let query = "filter%5Bphone_number%5D=%2B19705555098&page%5Bnumber%5D=1&page%5Bsize%5D=25";
    assert_eq!(double.sent()[0], format!("GET {V2}/phone_numbers?{query}\n{KEY}"));
}

#[tokio::test]
async fn a_number_is_set_up_and_given_back() {
    let done = r#"{"data":{"id":"4"}}"#;
    let double = Double::new([
        answer(200, done),
        answer(200, done),
        answer(200, done),
        answer(404, "{}"),
        answer(404, "{}"),
    ]);
    let api = double.api();
    api.set_connection("4", "1293").await.unwrap();
    api.set_messaging("4", "abc8").await.unwrap();
    api.remove_number("4").await.unwrap();
    api.remove_number("4").await.unwrap();
    assert_eq!(api.number_by_id("4").await.unwrap(), None);
    assert_eq!(
        double.sent(),
        [
            format!("PATCH {V2}/phone_numbers/4\n{KEY}\napplication/json\n{{\"connection_id\":\"1293\"}}"),
            format!(
                "PATCH {V2}/phone_numbers/4/messaging\n{KEY}\napplication/json\n{{\"messaging_profile_id\":\"abc8\"}}"
            ),
            format!("DELETE {V2}/phone_numbers/4\n{KEY}"),
            format!("DELETE {V2}/phone_numbers/4\n{KEY}"),
            format!("GET {V2}/phone_numbers/4\n{KEY}"),
        ]
    );
}

#[tokio::test]
async fn an_application_has_a_name_and_a_url() {
    let body = r#"{"data":{"id":"1293","application_name":"VeraLux a","webhook_event_url":"https://a/v","active":true}}"#;
    let double = Double::new([answer(200, body), answer(200, body), answer(200, body), answer(200, body)]);
    let api = double.api();
    let new =
        NewApplication { name: "VeraLux a", webhook_event_url: "https://a/v", webhook_api_version: "2" };
    let made = api.add_application(new).await.unwrap();
    assert_eq!((made.id.as_str(), made.name.as_str()), ("1293", "VeraLux a"));
    assert_eq!(api.set_application("1293", new).await.unwrap(), made);
    assert_eq!(api.application("1293").await.unwrap(), Some(made));
    api.remove_application("1293").await.unwrap();
    let json =
        r#"{"application_name":"VeraLux a","webhook_event_url":"https://a/v","webhook_api_version":"2"}"#;
    let path = format!("{V2}/call_control_applications");
    assert_eq!(
        double.sent(),
        [
            format!("POST {path}\n{KEY}\napplication/json\n{json}"),
            format!("PATCH {path}/1293\n{KEY}\napplication/json\n{json}"),
            format!("GET {path}/1293\n{KEY}"),
            format!("DELETE {path}/1293\n{KEY}"),
        ]
    );
}

#[tokio::test]
async fn applications_are_read_to_the_last_page() {
    let page = |page: u32, data: &str| {
        answer(200, &format!(r#"{{"data":[{data}],"meta":{{"total_pages":3,"page_number":{page}}}}}"#))
    };
    let other = r#"{"id":"1","application_name":"VeraLux ab"}"#;
    let young = r#"{"id":"9","application_name":"VeraLux a","created_at":"2026-02-01T00:00:00Z"}"#;
    let old = r#"{"id":"10","application_name":"VeraLux a","created_at":"2026-01-01T00:00:00Z"}"#;
    let double = Double::new([page(1, other), page(2, young), page(3, old)]);
    let found = double.api().applications("VeraLux a").await.unwrap();
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["10", "9"]);
    let query = |page: u32| {
        format!(
            "GET {V2}/call_control_applications?filter%5Bapplication_name%5D%5Bcontains%5D=VeraLux+a\
             &page%5Bnumber%5D={page}&page%5Bsize%5D=25\n{KEY}"
        )
    };
    assert_eq!(double.sent(), [query(1), query(2), query(3)]);

    // A list without an end.
    let full = (0..25).map(|_| other).collect::<Vec<_>>().join(",");
    let endless = Double::new((0..100).map(|_| answer(200, &format!(r#"{{"data":[{full}]}}"#))));
    let error = endless.api().applications("VeraLux a").await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Permanent);
}

#[tokio::test]
async fn profiles() {
    let body = r#"{"data":{"id":"3fa8","name":"VeraLux a","webhook_url":"https://a/m"}}"#;
    let list = r#"{"data":[{"id":"3fa8","name":"VeraLux a","webhook_url":null}],"meta":{"total_pages":1}}"#;
    let double = Double::new([answer(200, body), answer(200, list), answer(200, list)]);
    let made = double.api().add_profile("VeraLux a", "https://a/m").await.unwrap();
    assert_eq!((made.id.as_str(), made.webhook_url.as_deref()), ("3fa8", Some("https://a/m")));
    assert_eq!(double.api().profiles(Some("VeraLux a")).await.unwrap().len(), 1);
    assert_eq!(double.api().profiles(None).await.unwrap().len(), 1);
    let json = r#"{"name":"VeraLux a","whitelisted_destinations":["*"],"webhook_url":"https://a/m","webhook_api_version":"2"}"#;
    let pages = "page%5Bnumber%5D=1&page%5Bsize%5D=25";
    assert_eq!(
        double.sent(),
        [
            format!("POST {V2}/messaging_profiles\n{KEY}\napplication/json\n{json}"),
            format!("GET {V2}/messaging_profiles?filter%5Bname%5D=VeraLux+a&{pages}\n{KEY}"),
            format!("GET {V2}/messaging_profiles?{pages}\n{KEY}"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_goes_out_under_its_own_id() {
    let queued =
        r#"{"data":{"id":"b0c7","to":[{"phone_number":"+14155550100","status":"queued"}],"errors":[]}}"#;
    let failed = r#"{"data":{"id":"b0c7","to":[{"status":"delivery_failed"}],"errors":[{"code":"40001","title":"x"}]}}"#;
    let inbound = r#"{"data":{"id":"b0c7","to":"+14155550100"}}"#;
    let lost = || Err(TransportError::Lost);
    let double = Double::new([
        answer(200, queued),
        lost(),
        lost(),
        answer(200, failed),
        answer(200, failed),
        answer(200, inbound),
        answer(404, "{}"),
    ]);
    let (api, from, to) = (double.api(), ours(), number("+14155550100"));
    let (id, text) = (MessageId::parse("msg_1").unwrap(), Body::new("Hällo \"you\"\n"));
    let new = NewMessage { id: &id, from: &from, to: &to, text: &text, webhook_url: None };
    let sent = api.send(NewMessage { webhook_url: Some("https://a/s"), ..new }).await.unwrap();
    assert_eq!((sent.id.as_str(), sent.state, sent.code), ("b0c7", Delivery::Queued, None));
    // Sent once only; a repetition under the same key may be repeated.
    assert_eq!(api.send(new).await.unwrap_err().fault, ProviderFault::Unsettled);
    let again = api.send_again(new).await.unwrap();
    assert_eq!((again.state, again.code.as_deref()), (Delivery::Undelivered, Some("40001")));
    assert_eq!(api.message("b0c7").await.unwrap(), Some(again));
    assert_eq!(api.message("b0c7").await.unwrap().unwrap().state, Delivery::Sent);
    assert_eq!(api.message("b0c7").await.unwrap(), None);
    let post =
        |json: &str| format!("POST {V2}/messages\n{KEY}\nidempotency-key: msg_1\napplication/json\n{json}");
    let bare = post(r#"{"from":"+19705555098","to":"+14155550100","text":"Hällo \"you\"\n"}"#);
    let told = post(
        r#"{"from":"+19705555098","to":"+14155550100","text":"Hällo \"you\"\n","webhook_url":"https://a/s","use_profile_webhooks":false}"#,
    );
    let read = format!("GET {V2}/messages/b0c7\n{KEY}");
    assert_eq!(double.sent(), [told, bare.clone(), bare.clone(), bare, read.clone(), read.clone(), read]);
}

#[tokio::test]
async fn what_is_no_id_goes_nowhere() {
    let double = Double::new([]);
    let api = double.api();
    let long = "1".repeat(129);
    for id in ["", "..", "1/2", "1?a=b", "1%2f", "ä", "1\n", long.as_str()] {
        let faults = [
            api.number_by_id(id).await.unwrap_err().fault,
            api.remove_number(id).await.unwrap_err().fault,
            api.set_connection(id, "1").await.unwrap_err().fault,
            api.set_messaging(id, "1").await.unwrap_err().fault,
            api.order_by_id(id).await.unwrap_err().fault,
            api.application(id).await.unwrap_err().fault,
            api.remove_application(id).await.unwrap_err().fault,
            api.message(id).await.unwrap_err().fault,
        ];
        assert_eq!(faults, [ProviderFault::Rejected; 8], "{id:?}");
    }
    assert!(double.sent().is_empty());
    assert_eq!(format!("{api:?}"), "Api(https://api.telnyx.com/v2)");
}

#[tokio::test]
async fn what_is_bought_and_not_understood_is_looked_up() {
    for body in ["<html>", "{}", r#"{"data":{"id":"1","status":"of tomorrow"}}"#] {
        let double = Double::new([answer(200, body)]);
        let ours = ours();
        let order =
            NewOrder { number: &ours, connection_id: None, messaging_profile_id: None, reference: "r" };
        assert_eq!(double.api().order(order).await.unwrap_err().fault, ProviderFault::Unsettled, "{body}");
    }
}
