//! Lists, refusals, and what a key is worth.

use super::*;

fn page(range: impl Iterator<Item = u32>, at: impl Fn(u32) -> u32) -> Step {
    let one = |index| format!(r#"{{"id":"a{index}","createdAt":"2026-01-01T00:{:02}:00.000Z"}}"#, at(index));
    let all: Vec<String> = range.map(one).collect();
    answer(200, &format!("[{}]", all.join(",")))
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    let count = |steps: Vec<Step>| async {
        let transport = Recorder::new(steps);
        let listed = vapi(&transport).assistants().await;
        let last = transport.sent().last().unwrap().lines().next().unwrap().to_owned();
        (listed.map(|all| all.len()).map_err(|error| error.fault), last)
    };
    let newest_first = |index: u32| 59 - index / 5;
    let steps = vec![page(0..100, newest_first), page(95..120, newest_first)];
    let (all, last) = count(steps).await;
    assert_eq!(all, Ok(120), "the newest first, with an overlap");
    assert_eq!(last, "GET https://api.vapi.ai/assistant?limit=100&createdAtLe=2026-01-01T00%3A40%3A00.000Z");
    let (all, last) = count(vec![page(0..100, |index| index / 5), page(95..120, |index| index / 5)]).await;
    assert_eq!(all, Ok(120), "the oldest first");
    assert!(last.ends_with("&createdAtGe=2026-01-01T00%3A19%3A00.000Z"), "{last}");
    let (all, _) = count(vec![page(0..100, |_| 1), page(0..100, |_| 1)]).await;
    assert_eq!(all, Err(ProviderFault::Permanent), "a page that leads nowhere");
    for (what, body, expected) in [
        ("wrapped", r#"{"data":[{"id":"a"}]}"#, Ok(1)),
        ("wrapped otherwise", r#"{"items":[{"id":"a"},{"id":"b"}]}"#, Ok(2)),
        ("a page for people", "<html>", Err(ProviderFault::Permanent)),
        ("no list", r#"{"id":"a"}"#, Err(ProviderFault::Permanent)),
        ("no id", "[{}]", Err(ProviderFault::Permanent)),
    ] {
        assert_eq!(count(vec![answer(200, body)]).await.0, expected, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_vapi_refuses() {
    for (what, step, fault, sentence) in [
        (
            "an unknown field",
            answer(
                400,
                r#"{"message":["name must be a string","property serverUrl should not exist"],"error":"Bad Request","statusCode":400}"#,
            ),
            ProviderFault::Rejected,
            "Vapi does not take the field `serverUrl`. Ask the operator for a newer version.",
        ),
        (
            "the same, one message",
            answer(400, r#"{"message":"model.property x should not exist","statusCode":400}"#),
            ProviderFault::Rejected,
            "Vapi does not take the field `x`. Ask the operator for a newer version.",
        ),
        (
            "a field with content in its name",
            answer(400, r#"{"message":"property +1 415 should not exist"}"#),
            ProviderFault::Rejected,
            "Vapi refused the request. Check what was entered.",
        ),
        (
            "pinned",
            answer(409, r#"{"error":"x"}"#),
            ProviderFault::Rejected,
            "Something else at Vapi still uses it. Detach it there first.",
        ),
        (
            "too many",
            answer(429, ""),
            ProviderFault::RateLimited { wait: None },
            "Vapi is taking no more requests for now. Try again in a minute.",
        ),
        (
            "lost",
            Err(TransportError::Lost),
            ProviderFault::Unsettled,
            "Vapi did not confirm. It is asked what it did before anything is repeated.",
        ),
        (
            "broken",
            answer(500, "<html>"),
            ProviderFault::Unsettled,
            "Vapi did not confirm. It is asked what it did before anything is repeated.",
        ),
    ] {
        let transport = Recorder::new([step]);
        let error = vapi(&transport).delete_assistant("a1").await.unwrap_err();
        assert_eq!((error.fault, &*error.sentence), (fault, sentence), "{what}");
        assert_eq!(transport.sent().len(), 1, "{what}: what acts is not repeated by itself");
    }
    let transport = Recorder::new([answer(404, "{}")]);
    vapi(&transport).delete_assistant("a1").await.unwrap();
    let transport = Recorder::new([]);
    for id in ["", "a/b", "a?b", "..", "ä", &"x".repeat(65)] {
        assert_eq!(vapi(&transport).tool(id).await.unwrap_err().fault, ProviderFault::Rejected, "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_key_is_worth() {
    let lost = || Err(TransportError::Lost);
    for (what, steps, expected) in [
        ("good", vec![answer(200, "[]")], Verdict::Verified),
        ("unknown", vec![answer(401, "{}")], Verdict::Rejected(Rejection::Unauthorised)),
        ("a public key", vec![answer(403, "{}")], Verdict::Rejected(Rejection::Forbidden)),
        ("no credit", vec![answer(402, "{}")], Verdict::Rejected(Rejection::Suspended)),
        ("a page of somebody else's", vec![answer(200, "<html>")], Verdict::Unreachable),
        ("nobody there", vec![lost(), lost(), lost()], Verdict::Unreachable),
        ("too many", vec![answer(429, ""), answer(429, ""), answer(429, "")], Verdict::Unreachable),
        ("moved", vec![answer(302, "")], Verdict::Unreachable),
    ] {
        let transport = Recorder::new(steps);
        assert_eq!(vapi(&transport).check().await, expected, "{what}");
        assert_eq!(transport.sent()[0], get("/assistant?limit=1"));
    }
}
