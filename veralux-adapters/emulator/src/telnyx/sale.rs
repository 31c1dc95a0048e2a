//! Numbers for sale: made up, but always the same for the same search.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::answer::{Fail, key, query, value};
use crate::Emulator;

const FEATURES: &[&str] =
    &["sms", "mms", "voice", "fax", "emergency", "hd_voice", "international_sms", "local_calling"];
/// Numbers that there are of a kind.
const STOCK: usize = 200;

/// Country, its code, an area code of a place, of mobile phones, one that is free of charge, digits behind the area code.
const COUNTRIES: &[(&str, &str, &str, &str, &str, usize)] = &[
    ("US", "1", "970", "970", "888", 7),
    ("CA", "1", "416", "416", "855", 7),
    ("GB", "44", "20", "7700", "800", 8),
    ("DE", "49", "30", "1512", "800", 7),
    ("FR", "33", "1", "6", "800", 8),
    ("AU", "61", "2", "4", "180", 8),
];

pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fail> {
    const KNOWN: &[&str] = &[
        "filter[country_code]",
        "filter[phone_number_type]",
        "filter[national_destination_code]",
        "filter[phone_number][starts_with]",
        "filter[phone_number][ends_with]",
        "filter[phone_number][contains]",
        "filter[features]",
        "filter[features][]",
        "filter[limit]",
    ];
    let key = key(&emulator, &headers)?;
    let query = query(&uri, KNOWN)?;
    let country = value(&query, "filter[country_code]").unwrap_or("US");
    let kind = value(&query, "filter[phone_number_type]").unwrap_or("local");
    if !matches!(kind, "local" | "toll_free" | "mobile" | "national" | "shared_cost") {
        return Err(Fail::parameter("filter[phone_number_type]"));
    }
    let wanted = features(&query)?;
    let limit: usize = match value(&query, "filter[limit]").map(str::parse) {
        None => 100,
        Some(Ok(limit @ 1..)) => limit,
        Some(_) => return Err(Fail::parameter("filter[limit]")),
    };
    let offered: &[&str] = if kind == "toll_free" { &["voice", "sms"] } else { &["voice", "sms", "mms"] };
    let has_all = wanted.iter().all(|feature| offered.contains(&feature.as_str()));
    let mut kept = emulator.telnyx_state().lock();
    let mut found = Vec::new();
    for number in stock(country, kind, &query) {
        if found.len() >= limit || !has_all {
            break;
        }
        if kept.holder(&number).is_none() && !kept.sold.contains(&number) {
            found.push(record(&number, country, offered));
            let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
            account.shown.insert(number);
        }
    }
    let meta = json!({ "total_results": found.len(), "best_effort_results": 0 });
    Ok(Json(json!({ "data": found, "meta": meta })).into_response())
}

/// The features that are asked for, joined by commas or one by one.
fn features(query: &[(String, String)]) -> Result<Vec<String>, Fail> {
    let mut wanted = Vec::new();
    for (name, text) in query.iter().filter(|(name, _)| name.starts_with("filter[features]")) {
        for feature in text.split(',') {
            if !FEATURES.contains(&feature) {
                return Err(Fail::parameter(name));
            }
            wanted.push(feature.to_owned());
        }
    }
    Ok(wanted)
}

fn stock(country: &str, kind: &str, query: &[(String, String)]) -> Vec<String> {
    let Some((_, code, local, mobile, free, length)) = COUNTRIES.iter().find(|(own, ..)| *own == country)
    else {
        return Vec::new();
    };
    let usual = match kind {
        "toll_free" => free,
        "mobile" => mobile,
        _ => local,
    };
    let area = value(query, "filter[national_destination_code]").unwrap_or(usual);
    let [contains, starts, ends] = ["contains", "starts_with", "ends_with"]
        .map(|how| value(query, &format!("filter[phone_number][{how}]")).unwrap_or_default());
    // What is looked for comes first, a counter last.
    let fill = "555".to_owned() + "0000000000";
    let number = |index: usize| {
        let counter = format!("{:04}", 100 + index);
        let head: String = format!("{contains}{fill}").chars().take(length - counter.len()).collect();
        let plain = format!("{area}555{counter}");
        let plain_fits = plain.len() == area.len() + length && plain.contains(contains);
        let national = if plain_fits { plain } else { format!("{area}{head}{counter}") };
        format!("+{code}{national}")
    };
    let fits = |number: &String| {
        let national = number.get(1 + code.len()..).unwrap_or_default();
        national.contains(contains) && national.starts_with(starts) && national.ends_with(ends)
    };
    (0..STOCK).map(number).filter(fits).collect()
}

fn record(number: &str, country: &str, features: &[&str]) -> Value {
    let features: Vec<Value> = features.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "record_type": "available_phone_number",
        "phone_number": number,
        "vanity_format": "",
        "best_effort": false,
        "quickship": true,
        "reservable": true,
        "region_information": [
            { "region_type": "country_code", "region_name": country },
            { "region_type": "rate_center", "region_name": "SPRINGFIELD" },
        ],
        "cost_information": { "upfront_cost": "1.00", "monthly_cost": "1.00", "currency": "USD" },
        "features": features,
    })
}
