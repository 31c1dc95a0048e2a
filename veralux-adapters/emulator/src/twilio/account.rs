use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use serde_json::json;

use super::request::{Ask, Refused, found};
use super::state::{AccountState, date, hex, sid};
use super::{Twilio, TwilioAccount};

pub(super) fn read(ask: &Ask<'_>) -> Result<Response, Refused> {
    ask.with(|account| {
        Ok(found(json!({
            "sid": account.sid,
            "auth_token": account.auth_token,
            "friendly_name": "Emulated",
            "owner_account_sid": account.sid,
            "status": account.status,
            "type": "Full",
            "date_created": date(account.created_at),
            "date_updated": date(account.created_at),
            "subresource_uris": {},
            "uri": format!("/2010-04-01/Accounts/{}.json", account.sid),
        })))
    })
}

impl Twilio {
    /// A new account.
    pub fn account(&self) -> TwilioAccount {
        let emulator = &self.0;
        let secret = || hex("", &emulator.random().bytes::<16>());
        let account = TwilioAccount {
            sid: sid(emulator, "AC"),
            auth_token: secret(),
            api_key_sid: sid(emulator, "SK"),
            api_key_secret: secret(),
            standard_key_sid: sid(emulator, "SK"),
            standard_key_secret: secret(),
        };
        self.add(&account);
        account
    }

    /// An account with ids and secrets of the caller's choice.
    pub fn add(&self, account: &TwilioAccount) {
        let TwilioAccount { sid, auth_token, api_key_sid, api_key_secret, .. } = account.clone();
        let state = AccountState {
            sid: sid.clone(),
            auth_token,
            main_key: (api_key_sid, api_key_secret),
            standard_key: (account.standard_key_sid.clone(), account.standard_key_secret.clone()),
            status: "active".to_owned(),
            created_at: self.0.clock().now(),
            numbers: Vec::new(),
            messages: Vec::new(),
            calls: Vec::new(),
            caller_ids: Vec::new(),
            opted_out: BTreeSet::new(),
            undeliverable: BTreeMap::new(),
        };
        self.0.twilio_state().accounts.insert(sid, state);
    }

    /// An account with ids and secrets of the caller's choice; one that is there keeps what it has and gets the secrets.
    pub fn admit(&self, account: &TwilioAccount) {
        {
            let mut state = self.0.twilio_state();
            if let Some(own) = state.accounts.get_mut(&account.sid) {
                own.auth_token.clone_from(&account.auth_token);
                own.main_key = (account.api_key_sid.clone(), account.api_key_secret.clone());
                own.standard_key = (account.standard_key_sid.clone(), account.standard_key_secret.clone());
                return;
            }
        }
        self.add(account);
    }

    /// Sets an account's status: `active`, `suspended` or `closed`.
    pub fn set_status(&self, account: &str, status: &str) {
        if let Some(account) = self.0.twilio_state().accounts.get_mut(account) {
            status.clone_into(&mut account.status);
        }
    }

    /// From now on messages and calls go on only by [`advance`](Self::advance).
    pub fn by_hand(&self) {
        self.0.twilio_state().by_hand = true;
    }
}
