//! Calls from outside.

use serde_json::{Value, json};

use super::Telnyx;
use super::account::uuid;
use super::events::{Event, send};
use crate::hooks::Delivered;

impl Telnyx {
    /// Somebody outside calls a number that an account holds: `call.initiated`. Gives the call's `call_control_id`; `None`
    /// when nobody holds the number, or when it is with no application.
    pub async fn call(&self, from: &str, to: &str) -> Option<(String, Option<Delivered>)> {
        let call_control_id = format!("v3:{}", uuid(self.0.random()));
        let (leg, session) = (uuid(self.0.random()), uuid(self.0.random()));
        let key = {
            let mut kept = self.0.telnyx_state().lock();
            let (key, account) = kept.holder(to)?;
            let key = key.to_owned();
            let connection_id = account.number(to)?["connection_id"].clone();
            account.applications.iter().find(|record| record["id"] == connection_id)?;
            account.calls.push(json!({
                "call_control_id": call_control_id,
                "call_leg_id": leg,
                "call_session_id": session,
                "connection_id": connection_id,
                "client_state": null,
                "from": from,
                "to": to,
                "direction": "incoming",
                "state": "parked",
            }));
            key
        };
        let delivered = self.tell(&key, &call_control_id, "call.initiated", &[]).await;
        Some((call_control_id, delivered))
    }

    /// A call is answered: `call.answered`. `None` when there is no such call, or when no answer came.
    pub async fn answer(&self, call_control_id: &str) -> Option<Delivered> {
        let key = self.caller(call_control_id)?;
        self.tell(&key, call_control_id, "call.answered", &[("state", "answered")]).await
    }

    /// A call is over: `call.hangup` with `normal_clearing`, `user_busy`, ... `None` when there is no such call, or when no
    /// answer came.
    pub async fn hang_up(&self, call_control_id: &str, cause: &str) -> Option<Delivered> {
        let key = self.caller(call_control_id)?;
        let changes = [("state", "hangup"), ("hangup_cause", cause), ("hangup_source", "caller")];
        self.tell(&key, call_control_id, "call.hangup", &changes).await
    }

    /// The account that has a call.
    fn caller(&self, call_control_id: &str) -> Option<String> {
        let kept = self.0.telnyx_state().lock();
        let has = |calls: &[Value]| calls.iter().any(|call| call["call_control_id"] == call_control_id);
        kept.accounts.iter().find(|(_, account)| has(&account.calls)).map(|(key, _)| key.to_owned())
    }

    async fn tell(
        &self,
        key: &str,
        call_control_id: &str,
        kind: &'static str,
        changes: &[(&str, &str)],
    ) -> Option<Delivered> {
        let event = {
            let mut kept = self.0.telnyx_state().lock();
            let account = kept.accounts.get_mut(key)?;
            let call = account.calls.iter_mut().find(|call| call["call_control_id"] == call_control_id)?;
            for (name, value) in changes {
                call[*name] = Value::String((*value).to_owned());
            }
            let payload = call.clone();
            let connection = payload.get("connection_id")?;
            let application = account.applications.iter().find(|record| record["id"] == *connection)?;
            let url = application["webhook_event_url"].as_str()?.to_owned();
            let version = if application["webhook_api_version"] == "1" { "1" } else { "2" };
            Event { url, kind, payload, version }
        };
        send(&self.0, key, event).await
    }
}
