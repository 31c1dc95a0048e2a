//! Invitations to go elsewhere that name no contact detail: "text me outside the app". Advice only.

mod lists;
mod number;

use super::lexicon::{Key, Senses, keys};
use super::social::platform_name;
use super::token::{Token, Tokens};
use super::{Finding, Kind, Severity};
pub(super) use lists::{ASKS, BARE, HAVE, KINDS, ONE, OWN, REACHES, YOURS};
use lists::{HERE, IN, LEADS, ME, MOVES, PRIVATE, RATHER, THIS};
use number::number;
pub(super) use number::{TO_WANTED, TO_YOURS};

/// How many tokens an invitation spans at most.
const WIDEST: usize = 16;

/// What is invited to, the last token, the rule.
type Hit = (Kind, usize, &'static str);

pub(super) fn find(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    let asks = Asks::of(tokens);
    if !(asks.away || asks.direct || asks.platform || tokens.any_has(Senses::WANTED)) {
        return;
    }
    let mut done = 0;
    for (end, token) in tokens.from(0).iter().enumerate() {
        if !asks.may_tell(token) {
            continue;
        }
        let mut at = end.saturating_sub(asks.width).max(done);
        while at <= end {
            if let Some((kind, last, rule)) = asks.invitation(tokens, at) {
                found.push(Finding {
                    kind,
                    span: tokens.span(at, last),
                    value: tokens.original(tokens.span(at, last)).to_lowercase(),
                    rule,
                    score: 60,
                    severity: Severity::Solicitation,
                });
                at = last;
            }
            at += 1;
        }
        done = at;
    }
}

/// What a message may ask for, by all its words.
struct Asks {
    away: bool,
    /// Whether somebody is to be reached directly.
    direct: bool,
    platform: bool,
    /// What words have that may begin it.
    begin: Senses,
    /// What words have that tell what is asked for, and how far behind its beginning these stand at most, in tokens.
    told: Senses,
    width: usize,
}

impl Asks {
    fn of(tokens: &Tokens<'_>) -> Self {
        let away = tokens.any_has(Senses::AWAY.or(Senses::HERE))
            && tokens.any_has(Senses::AWAY.or(Senses::ELSE))
            && tokens.any_has(Senses::HERE.or(Senses::ELSE));
        let platform = tokens.any_has(Senses::PLATFORM.or(Senses::SECOND));
        let direct = tokens.any_has(Senses::DIRECT);
        let mut begin = Senses::OPENS;
        if away || direct || platform {
            begin = begin.or(Senses::REACH);
        }
        if platform {
            begin = begin.or(Senses::PLATFORM).or(Senses::SETTLES);
        }
        if is_far(tokens) {
            begin = begin.or(Senses::AWAY).or(Senses::ELSE).or(Senses::SETTLES);
        }
        let told = Senses::WANTED.or(Senses::PLATFORM).or(Senses::SECOND).or(Senses::DIRECT);
        let (told, width) = if away {
            (told.or(Senses::HERE).or(Senses::ELSE), WIDEST)
        } else {
            (told, TO_YOURS + TO_WANTED)
        };
        Self { away, direct, platform, begin, told, width }
    }

    /// Whether a token may tell what is asked for: no invitation is without such a one.
    fn may_tell(&self, token: &Token) -> bool {
        token.has(self.told)
    }

    fn may_begin(&self, token: &Token) -> bool {
        token.has(self.begin)
    }

    /// The invitation that begins at a token.
    fn invitation(&self, tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
        if !self.may_begin(tokens.at(at)) {
            return None;
        }
        if self.away
            && let Some(hit) = away(tokens, at)
        {
            return Some(hit);
        }
        if self.direct
            && let Some(hit) = directly(tokens, at)
        {
            return Some(hit);
        }
        if self.platform
            && let Some(hit) = elsewhere(tokens, at)
        {
            return Some(hit);
        }
        number(tokens, at)
    }
}

/// Whether words speak of this place and of leaving it, in whatever order.
const fn is_far(tokens: &Tokens<'_>) -> bool {
    tokens.any_has(Senses::AWAY) && tokens.any_has(Senses::HERE)
}

fn ends_sentence(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_any_mark(b".!?") || tokens.at(at).gap == super::token::Gap::Line
}

/// "text me outside the app", "rather by mail than in here", "lieber ohne die App ausmachen"
fn away(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let asks = |at: usize| tokens.at(at).has(Senses::REACH);
    let settles = |at: usize| tokens.at(at).has(Senses::SETTLES);
    let leaves = |at: usize| {
        let token = tokens.at(at);
        token.has(Senses::AWAY) && !token.is_one(keys!("around leave cash")) || token.is_in(&RATHER)
    };
    if !(asks(at) || is_far(tokens) && (settles(at) || leaves(at))) {
        return None;
    }
    let (mut left, mut here, mut place) = (leaves(at), false, false);
    for last in at + 1..at + WIDEST {
        if ends_sentence(tokens, last) {
            return None;
        }
        let token = tokens.at(last);
        left |= leaves(last);
        let inside = token.has(Senses::HERE) && !token.is_one(keys!("service system"));
        // "I would rather stay here", "bleibe lieber hier"
        if inside && !tokens.before(last).is_one(keys!("rather lieber mejor stay bleibe")) {
            here = true;
        }
        place |= inside && !token.is_in(&HERE);
        if !(left && here) {
            continue;
        }
        // Who asks may do so behind it, or a little in front.
        let speaks = |at: usize| tokens.at(at).has(Senses::REACH.or(Senses::MAIL).or(Senses::CALL));
        let asked = asks(at) || (at.saturating_sub(5)..at).chain(last + 1..last + 5).any(speaks);
        let settled = (at.saturating_sub(5)..last + 5).any(settles) && place;
        if asked || settled {
            return Some((Kind::Social, last, "solicit.away"));
        }
    }
    None
}

/// Whether one word for directly, or in private, stands behind one for who is reached: "me directly", "in privato".
pub(super) fn is_directed(before: Key, word: Key) -> bool {
    ME.has(before) || PRIVATE.contains(&word) && IN.contains(&before)
}

/// "text me direct", "schreib mir lieber direkt", "hablamos por privado"
fn directly(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let token = tokens.at(at);
    let between = |at: usize| tokens.at(at).is_in(&ME) || tokens.at(at).is_one(IN);
    let last = at + 1 + (at + 1..at + 4).take_while(|at| between(*at)).count();
    (token.has(Senses::REACH)
        && tokens.at(last).has(Senses::DIRECT)
        && is_directed(tokens.before(last).key, tokens.at(last).key))
    .then_some((Kind::Social, last, "solicit.away"))
}

/// "find me on instagram", "let's move to whatsapp", "do you have signal?", "bei WhatsApp klären"
fn elsewhere(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if let Some(end) = settled(tokens, at) {
        return Some((Kind::Social, end, "solicit.platform"));
    }
    let before = tokens.before(at);
    // "do this on whatsapp"; not "the look that is all over tiktok".
    let noun = || before.is_one(keys!("the a this that your my his her"));
    let moves = tokens.at(at).has(Senses::REACH) && !noun()
        || tokens.at(at).is_in(&MOVES)
        || tokens.at(at).has(Senses::SETTLES)
            && tokens.at(at + 1).is_one(THIS)
            // "can we do this on", not "we do this on".
            && (!before.is_one(keys!("we i they already always"))
                || tokens.before(at - 1).is_one(keys!("can could shall should may might if")));
    let you = || {
        before.is_one(keys!("you u ya vous vc voce tu ty"))
            || tokens.at(at).is_one(keys!("tienes hast tem masz teneis tienen hai"))
            || tokens.is(tokens.at(at), "got") && before.shape == super::token::Shape::Outside
    };
    if !(moves || tokens.at(at).is_in(&HAVE) && you()) {
        return None;
    }
    for last in at + 1..at + 7 {
        if ends_sentence(tokens, last) {
            return None;
        }
        let Some((end, plain)) = platform_name(tokens, last) else { continue };
        let fits = !moves || tokens.before(last).is_in(&LEADS);
        let asked = tokens.is(tokens.at(last), "the") && tokens.at(end + 1).is_mark(b'?');
        let named = !plain || asked || tokens.at(last).is_one(keys!("signal snap imessage facetime"));
        if fits && named {
            return Some((Kind::Social, end, "solicit.platform"));
        }
    }
    None
}

/// The last token of a platform on which somebody wants to go on, the verb behind it: "bei WhatsApp klären", "whatsapp pe
/// baat karte hain".
fn settled(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    // The first word of a name in two, or the whole name.
    if !tokens.at(at).has(Senses::PLATFORM.or(Senses::OPENS)) {
        return None;
    }
    let (end, plain) = platform_name(tokens, at)?;
    let led = tokens.at(at.wrapping_sub(1)).is_one(keys!("bei per via uber auf"))
        || tokens.at(end + 1).is_one(keys!("pe par पर"));
    // "are you on insta", "t'as whatsapp"
    let (before, second) = (tokens.at(at.wrapping_sub(1)), tokens.at(at.wrapping_sub(2)));
    let on =
        before.is_one(keys!("on auf bei na pa op")) && second.is_one(keys!("you u ya du ihr je vous sie"));
    let has = tokens.is(before, "as") && second.is_any_mark(b"'");
    let chat = tokens.at(at).is_one(keys!("snap sc signal imessage"));
    if (on || has) && (!plain || chat) {
        return Some(end);
    }
    let verb = (end + 1..end + 5).any(|at| tokens.at(at).is_in(&MOVES) || tokens.at(at).has(Senses::SETTLES));
    (led && verb && !plain).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon::{look_up, look_up_foreign};

    #[test]
    fn words_that_begin_an_invitation_are_known_to() {
        assert!(
            [&HAVE, &ASKS, &MOVES, &OWN, &BARE]
                .iter()
                .flat_map(|set| set.iter())
                .all(|key| look_up(*key).has(Senses::OPENS) || look_up_foreign(*key).has(Senses::OPENS))
        );
        assert!(RATHER.iter().all(|key| look_up(*key).has(Senses::AWAY.or(Senses::ELSE))));
        assert!(super::HERE.iter().all(|key| look_up(*key).has(Senses::HERE.or(Senses::ELSE))));
    }

    #[test]
    fn invitations_are_told_from_what_looks_like_them() {
        for (text, invites) in [
            ("tell me a good number to reach you", true),
            ("is there an email I can send it to", true),
            ("can you text me direct", true),
            ("scrivimi in privato", true),
            ("can we do this on whatsapp", true),
            ("hai un numero diretto?", true),
            ("podaj proszę numer telefonu", true),
            ("скинь номер, наберу", true),
            ("do you have an email", true),
            ("haben sie eine nummer", true),
            ("what is the best number?", true),
            ("is there a number on the meter?", false),
            ("what is the best number of plants for a bed", false),
            ("podaj numer mieszkania", false),
            ("i need your number plate for the permit", false),
            ("send it to me, drive direct to the gate", false),
            ("do the look that is all over tiktok", false),
            ("have you got line?", false),
            ("take this to the bird table", false),
            ("same as whatsapp really", false),
            ("are you on line yet", false),
            ("per line take two screws", false),
            ("we have your number thanks", false),
            ("what is your username on the portal", false),
            ("can you send an email when done", false),
            ("schicken sie eine email wenn fertig", false),
            ("do you have a number of sizes", false),
            ("have you got a number 4 in stock", false),
            ("do you have a number plate for the van", false),
        ] {
            let found = crate::policy::Detector::new().scan(text);
            assert_eq!(found.iter().any(|found| found.rule.starts_with("solicit")), invites, "{text}");
        }
    }

    #[test]
    fn invitations_begin_only_where_they_are_looked_for() {
        crate::policy::tests::each_seen(|tokens, text| {
            let asks = Asks::of(tokens);
            for at in 0..tokens.len() {
                let word = tokens.at(at).is_word();
                let told = tokens.from(at).iter().take(asks.width + 1).any(|token| asks.may_tell(token));
                let begins = asks.may_begin(tokens.at(at)) && told;
                assert!(begins && asks.away || !word || away(tokens, at).is_none(), "{text}");
                assert!(begins && asks.direct || !word || directly(tokens, at).is_none(), "{text}");
                assert!(begins && asks.platform || !word || elsewhere(tokens, at).is_none(), "{text}");
                assert!(begins || !word || number(tokens, at).is_none(), "{text}");
            }
        });
    }
}
