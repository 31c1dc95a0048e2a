use serde_json::Value;
use veralux_core::credential::TwilioBody;
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult, Rejection, Verdict};
use veralux_core::secret::Secret;

use super::Client;
use super::code::NOT_ACTIVE;
use crate::Outside;

/// Whether Twilio at an origin ([`ORIGIN`](super::ORIGIN)) takes a credential: the API key and the auth token, where it has
/// both. Reads only.
///
/// A standard API key may do everything but read the account, and is then refused with the same 401 and 20003 as a wrong
/// one (twilio.com/docs/api/errors/20003); it is asked for the account's numbers instead.
pub async fn check(outside: &Outside, origin: &str, credential: &TwilioBody) -> Verdict {
    let key = credential.api_key_sid.as_deref().zip(credential.api_key_secret.as_ref());
    let token = credential.auth_token.as_ref().map(|token| (credential.account_sid.as_str(), token));
    let mut verdict = Verdict::Rejected(Rejection::Unauthorised);
    for (user, password, is_key) in key
        .map(|(user, secret)| (user, secret, true))
        .into_iter()
        .chain(token.map(|(user, secret)| (user, secret, false)))
    {
        verdict = one(outside, origin, &credential.account_sid, user, password, is_key).await;
        if verdict != Verdict::Verified {
            break;
        }
    }
    verdict
}

async fn one(
    outside: &Outside,
    origin: &str,
    account: &str,
    user: &str,
    password: &Secret,
    is_key: bool,
) -> Verdict {
    let Ok(client) = Client::with(origin, outside.clone(), account, user, password) else {
        return Verdict::Rejected(Rejection::Unauthorised);
    };
    match of_account(&client.account_status().await) {
        Verdict::Rejected(Rejection::Unauthorised | Rejection::Forbidden) if is_key => {
            client.may_read_numbers().await.map_or_else(|error| of_refusal(&error), |()| Verdict::Verified)
        }
        verdict => verdict,
    }
}

fn of_account(status: &ProviderResult<String>) -> Verdict {
    match status.as_ref().map(String::as_str) {
        Ok("active") => Verdict::Verified,
        Ok("suspended" | "closed") => Verdict::Rejected(Rejection::Suspended),
        Ok(_) => Verdict::Unreachable,
        Err(error) => of_refusal(error),
    }
}

/// Only a clear refusal in Twilio's own words is one: a proxy's page says nothing of the credential.
fn of_refusal(error: &ProviderError) -> Verdict {
    let Some(raw) = error.raw.as_ref().filter(|_| error.fault == ProviderFault::Rejected) else {
        return Verdict::Unreachable;
    };
    let is_twilios = serde_json::from_str::<Value>(raw.body()).is_ok_and(|body| body.is_object());
    match (raw.status, error.code.as_deref()) {
        (_, Some(NOT_ACTIVE)) => Verdict::Rejected(Rejection::Suspended),
        (_, Some("20008")) => Verdict::Rejected(Rejection::Other),
        (401, _) | (404, Some(_)) if is_twilios => Verdict::Rejected(Rejection::Unauthorised),
        (403, _) if is_twilios => Verdict::Rejected(Rejection::Forbidden),
        _ => Verdict::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Recorder;
    use crate::{Response, TransportError};

    const ACCOUNT: &str = "AC00000000000000000000000000000001";

    fn credential(token: bool, key: bool) -> TwilioBody {
        TwilioBody {
            account_sid: ACCOUNT.to_owned(),
            auth_token: token.then(|| Secret::new("token")),
            previous_auth_token: None,
            previous_until: None,
            api_key_sid: key.then(|| "SK00000000000000000000000000000002".to_owned()),
            api_key_secret: key.then(|| Secret::new("secret")),
        }
    }

    const ACTIVE: (u16, &str) = (200, r#"{"sid":"AC","status":"active"}"#);
    const WRONG: (u16, &str) = (401, r#"{"code":20003,"message":"Authenticate","status":401}"#);
    const NUMBERS: (u16, &str) = (200, r#"{"incoming_phone_numbers":[]}"#);
    const PAGE: (u16, &str) = (401, "<html>sign in</html>");

    #[tokio::test(start_paused = true)]
    async fn verdicts() {
        let unauthorised = Verdict::Rejected(Rejection::Unauthorised);
        let suspended = Verdict::Rejected(Rejection::Suspended);
        let forbidden = Verdict::Rejected(Rejection::Forbidden);
        let (token, key, both) = ((true, false), (false, true), (true, true));
        for (what, (has_token, has_key), answers, verdict) in [
            ("a token", token, vec![ACTIVE], Verdict::Verified),
            ("a wrong token", token, vec![WRONG], unauthorised),
            ("a main key", key, vec![ACTIVE], Verdict::Verified),
            ("a standard key", key, vec![WRONG, NUMBERS], Verdict::Verified),
            ("a wrong key", key, vec![WRONG, WRONG], unauthorised),
            ("a restricted key", key, vec![WRONG, (403, r#"{"code":70051}"#)], forbidden),
            ("both", both, vec![ACTIVE, ACTIVE], Verdict::Verified),
            ("a good key and a wrong token", both, vec![WRONG, NUMBERS, WRONG], unauthorised),
            ("suspended", token, vec![(200, r#"{"status":"suspended"}"#)], suspended),
            ("suspended, by code", token, vec![(403, r#"{"code":20005}"#)], suspended),
            (
                "test credentials",
                token,
                vec![(403, r#"{"code":20008}"#)],
                Verdict::Rejected(Rejection::Other),
            ),
            ("somebody else's account", token, vec![(404, r#"{"code":20404}"#)], unauthorised),
            ("a hotel's network", token, vec![PAGE], Verdict::Unreachable),
            ("a page instead of it", token, vec![(200, "<html>")], Verdict::Unreachable),
            ("a status of tomorrow", token, vec![(200, r#"{"status":"dormant"}"#)], Verdict::Unreachable),
            ("moved", token, vec![(302, "")], Verdict::Unreachable),
            ("not found, not by Twilio", token, vec![(404, "nginx")], Verdict::Unreachable),
            ("broken", token, vec![(500, "{}"); 3], Verdict::Unreachable),
            ("too many", token, vec![(429, r#"{"code":20429}"#); 3], Verdict::Unreachable),
            ("key: broken behind", key, vec![WRONG, (503, ""), (503, ""), (503, "")], Verdict::Unreachable),
        ] {
            let recorder = Recorder::answering(answers.clone());
            let own = credential(has_token, has_key);
            assert_eq!(check(&recorder.outside(), "https://x", &own).await, verdict, "{what}");
            assert_eq!(recorder.sent().len(), answers.len(), "{what}");
        }
        let recorder = Recorder::new([
            Err(TransportError::Lost),
            Err(TransportError::Unreachable),
            Ok(Response::new(200, ACTIVE.1)),
        ]);
        assert_eq!(
            check(&recorder.outside(), "https://x", &credential(true, false)).await,
            Verdict::Verified
        );
    }

    #[tokio::test]
    async fn what_is_asked_and_as_whom() {
        let recorder = Recorder::answering([WRONG, NUMBERS, ACTIVE]);
        check(&recorder.outside(), super::super::ORIGIN, &credential(true, true)).await;
        let sent: Vec<_> =
            recorder.sent().into_iter().map(|sent| (sent.line, sent.authorization.unwrap())).collect();
        let base = format!("GET https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}");
        let by_key = "Basic SK00000000000000000000000000000002:secret".to_owned();
        assert_eq!(
            sent,
            [
                (format!("{base}.json"), by_key.clone()),
                (format!("{base}/IncomingPhoneNumbers.json?PageSize=1"), by_key),
                (format!("{base}.json"), format!("Basic {ACCOUNT}:token")),
            ]
        );
    }
}
