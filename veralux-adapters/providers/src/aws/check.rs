//! Whether AWS takes an access key for Secrets Manager.

use veralux_core::credential::AwsBody;
use veralux_core::port::{Rejection, Verdict};

use super::wire::{self, Call, Filter, Listing};
use super::{AwsSecrets, Credentials, Endpoint};
use crate::{Outside, Response};

/// Asks AWS whether an access key works and may list secrets. `origin` stands for AWS's own address of the region where it
/// is given: for the emulator and for tests.
pub async fn check(outside: &Outside, origin: Option<&str>, body: &AwsBody) -> Verdict {
    let endpoint = match origin {
        Some(origin) => Endpoint::at(&body.region, origin),
        None => Endpoint::of_region(&body.region),
    };
    let Ok(endpoint) = endpoint else { return Verdict::Rejected(Rejection::Other) };
    let credentials = Credentials {
        access_key_id: body.access_key_id.clone(),
        secret_access_key: body.secret_access_key.clone(),
        session_token: body.session_token.clone(),
    };
    let Outside { transport, clock, random } = outside.clone();
    let secrets = AwsSecrets::new(endpoint, credentials, transport, clock, random);
    let call = Call {
        filters: Some([Filter { key: "name", values: ["veralux/"] }]),
        max_results: Some(1),
        ..Call::default()
    };
    match outside.transport.send(secrets.request("ListSecrets", &call)).await {
        Ok(response) => verdict(&response),
        Err(_) => Verdict::Unreachable,
    }
}

fn verdict(response: &Response) -> Verdict {
    if response.status == 200 {
        let listed = wire::answer::<Listing>(response).is_ok();
        return if listed { Verdict::Verified } else { Verdict::Unreachable };
    }
    if !matches!(response.status, 400..=403) {
        return Verdict::Unreachable;
    }
    let Some(said) = wire::ErrorAnswer::of(response) else { return Verdict::Unreachable };
    match said.kind() {
        // Says as much of our clock as of the key.
        "InvalidSignatureException" | "SignatureDoesNotMatch" if said.is_about_time() => Verdict::Unreachable,
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "ExpiredTokenException"
        | "IncompleteSignature" => Verdict::Rejected(Rejection::Unauthorised),
        "AccessDeniedException" | "NotAuthorized" => Verdict::Rejected(Rejection::Forbidden),
        "OptInRequired" => Verdict::Rejected(Rejection::Suspended),
        _ => Verdict::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use veralux_core::secret::Secret;

    use super::*;
    use crate::TransportError;
    use crate::testing::{Recorder, answer};

    fn body(region: &str) -> AwsBody {
        AwsBody {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            region: region.to_owned(),
        }
    }

    #[tokio::test]
    async fn what_is_said_of_a_key() {
        let said = |kind: &str, message: &str| {
            answer(400, &format!(r#"{{"__type":"com.amazonaws#{kind}","Message":"{message}"}}"#))
        };
        let refused = Verdict::Rejected;
        for (what, step, verdict) in [
            ("works", answer(200, r#"{"SecretList":[]}"#), Verdict::Verified),
            ("unknown", said("UnrecognizedClientException", ""), refused(Rejection::Unauthorised)),
            ("wrong", said("InvalidSignatureException", "does not match"), refused(Rejection::Unauthorised)),
            ("ended", said("ExpiredTokenException", ""), refused(Rejection::Unauthorised)),
            ("our clock", said("InvalidSignatureException", "Signature expired: 2026"), Verdict::Unreachable),
            (
                "our clock, ahead",
                said("InvalidSignatureException", "Signature not yet current"),
                Verdict::Unreachable,
            ),
            ("a policy", said("AccessDeniedException", ""), refused(Rejection::Forbidden)),
            ("a closed account", said("OptInRequired", ""), refused(Rejection::Suspended)),
            ("throttled", said("ThrottlingException", ""), Verdict::Unreachable),
            ("something new", said("Teapot", ""), Verdict::Unreachable),
            ("a page", answer(403, "<html>"), Verdict::Unreachable),
            ("a portal", answer(200, "<html>"), Verdict::Unreachable),
            ("broken", answer(500, r#"{"__type":"AccessDeniedException"}"#), Verdict::Unreachable),
            ("lost", Err(TransportError::Lost), Verdict::Unreachable),
        ] {
            let recorder = Recorder::new([step]);
            assert_eq!(check(&recorder.outside(), None, &body("eu-central-1")).await, verdict, "{what}");
            let sent = recorder.texts().join("");
            assert!(sent.starts_with("POST https://secretsmanager.eu-central-1.amazonaws.com/\n"), "{sent}");
            assert!(sent.contains("x-amz-target: secretsmanager.ListSecrets\n"), "{sent}");
            let body = r#"{"Filters":[{"Key":"name","Values":["veralux/"]}],"MaxResults":1}"#;
            assert!(sent.ends_with(body), "{sent}");
        }
        let nothing = Recorder::new([]);
        assert_eq!(check(&nothing.outside(), None, &body("e/u")).await, refused(Rejection::Other));
    }
}
