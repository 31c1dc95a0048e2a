//! Texts of people.

use super::Ports;
use super::make::{at, claim, id, message, settle};
use super::policy::violation;
use crate::port::{Body, Change, Message, MessageFilter, Page, Unclaimed, Violation};

/// What people send is kept as it is: U+0000, which some databases cannot have in a text, the ends of every range that
/// UTF-8 encodes in another length, noncharacters, marks that turn the direction.
pub async fn any_character(ports: &Ports) {
    settle(ports, "a", 1).await;
    let bodies = [
        "\0",
        "before\0behind",
        "\0\0",
        "\u{1}\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{fffd}\u{ffff}\u{10000}\u{10ffff}",
        "\u{fdd0}\u{fffe}\u{1fffe}",
        "\u{feff}mark",
        "\u{202e}turned\u{202c}",
        "a\r\nb\nc\rd\u{2028}e\u{85}f\u{b}g",
        "e\u{301} \u{e9}",
        " ",
        "\\0 \\x00 \\u0000 %00 {} $1 ?1 :name",
    ];
    let named = bodies.iter().enumerate().map(|(index, body)| (format!("msg {index}"), Body::new(*body)));
    let messages: Vec<_> =
        named.map(|(name, body)| Message { body, ..message(&name, Some("thr_1")) }).collect();
    let changes = messages.iter().cloned().map(|message| Change::Message(Box::new(message)));
    ports.apply("a", 0, changes, "messages").await;
    let filter = MessageFilter::Thread(id("thr_1"));
    let listed = ports.messages.list(&id("a"), &filter, &Page::first(99)).await.unwrap().items;
    assert_eq!(listed.len(), bodies.len());
    for expected in messages {
        let found = ports.messages.lookup(&id("a"), &expected.id).await.unwrap().unwrap();
        assert_eq!(found.body.as_str(), expected.body.as_str());
        assert!(listed.contains(&expected), "{:?}", expected.body.as_str());
    }
    let held = Violation { draft: Some(Body::new("held\0back")), ..violation("vio_1", Some("thr_1")) };
    let change = Change::Violation { after: Box::new(held.clone()), before: None };
    ports.apply("a", 0, [change], "a draft").await;
    assert_eq!(ports.policy.lookup(&id("a"), &held.id).await.unwrap(), Some(held));
    let stray = Unclaimed {
        claim: claim("SM1"),
        received_at: at(0),
        reason: "number_not_held".to_owned(),
        body: Body::new("Body=a\0b"),
    };
    ports.unclaimed.add(&stray).await.unwrap();
    assert_eq!(ports.unclaimed.list(&Page::first(9)).await.unwrap().items, [stray]);
}
