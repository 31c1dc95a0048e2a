//! Top-level domains that people write without `www.` or a scheme.

/// Country codes (ISO 3166-1) and generic names (IANA root zone) in common use, lower case, sorted. A test holds the order.
static COMMON: &[&str] = &[
    "ac", "ae", "agency", "ai", "app", "ar", "at", "au", "be", "bg", "biz", "blog", "br", "bz", "ca", "care",
    "cat", "cc", "ch", "cl", "cloud", "club", "cn", "co", "com", "coop", "cz", "de", "dev", "digital", "dk",
    "edu", "ee", "email", "es", "eu", "fi", "fm", "fr", "gg", "gl", "gov", "gr", "hk", "hr", "hu", "id",
    "ie", "il", "in", "info", "int", "io", "ir", "is", "it", "jp", "ke", "kr", "li", "link", "live", "lt",
    "lu", "lv", "ly", "me", "mil", "mobi", "museum", "mx", "my", "name", "net", "network", "ng", "nl", "no",
    "nz", "online", "org", "page", "ph", "pk", "pl", "pro", "pt", "ro", "rs", "ru", "se", "sg", "sh", "shop",
    "si", "site", "sk", "so", "social", "space", "store", "tech", "tel", "th", "to", "top", "tr", "travel",
    "tv", "tw", "ua", "ug", "uk", "us", "vn", "website", "wiki", "work", "works", "world", "xyz", "za",
];

/// Those among them that are words of everyday prose: behind a full stop without a space they are the next sentence.
static PROSE: &[&str] = &[
    "agency", "ar", "at", "au", "be", "blog", "care", "cat", "club", "digital", "email", "es", "hr", "id",
    "ie", "in", "is", "it", "li", "link", "live", "me", "mil", "mobi", "my", "name", "network", "no",
    "online", "page", "ph", "pro", "se", "sh", "shop", "si", "site", "so", "social", "space", "store",
    "tech", "tel", "th", "to", "top", "travel", "tv", "us", "website", "work", "works", "world",
];

/// Whether a label is a common top-level domain.
pub(super) fn is_common(label: &str) -> bool {
    holds(COMMON, label)
}

/// Whether it may as well be a word.
pub(super) fn is_prose(label: &str) -> bool {
    holds(PROSE, label)
}

fn holds(table: &[&str], label: &str) -> bool {
    let key = label.bytes().map(|byte| byte.to_ascii_lowercase());
    table.binary_search_by(|entry| entry.bytes().cmp(key.clone())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_the_search() {
        for table in [COMMON, PROSE] {
            assert!(table.windows(2).all(|pair| pair[0] < pair[1]));
        }
        assert!(PROSE.iter().all(|label| is_common(label)));
        assert!(is_common("COM") && !is_common("comm"));
    }
}
