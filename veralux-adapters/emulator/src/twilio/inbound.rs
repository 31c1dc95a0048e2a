//! Messages that come in.

use super::hook::Call;
use super::markup::elements;
use super::message::refuse;
use super::state::sid;
use super::{Twilio, TwilioMessage};
use crate::Delivered;

/// What somebody writes who wants no more messages, and what takes it back (twilio.com/docs/messaging/tutorials/stop).
const STOP: &[&str] = &["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START: &[&str] = &["START", "YES", "UNSTOP"];

impl Twilio {
    /// Somebody writes to a number: its `SmsUrl` is told, and each `<Message>` in the answer goes back. STOP and START count
    /// as at Twilio. `None` when nobody has the number, it leads nowhere or webhooks are held.
    pub async fn receive_sms(&self, from: &str, to: &str, body: &str) -> Option<Delivered> {
        let (account, call) = self.take(from, to, body)?;
        let delivered = call.deliver(&self.0).await?;
        if delivered.status.is_some_and(|status| (200..300).contains(&status)) {
            let answer = String::from_utf8_lossy(&delivered.answer).into_owned();
            for message in elements(&answer, "Message") {
                let (back, own) = (message.attribute("to"), message.attribute("from"));
                self.reply(&account, own.unwrap_or(to), back.unwrap_or(from), &message.text());
            }
        }
        Some(delivered)
    }

    /// Keeps an inbound message, and gives whose it is and what is told about it.
    fn take(&self, from: &str, to: &str, body: &str) -> Option<(String, Call)> {
        let mut state = self.0.twilio_state();
        let owner = state.owner(to)?.sid.clone();
        let account = state.accounts.get_mut(&owner)?;
        let now = self.0.clock().now();
        let message = TwilioMessage {
            sid: sid(&self.0, "SM"),
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            status: "received".to_owned(),
            direction: "inbound",
            error_code: None,
            callback: None,
            created_at: now,
            sent_at: Some(now),
        };
        let (word, pair) = (body.trim().to_uppercase(), (to.to_owned(), from.to_owned()));
        if STOP.contains(&word.as_str()) {
            account.opted_out.insert(pair);
        } else if START.contains(&word.as_str()) {
            account.opted_out.remove(&pair);
        }
        let fields = vec![
            ("AccountSid", owner.clone()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("Body", body.to_owned()),
            ("From", from.to_owned()),
            ("FromCity", String::new()),
            ("FromCountry", "US".to_owned()),
            ("FromState", String::new()),
            ("FromZip", String::new()),
            ("MessageSid", message.sid.clone()),
            ("NumMedia", "0".to_owned()),
            ("NumSegments", "1".to_owned()),
            ("SmsMessageSid", message.sid.clone()),
            ("SmsSid", message.sid.clone()),
            ("SmsStatus", "received".to_owned()),
            ("To", to.to_owned()),
            ("ToCountry", "US".to_owned()),
        ];
        account.messages.push(message);
        let url = account.number(to)?.sms_url.clone();
        let call = Call { url, auth_token: account.auth_token.clone(), fields };
        Some((owner, call)).filter(|(_, call)| !call.url.is_empty())
    }

    fn reply(&self, account: &str, from: &str, to: &str, body: &str) {
        let id = sid(&self.0, "SM");
        let mut state = self.0.twilio_state();
        let Some(own) = state.accounts.get_mut(account) else { return };
        // Not to somebody who has just said STOP.
        if body.is_empty() || refuse(own, from, to).is_err() {
            return;
        }
        own.messages.push(TwilioMessage {
            sid: id.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            status: "queued".to_owned(),
            direction: "outbound-reply",
            error_code: None,
            callback: None,
            created_at: self.0.clock().now(),
            sent_at: None,
        });
        drop(state);
        self.go_on(account.to_owned(), id);
    }
}
