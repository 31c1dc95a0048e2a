use serde::Deserialize;
use veralux_core::phone::E164;
use veralux_core::port::{
    NumberFeatures, NumberKind, NumberSearch, ProviderError, ProviderFault, ProviderResult,
};

use super::ask::{Ask, Fields};
use super::{Client, List, sid, some};
use crate::call::{Repeat, unless_status};

/// Numbers a page. One takes about two kilobytes.
const PAGE_SIZE: &str = "20";
/// Most offers that are asked for.
const MAX_OFFERS: u8 = 50;
/// Countries of the North American plan for which Twilio takes an area code.
const WITH_AREA_CODES: &[&str] = &["US", "CA"];

/// A number for sale.
#[derive(Debug, Clone)]
pub struct Available {
    /// The number.
    pub number: E164,
    /// Its place.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// What it can do.
    pub features: NumberFeatures,
}

/// Where a number leads. All of it by POST.
#[derive(Debug, Clone, Copy)]
pub struct NumberUrls<'a> {
    /// An inbound message.
    pub sms: &'a str,
    /// An inbound call.
    pub voice: &'a str,
    /// The end of a call.
    pub status: &'a str,
}

/// A number of the account.
#[derive(Debug, Clone)]
pub struct IncomingNumber {
    /// Its id: `PN…`.
    pub sid: String,
    /// The number.
    pub number: E164,
    /// What it is called; Twilio calls it like `(415) 555-0101` when nobody else has named it.
    pub name: Option<String>,
    /// What it can do, where Twilio tells.
    pub features: Option<NumberFeatures>,
    leads: Leads,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Leads {
    sms: Option<(String, bool)>,
    voice: Option<(String, bool)>,
    status: Option<(String, bool)>,
    /// An application or a trunk, which Twilio prefers to the URLs.
    sms_application: bool,
    voice_application: bool,
    trunk: bool,
}

impl IncomingNumber {
    /// Whether it leads to these URLs.
    pub fn leads_to(&self, urls: &NumberUrls<'_>) -> bool {
        let posts = |own: &Option<(String, bool)>, url| {
            own.as_ref().is_some_and(|(own, by_post)| own == url && *by_post)
        };
        let Leads { sms, voice, status, .. } = &self.leads;
        posts(sms, urls.sms)
            && posts(voice, urls.voice)
            && posts(status, urls.status)
            && !self.is_led_elsewhere()
    }

    fn is_led_elsewhere(&self) -> bool {
        let Leads { sms_application, voice_application, trunk, .. } = self.leads;
        sms_application || voice_application || trunk
    }
}

impl Client {
    /// Numbers for sale, at most 50.
    ///
    /// # Errors
    /// [`ProviderError`]; `Rejected` for a search that is none.
    pub async fn available(&self, search: &NumberSearch) -> ProviderResult<Vec<Available>> {
        let (path, query) = wanted(search)?;
        // A country that has no numbers of a kind has no such list either.
        let found: Option<Offers> =
            unless_status(404, self.read(Repeat::Always, &Ask::get(path).query(query)).await)?;
        let offers = found.map(|found| found.available_phone_numbers).unwrap_or_default();
        let fits = |offer: &Available| {
            let has = |part: &Option<String>| {
                part.as_deref().is_none_or(|part| offer.number.digits().contains(part))
            };
            has(&search.area_code) && has(&search.contains)
        };
        let most = usize::from(search.limit.clamp(1, MAX_OFFERS));
        Ok(offers.into_iter().filter_map(Offer::read).filter(fits).take(most).collect())
    }

    /// Buys a number and gives it a name, of 64 characters at most. Not repeated when it may have been bought.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn buy(&self, number: &E164, name: &str) -> ProviderResult<IncomingNumber> {
        let form = Fields::default().with("PhoneNumber", number.as_str()).with("FriendlyName", name);
        self.read::<Answer>(Repeat::IfRefused, &Ask::post("/IncomingPhoneNumbers.json", form)).await?.read()
    }

    /// A number of the account by its id.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn number(&self, number: &str) -> ProviderResult<Option<IncomingNumber>> {
        self.lookup::<Answer>(&Ask::get(path(number)?)).await?.map(Answer::read).transpose()
    }

    /// Numbers of the account, those that are this one or all.
    ///
    /// # Errors
    /// [`ProviderError`]; `Permanent` when there are more than 1,000.
    pub async fn numbers(&self, number: Option<&E164>) -> ProviderResult<Vec<IncomingNumber>> {
        let query =
            Fields::default().maybe("PhoneNumber", number.map(E164::as_str)).with("PageSize", PAGE_SIZE);
        let found = self.list::<Page>(&Ask::get("/IncomingPhoneNumbers.json").query(query)).await?;
        // Twilio takes a part of a number too: `+1415` is no number of ours because `+14155550100` is.
        Ok(found.into_iter().filter(|found| number.is_none_or(|number| found.number == *number)).collect())
    }

    /// Numbers of the account with this name.
    ///
    /// # Errors
    /// [`ProviderError`]; `Permanent` when there are more than 1,000.
    pub async fn named(&self, name: &str) -> ProviderResult<Vec<IncomingNumber>> {
        let query = Fields::default().with("FriendlyName", name).with("PageSize", PAGE_SIZE);
        let found = self.list::<Page>(&Ask::get("/IncomingPhoneNumbers.json").query(query)).await?;
        Ok(found.into_iter().filter(|found| found.name.as_deref() == Some(name)).collect())
    }

    /// Whether numbers of the account may be read: the least that a credential must be good for.
    pub(in crate::twilio) async fn may_read_numbers(&self) -> ProviderResult<()> {
        let query = Fields::default().with("PageSize", "1");
        let page: Page =
            self.read(Repeat::Always, &Ask::get("/IncomingPhoneNumbers.json").query(query)).await?;
        drop(page);
        Ok(())
    }

    /// Leads a number to these URLs, away from any application or trunk.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn lead(
        &self,
        number: &IncomingNumber,
        urls: &NumberUrls<'_>,
    ) -> ProviderResult<IncomingNumber> {
        let unset = |is_set: bool| is_set.then_some("");
        let form = Fields::default()
            .with("SmsUrl", urls.sms)
            .with("SmsMethod", "POST")
            .with("VoiceUrl", urls.voice)
            .with("VoiceMethod", "POST")
            .with("StatusCallback", urls.status)
            .with("StatusCallbackMethod", "POST")
            .maybe("SmsApplicationSid", unset(number.leads.sms_application))
            .maybe("VoiceApplicationSid", unset(number.leads.voice_application))
            .maybe("TrunkSid", unset(number.leads.trunk));
        self.read::<Answer>(Repeat::Always, &Ask::post(path(&number.sid)?, form)).await?.read()
    }

    /// Gives a number back; `false` when it was not the account's any more.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn release(&self, number: &str) -> ProviderResult<bool> {
        self.remove(&Ask::delete(path(number)?)).await
    }
}

fn path(number: &str) -> ProviderResult<String> {
    Ok(format!("/IncomingPhoneNumbers/{}.json", sid(number, &["PN"])?))
}

fn wanted(search: &NumberSearch) -> ProviderResult<(String, Fields<'_>)> {
    let digits = |part: &Option<String>| {
        part.as_deref().is_none_or(|part| {
            !part.is_empty() && part.len() <= 15 && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let country = &search.country;
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(refused("The country must be two capital letters, like US."));
    }
    if !digits(&search.area_code) || !digits(&search.contains) {
        return Err(refused("Area code and wanted digits must be digits only."));
    }
    let kind = match search.kind {
        NumberKind::Local => "Local",
        NumberKind::TollFree => "TollFree",
        NumberKind::Mobile => "Mobile",
    };
    let (area_code, contains) = if WITH_AREA_CODES.contains(&country.as_str()) {
        (search.area_code.as_deref(), search.contains.as_deref())
    } else {
        (None, search.contains.as_deref().or(search.area_code.as_deref()))
    };
    let yes = |wanted: bool| wanted.then_some("true");
    let query = Fields::default()
        .maybe("AreaCode", area_code)
        .maybe("Contains", contains)
        .maybe("SmsEnabled", yes(search.features.sms))
        .maybe("MmsEnabled", yes(search.features.mms))
        .maybe("VoiceEnabled", yes(search.features.voice))
        .with("PageSize", search.limit.clamp(1, MAX_OFFERS).to_string());
    Ok((format!("/AvailablePhoneNumbers/{country}/{kind}.json"), query))
}

fn refused(sentence: &'static str) -> ProviderError {
    ProviderError::new("twilio", ProviderFault::Rejected, sentence)
}

/// Numbers for sale write their capabilities with capital letters, numbers of the account with small ones.
#[derive(Deserialize, Clone, Copy)]
struct Capabilities {
    #[serde(default, alias = "Voice")]
    voice: bool,
    #[serde(default, alias = "SMS")]
    sms: bool,
    #[serde(default, alias = "MMS")]
    mms: bool,
}

impl From<Capabilities> for NumberFeatures {
    fn from(Capabilities { voice, sms, mms }: Capabilities) -> Self {
        Self { voice, sms, mms }
    }
}

#[derive(Deserialize)]
struct Offers {
    #[serde(default)]
    available_phone_numbers: Vec<Offer>,
}

#[derive(Deserialize)]
struct Offer {
    phone_number: String,
    #[serde(default)]
    locality: Option<String>,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    capabilities: Option<Capabilities>,
}

impl Offer {
    /// `None` for one that cannot be bought by its number.
    fn read(self) -> Option<Available> {
        Some(Available {
            number: E164::normalise(&self.phone_number).ok()?,
            locality: some(self.locality),
            region: some(self.region),
            features: self.capabilities.map(Into::into).unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
struct Answer {
    sid: String,
    phone_number: String,
    #[serde(default)]
    friendly_name: Option<String>,
    #[serde(default)]
    capabilities: Option<Capabilities>,
    #[serde(default)]
    sms_url: Option<String>,
    #[serde(default)]
    sms_method: Option<String>,
    #[serde(default)]
    voice_url: Option<String>,
    #[serde(default)]
    voice_method: Option<String>,
    #[serde(default)]
    status_callback: Option<String>,
    #[serde(default)]
    status_callback_method: Option<String>,
    #[serde(default)]
    sms_application_sid: Option<String>,
    #[serde(default)]
    voice_application_sid: Option<String>,
    #[serde(default)]
    trunk_sid: Option<String>,
}

impl Answer {
    fn read(self) -> ProviderResult<IncomingNumber> {
        let number =
            E164::normalise(&self.phone_number).map_err(|_| super::failed(ProviderFault::Permanent))?;
        // The method's default is POST.
        let leads =
            |url, method: Option<String>| Some((some(url)?, method.is_none_or(|method| method == "POST")));
        Ok(IncomingNumber {
            sid: self.sid,
            number,
            name: some(self.friendly_name),
            features: self.capabilities.map(Into::into),
            leads: Leads {
                sms: leads(self.sms_url, self.sms_method),
                voice: leads(self.voice_url, self.voice_method),
                status: leads(self.status_callback, self.status_callback_method),
                sms_application: some(self.sms_application_sid).is_some(),
                voice_application: some(self.voice_application_sid).is_some(),
                trunk: some(self.trunk_sid).is_some(),
            },
        })
    }
}

#[derive(Deserialize)]
struct Page {
    incoming_phone_numbers: Vec<Answer>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl List for Page {
    type Item = IncomingNumber;

    fn next(&self) -> Option<&str> {
        self.next_page_uri.as_deref()
    }

    /// Without those that are no E.164 numbers, such as short codes.
    fn items(self) -> Vec<IncomingNumber> {
        self.incoming_phone_numbers.into_iter().filter_map(|answer| answer.read().ok()).collect()
    }
}
