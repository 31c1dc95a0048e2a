//! Google's authorization server: OAuth 2.0 for web server applications (RFC 6749, with PKCE of RFC 7636).

use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::GoogleCalendarBody;
use veralux_core::port::{Clock, Grant, GrantError, Rejection, TokenEndpoint, Verdict};
use veralux_core::secret::Secret;

use crate::{Authorization, Method, Request, Transport, TransportError};

pub mod calendar;
mod wire;

use wire::{account_answer, form, revoke_answer, token_answer};

/// What is asked for: the calendar, and whose it is.
const SCOPES: &str =
    "https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/userinfo.email";

/// What a scope that allows anything of a calendar begins with.
const CALENDAR: &str = "https://www.googleapis.com/auth/calendar";

/// The operator's client at Google, as its console shows it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Public.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// `https://HOST/api/google/oauth/callback`, as it was registered at Google.
    pub redirect_url: String,
}

/// Where Google answers. Fixed, so that no setting sends tokens elsewhere; tests have their own.
#[derive(Debug, Clone)]
struct Addresses {
    authorization: String,
    token: String,
    revocation: String,
    account: String,
}

/// Google's authorization server.
#[derive(Debug)]
pub struct Google {
    client: Client,
    addresses: Addresses,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl Google {
    /// Google itself.
    pub fn new(client: Client, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        let addresses = Addresses {
            authorization: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
            token: "https://oauth2.googleapis.com/token".to_owned(),
            revocation: "https://oauth2.googleapis.com/revoke".to_owned(),
            account: "https://openidconnect.googleapis.com/v1/userinfo".to_owned(),
        };
        Self { client, addresses, transport, clock }
    }

    /// Something that behaves like it, at `/auth`, `/token`, `/revoke` and `/userinfo` of an origin. For the
    /// emulator and for tests.
    pub fn emulated(
        client: Client,
        origin: &str,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let at = |path| format!("{origin}/{path}");
        let addresses = Addresses {
            authorization: at("auth"),
            token: at("token"),
            revocation: at("revoke"),
            account: at("userinfo"),
        };
        Self { client, addresses, transport, clock }
    }

    /// Ends a grant at Google (RFC 7009): with its refresh token, all of its tokens. One that is ended already is no error.
    ///
    /// # Errors
    /// [`GrantError`]; it may be asked again after any.
    pub async fn revoke(&self, token: &Secret) -> Result<(), GrantError> {
        let body = form([&("token", token.expose())]);
        let request = Request::new(Method::Post, &self.addresses.revocation).body(body);
        revoke_answer(&self.transport.send(request).await.map_err(not_answered)?)
    }

    async fn ask(&self, fields: &[(&str, &str)]) -> Result<Grant, GrantError> {
        let own = [("client_id", self.client.id.as_str()), ("client_secret", self.client.secret.expose())];
        let body = form(own.iter().chain(fields));
        let asked_at = self.clock.now();
        let request = Request::new(Method::Post, &self.addresses.token).body(body);
        let response = self.transport.send(request).await.map_err(not_answered)?;
        token_answer(&response, asked_at)
    }

    /// Whose account it is; `None` where Google does not tell. A grant without a name is better than none.
    async fn email(&self, access_token: &Secret) -> Option<String> {
        let request = Request::new(Method::Get, &self.addresses.account)
            .by(Authorization::Bearer(access_token.clone()));
        account_answer(&self.transport.send(request).await.ok()?)
    }
}

#[async_trait]
impl TokenEndpoint for Google {
    /// Google's refresh tokens are used again and again.
    fn single_use(&self) -> bool {
        false
    }

    fn authorization_url(&self, state: &str, challenge: &str, consent: bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", &self.client.redirect_url)
            .append_pair("scope", SCOPES)
            .append_pair("access_type", "offline")
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        if consent {
            query.append_pair("prompt", "consent");
        }
        format!("{}?{}", self.addresses.authorization, query.finish())
    }

    async fn exchange(&self, code: &Secret, verifier: &Secret) -> Result<Grant, GrantError> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("code_verifier", verifier.expose()),
            ("redirect_uri", self.client.redirect_url.as_str()),
        ];
        let grant = self.ask(&fields).await?;
        let email = self.email(&grant.access_token).await;
        Ok(Grant { email, ..grant })
    }

    async fn refresh(&self, refresh_token: &Secret) -> Result<Grant, GrantError> {
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())]).await
    }
}

/// Asks an authorization server whether a grant works: it gives an access token for it, which takes nothing away from
/// tokens that are in use.
pub async fn check(google: &dyn TokenEndpoint, body: &GoogleCalendarBody) -> Verdict {
    match google.refresh(&body.refresh_token).await {
        Ok(grant)
            if grant.scopes.is_empty() || grant.scopes.iter().any(|scope| scope.starts_with(CALENDAR)) =>
        {
            Verdict::Verified
        }
        Ok(_) => Verdict::Rejected(Rejection::Forbidden),
        Err(GrantError::Ended) => Verdict::Rejected(Rejection::Unauthorised),
        // A refusal of the client is the operator's fault and says nothing of the grant.
        Err(GrantError::Refused | GrantError::Unreachable | GrantError::Lost) => Verdict::Unreachable,
    }
}

fn not_answered(error: TransportError) -> GrantError {
    match error {
        TransportError::Unreachable => GrantError::Unreachable,
        TransportError::Lost => GrantError::Lost,
    }
}

#[cfg(test)]
mod tests;
