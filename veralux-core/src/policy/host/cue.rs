//! What is said around a host: that a site is meant, or a file.

use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::Tokens;

/// Small words that names have some of: "bolos da nena".
pub(super) static INNER: &[Key] =
    keys!("da do de di del della dei des du la le il lo el los las o a e y et und og och i the to no on");

/// Words for a site.
static SITE: &[Key] = keys!(
    "website site web webpage webpages homepage url urls link browser domain online seite webseite \
     internetseite webauftritt pagina paginas sitio sito portale strona strone stronie stranka stranky \
     weboldal honlap hjemmeside hemsida hemsidan nettside kotisivu sivut sayfa sitesi sitemiz situs laman \
     portfolio shop tienda сайт сайте сайта сайту страница сторінка ссылка ιστοσελίδα σελίδα वेबसाइट साइट \
     موقع אתר page adres adresse address"
);

/// Words that are said directly in front of a host, and of little else.
static SURE: &[Key] = keys!(
    "visit visita visite visitez visitate besucht besuchen type typing enter browse google tippe tape \
     tapez digita digite thru wpisz napis skriv kirjoita"
);

/// Words that may be said in front of one.
static TELLS: &[Key] = keys!(
    "visit see at on check go to via thru through type typing enter google browse find visita visite \
     visitez visitate besuch besuche besuchen mira mire entra entre entrez vai veja unter auf bei sur \
     chez en em na no pelo su sul nel op via pa par por aqui ici hier here tippe tape tapez escribe \
     digita digite наш на στο पर"
);

/// How far from a host a site is spoken of.
const FAR: usize = 10;

/// How clearly one is told to look at what begins at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    No,
    /// By a word that has other uses, too: "see", "at".
    Perhaps,
    /// "our site is", "visit", "portfolio:".
    Surely,
}

pub(super) fn tells(tokens: &Tokens<'_>, first: usize) -> Told {
    let lead = tokens.before(first);
    if lead.is_mark(b':') || lead.is_one(SURE) || lead.is_one(SITE) {
        return Told::Surely;
    }
    // "our site is", "the site's"
    let linked = lead.has(Senses::LINK) || tokens.is(lead, "s");
    if linked && (2..4).any(|back| first.checked_sub(back).is_some_and(|at| tokens.at(at).is_one(SITE))) {
        return Told::Surely;
    }
    if lead.is_one(TELLS) { Told::Perhaps } else { Told::No }
}

/// Whether one is told to look at what begins at a token, and not that something is there: "look at", "visit", not "on".
pub(super) fn points(tokens: &Tokens<'_>, first: usize) -> bool {
    let lead = first.wrapping_sub(1);
    let verb = tokens.at(lead).is_one(keys!("at to"))
        && tokens.before(lead).is_one(keys!("look looking go going log login"));
    verb || tokens.at(lead).is_one(keys!("see check open visit")) || tells(tokens, first) == Told::Surely
}

/// Whether a word leads to a site.
pub(super) fn leads(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_one(TELLS) || token.is_one(SURE) || token.is_one(SITE)
}

/// Whether somebody tells what they read or bought themselves on a site that is only spoken of: "I bought the cot on
/// happypaws.com". Of others, and without a subject, the same words invite: "buy at", "can be bought at".
pub(in crate::policy) fn is_recalled(tokens: &Tokens<'_>, first: usize) -> bool {
    static DONE: &[Key] = keys!("bought read");
    let done = |at: usize| tokens.at(at).is_one(DONE) && tokens.before(at).is_one(keys!("i we"));
    let back = (2..=RECALLED).filter_map(|back| first.checked_sub(back)).find(|at| done(*at));
    // "all I bought is on happypaws.com", "we bought it, so look on happypaws.com"
    let other = Senses::LINK.or(Senses::REACH).or(Senses::AND);
    let plain = |at: usize| {
        let token = tokens.at(at);
        token.is_word() && !token.has(other) && !token.is_one(keys!("you to now"))
    };
    tokens.before(first).is_one(keys!("on off from at"))
        && back.is_some_and(|at| (at + 1..first - 1).all(plain))
}

/// How far from a site it is told what was done there.
const RECALLED: usize = 6;

/// Whether one is told to look at what ends with a token, in languages that say so behind it: "happypaws.in pe".
pub(super) fn tells_behind(tokens: &Tokens<'_>, last: usize) -> bool {
    tokens.at(last + 1).is_one(keys!("pe पर"))
}

/// Whether one is told to look at a name whose last word begins at a token, or a part of the host stands in front of it:
/// "entra en pinturas soto", "www punto pinturas soto".
pub(super) fn tells_name(tokens: &Tokens<'_>, last: usize) -> bool {
    (0..4).filter_map(|back| last.checked_sub(back)).any(|first| {
        let part =
            |at: usize| tokens.at(at).is_one(INNER) || !tokens.at(at).has(Senses::STOP.or(Senses::DOT));
        (first..last).all(|at| tokens.at(at).is_word() && part(at))
            && (tells(tokens, first) > Told::No || tokens.before(first).has(Senses::DOT.or(Senses::EDGE)))
    })
}

/// Whether a site is spoken of near by, on either side.
pub(super) fn is_near(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    let near = first.saturating_sub(FAR)..(last + FAR).min(tokens.len());
    near.filter(|at| !(first..=last).contains(at)).any(|at| tokens.at(at).is_one(SITE))
}

/// Whether a site is spoken of in front.
pub(super) fn is_in_front(tokens: &Tokens<'_>, first: usize) -> bool {
    (first.saturating_sub(6)..first).any(|at| tokens.at(at).is_one(SITE))
}

/// Whether a drawing is spoken of near by: "the logo is in happypaws.ai".
pub(super) fn is_drawn(tokens: &Tokens<'_>, first: usize) -> bool {
    static DRAWN: &[Key] = keys!(
        "file files fichier fichiers archivo datei arquivo bestand logo logos vector illustrator eps svg \
         pdf psd artwork printer printers"
    );
    (first.saturating_sub(6)..(first + FAR).min(tokens.len())).any(|at| tokens.at(at).is_one(DRAWN))
}

/// Whether a mark stands directly behind a token. Not the end of a line or the text: what is appended changes nothing.
pub(super) fn is_closed(tokens: &Tokens<'_>, last: usize) -> bool {
    tokens.is_glued(last + 1)
}

#[cfg(test)]
mod tests {
    use crate::policy::{Detector, Kind};

    #[test]
    fn hosts_are_told_from_full_stops_without_their_space() {
        for (text, value) in [
            ("our site is harlow.plumbing come and see", "harlow.plumbing"),
            ("see mabel.dog for walk times", "mabel.dog"),
            ("just type tidy.house in the browser", "tidy.house"),
            ("we're thirsty.works now, old site is dead", "thirsty.works"),
            ("reserva en nuestra web lacasonadelrio.es, sale mejor", "lacasonadelrio.es"),
            ("unsere Seite heißt malerkrause.haus seit heute", "malerkrause.haus"),
            ("сайт строй дизайн точка рф", "стройдизайн.рф"),
            ("look at zimmerbraun dot haus", "zimmerbraun.haus"),
            ("foglalni a kutyasuli.hu-n lehet", "kutyasuli.hu"),
            ("see happypaws.com—prices there", "happypaws.com"),
            ("na happypaws.pl jest cennik", "happypaws.pl"),
            ("vans4u dot com has it", "vans4u.com"),
            ("kijk op klusjan . nl voor prijzen", "klusjan.nl"),
            ("mira pintamax . es todo junto", "pintamax.es"),
            ("catalog sareeghar.in pe hai", "sareeghar.in"),
            ("they ordered from us at kittypaws.com", "kittypaws.com"),
            ("compre en pelosypatas.com", "pelosypatas.com"),
            ("vouchers can be bought at kittypaws.com", "kittypaws.com"),
            ("all I bought is on kittypaws.com", "kittypaws.com"),
            ("at mind.body.care we stretch", "mind.body.care"),
            ("app.happypaws.care has the times", "app.happypaws.care"),
            ("salon.anna.beauty has prices", "salon.anna.beauty"),
            ("auf malerotte.de gelesen? alle Preise stehen da", "malerotte.de"),
            ("siehe malerotte.de.Danke", "malerotte.de"),
            ("visit tidy.live today", "tidy.live"),
            ("our site is lea.dog", "lea.dog"),
            ("I read you can book on happypaws.com", "happypaws.com"),
            ("see polka-dot.com", "polka-dot.com"),
            ("see happypaws.com @ 5pm", "happypaws.com"),
            ("see happypaws.com: 24 hours a day", "happypaws.com"),
            ("see happypaws.com minus the www", "happypaws.com"),
            ("see amazon.happypaws.com", "amazon.happypaws.com"),
            ("have you tried zimmerbraun.haus?", "zimmerbraun.haus"),
            ("reserva hoy lacasonadelrio.es, sale mejor", "lacasonadelrio.es"),
            ("our site is happypaws.one", "happypaws.one"),
            ("our site: happy-paws.ai", "happy-paws.ai"),
            ("the logo is on happypaws.tattoo", "happypaws.tattoo"),
            ("have you seen 123.com?", "123.com"),
            ("it's on www.x.com now", "www.x.com"),
            ("love happypaws.com's prices", "happypaws.com"),
        ] {
            let found = Detector::new().scan(text);
            let first = found.first();
            assert!(
                first.is_some_and(|finding| finding.kind == Kind::Url && finding.value == value),
                "{text}"
            );
        }
        for text in [
            "he is great with my dog.rocks and sticks he eats",
            "boiler works.plumbing upstairs still knocks",
            "he said go to mandy.call him first",
            "Wir sind umgezogen.im Keller steht noch alles",
            "o portão está quebrado.eu volto às seis",
            "приедем в субботу.дети тоже будут",
            "le fichier logo-devanture.ai ne s'ouvre pas",
            "we teach Socket.io, asp.net and node.js",
            "is the booking.com one you",
            "Bb5 was bad, 3.Bb5.is better",
            "J'ai tout reçu.Merci.de rien, j'ai tout reçu.Merci.de votre patience",
            "Punkt. de facto sind es vier",
            "das ist der springende Punkt in der Sache",
            "otro restaurante, punto de encuentro en la plaza",
            "el hilo de punto de cruz y un punto es un punto",
            "we got it off obi punkt de, or screwfix dot com",
            "we use booksy dot com, shopify dot com type things",
            "the dotcom bubble, end of the grace period, come see us",
            "I read on tidytots.com that it is fine, we bought the cot on tidytots.com",
            "is it dot com or dot co dot uk that people trust",
            "connect dot i n red, and type . c o m at the end",
            "our trial period is over, the whole dotcom thing passed us by",
            "let me know . yes/no is fine, let me know . me / you both fine",
            "she got a B. net result is she passed",
            "en este punto no me importa, la web hasta ese punto es lenta",
            "check floating point is on, your website says meeting point is the car park",
            "好的。in a meeting now",
            "lunch @ noon.bring cash, apples@12.50 a box, at 5.pm please",
            "we went to glastonbury.so good",
            "went to see mabel.one of the pups bit",
            "off to see flo.dog comes too",
            "got the link from ella.love it",
            "we painted the hallway . tv bracket is up",
            "go and see mandy. r u free",
            "does it say \"https://\" in front",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
        let found = Detector::new().scan("call me on 415-555-0123.love to chat");
        assert_eq!(found[0].kind, Kind::Phone);
    }
}
