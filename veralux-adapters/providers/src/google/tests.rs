use super::*;
use crate::testing::{Recorder, answer};

fn google(recorder: &Arc<Recorder>) -> Google {
    let client = Client {
        id: "id.apps.example.com".to_owned(),
        secret: Secret::new("GOCSPX-canary"),
        redirect_url: "https://veralux.example.com/api/google/oauth/callback".to_owned(),
    };
    let outside = recorder.outside();
    Google::new(client, outside.transport, outside.clock)
}

#[tokio::test]
async fn a_grant_is_revoked() {
    for (what, step, expected) in [
        ("revoked", answer(200, "{}"), Ok(())),
        ("not known any more", answer(400, r#"{"error":"invalid_token"}"#), Ok(())),
        ("another refusal", answer(400, r#"{"error":"invalid_request"}"#), Err(GrantError::Refused)),
        ("a page", answer(403, "<html>"), Err(GrantError::Refused)),
        ("too many", answer(429, ""), Err(GrantError::Unreachable)),
        ("broken", answer(500, ""), Err(GrantError::Lost)),
        ("away", Err(TransportError::Unreachable), Err(GrantError::Unreachable)),
        ("lost", Err(TransportError::Lost), Err(GrantError::Lost)),
    ] {
        let recorder = Recorder::new([step]);
        assert_eq!(google(&recorder).revoke(&Secret::new("1//a b")).await, expected, "{what}");
        let kind = "content-type: application/x-www-form-urlencoded";
        let sent = format!("POST https://oauth2.googleapis.com/revoke\n{kind}\ntoken=1%2F%2Fa+b");
        assert_eq!(recorder.texts(), [sent], "{what}");
    }
}

#[tokio::test]
async fn what_is_said_of_a_grant() {
    let granted = |scope: &str| {
        answer(200, &format!(r#"{{"access_token":"ya29.canary","expires_in":3599,"scope":"{scope}"}}"#))
    };
    for (what, step, verdict) in [
        ("works", granted("https://www.googleapis.com/auth/calendar"), Verdict::Verified),
        ("of a part", granted("openid https://www.googleapis.com/auth/calendar.events"), Verdict::Verified),
        ("scopes not told", granted(""), Verdict::Verified),
        ("without the calendar", granted("openid"), Verdict::Rejected(Rejection::Forbidden)),
        ("ended", answer(400, r#"{"error":"invalid_grant"}"#), Verdict::Rejected(Rejection::Unauthorised)),
        ("the operator's fault", answer(401, r#"{"error":"invalid_client"}"#), Verdict::Unreachable),
        ("too many", answer(429, ""), Verdict::Unreachable),
        ("a portal", answer(200, "<html>"), Verdict::Unreachable),
        ("lost", Err(TransportError::Lost), Verdict::Unreachable),
    ] {
        let recorder = Recorder::new([step]);
        let body = GoogleCalendarBody {
            access_token: None,
            expires_at: None,
            refresh_token: Secret::new("1//refresh-canary"),
            scopes: None,
            email: None,
        };
        assert_eq!(check(&google(&recorder), &body).await, verdict, "{what}");
        let fields = "client_id=id.apps.example.com&client_secret=GOCSPX-canary&grant_type=refresh_token&refresh_token=1%2F%2Frefresh-canary";
        assert!(recorder.texts()[0].ends_with(fields), "{what}");
    }
}
