//! Hosts that people talk of and where nobody can be reached without a path: marketplaces, shops, software.
//!
//! A name is a brand's only with an ending that the brand has: anybody can register "paypal.link".

/// Whether a host by itself is one of these.
pub(in crate::policy) fn is_brand(name: &str) -> bool {
    // "amazon.co.uk", not "amazon.happypaws.com"
    let Some((label, ending)) = name.split_once('.') else { return false };
    NAMES.binary_search(&label).is_ok() && is_shared(ending)
        || ROWS
            .binary_search_by_key(&label, |(label, _)| label)
            .is_ok_and(|row| ROWS.get(row).is_some_and(|(_, endings)| endings.contains(&ending)))
}

/// Whether an ending is one that brands have all over the world.
fn is_shared(ending: &str) -> bool {
    match ending.split_once('.') {
        None => ending == "com" || COUNTRIES.contains(&ending),
        Some(("com", country)) => COM.contains(&country),
        Some(("co", country)) => CO.contains(&country),
        Some(_) => false,
    }
}

/// Countries whose endings stand for the country; not those that are sold to everybody as words: "me", "io", "tv", "to".
static COUNTRIES: &[&str] = &[
    "ae", "ar", "at", "au", "be", "bg", "br", "ca", "ch", "cl", "cn", "cz", "de", "dk", "ee", "eg", "es",
    "fi", "fr", "gr", "hk", "hr", "hu", "id", "ie", "il", "in", "it", "jp", "ke", "kr", "lt", "lu", "lv",
    "ma", "mx", "my", "ng", "nl", "no", "nz", "pe", "ph", "pk", "pl", "pt", "ro", "rs", "ru", "sa", "se",
    "sg", "si", "sk", "th", "tr", "tw", "ua", "uk", "vn", "za",
];
/// Countries that have "com" or "co" in front of their own; where somebody sells these to everybody ("com.de", "co.nl") they
/// are left out.
static COM: &[&str] = &[
    "ar", "au", "bo", "br", "cn", "co", "cy", "do", "ec", "eg", "gt", "hk", "mt", "mx", "my", "ng", "pe",
    "ph", "pk", "py", "sa", "sg", "tr", "tw", "ua", "uy", "ve", "vn",
];
static CO: &[&str] = &["cr", "id", "il", "in", "jp", "ke", "kr", "nz", "th", "uk", "ve", "za"];

/// Names that nobody else has, with the endings that brands share: marketplaces, travel, homes, cars, shops; where one books,
/// orders or looks for somebody; programs, and what one watches. In the order of the alphabet.
static NAMES: &[&str] = &[
    "airbnb",
    "aldi",
    "aliexpress",
    "allegro",
    "amazon",
    "americanas",
    "argos",
    "asda",
    "auchan",
    "autoscout24",
    "autotrader",
    "autozone",
    "bauhaus",
    "bestbuy",
    "booksy",
    "canva",
    "carrefour",
    "castorama",
    "cdiscount",
    "ceneo",
    "chatgpt",
    "check24",
    "checkatrade",
    "coolblue",
    "costco",
    "craigslist",
    "darty",
    "decathlon",
    "deliveroo",
    "doctolib",
    "doordash",
    "dropbox",
    "duolingo",
    "ebay",
    "edeka",
    "elcorteingles",
    "etsy",
    "expedia",
    "flipkart",
    "fnac",
    "fotocasa",
    "fresha",
    "glassdoor",
    "godaddy",
    "gumtree",
    "homedepot",
    "idealista",
    "idealo",
    "ifood",
    "ikea",
    "immobiliare",
    "immobilienscout24",
    "immoscout24",
    "johnlewis",
    "justdial",
    "justeat",
    "kaufland",
    "klarna",
    "kleinanzeigen",
    "leboncoin",
    "leroymerlin",
    "lidl",
    "lieferando",
    "mailchimp",
    "marktplaats",
    "mediaexpert",
    "mediamarkt",
    "mediaworld",
    "mercadolibre",
    "mercadolivre",
    "microsoft",
    "milanuncios",
    "mybuilder",
    "myntra",
    "netflix",
    "obi",
    "olx",
    "openai",
    "opentable",
    "pagesjaunes",
    "paypal",
    "pccomponentes",
    "petsmart",
    "planity",
    "quickbooks",
    "quizlet",
    "redfin",
    "rewe",
    "rightmove",
    "sainsburys",
    "salesforce",
    "screwfix",
    "shein",
    "shopify",
    "skyscanner",
    "spotify",
    "squarespace",
    "styleseat",
    "swiggy",
    "taskrabbit",
    "temu",
    "tesco",
    "thumbtack",
    "toolstation",
    "toom",
    "treatwell",
    "tripadvisor",
    "trivago",
    "trustpilot",
    "ubereats",
    "urbancompany",
    "vagaro",
    "vistaprint",
    "vrbo",
    "wallapop",
    "walmart",
    "wayfair",
    "wickes",
    "wikipedia",
    "wordpress",
    "yelp",
    "zalando",
    "zillow",
    "zomato",
    "zoopla",
];

/// Names that are theirs with these endings only, and programs whose names end in a domain. In the order of the alphabet.
static ROWS: &[(&str, &[&str])] = &[
    ("ado", &["net"]),
    ("agar", &["io"]),
    ("ancestry", &["com"]),
    ("angi", &["com"]),
    ("apple", &["com"]),
    ("asp", &["net"]),
    ("bol", &["com"]),
    ("booking", &["com"]),
    ("boulanger", &["com", "fr"]),
    ("cars", &["com"]),
    ("character", &["ai"]),
    ("craigslist", &["org"]),
    ("crates", &["io"]),
    ("draw", &["io"]),
    ("engine", &["io"]),
    ("hornbach", &["de", "at", "ch", "nl"]),
    ("hotels", &["com"]),
    ("indeed", &["com"]),
    ("kayak", &["com"]),
    ("lowes", &["com"]),
    ("ml", &["net"]),
    ("mobile", &["de"]),
    ("moment", &["js"]),
    ("monday", &["com"]),
    ("node", &["js"]),
    ("otto", &["de"]),
    ("paint", &["net"]),
    ("quarkus", &["io"]),
    ("realtor", &["com"]),
    ("rossmann", &["de", "pl"]),
    ("rover", &["com"]),
    ("slither", &["io"]),
    ("socket", &["io"]),
    ("subito", &["it"]),
    ("target", &["com"]),
    ("vb", &["net"]),
    ("weather", &["com"]),
    ("wikipedia", &["org"]),
    ("wordpress", &["org"]),
    ("zoom", &["us"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Detector;

    #[test]
    fn a_brand_has_endings_of_its_own() {
        assert!(NAMES.is_sorted() && ROWS.is_sorted_by_key(|(label, _)| *label));
        for text in [
            "see it on amazon.co.uk",
            "amazon.com.br",
            "ebay.de",
            "paypal.com",
            "obi.at",
            "wikipedia.org",
            "zoom.us",
            "olx.pl",
            "hornbach.nl",
            "mercadolibre.com.ar",
            "we are on facebook.page is called oak lane",
            "it was on instagram.link in bio",
            "I never use facebook.call me old fashioned",
            "ask on whatsapp.group is Oak Lane",
            "saw it on facebook.live now",
            "ours is on instagram.love the photos",
            "it came by paypal.is that fine",
            "see instagram.so nice",
            "paypal.me",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
        for text in [
            "see klarna.info",
            "visit canva.site",
            "book at amazon.zone",
            "our site is obi.care",
            "visit toom.info",
            "see klarna.shop",
            "ebay.io",
            "booksy.shop",
            "visit hornbach.com",
            "see amazon.com.de",
            "paypal.co.nl",
            "amazon.happypaws.com",
            "pay with paypal.site",
            "look at facebook.site",
            "find us on instagram.online now",
            "log in at whatsapp.support, ok",
            "go to paypal.link and pay",
            "our site is facebook.page",
            "it is paypal dot site",
        ] {
            assert_eq!(Detector::new().scan(text).len(), 1, "{text}");
        }
    }
}
