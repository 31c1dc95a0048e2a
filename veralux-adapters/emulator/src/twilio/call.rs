//! Calls.

use axum::response::Response;
use serde_json::{Value, json};
use veralux_core::phone::E164;

use super::hook::Call;
use super::markup::{Element, elements};
use super::request::{Ask, Refused, created, found};
use super::state::{AccountState, date, sid};
use super::{Twilio, TwilioCall};
use crate::Delivered;

const MAX_TWIML_CHARS: usize = 4000;
/// How long each call takes.
const SECONDS: u32 = 12;

pub(super) fn create(ask: &Ask<'_>) -> Result<Response, Refused> {
    let to = ask.needed("To", 21201, "No 'To' number is specified")?;
    let from = ask.needed("From", 21213, "No 'From' number is specified")?;
    let twiml = ask.form.value("Twiml").unwrap_or_default();
    if ["Twiml", "Url", "ApplicationSid"].iter().all(|name| ask.form.value(name).is_none()) {
        return Err(Refused::new(400, 21205, "Url parameter is required."));
    }
    if twiml.chars().count() > MAX_TWIML_CHARS {
        return Err(Refused::new(400, 21617, "Twiml has at most 4000 characters"));
    }
    let callback = ask.url("StatusCallback", 21609)?;
    let (answer, own) = ask.with(|account| {
        refuse(account, from, to)?;
        let call = TwilioCall {
            sid: sid(ask.emulator, "CA"),
            from: from.to_owned(),
            to: to.to_owned(),
            status: "queued".to_owned(),
            inbound: false,
            callback,
            created_at: ask.emulator.clock().now(),
            ..happening(twiml)
        };
        let answer = created(shown(&account.sid, &call));
        account.calls.push(call.clone());
        Ok((answer, call.sid))
    })?;
    if !ask.emulator.twilio_state().by_hand {
        let (twilio, account) = (Twilio(ask.emulator.clone()), ask.account.clone());
        tokio::spawn(async move { twilio.finish(&account, &own).await });
    }
    Ok(answer)
}

/// What is said in a call.
fn happening(twiml: &str) -> TwilioCall {
    let says: Vec<String> = elements(twiml, "Say").iter().map(Element::text).collect();
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    TwilioCall {
        code: says.iter().map(digits).find(|digits| digits.len() >= 4),
        says,
        twiml: twiml.to_owned(),
        sid: String::new(),
        from: String::new(),
        to: String::new(),
        status: String::new(),
        inbound: false,
        callback: None,
        created_at: veralux_core::time::Instant::from_micros(0),
    }
}

fn refuse(account: &AccountState, from: &str, to: &str) -> Result<(), Refused> {
    let refused = |code: u32, message: &str| Err(Refused::new(400, code, message));
    match to {
        "+15005550001" => return refused(21217, "Phone number does not appear to be valid"),
        "+15005550002" => return refused(21214, "'To' phone number cannot be reached"),
        "+15005550003" => return refused(21215, "Account not authorized to call this number"),
        "+15005550004" => return refused(21216, "Account not allowed to call this number"),
        _ if E164::typed(to).is_err() => return refused(21211, "Invalid 'To' Phone Number"),
        _ => {}
    }
    if E164::typed(from).is_err() {
        return refused(21212, "Invalid From Number (caller ID)");
    }
    let is_own = account.number(from).is_some_and(|own| own.voice);
    let is_verified = account.caller_ids.iter().any(|own| own.number == from && own.code.is_none());
    if !is_own && !is_verified {
        return refused(21210, "The source phone number provided is not yet verified for your account");
    }
    Ok(())
}

pub(super) fn read(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let id = account.sid.clone();
        Ok(found(shown(&id, account.call(sid).ok_or_else(|| ask.not_found())?)))
    })
}

fn shown(account: &str, own: &TwilioCall) -> Value {
    let is_over = own.status == "completed";
    let at = date(own.created_at);
    json!({
        "sid": own.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "from": own.from,
        "from_formatted": own.from,
        "to": own.to,
        "to_formatted": own.to,
        "status": own.status,
        "direction": if own.inbound { "inbound" } else { "outbound-api" },
        "duration": is_over.then(|| SECONDS.to_string()),
        "start_time": is_over.then(|| at.clone()),
        "end_time": is_over.then(|| at.clone()),
        "date_created": at,
        "date_updated": at,
        "price": null,
        "price_unit": "USD",
        "answered_by": null,
        "parent_call_sid": "",
        "phone_number_sid": "",
        "forwarded_from": "",
        "group_sid": "",
        "caller_name": "",
        "queue_time": "0",
        "trunk_sid": "",
        "subresource_uris": {},
        "uri": format!("/2010-04-01/Accounts/{account}/Calls/{}.json", own.sid),
    })
}

impl Twilio {
    /// An account's calls, the oldest first.
    pub fn calls(&self, account: &str) -> Vec<TwilioCall> {
        self.0.twilio_state().accounts.get(account).map(|account| account.calls.clone()).unwrap_or_default()
    }

    /// Somebody calls a number: its `VoiceUrl` is asked, and what it answers happens in the call. Gives the call's id too.
    /// `None` when nobody has the number, it leads nowhere or webhooks are held.
    pub async fn receive_call(&self, from: &str, to: &str) -> Option<(String, Delivered)> {
        let (account, sid, call) = self.ring(from, to)?;
        let delivered = call.deliver(&self.0).await?;
        let twiml = String::from_utf8_lossy(&delivered.answer).into_owned();
        let took = delivered.status.is_some_and(|status| (200..300).contains(&status));
        if let Some(own) = self.0.twilio_state().accounts.get_mut(&account).and_then(|own| own.call(&sid)) {
            let TwilioCall { twiml, says, code, .. } = happening(if took { &twiml } else { "" });
            let status = match elements(&twiml, "Reject").first() {
                _ if !took => "failed",
                Some(_) => "busy",
                None => "in-progress",
            };
            (own.twiml, own.says, own.code, own.status) = (twiml, says, code, status.to_owned());
        }
        Some((sid, delivered))
    }

    fn ring(&self, from: &str, to: &str) -> Option<(String, String, Call)> {
        let mut state = self.0.twilio_state();
        let owner = state.owner(to)?.sid.clone();
        let account = state.accounts.get_mut(&owner)?;
        let number = account.number(to)?.clone();
        let call = TwilioCall {
            sid: sid(&self.0, "CA"),
            from: from.to_owned(),
            to: to.to_owned(),
            status: "ringing".to_owned(),
            inbound: true,
            callback: Some(number.status_callback).filter(|url| !url.is_empty()),
            created_at: self.0.clock().now(),
            ..happening("")
        };
        let fields = fields(&owner, &call);
        let sid = call.sid.clone();
        account.calls.push(call);
        let hook = Call { url: number.voice_url, auth_token: account.auth_token.clone(), fields };
        Some((owner, sid, hook)).filter(|(.., hook)| !hook.url.is_empty())
    }

    /// Ends a call: its status callback is told. `None` when there is none, or nobody is to be told.
    pub async fn hang_up(&self, call: &str) -> Option<Delivered> {
        let owner = self.of_call(call)?;
        self.finish(&owner, call).await
    }

    async fn finish(&self, account: &str, sid: &str) -> Option<Delivered> {
        let hook = {
            let mut state = self.0.twilio_state();
            let account = state.accounts.get_mut(account)?;
            let (id, auth_token) = (account.sid.clone(), account.auth_token.clone());
            let own = account.call(sid)?;
            "completed".clone_into(&mut own.status);
            let mut fields = fields(&id, own);
            fields.extend([
                ("CallDuration", SECONDS.to_string()),
                ("Duration", "1".to_owned()),
                ("CallbackSource", "call-progress-events".to_owned()),
                ("SequenceNumber", "0".to_owned()),
            ]);
            Call { url: own.callback.clone()?, auth_token, fields }
        };
        hook.deliver(&self.0).await
    }

    /// Tells what happened to the media stream of a call, if its `TwiML` asked for that: `stream-started`,
    /// `stream-stopped`, `stream-error`.
    pub async fn stream_event(&self, call: &str, event: &str) -> Option<Delivered> {
        let owner = self.of_call(call)?;
        let hook = {
            let mut state = self.0.twilio_state();
            let account = state.accounts.get_mut(&owner)?;
            let (id, auth_token) = (account.sid.clone(), account.auth_token.clone());
            let stream = elements(&account.call(call)?.twiml, "Stream").into_iter().next()?;
            let url = stream.attribute("statusCallback")?.to_owned();
            let mut fields = vec![
                ("AccountSid", id),
                ("CallSid", call.to_owned()),
                ("StreamEvent", event.to_owned()),
                ("StreamSid", format!("MZ{}", call.get(2..).unwrap_or_default())),
                ("StreamName", stream.attribute("name").unwrap_or_default().to_owned()),
                ("Timestamp", self.0.clock().now().to_string()),
            ];
            if event == "stream-error" {
                fields.push(("StreamError", "the web socket was refused".to_owned()));
            }
            Call { url, auth_token, fields }
        };
        hook.deliver(&self.0).await
    }

    fn of_call(&self, call: &str) -> Option<String> {
        let state = self.0.twilio_state();
        let has = |account: &&AccountState| account.calls.iter().any(|own| own.sid == call);
        state.accounts.values().find(has).map(|account| account.sid.clone())
    }
}

fn fields(account: &str, own: &TwilioCall) -> Vec<(&'static str, String)> {
    vec![
        ("AccountSid", account.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("CallSid", own.sid.clone()),
        ("CallStatus", own.status.clone()),
        ("Called", own.to.clone()),
        ("Caller", own.from.clone()),
        ("Direction", if own.inbound { "inbound" } else { "outbound-api" }.to_owned()),
        ("From", own.from.clone()),
        ("FromCountry", "US".to_owned()),
        ("To", own.to.clone()),
        ("ToCountry", "US".to_owned()),
    ]
}
