use std::fmt;

use serde::{Deserialize, Serialize};

/// Most attachments of one message; no provider sends more.
pub const MAX_MEDIA: usize = 10;
/// Longest URL of an attachment.
pub const MAX_MEDIA_URL_BYTES: usize = 2048;
/// Longest content type of an attachment (RFC 6838, 4.2: 127 characters on each side of the `/`).
const MAX_CONTENT_TYPE_BYTES: usize = 255;

/// What hangs on a message that came in: a picture, a sound, a card. Its bytes stay with the provider.
///
/// That something came is kept even where nothing usable is said of it: a message is not refused for what hangs on it.
/// `Debug` shows the type only, since whoever knows the URL may be able to fetch it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Told")]
pub struct Media {
    // INVARIANT: an https URL of visible ASCII, with a host and without a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    // INVARIANT: type and subtype, in small letters, without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    url: Option<String>,
    content_type: Option<String>,
}

impl Media {
    /// What a provider says of it. What is no https URL of bounded length, or no content type, is left out.
    pub fn told(url: Option<&str>, content_type: Option<&str>) -> Self {
        let essence = content_type.and_then(|text| text.split(';').next()).map(str::trim);
        Self {
            url: url.filter(|url| is_fetched_safely(url)).map(ToOwned::to_owned),
            content_type: essence.filter(|text| is_content_type(text)).map(str::to_ascii_lowercase),
        }
    }

    /// Where the provider keeps it, where it says so.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What it is, like `image/jpeg`, where the provider says so.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

impl From<Told> for Media {
    fn from(told: Told) -> Self {
        Self::told(told.url.as_deref(), told.content_type.as_deref())
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({})", self.content_type().unwrap_or("unknown"))
    }
}

fn is_fetched_safely(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("https")
        && url.len() <= MAX_MEDIA_URL_BYTES
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'))
        && authority.starts_with(|c: char| c.is_ascii_alphanumeric())
        && authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'))
}

fn is_content_type(text: &str) -> bool {
    let is_name = |name: &str| {
        let mark = |byte: u8| matches!(byte, b'.' | b'-' | b'+' | b'_');
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || mark(byte))
    };
    let parts = text.split_once('/');
    text.len() <= MAX_CONTENT_TYPE_BYTES && parts.is_some_and(|(kind, of)| is_name(kind) && is_name(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWILIO: &str = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1";

    #[test]
    fn https_urls_of_bounded_length_are_kept() {
        let longest = format!("{TWILIO}?{}", "x".repeat(MAX_MEDIA_URL_BYTES - TWILIO.len() - 1));
        let longer = format!("{longest}x");
        for (url, is_kept) in [
            (TWILIO, true),
            ("HTTPS://media.example:8443?a=1#b", true),
            (longest.as_str(), true),
            (longer.as_str(), false),
            ("cat.jpg", false),
            ("http://media.example/cat.jpg", false),
            ("javascript://media.example/%0aalert(1)", false),
            ("https:///cat.jpg", false),
            ("https://", false),
            ("https://name:word@media.example/cat.jpg", false),
            ("https://media.example/a cat", false),
            ("https://media.example/\"><script>", false),
            ("https://media.example/\u{e4}", false),
            ("https://media.example/\u{0}", false),
        ] {
            let media = Media::told(Some(url), None);
            assert_eq!(media.url(), is_kept.then_some(url), "{url}");
        }
    }

    #[test]
    fn content_types_are_kept_without_parameters() {
        for (told, kept) in [
            ("image/jpeg", Some("image/jpeg")),
            (" Text/X-VCard ; charset=utf-8", Some("text/x-vcard")),
            ("application/vnd.ms-excel", Some("application/vnd.ms-excel")),
            ("image", None),
            ("image/", None),
            ("image/a b", None),
            ("image/<b>", None),
            ("", None),
        ] {
            assert_eq!(Media::told(None, Some(told)).content_type(), kept, "{told}");
        }
        let long = format!("image/{}", "x".repeat(MAX_CONTENT_TYPE_BYTES));
        assert_eq!(Media::told(None, Some(&long)).content_type(), None);
    }

    #[test]
    fn it_is_read_as_it_was_written_and_checked_again() {
        for media in [Media::told(Some(TWILIO), Some("image/png")), Media::told(None, None)] {
            let json = serde_json::to_string(&media).unwrap();
            assert_eq!(serde_json::from_str::<Media>(&json).unwrap(), media, "{json}");
        }
        let altered: Media = serde_json::from_str(r#"{"url":"javascript:alert(1)"}"#).unwrap();
        assert_eq!(altered.url(), None);
    }

    #[test]
    fn debug_shows_no_url() {
        assert_eq!(format!("{:?}", Media::told(Some(TWILIO), Some("image/png"))), "Media(image/png)");
    }
}
