//! Hosts that people talk of and where nobody can be reached without a path: marketplaces, software.

/// Whether a host by itself is one of these.
pub(in crate::policy) fn is_brand(name: &str) -> bool {
    is_market(name) || is_software(name)
}

/// Marketplaces, shops and the like.
fn is_market(name: &str) -> bool {
    matches!(
        name,
        "booking.com"
            | "amazon.com"
            | "amazon.de"
            | "amazon.fr"
            | "amazon.es"
            | "amazon.it"
            | "amazon.in"
            | "amazon.co.uk"
            | "ebay.com"
            | "ebay.de"
            | "ebay.co.uk"
            | "monday.com"
            | "hotels.com"
            | "cars.com"
            | "airbnb.com"
            | "expedia.com"
            | "tripadvisor.com"
            | "trivago.com"
            | "etsy.com"
            | "walmart.com"
            | "indeed.com"
            | "glassdoor.com"
            | "trustpilot.com"
            | "yelp.com"
            | "angi.com"
            | "checkatrade.com"
            | "gumtree.com"
            | "rightmove.co.uk"
            | "zoopla.co.uk"
            | "zillow.com"
            | "realtor.com"
            | "craigslist.org"
            | "leboncoin.fr"
            | "pagesjaunes.fr"
            | "kleinanzeigen.de"
            | "immobilienscout24.de"
            | "check24.de"
            | "mobile.de"
            | "autoscout24.de"
            | "marktplaats.nl"
            | "bol.com"
            | "idealo.de"
            | "otto.de"
            | "allegro.pl"
            | "olx.pl"
            | "milanuncios.com"
            | "wallapop.com"
            | "idealista.com"
            | "fotocasa.es"
            | "subito.it"
            | "immobiliare.it"
            | "mercadolibre.com"
            | "olx.com.br"
            | "flipkart.com"
            | "justdial.com"
            | "ancestry.com"
            | "weather.com"
            | "netflix.com"
            | "wikipedia.org"
            | "kayak.com"
            | "vrbo.com"
            | "rover.com"
            | "thumbtack.com"
            | "homedepot.com"
            | "ikea.com"
            | "paypal.com"
            | "salesforce.com"
            | "vistaprint.com"
    )
}

/// Frameworks and programs whose names end in a domain.
fn is_software(name: &str) -> bool {
    matches!(
        name,
        "socket.io"
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
