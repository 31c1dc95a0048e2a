//! Hosts that people talk of and where nobody can be reached without a path: marketplaces, shops, software.

/// Whether a host by itself is one of these.
pub(in crate::policy) fn is_brand(name: &str) -> bool {
    // "amazon.co.uk", not "amazon.happypaws.com"
    let of_country = name.split_once('.').is_some_and(|(label, ending)| ending.len() <= 6 && is_known(label));
    of_country || is_whole(name)
}

/// Names that nobody else has.
fn is_known(label: &str) -> bool {
    matches!(
        label,
        // Marketplaces, travel, homes and cars.
        "amazon" | "ebay" | "etsy" | "aliexpress" | "temu" | "shein" | "walmart" | "flipkart" | "myntra" | "allegro"
            | "olx" | "ceneo" | "gumtree" | "craigslist" | "leboncoin" | "kleinanzeigen" | "marktplaats" | "milanuncios"
            | "wallapop" | "mercadolibre" | "mercadolivre" | "airbnb" | "expedia" | "tripadvisor" | "trivago" | "vrbo"
            | "skyscanner" | "rightmove" | "zoopla" | "zillow" | "redfin" | "idealista" | "fotocasa" | "immobiliare"
            | "immobilienscout24" | "immoscout24" | "autoscout24" | "check24" | "idealo" | "autotrader"
            // Shops.
            | "ikea" | "wickes" | "obi" | "bauhaus" | "toom" | "mediamarkt" | "zalando" | "lidl" | "aldi" | "rewe"
            | "edeka" | "kaufland" | "screwfix" | "toolstation" | "argos" | "tesco" | "sainsburys" | "asda"
            | "johnlewis" | "leroymerlin" | "castorama" | "darty" | "fnac" | "cdiscount" | "decathlon"
            | "carrefour" | "auchan" | "elcorteingles" | "pccomponentes" | "mediaworld" | "coolblue" | "mediaexpert"
            | "homedepot" | "costco" | "bestbuy" | "wayfair" | "petsmart" | "autozone" | "americanas"
            // Where one books, orders or looks for somebody.
            | "booksy" | "fresha" | "treatwell" | "planity" | "doctolib" | "vagaro" | "styleseat" | "opentable"
            | "ubereats" | "doordash" | "deliveroo" | "justeat" | "lieferando" | "ifood" | "zomato" | "swiggy"
            | "justdial" | "urbancompany" | "checkatrade" | "mybuilder" | "thumbtack" | "taskrabbit" | "trustpilot"
            | "yelp" | "glassdoor" | "pagesjaunes"
            // Programs and what one watches.
            | "netflix" | "spotify" | "wikipedia" | "canva" | "dropbox" | "duolingo" | "quizlet" | "chatgpt" | "openai"
            | "wordpress" | "squarespace" | "shopify" | "godaddy" | "mailchimp" | "salesforce" | "quickbooks" | "klarna"
            | "paypal" | "vistaprint" | "microsoft"
    )
}

/// Names that are theirs with this ending only, and programs whose names end in a domain.
fn is_whole(name: &str) -> bool {
    matches!(
        name,
        "booking.com"
            | "monday.com"
            | "hotels.com"
            | "boulanger.com"
            | "boulanger.fr"
            | "hornbach.de"
            | "hornbach.at"
            | "hornbach.ch"
            | "hornbach.nl"
            | "lowes.com"
            | "rossmann.de"
            | "rossmann.pl"
            | "cars.com"
            | "indeed.com"
            | "angi.com"
            | "realtor.com"
            | "mobile.de"
            | "bol.com"
            | "otto.de"
            | "subito.it"
            | "ancestry.com"
            | "weather.com"
            | "kayak.com"
            | "rover.com"
            | "target.com"
            | "apple.com"
            | "zoom.us"
            | "socket.io"
            | "asp.net"
            | "vb.net"
            | "ado.net"
            | "draw.io"
            | "crates.io"
            | "paint.net"
            | "ml.net"
            | "node.js"
            | "engine.io"
            | "quarkus.io"
            | "moment.js"
            | "character.ai"
            | "agar.io"
            | "slither.io"
    )
}
