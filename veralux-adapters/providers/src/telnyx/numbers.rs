//! Numbers for sale and numbers in the account.

use serde::{Deserialize, Serialize};
use veralux_core::phone::E164;
use veralux_core::port::{NumberFeatures, NumberOffer, NumberSearch, ProviderResult};

use super::Api;
use super::api::{query, segment};
use super::refusal::Contract;
use super::webhook::number;
use crate::Method;
use crate::call::{Repeat, unless_status};

/// A phone number in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Telnyx's id of it: an int64 in digits.
    pub id: String,
    /// The number.
    pub number: E164,
    /// `active`, `purchase-pending`, ...
    pub status: String,
    /// The call control application that its calls go to.
    pub connection_id: Option<String>,
    /// The messaging profile that its messages go to.
    pub messaging_profile_id: Option<String>,
}

impl PhoneNumber {
    /// Whether it is in the account now: neither on its way in or out, nor gone.
    pub fn is_held(&self) -> bool {
        !matches!(
            self.status.as_str(),
            "purchase-pending"
                | "purchase-failed"
                | "port-pending"
                | "port-failed"
                | "ported-out"
                | "deleted"
        )
    }
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    phone_number: String,
    status: Option<String>,
    connection_id: Option<String>,
    messaging_profile_id: Option<String>,
}

impl Wire {
    /// `None` for what is no number that can be called, such as a short code.
    fn read(self) -> Option<PhoneNumber> {
        Some(PhoneNumber {
            number: number(&self.phone_number)?,
            id: self.id,
            status: self.status.unwrap_or_default(),
            connection_id: self.connection_id.filter(|id| !id.is_empty()),
            messaging_profile_id: self.messaging_profile_id.filter(|id| !id.is_empty()),
        })
    }
}

/// Some record of which only its being there matters.
#[derive(Deserialize)]
pub(super) struct One {}

#[derive(Deserialize)]
struct Offer {
    phone_number: Option<String>,
    #[serde(default)]
    region_information: Option<Vec<Region>>,
    #[serde(default)]
    features: Option<Vec<Feature>>,
    cost_information: Option<Cost>,
}

#[derive(Deserialize)]
struct Region {
    region_type: Option<String>,
    region_name: Option<String>,
}

#[derive(Deserialize)]
struct Feature {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Cost {
    monthly_cost: Option<String>,
    currency: Option<String>,
}

#[derive(Serialize)]
struct Voice<'a> {
    connection_id: &'a str,
}

#[derive(Serialize)]
struct Messaging<'a> {
    messaging_profile_id: &'a str,
}

impl Api {
    /// Numbers for sale. `GET /available_phone_numbers`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn available(&self, search: &NumberSearch) -> ProviderResult<Vec<NumberOffer>> {
        let offers: Option<Vec<Offer>> = self.read(&target(search)).await?;
        Ok(offers.unwrap_or_default().into_iter().filter_map(Offer::read).collect())
    }

    /// The number in the account. `GET /phone_numbers?filter[phone_number]=`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn number(&self, number: &E164) -> ProviderResult<Option<PhoneNumber>> {
        let filters = [("filter[phone_number]", number.as_str())];
        let found: Vec<Wire> = self.list("/phone_numbers", &filters).await?;
        // The filter also finds numbers that only hold these digits.
        let own = found.into_iter().filter_map(Wire::read);
        Ok(own.filter(PhoneNumber::is_held).find(|found| found.number == *number))
    }

    /// The number with an id; `None` where there is none. `GET /phone_numbers/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn number_by_id(&self, id: &str) -> ProviderResult<Option<PhoneNumber>> {
        let read = self.read::<Wire>(&format!("/phone_numbers/{}", segment(id)?)).await;
        Ok(unless_status(404, read)?.and_then(Wire::read))
    }

    /// Leads its calls to a call control application. `PATCH /phone_numbers/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn set_connection(&self, id: &str, connection_id: &str) -> ProviderResult<()> {
        let path = format!("/phone_numbers/{}", segment(id)?);
        let body = Voice { connection_id };
        let One {} = self.write(Repeat::Always, Method::Patch, &path, &body).await?;
        Ok(())
    }

    /// Leads its messages to a messaging profile. `PATCH /phone_numbers/{id}/messaging`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn set_messaging(&self, id: &str, messaging_profile_id: &str) -> ProviderResult<()> {
        let path = format!("/phone_numbers/{}/messaging", segment(id)?);
        let body = Messaging { messaging_profile_id };
        let One {} = self.write(Repeat::Always, Method::Patch, &path, &body).await?;
        Ok(())
    }

    /// Gives a number back; one that is gone is no error. `DELETE /phone_numbers/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn remove_number(&self, id: &str) -> ProviderResult<()> {
        let path = format!("/phone_numbers/{}", segment(id)?);
        let request = || self.plain(Method::Delete, &path);
        unless_status(404, self.outside().ask::<Contract>(Repeat::Always, request).await)?;
        Ok(())
    }
}

/// Path and query of a search.
fn target(search: &NumberSearch) -> String {
    let NumberFeatures { voice, sms, mms } = search.features;
    let wanted = [("sms", sms), ("mms", mms), ("voice", voice)];
    let features: Vec<&str> = wanted.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
    let features = features.join(",");
    let limit = search.limit.clamp(1, 50).to_string();
    let pairs = [
        ("filter[country_code]", Some(search.country.as_str())),
        ("filter[phone_number_type]", Some(search.kind.as_str())),
        ("filter[national_destination_code]", search.area_code.as_deref()),
        ("filter[phone_number][contains]", search.contains.as_deref()),
        ("filter[features]", Some(features.as_str())),
        ("filter[limit]", Some(limit.as_str())),
    ];
    let set: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|value| (name, value)))
        .collect();
    format!("/available_phone_numbers?{}", query(&set))
}

impl Offer {
    fn read(self) -> Option<NumberOffer> {
        let regions = self.region_information.unwrap_or_default();
        let named = |kind: &str| {
            let own = regions.iter().find(|region| region.region_type.as_deref() == Some(kind))?;
            own.region_name.clone()
        };
        let features = self.features.unwrap_or_default();
        let has = |name: &str| features.iter().any(|feature| feature.name.as_deref() == Some(name));
        let price = |cost: Cost| Some(format!("{} {}", cost.monthly_cost?, cost.currency?));
        Some(NumberOffer {
            number: number(self.phone_number.as_deref()?)?,
            locality: named("location").or_else(|| named("rate_center")),
            region: named("state"),
            features: NumberFeatures { voice: has("voice"), sms: has("sms"), mms: has("mms") },
            monthly_price: self.cost_information.and_then(price),
        })
    }
}
