//! Messages.

use axum::response::Response;
use serde_json::{Value, json};
use veralux_core::phone::E164;
use veralux_core::time::Instant;

use super::hook::Call;
use super::page::page;
use super::request::{Ask, Refused, created, found, gone};
use super::state::{AccountState, date, sid};
use super::{Twilio, TwilioMessage};

/// Longest text in characters.
const MAX_BODY_CHARS: usize = 1600;

pub(super) fn create(ask: &Ask<'_>) -> Result<Response, Refused> {
    let to = ask.needed("To", 21604, "A 'To' phone number is required.")?;
    let from = ask.needed("From", 21603, "A 'From' phone number is required.")?;
    let body = ask.form.value("Body").unwrap_or_default();
    if body.is_empty() && ask.form.value("MediaUrl").is_none() && ask.form.value("ContentSid").is_none() {
        return Err(Refused::new(400, 21602, "Message body is required."));
    }
    if body.chars().count() > MAX_BODY_CHARS {
        return Err(Refused::new(
            400,
            21617,
            "The concatenated message body exceeds the 1600 character limit.",
        ));
    }
    let callback = ask.url("StatusCallback", 21609)?;
    let (answer, own) = ask.with(|account| {
        refuse(account, from, to)?;
        let status = if ask.form.value("ScheduleType") == Some("fixed") { "scheduled" } else { "queued" };
        let message = TwilioMessage {
            sid: sid(ask.emulator, "SM"),
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            status: status.to_owned(),
            direction: "outbound-api",
            error_code: None,
            callback,
            created_at: ask.emulator.clock().now(),
            sent_at: None,
        };
        let answer = created(shown(&account.sid, &message));
        account.messages.push(message.clone());
        Ok((answer, message.sid))
    })?;
    Twilio(ask.emulator.clone()).go_on(ask.account.clone(), own);
    Ok(answer)
}

/// What Twilio refuses at once. What it finds out later is the message's status.
pub(super) fn refuse(account: &AccountState, from: &str, to: &str) -> Result<(), Refused> {
    let refused = |code: u32, message: String| Err(Refused::new(400, code, &message));
    match to {
        "+15005550001" => return refused(21211, format!("Invalid 'To' Phone Number: {to}")),
        "+15005550002" => return refused(21612, "The message cannot be routed.".to_owned()),
        "+15005550003" => return refused(21408, "Permission to send an SMS has not been enabled".to_owned()),
        "+15005550009" => return refused(21614, "'To' number is not a valid mobile number".to_owned()),
        _ if E164::typed(to).is_err() => return refused(21211, format!("Invalid 'To' Phone Number: {to}")),
        _ => {}
    }
    if from == to {
        return refused(21266, "'To' and 'From' number cannot be the same".to_owned());
    }
    if E164::typed(from).is_err() {
        return refused(21212, format!("Invalid From Number (caller ID): {from}"));
    }
    if account.number(from).is_none() {
        let text =
            format!("The 'From' phone number {from} is not a valid, message-capable Twilio phone number");
        return refused(21606, text);
    }
    if to == "+15005550004" || account.opted_out.contains(&(from.to_owned(), to.to_owned())) {
        return refused(21610, "Attempt to send to unsubscribed recipient".to_owned());
    }
    Ok(())
}

pub(super) fn list(ask: &Ask<'_>) -> Result<Response, Refused> {
    let day = |name: &str| ask.query.value(name).map(|text| text.chars().take(10).collect::<String>());
    let (on, since, until) = (day("DateSent"), day("DateSent>"), day("DateSent<"));
    let party = |own: &str, name: &str| ask.query.value(name).is_none_or(|wanted| own == wanted);
    let items = ask.with(|account| {
        let fits = |own: &&TwilioMessage| {
            let sent = own.sent_at.map(|at| at.stamp().as_str().chars().take(10).collect::<String>());
            // A message that waits was sent on no day.
            let on_day = on.is_none() || sent == on;
            let since = since.is_none() || (sent.is_some() && sent >= since);
            let until = until.is_none() || (sent.is_some() && sent <= until);
            party(&own.to, "To") && party(&own.from, "From") && on_day && since && until
        };
        // The latest first.
        Ok(account.messages.iter().rev().filter(fits).map(|own| shown(&account.sid, own)).collect())
    })?;
    page(ask, "messages", items)
}

pub(super) fn read(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let id = account.sid.clone();
        Ok(found(shown(&id, account.message(sid).ok_or_else(|| ask.not_found())?)))
    })
}

pub(super) fn update(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let id = account.sid.clone();
        let own = account.message(sid).ok_or_else(|| ask.not_found())?;
        if ask.form.value("Status") == Some("canceled") {
            if own.status != "scheduled" {
                return Err(Refused::new(409, 30409, "Message is not in a cancelable state"));
            }
            "canceled".clone_into(&mut own.status);
        } else if ask.form.given("Body") == Some("") {
            if !is_final(&own.status) {
                return Err(Refused::new(409, 20009, "Cannot update this resource before it is complete"));
            }
            own.body.clear();
        } else {
            return Err(Refused::new(400, 20001, "Body must be empty"));
        }
        Ok(found(shown(&id, own)))
    })
}

pub(super) fn delete(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let own = account.message(sid).ok_or_else(|| ask.not_found())?;
        if !is_final(&own.status) {
            return Err(Refused::new(409, 20009, "Cannot delete this resource before it is complete"));
        }
        account.messages.retain(|own| own.sid != sid);
        Ok(gone())
    })
}

pub(super) fn is_final(status: &str) -> bool {
    matches!(status, "delivered" | "undelivered" | "failed" | "canceled" | "received")
}

fn shown(account: &str, own: &TwilioMessage) -> Value {
    let at = date(own.created_at);
    let uri = format!("/2010-04-01/Accounts/{account}/Messages/{}", own.sid);
    json!({
        "sid": own.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "from": own.from,
        "to": own.to,
        "body": own.body,
        "status": own.status,
        "direction": own.direction,
        "error_code": own.error_code,
        "error_message": own.error_code.map(|_| "The message was not delivered"),
        "messaging_service_sid": "",
        "num_media": "0",
        "num_segments": own.body.chars().count().div_ceil(160).max(1).to_string(),
        "price": null,
        "price_unit": "USD",
        "date_created": at,
        "date_updated": at,
        "date_sent": own.sent_at.map(date),
        "subresource_uris": {"media": format!("{uri}/Media.json")},
        "uri": format!("{uri}.json"),
    })
}

/// A message has moved, and whom to tell.
pub(super) struct Moved(pub(super) Option<Call>);

impl Twilio {
    /// An account's messages, the oldest first.
    pub fn messages(&self, account: &str) -> Vec<TwilioMessage> {
        self.0
            .twilio_state()
            .accounts
            .get(account)
            .map(|account| account.messages.clone())
            .unwrap_or_default()
    }

    /// A message that waits for its time; gives its id.
    pub fn schedule(&self, account: &str, from: &str, to: &str, body: &str) -> Option<String> {
        self.keep(account, (from, to, body), ("scheduled", None))
    }

    /// A message that somebody has sent and that has arrived; gives its id.
    pub fn sent(&self, account: &str, from: &str, to: &str, body: &str) -> Option<String> {
        self.keep(account, (from, to, body), ("delivered", Some(self.0.clock().now())))
    }

    fn keep(
        &self,
        account: &str,
        (from, to, body): (&str, &str, &str),
        (status, sent_at): (&str, Option<Instant>),
    ) -> Option<String> {
        let message = TwilioMessage {
            sid: sid(&self.0, "SM"),
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            status: status.to_owned(),
            direction: "outbound-api",
            error_code: None,
            callback: None,
            created_at: self.0.clock().now(),
            sent_at,
        };
        let sid = message.sid.clone();
        self.0.twilio_state().accounts.get_mut(account)?.messages.push(message);
        Some(sid)
    }

    /// No message reaches a number from now on; its code then is this: 30003.
    pub fn undeliverable(&self, number: &str, code: u32) {
        for account in self.0.twilio_state().accounts.values_mut() {
            account.undeliverable.insert(number.to_owned(), code);
        }
    }

    /// Moves a message that waits one step, and gives what its status callback says.
    pub(super) fn step(&self, account: &str, sid: &str) -> Option<Moved> {
        let mut state = self.0.twilio_state();
        let account = state.accounts.get_mut(account)?;
        let (account_sid, auth_token) = (account.sid.clone(), account.auth_token.clone());
        let to = account.message(sid)?.to.clone();
        let fault = account.undeliverable.get(&to).copied();
        let own = account.message(sid)?;
        let next = match (own.status.as_str(), fault) {
            ("queued", _) => "sent",
            ("sent", None) => "delivered",
            ("sent", Some(code)) => {
                own.error_code = Some(code);
                "undelivered"
            }
            _ => return None,
        };
        next.clone_into(&mut own.status);
        own.sent_at.get_or_insert(self.0.clock().now());
        let mut fields = vec![
            ("AccountSid", account_sid),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("From", own.from.clone()),
            ("MessageSid", own.sid.clone()),
            ("MessageStatus", next.to_owned()),
            ("SmsSid", own.sid.clone()),
            ("SmsStatus", next.to_owned()),
            ("To", own.to.clone()),
        ];
        fields.extend(own.error_code.map(|code| ("ErrorCode", code.to_string())));
        Some(Moved(own.callback.clone().map(|url| Call { url, auth_token, fields })))
    }

    /// Moves a message to its end by itself, unless that is done by hand.
    pub(super) fn go_on(&self, account: String, sid: String) {
        if self.0.twilio_state().by_hand {
            return;
        }
        let twilio = self.clone();
        tokio::spawn(async move {
            while let Some(Moved(call)) = twilio.step(&account, &sid) {
                if let Some(call) = call {
                    call.deliver(&twilio.0).await;
                }
            }
        });
    }
}
