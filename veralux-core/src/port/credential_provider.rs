use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::credential::Provider;
use crate::secret::Secret;
use crate::time::Instant;
use crate::word::words;

words! {
    /// Why a provider refuses a credential.
    pub enum Rejection {
        /// It does not know it, or it is wrong.
        Unauthorised = "unauthorised",
        /// It knows it, but not for what is needed.
        Forbidden = "forbidden",
        /// The account is suspended or closed.
        Suspended = "suspended",
        /// Something else that asking again does not change.
        Other = "other",
    }
}

/// What a provider says of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Verified,
    /// It does not.
    Rejected(Rejection),
    /// The provider could not be asked: says nothing of the credential.
    Unreachable,
}

/// Asks a provider whether a credential works.
#[async_trait]
pub trait CredentialVerifier: Debug + Send + Sync + 'static {
    /// Asks with one harmless request. `body` is what [`credential::read`](crate::credential::read) reads. Trouble with
    /// the network is `Unreachable`, never a refusal.
    async fn verify(&self, provider: Provider, body: &[u8]) -> Verdict;
}

/// Tokens that an authorization server gave (RFC 6749, 5.1).
#[derive(Debug, Clone)]
pub struct Grant {
    /// For requests.
    pub access_token: Secret,
    /// When it ends.
    pub expires_at: Instant,
    /// For the next ones; a refresh may bring a new one, or none.
    pub refresh_token: Option<Secret>,
    /// What was granted; people may grant less than was asked for.
    pub scopes: Vec<String>,
    /// Whose account it is, where the server told. Personal.
    pub email: Option<String>,
}

/// Why an authorization server gave no tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// `invalid_grant`: the code or refresh token ended, was revoked or was used before (RFC 6749, 5.2).
    #[error("the grant has ended")]
    Ended,
    /// The server could not be asked, or is busy: the request did not take effect. Try again.
    #[error("the authorization server does not answer")]
    Unreachable,
    /// The request went out and no answer came back: it may have taken effect.
    #[error("the answer of the authorization server was lost")]
    Lost,
    /// The server refuses this client or request: a fault of the set-up.
    #[error("the authorization server refuses the client")]
    Refused,
}

/// A provider's authorization server (RFC 6749).
#[async_trait]
pub trait TokenEndpoint: Debug + Send + Sync + 'static {
    /// Whether a refresh token that was used once must not be used again, even when its answer got lost.
    fn single_use(&self) -> bool;

    /// Where a person is sent to grant access. `challenge` is the S256 of the PKCE verifier (RFC 7636, 4.2).
    fn authorization_url(&self, state: &str, challenge: &str, consent: bool) -> String;

    /// Trades the code that a person came back with for tokens.
    ///
    /// # Errors
    /// [`GrantError`].
    async fn exchange(&self, code: &Secret, verifier: &Secret) -> Result<Grant, GrantError>;

    /// Trades a refresh token for a new access token.
    ///
    /// # Errors
    /// [`GrantError`].
    async fn refresh(&self, refresh_token: &Secret) -> Result<Grant, GrantError>;
}
