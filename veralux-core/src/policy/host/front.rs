//! What belongs to a host in front of its first label, when its dots are written as words: "w w w dot", "green dash
//! thumb dot com", "pine hollow paving dot com".

use super::cue::{self, INNER};
use crate::policy::lexicon::{self, Key, Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Token, Tokens};

/// Most words that a spoken label has.
const MAX_WORDS: usize = 3;

/// What is said with the first label of a host, in front of it.
pub(super) struct Front {
    /// The first token of the host.
    pub(super) first: usize,
    pub(super) name: String,
    /// Whether it stands in place of that label, which is no name itself.
    pub(super) replaces: bool,
}

/// The front of the host whose first label begins at a token.
pub(super) fn front(tokens: &Tokens<'_>, label: usize) -> Front {
    // "w w w", the last of which is taken for a label.
    if let Some(end) = super::label(tokens, label)
        && let Some(www) = three(tokens, end + 1)
    {
        return Front { first: www, name: String::from("www"), replaces: true };
    }
    let mut end = remark::first(tokens, label).unwrap_or(label);
    if end < label && tokens.before(end).is_mark(b',') {
        end -= 1;
    }
    let mut first = behind_www(tokens, label).unwrap_or_else(|| spoken(tokens, label, end));
    let replaces = first < end && end < label;
    let mut name = String::new();
    for at in first..end.max(first) {
        let token = tokens.at(at);
        if token.has(Senses::JOINT) {
            name.push('-');
        } else {
            tokens.spell(token, &mut name);
        }
    }
    if let Some(www) = www(tokens, first) {
        first = www;
        name.insert_str(0, "www.");
    }
    if let Some(scheme) = scheme(tokens, first) {
        first = scheme;
        name.insert_str(0, "http://");
    }
    Front { first, name, replaces }
}

/// The words that are said in one breath with a label, from the one on that ends there.
fn spoken(tokens: &Tokens<'_>, label: usize, end: usize) -> usize {
    let mut first = end;
    // "w a dot m e"
    let letter = |token: &Token| token.is_word() && token.len() == 1;
    if letter(tokens.at(label)) {
        while letter(tokens.before(first)) {
            first -= 1;
        }
        return first;
    }
    // "pay pal dot me", "face book dot com"
    if let Some(before) = label.checked_sub(1).filter(|_| is_brand_in_two(tokens, label)) {
        return before;
    }
    // Of other languages too few words are known to tell a name from what is said of it.
    let dot = super::label(tokens, label).map_or(label, |last| last + 1);
    let dot = tokens.at(dot + usize::from(tokens.at(dot).is_mark(b',')));
    let whole = dot.gap == Gap::Space && (is_name(tokens, label) || ends_name(tokens, label));
    let english = whole && dot.is_one(keys!("dot period dotcom dotnet dotorg"));
    if !english && whole {
        return introduced(tokens, label);
    }
    for _ in 0..MAX_WORDS {
        let Some(before) = first.checked_sub(1).filter(|_| tokens.at(first).gap != Gap::Line) else { break };
        let token = tokens.at(before);
        // "paws n claws"
        let joins = token.has(Senses::JOINT) || tokens.is(token, "n");
        if joins && is_name(tokens, before.wrapping_sub(1)) {
            first = before - 1;
        } else if english && (is_name(tokens, before) || ends_name(tokens, before)) {
            first = before;
        } else {
            break;
        }
    }
    if first == end { label } else { first }
}

/// Whether a token and the one in front of it are the two parts of the name of a platform.
fn is_brand_in_two(tokens: &Tokens<'_>, label: usize) -> bool {
    let letters = tokens.chars(tokens.before(label)).chain(tokens.chars(tokens.at(label)));
    lexicon::look_up(Key::of(letters)).has(Senses::PLATFORM)
}

/// Whether a short word ends a name that has begun: "sharma ji", "do zé", "doggy days out".
pub(super) fn ends_name(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, lead) = (tokens.at(at), tokens.before(at));
    let unknown = token.len() == 2 && token.lexeme.senses.is_empty();
    // "paypal dot com and klarna dot com"
    let named = is_name(tokens, at.wrapping_sub(1)) && !lead.has(Senses::MAIN);
    let everyday = token.len() >= 3 && token.has(Senses::STOP);
    unknown && lead.is_one(INNER) || (unknown || everyday) && named
}

/// The first of the words of a name behind a word that leads to a site: "em bolos da nena ponto com". Where there is none such,
/// as many as signs join: "casa guion nena punto es".
fn introduced(tokens: &Tokens<'_>, label: usize) -> usize {
    static LEADS: &[Key] = keys!(
        "en em na no pelo nel su sul sur sous chez bei auf unter op bij pa pe via da od til till ke di \
         burada adres adresi web site sito sitio pagina strona stronie seite hemsida hjemmeside kotisivu \
         weboldal at visit see στο στη σε на сайт сайте पर साइट है is es est ist er on je to"
    );
    let mut first = label;
    for at in (label.saturating_sub(MAX_WORDS + 1)..label).rev() {
        let token = tokens.at(at);
        if token.is_mark(b':') || token.is_one(LEADS) && at + 1 != label {
            first = at + 1;
            break;
        }
        if !(token.is_one(INNER) || is_name(tokens, at)) {
            break;
        }
    }
    // "o site é petbanho ponto com"
    while first < label && tokens.at(first).has(Senses::LINK) {
        first += 1;
    }
    while tokens.before(first).has(Senses::JOINT) && is_name(tokens, first.wrapping_sub(2)) {
        first -= 2;
    }
    first
}

/// The first of the words that a remark behind a host says to write as one: "google mowing by marv dot com, one word".
pub(super) fn joined(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let word = |at: &usize| {
        let token = tokens.at(*at);
        let part = is_name(tokens, *at) || token.has(Senses::STOP);
        part && tokens.at(*at + 1).gap == Gap::Space && !cue::leads(tokens, *at)
    };
    let words = (1..=MAX_WORDS + 1).map_while(|back| label.checked_sub(back)).take_while(word);
    words.filter(|at| is_name(tokens, *at)).last()
}

/// Whether a word is none of those that sentences are made of.
pub(in crate::policy) fn is_name(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let known = Senses::STOP
        .or(Senses::LINK)
        .or(Senses::REACH)
        .or(Senses::HANDLE)
        .or(Senses::CALL)
        .or(Senses::PLATFORM)
        .or(Senses::MAIL)
        .or(Senses::FILLER)
        .or(Senses::AT)
        .or(Senses::DOT)
        .or(Senses::SLASH)
        .or(Senses::HERE)
        .or(Senses::AWAY)
        .or(Senses::WANTED)
        .or(Senses::AND)
        .or(Senses::JOINT)
        .or(Senses::EDGE)
        .or(Senses::TURNED);
    token.is_word()
        && token.len() >= 3
        && !token.has(known)
        && !token.is_one(keys!("google browse bookings prices pop peep stick punch ich mal"))
}

/// The first of the words up to a label that stand behind "w w w dot": "w w w dot big al towing".
pub(super) fn behind_www(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let fronts = (0..=MAX_WORDS).map_while(|back| label.checked_sub(back));
    fronts.filter(|front| www(tokens, *front).is_some()).last()
}

/// "w w w dot", "double u double u double u dot" in front of a label.
fn www(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let dot = label.checked_sub(1).filter(|dot| super::dot(tokens, *dot).is_some())?;
    three(tokens, dot)
}

/// "http colon slash slash" in front of a token.
fn scheme(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let colon = end.checked_sub(3)?;
    // "dos puntos", "deux points"
    let two = tokens.at(colon).is_one(keys!("puntos points punti pontos punt"));
    let first = colon.checked_sub(1 + usize::from(two))?;
    tokens.at(first).is_one(keys!("http https")).then_some(first)
}

/// Three times "w" in front of a token.
fn three(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    if tokens.is(tokens.before(end), "www") {
        return end.checked_sub(1);
    }
    // "triple uve doble", "trois double v", "triple w"
    let counted = |letter: &usize| tokens.before(*letter).lexeme.value == 3;
    if let Some(letter) = letter(tokens, end).filter(counted) {
        return Some(letter - 1);
    }
    (0..3).try_fold(end, |at, _| letter(tokens, at))
}

/// A "w" in front of a token, or its name.
fn letter(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let last = end.checked_sub(1)?;
    let single = tokens
        .at(last)
        .is_one(keys!("w vu we ve wu dabliu dabliyu dablyu dabalyu dablu вэ ве डब्ल्यू"))
        .then_some(last);
    doubled(tokens, last).or(single)
}

/// "double u", "uve doble", the second word of which a token is.
fn doubled(tokens: &Tokens<'_>, last: usize) -> Option<usize> {
    let mut first = last.checked_sub(1)?;
    if tokens.at(first).is_mark(b'-') {
        first = first.checked_sub(1)?;
    }
    let is = |first_of: &[Key], last_of: &[Key]| {
        tokens.at(first).is_one(first_of) && tokens.at(last).is_one(last_of)
    };
    (is(keys!("double doppel doble dubbel doppia podwojne cift"), keys!("u you v ve vu vee uve"))
        || is(keys!("uve uves ve u"), keys!("doble dobles")))
    .then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::policy::{Detector, Kind};

    #[test]
    fn hosts_begin_with_www_whatever_stands_behind_it() {
        for (text, host) in [
            ("see www,happypaws,com for times", "www,happypaws,com"),
            ("www dot happy paws dot com", "www dot happy paws dot com"),
            ("my site: happypaws😀dot😀com", "happypaws😀dot😀com"),
            ("en triple uve doble punto casas nena punto es", "triple uve doble punto casas nena punto es"),
            (
                "trois double vé point chez mamie lou point fr",
                "trois double vé point chez mamie lou point fr",
            ),
            ("on http colon slash slash pawcam dot net", "http colon slash slash pawcam dot net"),
            ("entra em padaria do zé ponto com ponto br", "padaria do zé ponto com ponto br"),
            ("see sharma.co.in for it", "sharma.co.in"),
            ("see sharma ji movers dot co dot in", "sharma ji movers dot co dot in"),
            ("pay at sunny movers . net directly", "sunny movers . net"),
            ("b i t dot l y slash two seven q r", "b i t dot l y slash two seven q r"),
            ("tout est sur plomberie-azur . f r", "plomberie-azur . f r"),
            ("glowbar nails dot c o m", "glowbar nails dot c o m"),
            ("oldforge🔴kitchens🔴com", "oldforge🔴kitchens🔴com"),
            ("dulcemaria ⚪ com ⚪ ar", "dulcemaria ⚪ com ⚪ ar"),
            ("patel dash sweets dot shop is ours", "patel dash sweets dot shop"),
            ("jonespaving dotcom is us", "jonespaving dotcom"),
            ("jonespaving dotnéť is us", "jonespaving dotnéť"),
            ("glowbar nails dot c o m i can send prices", "glowbar nails dot c o m"),
            ("see www.dotcom.com for it", "www.dotcom.com"),
            ("na ve ve ve tacka petshop tacka rs", "ve ve ve tacka petshop tacka rs"),
            ("it is bit dot ly slash k q 4 i think", "bit dot ly slash k q 4"),
            ("our shop is boulanger.ch/brot", "boulanger.ch/brot"),
            ("see www-happypaws.bakery for it", "www-happypaws.bakery"),
            ("see happypaws& #46;com for it", "happypaws& #46;com"),
            ("it is bit dot ly slash k q a thanks", "bit dot ly slash k q a"),
            ("our shop is boulanger.ch now", "boulanger.ch"),
            ("pay me on pay pal dot me slash kittypaws", "pay pal dot me slash kittypaws"),
            ("look at insta gram dot com slash kittypaws", "insta gram dot com slash kittypaws"),
            ("pop over to t [dot] me [slash] kittypaws", "t [dot] me [slash] kittypaws"),
            ("on wa dot me slash 44 7700 900318 today", "wa dot me slash 44 7700 900318"),
            ("it is bit dot ly slash capital k 4 lower case z", "bit dot ly slash capital k 4 lower case z"),
            ("kitty paws dot dog forward slash prices", "kitty paws dot dog forward slash prices"),
            (
                "dablyu dablyu dablyu dot sharma sweets dot in",
                "dablyu dablyu dablyu dot sharma sweets dot in",
            ),
            ("google mowing by marv dot com all one word", "mowing by marv dot com"),
            ("type meadowvets then a dot then com", "meadowvets then a dot then com"),
            ("book straight in at kitty-paws(.)com/book", "kitty-paws(.)com/book"),
            ("the rest sits at drop[dot]kittypaws[dot]com", "drop[dot]kittypaws[dot]com"),
            ("oak and iron . c o . u k / gallery", "iron . c o . u k / gallery"),
            ("kittypaws🔴com➗book now", "kittypaws🔴com➗book"),
            ("bit . ly /ann", "bit . ly /ann"),
            ("Danke🙏malerotte.de", "malerotte.de"),
            ("happy paws, all one word, dot com", "paws, all one word, dot com"),
            ("thanks, Tom\nhappypaws dot com has it", "happypaws dot com"),
            ("vans4u,com has it", "vans4u,com"),
            ("drains happypawsdotcom", "happypawsdotcom"),
            ("auf malerei-kroll.at steht es", "malerei-kroll.at"),
            ("it is happypaws (dot com)", "happypaws (dot com"),
            ("book your slot 9 at happy paws dot com", "paws dot com"),
            ("cake 4 at tea party rooms dot com", "tea party rooms dot com"),
        ] {
            let found = Detector::new().scan(text);
            let first = found
                .first()
                .and_then(|found| Some((found.kind, text.get(found.span.start..found.span.end)?)));
            assert_eq!(first, Some((Kind::Url, host)), "{text}");
        }
    }
}
