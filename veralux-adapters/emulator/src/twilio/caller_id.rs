//! Caller ids and their check.

use axum::response::Response;
use serde_json::{Value, json};
use veralux_core::phone::E164;

use super::Twilio;
use super::hook::Call;
use super::page::page;
use super::request::{Ask, Refused, found, gone};
use super::state::{AccountState, CallerId, date, sid};
use crate::Delivered;

pub(super) fn create(ask: &Ask<'_>) -> Result<Response, Refused> {
    let number = ask.needed("PhoneNumber", 21201, "PhoneNumber is required")?;
    if E164::typed(number).is_err() {
        return Err(Refused::new(400, 21401, "Invalid phone number"));
    }
    let name = ask.form.value("FriendlyName").unwrap_or(number);
    let delay = ask.form.value("CallDelay").unwrap_or("0").parse::<u8>();
    if name.chars().count() > 64 || !delay.is_ok_and(|delay| delay <= 60) {
        return Err(Refused::new(400, 20001, "Invalid Parameter"));
    }
    let callback = ask.url("StatusCallback", 21609)?;
    let verified = |own: &CallerId| own.number == number && own.code.is_none();
    let has = |account: &&AccountState| account.caller_ids.iter().any(verified);
    let holder = ask.emulator.twilio_state().accounts.values().find(has).map(|account| account.sid.clone());
    match holder {
        None => {}
        Some(holder) if holder == ask.account => {
            return Err(Refused::new(400, 21450, "Phone number already validated for your account"));
        }
        Some(_) => {
            return Err(Refused::new(400, 21453, "Phone number already validated for another account"));
        }
    }
    let random = u32::from_be_bytes(ask.emulator.random().bytes());
    let check = CallerId {
        sid: sid(ask.emulator, "PN"),
        number: number.to_owned(),
        name: name.to_owned(),
        call_sid: sid(ask.emulator, "CA"),
        code: Some(format!("{:06}", random % 1_000_000)),
        callback,
        created_at: ask.emulator.clock().now(),
    };
    ask.with(|account| {
        let answer = json!({
            "account_sid": account.sid,
            "call_sid": check.call_sid,
            "friendly_name": check.name,
            "phone_number": check.number,
            "validation_code": check.code,
        });
        account.caller_ids.retain(|own| own.number != check.number);
        account.caller_ids.push(check);
        Ok(found(answer))
    })
}

pub(super) fn list(ask: &Ask<'_>) -> Result<Response, Refused> {
    let fits = |value: &str, name: &str| ask.query.value(name).is_none_or(|wanted| wanted == value);
    let items = ask.with(|account| {
        let verified = account.caller_ids.iter().filter(|own| own.code.is_none());
        let wanted =
            verified.filter(|own| fits(&own.number, "PhoneNumber") && fits(&own.name, "FriendlyName"));
        Ok(wanted.map(|own| shown(&account.sid, own)).collect())
    })?;
    page(ask, "outgoing_caller_ids", items)
}

pub(super) fn read(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let own = account.caller_ids.iter().find(|own| own.sid == sid && own.code.is_none());
        Ok(found(shown(&account.sid, own.ok_or_else(|| ask.not_found())?)))
    })
}

pub(super) fn delete(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let before = account.caller_ids.len();
        account.caller_ids.retain(|own| own.sid != sid || own.code.is_some());
        if account.caller_ids.len() == before { Err(ask.not_found()) } else { Ok(gone()) }
    })
}

fn shown(account: &str, own: &CallerId) -> Value {
    let at = date(own.created_at);
    json!({
        "sid": own.sid,
        "account_sid": account,
        "phone_number": own.number,
        "friendly_name": own.name,
        "date_created": at,
        "date_updated": at,
        "uri": format!("/2010-04-01/Accounts/{account}/OutgoingCallerIds/{}.json", own.sid),
    })
}

impl Twilio {
    /// The person who is called keys a code. Gives whether it was the right one; the check's status callback is told
    /// either way, and the check is over.
    pub async fn key_code(&self, number: &str, code: &str) -> (bool, Option<Delivered>) {
        let Some((is_right, hook)) = self.keyed(number, code) else { return (false, None) };
        match hook {
            Some(hook) => (is_right, hook.deliver(&self.0).await),
            None => (is_right, None),
        }
    }

    fn keyed(&self, number: &str, code: &str) -> Option<(bool, Option<Call>)> {
        let mut state = self.0.twilio_state();
        let checked = |own: &CallerId| own.number == number && own.code.is_some();
        let account = state.accounts.values_mut().find(|account| account.caller_ids.iter().any(checked))?;
        let index = account.caller_ids.iter().position(checked)?;
        let mut own = account.caller_ids.remove(index);
        let is_right = own.code.take().as_deref() == Some(code);
        let mut fields = vec![
            ("AccountSid", account.sid.clone()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("CallSid", own.call_sid.clone()),
            ("Called", own.number.clone()),
            ("To", own.number.clone()),
            ("VerificationStatus", if is_right { "success" } else { "failed" }.to_owned()),
        ];
        if is_right {
            fields.push(("OutgoingCallerIdSid", own.sid.clone()));
        }
        let auth_token = account.auth_token.clone();
        let hook = own.callback.clone().map(|url| Call { url, auth_token, fields });
        if is_right {
            account.caller_ids.push(own);
        }
        Some((is_right, hook))
    }
}
