//! Handles that can be nothing else a few words behind a platform: "on the gram I go by the.mop.lady".

use super::Hit;
use super::around::{LEADS, ON, ends_clause, is_host, is_owned};
use super::handle::{self, Handle};
use crate::policy::host;
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::Tokens;

/// How many tokens behind the name of a platform are looked at.
const WIDTH: usize = 11;

/// How many letters a handle has at least, when no sign stands in it.
const SHORT: usize = 4;

/// Words by which somebody says who he is there, in front of a handle.
static WHO: Set = Set::of(keys!(
    "im am m under unter handle username user name nick id soy bin suis sono sou como comme come sous \
         nome nombre nom by as als onder ben find add search follow jestem jako som idnya namanya я ник \
         как под"
));

/// Who says that it is him, directly in front of a handle.
static ITSELF: &[Key] = keys!("im am m bin soy suis sono sou jestem som called handle username");

/// A handle that can be nothing else a few words behind a platform.
pub(super) fn further(tokens: &Tokens<'_>, at: usize, end: usize, plain: bool) -> Option<Hit> {
    let told = !tokens.at(at).has(Senses::PLATFORM);
    let owned = is_owned(tokens, at);
    let asked = || (at.saturating_sub(4)..at).any(|at| tokens.at(at).has(Senses::REACH));
    // "snap me bro, its"
    let me = tokens.at(end + 1).is_one(keys!("me us"));
    if plain && !(told || owned || me || tokens.before(at).is_in(&ON) || asked()) {
        return None;
    }
    let platform = at;
    for at in end + 1..end + WIDTH {
        let token = tokens.at(at);
        // "got kik? annlee_92"
        let answer = token.is_mark(b'?') && at == end + 1;
        if token.is_any_mark(b".!?") && !answer {
            return None;
        }
        let Some(handle) = Handle::read(tokens, at) else { continue };
        // "On Instagram I am willow dot and dot wool"
        let numbered = |spelt: Handle| tokens.is_glued(spelt.last);
        let spelt = Handle::read_spelt(tokens, at)
            .filter(|spelt| (!plain || told || numbered(*spelt)) && spelt.is_dotted(tokens));
        if let Some(handle) = spelt.filter(|_| host::host(tokens, at, false).is_none()) {
            return Some(Hit { handle, rule: "social.spelt", score: 70 });
        }
        // Whatever stands beside it, the rest asks for more letters.
        if handle.len(tokens) < SHORT {
            continue;
        }
        if handle.is_spread(tokens) && handle.len(tokens) >= 6 && !plain {
            return Some(Hit { handle, rule: "social.platform", score: 72 });
        }
        // "on insta, look for sudsbysally"
        let sought = || tokens.before(at).is_in(&LEADS) || tokens.before(at).is_one(keys!("for nach por"));
        // "das mit dem Geist? bin annmalt"
        let asks = || asks_for_me(tokens, at + 1);
        let claimed = || told && tokens.before(at).is_one(ITSELF) && (ends_clause(tokens, at) || asks());
        let whole = || {
            handle.first == handle.last
                && (handle::is_compound(tokens, at) || handle::is_name(tokens, at) && claimed())
        };
        if (whole() || handle.is_slug(tokens)) && sought() {
            return Some(Hit { handle, rule: "social.platform", score: 64 });
        }
        let inside = |marks: &[u8]| (handle.first..=handle.last).any(|at| tokens.at(at).is_any_mark(marks));
        let who = || says_who(tokens, platform, at) || owned && tokens.before(at).is_mark(b':');
        // "the bird one is broken, replace with finch.green2"
        let led = || !tokens.before(at).is_word() || who();
        let strange =
            || told && sought() && handle.is_unknown(tokens) || handle.is_certain(tokens) && (!told || led());
        let signed = token.is_word() && inside(b"._") && (!plain || inside(b"_") || strange());
        let named = || handle.letters(tokens) >= SHORT && who();
        if (signed || named()) && handle.is_strange(tokens) && handle.is_free(tokens) && !is_host(tokens, at)
        {
            return Some(Hit { handle, rule: "social.platform", score: if signed { 72 } else { 66 } });
        }
    }
    None
}

/// Whether somebody asks to be looked for: "add me", "such mich".
fn asks_for_me(tokens: &Tokens<'_>, at: usize) -> bool {
    let at = at + usize::from(tokens.at(at).is_any_mark(b",-"));
    tokens.at(at).has(Senses::REACH.or(Senses::SEEKS))
        && tokens.at(at + 1).is_one(keys!("me us mich uns moi nous mij ons mnie"))
}

/// Whether somebody says who he is directly in front of a token: "I am", "my ID there is".
fn says_who(tokens: &Tokens<'_>, platform: usize, at: usize) -> bool {
    let before = tokens.before(at);
    let links = before.is_mark(b':') || before.has(Senses::LINK);
    let first = at.saturating_sub(4).max(platform + 1);
    before.is_in(&WHO) || links && (first..at).any(|at| tokens.at(at).has(Senses::HANDLE))
}

#[cfg(test)]
mod tests {
    use crate::policy::{Detector, Severity};

    #[test]
    fn handles_are_told_sign_by_sign_and_beside_what_is_described() {
        for (text, handle) in [
            (
                "my ig handle is copper then a dot then kettle then 88, dm me",
                "copper then a dot then kettle then 88",
            ),
            ("insta is marble then dot then arch", "marble then dot then arch"),
            ("tiktok: garden then a dash then jo then 7", "garden then a dash then jo then 7"),
            ("d1sc0rd >> zoomerpc #0417 ill help", "zoomerpc #0417"),
            ("on the yellow ghost app im liltaymoves add me", "liltaymoves"),
            (
                "cercami come idraulico trattino basso vale sull'app con l'aeroplanino",
                "idraulico trattino basso vale",
            ),
        ] {
            let found = Detector::new().scan(text);
            let spans: Vec<_> = found
                .iter()
                .filter(|found| found.severity == Severity::Identifier)
                .filter_map(|found| text.get(found.span.start..found.span.end))
                .collect();
            assert_eq!(spans, [handle], "{text}");
        }
        for text in [
            "my insta is down then a dot then nothing",
            "my facebook is private then 20 mins later its public",
            "auf der App mit dem Vogel bin ich unterwegs",
            "op de app met het spookje ben ik geblokkeerd, volg me",
            "insta ist langsam dann ein punkt dann nichts",
            "insta es lento luego un punto luego nada",
            "my insta was laggy then a dot then blackness",
            "discord channel #4417 is for orders",
        ] {
            let found = Detector::new().scan(text);
            assert!(found.iter().all(|found| found.severity != Severity::Identifier), "{text}");
        }
    }
}
