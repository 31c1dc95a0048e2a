use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use veralux_core::port::{NumberFeatures, NumberKind, NumberOffer, NumberSearch};

use crate::Api;
use crate::web::{Json, Params, Problem, ProblemBody, Reader};

const DEFAULT_LIMIT: u8 = 20;
const MAX_LIMIT: u8 = 50;

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct SearchParams {
    /// `twilio` or `telnyx`.
    #[param(example = "telnyx")]
    provider: String,
    /// ISO 3166-1 alpha-2.
    #[param(example = "US")]
    country: String,
    /// `local`, `toll_free` or `mobile`; `local` when absent.
    #[param(value_type = Option<String>)]
    kind: Option<NumberKind>,
    /// Digits of the area code.
    #[param(example = "415")]
    area_code: Option<String>,
    /// Digits that stand in the number.
    contains: Option<String>,
    /// Most numbers, 1 to 50; 20 when absent.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u8>,
}

/// Numbers for sale.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Offers {
    items: Vec<OfferView>,
}

/// A number for sale.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NumberOffer)]
pub(crate) struct OfferView {
    #[schema(example = "+14155550100")]
    e164: String,
    provider: String,
    /// The place, as the provider names it.
    locality: Option<String>,
    /// State or province, as the provider names it.
    region: Option<String>,
    /// `voice`, `sms`, `mms`.
    features: Vec<&'static str>,
    /// What a month costs, as the provider writes it.
    #[schema(example = "1.00 USD")]
    monthly_price: Option<String>,
}

/// Numbers that a provider has for sale. Nothing is reserved.
#[utoipa::path(
    get, path = "/api/numbers/search", tag = "numbers", params(SearchParams),
    responses(
        (status = OK, body = Offers),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "The provider is not connected"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "The provider refuses"),
        (status = TOO_MANY_REQUESTS, body = ProblemBody),
        (status = BAD_GATEWAY, body = ProblemBody, description = "The provider's answer is not understood"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn search(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(params): Params<SearchParams>,
) -> Result<Json<Offers>, Problem> {
    let search = params.search()?;
    let found = api.provisioning().search(&tenant, &params.provider, &search).await?;
    Ok(Json(Offers {
        items: found.into_iter().map(|offer| OfferView::of(offer, &params.provider)).collect(),
    }))
}

impl SearchParams {
    fn search(&self) -> Result<NumberSearch, Problem> {
        let country = self.country.trim();
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(Problem::field("invalid_country", "country", "must be two letters, like US"));
        }
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::field("invalid_limit", "limit", "must be 1 to 50"));
        }
        Ok(NumberSearch {
            country: country.to_ascii_uppercase(),
            kind: self.kind.unwrap_or(NumberKind::Local),
            area_code: digits("areaCode", self.area_code.as_deref(), 6)?,
            contains: digits("contains", self.contains.as_deref(), 15)?,
            features: NumberFeatures::default(),
            limit,
        })
    }
}

fn digits(field: &str, text: Option<&str>, most: usize) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(text.to_owned()));
    }
    Err(Problem::field("invalid_digits", field, &format!("must be 1 to {most} digits")))
}

impl OfferView {
    fn of(offer: NumberOffer, provider: &str) -> Self {
        let NumberFeatures { voice, sms, mms } = offer.features;
        let features = [(voice, "voice"), (sms, "sms"), (mms, "mms")].into_iter();
        Self {
            e164: offer.number.to_string(),
            provider: provider.to_owned(),
            locality: offer.locality,
            region: offer.region,
            features: features.filter_map(|(can, what)| can.then_some(what)).collect(),
            monthly_price: offer.monthly_price,
        }
    }
}
