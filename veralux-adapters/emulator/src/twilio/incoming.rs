//! Numbers in an account.

use axum::response::Response;
use serde_json::{Value, json};
use veralux_core::phone::E164;
use veralux_core::time::Instant;

use super::page::page;
use super::request::{Ask, Refused, created, found, gone};
use super::state::{date, sid};
use super::{Twilio, TwilioNumber};

const URLS: &[&str] = &["SmsUrl", "VoiceUrl", "StatusCallback"];
const OTHERS: &[&str] = &[
    "FriendlyName",
    "SmsMethod",
    "VoiceMethod",
    "StatusCallbackMethod",
    "SmsApplicationSid",
    "VoiceApplicationSid",
    "TrunkSid",
    "SmsFallbackUrl",
    "VoiceFallbackUrl",
    "AddressSid",
    "BundleSid",
];

pub(super) fn create(ask: &Ask<'_>) -> Result<Response, Refused> {
    let number = ask.needed("PhoneNumber", 21421, "PhoneNumber is required")?;
    let unavailable = || Refused::new(400, 21422, "This phone number is not available.");
    if number == "+15005550000" {
        return Err(unavailable());
    }
    if E164::typed(number).is_err() || number == "+15005550001" {
        return Err(Refused::new(400, 21421, "PhoneNumber is not a valid phone number"));
    }
    let mut own = fresh(ask.emulator, number);
    change(ask, &mut own)?;
    let answer = shown(&ask.account, &own);
    if ask.emulator.twilio_state().sell(&ask.account, own) { Ok(created(answer)) } else { Err(unavailable()) }
}

fn fresh(emulator: &crate::Emulator, number: &str) -> TwilioNumber {
    TwilioNumber {
        sid: sid(emulator, "PN"),
        number: number.to_owned(),
        voice: true,
        created_at: emulator.clock().now().micros(),
        ..TwilioNumber::default()
    }
}

pub(super) fn list(ask: &Ask<'_>) -> Result<Response, Refused> {
    // A part of a number is enough, as at Twilio.
    let wanted = ask.query.value("PhoneNumber").map(|text| text.trim_matches('*').to_owned());
    let name = ask.query.value("FriendlyName");
    let items = ask.with(|account| {
        let fits = |own: &&TwilioNumber| {
            wanted.as_deref().is_none_or(|wanted| own.number.contains(wanted))
                && name.is_none_or(|name| name_of(own) == name)
        };
        Ok(account.numbers.iter().filter(fits).map(|own| shown(&account.sid, own)).collect())
    })?;
    page(ask, "incoming_phone_numbers", items)
}

pub(super) fn read(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let own = account.numbers.iter().find(|own| own.sid == sid).ok_or_else(|| ask.not_found())?;
        Ok(found(shown(&account.sid, own)))
    })
}

pub(super) fn update(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let own = account.numbers.iter_mut().find(|own| own.sid == sid).ok_or_else(|| ask.not_found())?;
        change(ask, own)?;
        Ok(found(shown(&account.sid, own)))
    })
}

pub(super) fn delete(ask: &Ask<'_>, sid: &str) -> Result<Response, Refused> {
    ask.with(|account| {
        let before = account.numbers.len();
        account.numbers.retain(|own| own.sid != sid);
        if account.numbers.len() == before { Err(ask.not_found()) } else { Ok(gone()) }
    })
}

fn change(ask: &Ask<'_>, own: &mut TwilioNumber) -> Result<(), Refused> {
    for name in URLS {
        ask.url(name, 21502)?;
    }
    for (name, to) in URLS.iter().zip([&mut own.sms_url, &mut own.voice_url, &mut own.status_callback]) {
        if let Some(url) = ask.form.given(name) {
            url.clone_into(to);
        }
    }
    for name in OTHERS {
        if let Some(value) = ask.form.given(name) {
            own.other.insert((*name).to_owned(), value.to_owned());
        }
    }
    Ok(())
}

fn shown(account: &str, own: &TwilioNumber) -> Value {
    let other = |name: &str| own.other.get(name).map_or("", String::as_str);
    let method = |name: &str| if other(name).is_empty() { "POST" } else { other(name) };
    let at = date(Instant::from_micros(own.created_at));
    json!({
        "sid": own.sid,
        "account_sid": account,
        "phone_number": own.number,
        "friendly_name": name_of(own),
        "capabilities": {"voice": own.voice, "sms": true, "mms": true, "fax": false},
        "api_version": "2010-04-01",
        "beta": false,
        "origin": "twilio",
        "status": "in-use",
        "address_requirements": "none",
        "address_sid": other("AddressSid"),
        "bundle_sid": other("BundleSid"),
        "identity_sid": null,
        "emergency_status": "Inactive",
        "emergency_address_sid": "",
        "emergency_address_status": "unregistered",
        "sms_url": own.sms_url,
        "sms_method": method("SmsMethod"),
        "sms_fallback_url": other("SmsFallbackUrl"),
        "sms_fallback_method": "POST",
        "sms_application_sid": other("SmsApplicationSid"),
        "voice_url": own.voice_url,
        "voice_method": method("VoiceMethod"),
        "voice_fallback_url": other("VoiceFallbackUrl"),
        "voice_fallback_method": "POST",
        "voice_application_sid": other("VoiceApplicationSid"),
        "voice_caller_id_lookup": false,
        "voice_receive_mode": "voice",
        "status_callback": own.status_callback,
        "status_callback_method": method("StatusCallbackMethod"),
        "trunk_sid": null_or(other("TrunkSid")),
        "date_created": at,
        "date_updated": at,
        "uri": format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{}.json", own.sid),
    })
}

fn name_of(own: &TwilioNumber) -> &str {
    own.other.get("FriendlyName").filter(|name| !name.is_empty()).unwrap_or(&own.number)
}

fn null_or(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl Twilio {
    /// Puts a number into an account, as if it had been bought there; gives its id.
    pub fn give(&self, account: &str, number: &str) -> Option<String> {
        let own = fresh(&self.0, number);
        let sid = own.sid.clone();
        self.0.twilio_state().accounts.get_mut(account)?.numbers.push(own);
        Some(sid)
    }

    /// Puts a number into an account with where its messages and calls lead, as if that had been set up there.
    pub fn give_leading(&self, account: &str, number: &str, sms_url: &str, voice_url: &str) {
        let own = TwilioNumber {
            sms_url: sms_url.to_owned(),
            voice_url: voice_url.to_owned(),
            ..fresh(&self.0, number)
        };
        if let Some(account) = self.0.twilio_state().accounts.get_mut(account) {
            account.numbers.push(own);
        }
    }

    /// Has a number's calls go elsewhere, as whoever else has the account's secrets can.
    pub(crate) fn lead_calls(&self, account: &str, number: &str, url: &str) {
        if let Some(account) = self.0.twilio_state().accounts.get_mut(account) {
            let own = account.numbers.iter_mut().filter(|own| own.number == number);
            own.for_each(|own| url.clone_into(&mut own.voice_url));
        }
    }

    /// An account's numbers.
    pub fn numbers(&self, account: &str) -> Vec<TwilioNumber> {
        self.0.twilio_state().accounts.get(account).map(|account| account.numbers.clone()).unwrap_or_default()
    }

    /// Says that a number cannot call.
    pub fn mute(&self, number: &str) {
        for account in self.0.twilio_state().accounts.values_mut() {
            account.numbers.iter_mut().filter(|own| own.number == number).for_each(|own| own.voice = false);
        }
    }
}
