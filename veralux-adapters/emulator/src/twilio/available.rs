//! Numbers for sale: the same for the same search, without those that somebody has.

use axum::response::Response;
use serde_json::{Value, json};
use veralux_core::digest::Encoder;

use super::request::{Ask, Refused, found};

/// Numbers that a search has.
const FOR_SALE: usize = 30;

/// ISO code, calling code, digits behind it, then what local, mobile and toll-free numbers begin with.
type Country =
    (&'static str, &'static str, usize, Option<&'static str>, Option<&'static str>, Option<&'static str>);

const COUNTRIES: &[Country] = &[
    ("US", "1", 10, Some("415"), None, Some("888")),
    ("CA", "1", 10, Some("604"), None, Some("888")),
    ("GB", "44", 10, Some("20"), Some("7400"), Some("800")),
    ("AU", "61", 9, Some("2"), Some("4"), Some("1800")),
    ("DE", "49", 10, Some("30"), Some("1573"), Some("800")),
    ("FR", "33", 9, Some("1"), Some("7"), Some("800")),
    ("IE", "353", 9, Some("1"), Some("87"), Some("1800")),
];

pub(super) fn list(ask: &Ask<'_>, country: &str, kind: &str) -> Result<Response, Refused> {
    let country_of = COUNTRIES.iter().find(|(code, ..)| *code == country);
    let Some((_, calling_code, digits, local, mobile, toll_free)) = country_of else {
        return Err(ask.not_found());
    };
    let start = match kind {
        "Local" => local,
        "Mobile" => mobile,
        "TollFree" => toll_free,
        _ => &None,
    };
    let Some(start) = start else { return Err(ask.not_found()) };
    let area = match ask.query.value("AreaCode") {
        Some(_) if *calling_code != "1" => {
            return Err(Refused::new(400, 20001, "AreaCode is for the US and Canada only"));
        }
        area => area.unwrap_or(start),
    };
    let contains = ask.query.value("Contains").unwrap_or_default();
    let state = ask.emulator.twilio_state();
    let items = (0..FOR_SALE)
        .map(|index| number(calling_code, *digits, area, contains, &format!("{country}/{kind}/{index}")))
        .filter(|number| number.contains(contains) && state.owner(number).is_none())
        .map(|number| offer(&number, country, kind))
        .collect();
    drop(state);
    Ok(page(ask, items))
}

/// The page has no neighbours: what is for sale changes from search to search.
fn page(ask: &Ask<'_>, mut items: Vec<Value>) -> Response {
    let size = ask.query.value("PageSize").and_then(|size| size.parse().ok()).unwrap_or(FOR_SALE);
    items.truncate(size);
    found(json!({ "uri": ask.path, "available_phone_numbers": items }))
}

fn number(calling_code: &str, digits: usize, area: &str, contains: &str, seed: &str) -> String {
    let wanted: String = contains.chars().filter(char::is_ascii_digit).collect();
    let room = digits.saturating_sub(area.len());
    let wanted =
        if format!("{calling_code}{area}").contains(&wanted) || wanted.len() > room { "" } else { &wanted };
    let digest = Encoder::new("for sale", 1).text(area).text(wanted).text(seed).finish();
    // No subscriber number begins with 0 or 1 in the North American plan.
    let mut rest: String =
        digest.as_bytes().iter().map(|byte| char::from(b'2' + byte % 8)).take(room - wanted.len()).collect();
    rest.push_str(wanted);
    format!("+{calling_code}{area}{rest}")
}

fn offer(number: &str, country: &str, kind: &str) -> Value {
    let is_local = kind == "Local";
    json!({
        "friendly_name": number,
        "phone_number": number,
        "lata": null,
        "locality": if is_local { "Emulated City" } else { "" },
        "rate_center": null,
        "latitude": null,
        "longitude": null,
        "region": if is_local && country == "US" { "CA" } else { "" },
        "postal_code": null,
        "iso_country": country,
        "address_requirements": "none",
        "beta": false,
        "capabilities": {"voice": true, "SMS": true, "MMS": country == "US" || country == "CA"},
    })
}
