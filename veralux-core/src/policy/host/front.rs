//! What belongs to a host in front of its first label, when its dots are written as words: "w w w dot", "green dash
//! thumb dot com", "pine hollow paving dot com".

use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Tokens};

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
        && letter(tokens, end + 1).is_some_and(|first| first <= label)
        && let Some(www) = three(tokens, end + 1)
    {
        return Front { first: www, name: String::from("www"), replaces: true };
    }
    let mut end = hint(tokens, label).unwrap_or(label);
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
    Front { first, name, replaces }
}

/// Where a remark on how to write a host begins that ends at a label: "all one word", "no spaces".
pub(super) fn hint(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let before = |back: usize, word: &str| label >= back && tokens.is(tokens.at(label - back), word);
    let word = tokens.at(label);
    if tokens.is(word, "word") && before(1, "one") {
        return Some(label - if before(2, "all") || before(2, "as") { 2 } else { 1 });
    }
    (tokens.is(word, "spaces") && (before(1, "no") || before(1, "without"))).then(|| label - 1)
}

/// The words that are said in one breath with a label, from the one on that ends there.
fn spoken(tokens: &Tokens<'_>, label: usize, end: usize) -> usize {
    let mut first = end;
    // Of other languages too few words are known to tell a name from what is said of it.
    let dot = super::label(tokens, label).map_or(label, |last| last + 1);
    let dot = tokens.at(dot + usize::from(end < label && tokens.at(dot).is_mark(b',')));
    let english = tokens.is(dot, "dot") && dot.gap == Gap::Space && (end < label || is_name(tokens, label));
    if !english && end == label && dot.is_word() && dot.gap == Gap::Space && is_name(tokens, label) {
        return introduced(tokens, label);
    }
    for _ in 0..MAX_WORDS {
        let Some(before) = first.checked_sub(1) else { break };
        let token = tokens.at(before);
        if (tokens.at(first).gap != Gap::Space && !tokens.at(first).is_mark(b',')) || !token.is_word() {
            break;
        }
        if token.has(Senses::JOINT) && before > 0 && is_name(tokens, before - 1) {
            first = before - 1;
        } else if english && tokens.is(token, "n") && before > 0 && is_name(tokens, before - 1) {
            // "paws n claws"
            first = before - 1;
        } else if english && is_name(tokens, before) {
            first = before;
        } else {
            break;
        }
    }
    if first == end { label } else { first }
}

/// The first of the words of a name behind a word that leads to a site: "em bolos da nena ponto com". Where there is none such,
/// as many as signs join: "casa guion nena punto es".
fn introduced(tokens: &Tokens<'_>, label: usize) -> usize {
    static LEADS: &[Key] = keys!(
        "en em na no pelo nel su sul sur sous chez bei auf unter op bij pa pe via da od til till ke di \
         burada adres adresi web site sito sitio pagina strona stronie seite hemsida hjemmeside kotisivu \
         weboldal στο στη σε на сайт сайте पर साइट है is es est ist er on je to"
    );
    // Of these names have some themselves.
    static INNER: &[Key] =
        keys!("da do de di del della dei des du la le il lo el los las o a e y et und og och i the to no on");
    let mut first = label;
    for at in (label.saturating_sub(MAX_WORDS + 1)..label).rev() {
        let token = tokens.at(at);
        let near = tokens.at(at + 1).gap == Gap::Space;
        let inner = token.is_one(INNER);
        if near && (token.is_mark(b':') || token.is_one(LEADS) && !(inner && at + 1 == label)) {
            first = at + 1;
            break;
        }
        if !near || !token.is_word() || !(inner || is_name(tokens, at) || token.has(Senses::JOINT)) {
            break;
        }
    }
    // "o site é petbanho ponto com"
    while first < label
        && (tokens.at(first).has(Senses::LINK)
            || tokens.at(first).is_one(LEADS)
            || tokens.at(first).len() < 2)
    {
        first += 1;
    }
    if first < label {
        return first;
    }
    while first >= 2 && tokens.before(first).has(Senses::JOINT) && is_name(tokens, first - 2) {
        first -= 2;
    }
    first
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
        && !token.is_one(keys!("google browse bookings prices ich mal"))
}

/// The first of the words up to a label that stand behind "w w w dot": "w w w dot big al towing".
fn behind_www(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let fronts = (1..=MAX_WORDS).map_while(|back| {
        let front = label.checked_sub(back)?;
        (tokens.at(front).is_word() && tokens.at(front + 1).gap == Gap::Space).then_some(front)
    });
    fronts.filter(|front| www(tokens, *front).is_some()).last()
}

/// "w w w dot", "double u double u double u dot" in front of a label.
fn www(tokens: &Tokens<'_>, label: usize) -> Option<usize> {
    let dot =
        label.checked_sub(1).filter(|dot| super::dot(tokens, *dot).is_some_and(|dot| dot.next == label))?;
    three(tokens, dot)
}

/// Three times "w" in front of a token.
fn three(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    if tokens.is(tokens.before(end), "www") {
        return end.checked_sub(1);
    }
    // "tres uves dobles", "triple w"
    let (last, times) = (tokens.before(end), tokens.at(end.checked_sub(2)?));
    if tokens.is(last, "w") && times.has(Senses::TIMES.or(Senses::DIGIT)) && times.lexeme.value == 3 {
        return Some(end - 2);
    }
    if tokens.is(last, "dobles") && tokens.is(times, "uves") {
        let counted = end >= 3 && tokens.is(tokens.at(end - 3), "tres");
        return Some(end - 2 - usize::from(counted));
    }
    (0..3).try_fold(end, |at, _| letter(tokens, at))
}

/// A "w" in front of a token, or its name.
fn letter(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let last = end.checked_sub(1)?;
    if tokens.at(last).is_one(keys!("w vu we ve вэ ве")) {
        return Some(last);
    }
    let second = tokens.at(last).is_one(keys!("u you v ve dobles doble"));
    let mut first = last.checked_sub(1).filter(|_| second)?;
    if tokens.at(first).is_mark(b'-') {
        first = first.checked_sub(1)?;
    }
    tokens.at(first).is_one(keys!("double doppel uve uves dubbel doppia")).then_some(first)
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
        ] {
            let found = Detector::new().scan(text);
            let first = found
                .first()
                .and_then(|found| Some((found.kind, text.get(found.span.start..found.span.end)?)));
            assert_eq!(first, Some((Kind::Url, host)), "{text}");
        }
    }
}
