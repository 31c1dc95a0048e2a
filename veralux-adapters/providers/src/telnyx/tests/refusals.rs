use veralux_core::port::{ProviderFault, Rejection, Verdict};

use super::double::{Double, answer, body};
use crate::telnyx::{ORIGIN, check};
use crate::{Response, TransportError};

#[tokio::test(start_paused = true)]
async fn what_a_refusal_means() {
    let limited = ProviderFault::RateLimited { wait: None };
    let rejected = ProviderFault::Rejected;
    for (what, status, body, fault, code, sentence) in [
        (
            "a known code",
            403,
            r#"{"errors":[{"code":"20100","title":"Insufficient funds","meta":{"url":"x"}}]}"#,
            rejected,
            Some("20100"),
            "not enough money",
        ),
        (
            "several, of which one is known",
            400,
            r#"{"errors":[{"code":"10015","title":"Bad request"},{"code":"40300","title":"Blocked due to STOP message"}]}"#,
            rejected,
            Some("40300"),
            "replied STOP",
        ),
        (
            "a code that is a number",
            401,
            r#"{"errors":[{"code":10009,"title":"x"}]}"#,
            rejected,
            Some("10009"),
            "API key",
        ),
        (
            "an unknown code",
            422,
            r#"{"errors":[{"code":"99999","title":"x"}]}"#,
            rejected,
            Some("99999"),
            "refused the request",
        ),
        ("no code", 401, "<html>", rejected, None, "does not accept the credential"),
        ("no errors", 422, r#"{"errors":[]}"#, rejected, None, "refused the request"),
        (
            "too many",
            429,
            r#"{"errors":[{"code":"10011","title":"Too many requests"}]}"#,
            limited,
            Some("10011"),
            "taking no more",
        ),
        ("elsewhere", 301, "", ProviderFault::Permanent, None, "not understood"),
    ] {
        let double = Double::new((0..3).map(|_| answer(status, body)));
        let error = double.api().number_by_id("1293").await.unwrap_err();
        let told = (error.provider, error.fault, error.code.as_deref());
        assert_eq!(told, ("telnyx", fault, code), "{what}");
        assert!(error.to_string().contains(sentence), "{what}: {error}");
        assert_eq!(error.raw.unwrap().body(), body, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_check_of_a_key_says() {
    let refused = |code: &str| format!(r#"{{"errors":[{{"code":"{code}","title":"x"}}]}}"#);
    let rejected = |class| Verdict::Rejected(class);
    for (what, status, text, verdict) in [
        ("an account with a number", 200, r#"{"data":[{"id":"1"}],"meta":{}}"#.to_owned(), Verdict::Verified),
        ("an empty account", 200, r#"{"data":[]}"#.to_owned(), Verdict::Verified),
        ("a page for people", 200, "<html>".to_owned(), Verdict::Unreachable),
        ("a wrong key", 401, refused("10009"), rejected(Rejection::Unauthorised)),
        ("a revoked one", 401, refused("20002"), rejected(Rejection::Unauthorised)),
        ("one that may not", 403, refused("10010"), rejected(Rejection::Forbidden)),
        ("a blocked account", 403, refused("20013"), rejected(Rejection::Suspended)),
        ("a 401 of somebody between us", 401, "<html>".to_owned(), Verdict::Unreachable),
        ("a 403 of somebody between us", 403, "{}".to_owned(), Verdict::Unreachable),
        ("something else", 422, refused("10015"), Verdict::Unreachable),
        ("too many", 429, refused("10011"), Verdict::Unreachable),
        ("broken", 500, refused("10007"), Verdict::Unreachable),
    ] {
        let double = Double::new((0..3).map(|_| answer(status, &text)));
        assert_eq!(check(&double.outside(), ORIGIN, &body()).await, verdict, "{what}");
        let request = "GET https://api.telnyx.com/v2/phone_numbers?page%5Bnumber%5D=1&page%5Bsize%5D=1\n\
                       bearer KEY0123456789abcdef0123";
        assert_eq!(double.sent()[0], request, "{what}");
    }
    let lost = Double::new((0..3).map(|_| Err::<Response, _>(TransportError::Lost)));
    assert_eq!(check(&lost.outside(), ORIGIN, &body()).await, Verdict::Unreachable);
}
