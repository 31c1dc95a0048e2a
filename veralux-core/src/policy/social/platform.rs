//! Handles beside the name of a platform: "my insta is annlee", "annlee92 on snap", "search Happy Paws on facebook".

use super::Hit;
use super::around::{ON, ends_clause, is_other, is_owned, shows_films};
use super::further::further;
use super::handle::{Handle, is_compound, is_name, tells_how};
use super::name::is_hidden;
use super::page::{page, page_end, quoted, sought, titled};
use crate::policy::fold::{EMOJI, EMOJI_SOCIAL, LETTER, SIGN};
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Gap, Shape, Tokens};

/// Steps over what links a platform to a handle; answers how many links it saw.
pub(super) fn skip_links(tokens: &Tokens<'_>, from: usize) -> (usize, usize) {
    let (mut at, mut links) = (from, 0);
    for _ in 0..6 {
        let token = tokens.at(at);
        let sign = token.is_any_mark(b":=>")
            || token.is_any_mark(b"-@(") && (!tokens.is_glued(at + 1) || tokens.at(at + 1).is_mark(b'>'));
        // "at sign then annlee"
        let at_sign = token.has(Senses::AT) && tokens.is(tokens.at(at + 1), "sign");
        // "on snap it's", "sur snap c'est", "sur snap c ann.lee", "s'appelle"
        let elided = token.is_one(keys!("it s c cest its"));
        // "op facebook de pagina Ann Lee"
        let article = token.is_one(ARTICLES) && tokens.at(at + 1).has(Senses::HANDLE);
        // "auf Facebook heissen wir Ann Lee"
        let we = token.is_one(keys!("wir ich we ik vi jag nous jeg")) && tokens.before(at).is_in(&NAMED);
        let spelt =
            token.has(Senses::AT) && (tokens.at(at + 1).has(Senses::JOINT) || Handle::is_signed(tokens, at));
        // "o pix pra annleedoces"
        let whom = token.is_one(keys!("pra pro para")) && is_name(tokens, at + 1);
        let word = whom
            || token.is_in(&NAMED)
            || token.is_in(&LINKS)
            || token.has(Senses::LINK.or(Senses::HANDLE)) && !spelt && !token.is_one(keys!("on by with via"));
        if !(sign || word || elided || article || we || token.is_any_mark(BARS)) {
            break;
        }
        links += usize::from(sign || word);
        at += 1 + usize::from(at_sign);
    }
    (at, links)
}

/// More words that link a platform to a handle.
static LINKS: Set = Set::of(keys!(
    "pe par then ye appelle search kijiye karo heisst llama chiama chama name naam channel kanal canal canale chaine"
));
/// Marks that only divide the two.
static BARS: &[u8] = &[b'"', b'\'', b'(', b'-', b',', b'/', b'[', b'{', b'<', EMOJI, EMOJI_SOCIAL, SIGN];

/// Words that say how somebody is called.
static NAMED: Set = Set::of(keys!(
    "heissen heisse heten heet heter hedder llamamos chamamos chiamiamo appelons nazywamy nazywam dhundo \
     dhoondo khojo dekho som jako ke"
));
static ARTICLES: &[Key] = keys!("the de die der das la le el a o il het");

/// A handle behind a platform's name.
pub(super) fn behind(tokens: &Tokens<'_>, at: usize, end: usize, plain: bool) -> Option<Hit> {
    if plain && is_noun(tokens, at) {
        return None;
    }
    let mut next = end + 1;
    // "whatsapp me", "venmo us"
    let me = tokens.at(next).is_one(keys!("me us my her him"));
    next += usize::from(me);
    let (mut next, mut links) = skip_links(tokens, next);
    if let Some(name) = sought(tokens, next) {
        (next, links) = (name, links + 1);
    }
    // "reddit u/annlee"
    let slash = tokens.at(next + 1).is_mark(b'/') && tokens.at(next).is_one(keys!("u in user"));
    next += 2 * usize::from(slash);
    if tokens.at(next).is_any_mark(b"@$") {
        // The sign speaks for itself.
        return None;
    }
    let owned = is_owned(tokens, at);
    let told = !tokens.at(at).has(Senses::PLATFORM);
    if !(plain || shows_films(tokens, at))
        && let Some(handle) = quoted(tokens, next)
    {
        return Some(Hit { handle, rule: "social.page", score: 62 });
    }
    // "insta is nails by dee, all one word"
    let whole = Handle::read(tokens, next).filter(|_| links > 0);
    if let Some(handle) = whole.and_then(|handle| handle.joined(tokens)) {
        return Some(Hit { handle, rule: "social.spelt", score: 72 });
    }
    let linked = links > 0;
    let dotted = |handle: &Handle| !plain || owned || linked && handle.is_dotted(tokens);
    if let Some(handle) = Handle::read_spelt(tokens, next).filter(dotted) {
        return Some(Hit { handle, rule: "social.spelt", score: 76 });
    }
    let titled = || {
        page(tokens, next, links, plain)
            .or_else(|| titled(tokens, end, next))
            .or_else(|| further(tokens, at, end, plain))
    };
    let handle = Handle::read(tokens, next).filter(|handle| handle.letters(tokens) >= 2);
    let Some(handle) = handle else { return titled() };
    // "Facebook, TikTok and the like"
    let known = handle.is_everyday(tokens) || handle.is_amount(tokens);
    let strange = !known && (slash || handle.is_strange(tokens) || handle.is_spread(tokens));
    let pointed = || (end + 1..next).any(|at| tokens.at(at).is_any_mark(b":=>"));
    let fits = if plain {
        let several = || handle.signs(tokens) > 1 || handle.is_certain(tokens);
        let sure = || is_sure(tokens, at, handle) || told && several();
        let named =
            || tokens.at(at).has(Senses::HANDLE) && handle.is_strange(tokens) && names_another(tokens, at);
        strange && (linked || owned || me || sure() || named())
            || !known
                && is_unknown(tokens, at, handle)
                && (linked && is_short(tokens, at) && is_name(tokens, next)
                    || ends_clause(tokens, handle.last) && (owned && linked || pointed()))
    } else {
        let asked = || is_asked(tokens, at, end);
        let ends = || ends_clause(tokens, handle.last);
        let announced = || tokens.at(end).has(Senses::HANDLE);
        strange
            || !known
                && is_unknown(tokens, at, handle)
                && (linked && (owned || asked() || ends() && !is_of_other(tokens, at, end))
                    || !is_adjective(tokens, at) && ends() && (announced() || asked())
                    || is_compound(tokens, handle.first))
    };
    if !fits {
        return titled();
    }
    let handle = Handle { last: page_end(tokens, handle), ..handle };
    let handle = Handle { last: number_end(tokens, at, handle.last), ..handle };
    Some(Hit { handle, rule: "social.platform", score: if strange { 82 } else { 66 } })
}

/// The end of a name on Discord with its number behind a space, or of the name: "annlee #0417".
fn number_end(tokens: &Tokens<'_>, platform: usize, last: usize) -> usize {
    let letters = tokens.at(platform);
    let discord = letters.len() == 7 && letters.ch == b'd' && letters.has(Senses::PLATFORM);
    let number = tokens.at(last + 2);
    let tagged = discord
        && tokens.at(last + 1).is_mark(b'#')
        && tokens.at(last + 1).gap == Gap::Space
        && tokens.is_glued(last + 2)
        && number.is_digits()
        && number.len() == 4
        && !tokens.is_glued(last + 3);
    last + if tagged { 2 } else { 0 }
}

/// Whether the name of a platform says what kind of thing the word behind it is: "the instagram logo".
fn is_adjective(tokens: &Tokens<'_>, at: usize) -> bool {
    static ARTICLES: &[Key] = keys!("the a an das ein eine der die el un una le la il uno o um uma het een");
    tokens.before(at).is_one(ARTICLES)
}

/// Whether "is" behind a platform says what something there is like: "the logo on instagram is pink".
fn is_of_other(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    tokens.at(end + 1).is_one(keys!("is ist es est looks"))
        && tokens.before(at).is_in(&ON)
        && at > 1
        && is_other(tokens, at - 2)
}

/// Whether a word beside a platform is none that one would write there otherwise.
fn is_unknown(tokens: &Tokens<'_>, platform: usize, handle: Handle) -> bool {
    let token = tokens.at(handle.first);
    // "revolut is easiest, @annlee"
    let signed = || {
        (handle.last + 1..handle.last + SIGNED)
            .any(|at| tokens.at(at).is_any_mark(b"@$") && !tokens.is_glued(at) && tokens.is_glued(at + 1))
    };
    // "paypal is handiest", "my insta is frustrating"
    let said = || {
        tokens.before(handle.first).is_one(keys!("is was are es ist est s"))
            && tells_how(tokens, handle.first)
    };
    // "my signal is patchy"
    let reception = || {
        tokens.at(platform).is_one(keys!("signal"))
            && token.is_one(keys!(
                "patchy spotty dodgy choppy weak poor dead awful terrible rubbish shocking pants"
            ))
    };
    token.ch != LETTER
        && handle.len(tokens) >= 4
        && !reception()
        && !token.has(Senses::UNIT.or(Senses::THING).or(Senses::MONEY))
        && !signed()
        && !said()
}

/// Whether somebody asks to look on a platform; who writes "1nsta" hides something.
fn is_asked(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    (at..=end).any(|at| is_hidden(tokens, at))
        || (at.saturating_sub(6)..at)
            .any(|at| tokens.at(at).has(Senses::REACH) && !tokens.at(at).has(Senses::PLATFORM))
}

/// Whether the name of a platform that is an everyday word is one, by the article in front of it: "the hinge is".
fn is_noun(tokens: &Tokens<'_>, at: usize) -> bool {
    static ARTICLES: Set =
        Set::of(keys!("the a an this that each every no any bad weak poor der die das den el la le il kein"));
    tokens.at(at).has(Senses::PLATFORM)
        && !tokens.at(at).has(Senses::HANDLE)
        && tokens.before(at).is_in(&ARTICLES)
}

/// Whether a word is short for a platform's name: "sc is jaydenmows".
fn is_short(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_one(keys!("sc snap"))
}

/// How far in front of a word for a handle the platform is named, in tokens.
const NAMED_BEFORE: usize = 16;

/// Whether a platform is named in front of a word for a handle: "on that blue messenger? username ann.lee92".
fn names_another(tokens: &Tokens<'_>, at: usize) -> bool {
    (at.saturating_sub(NAMED_BEFORE)..at)
        .any(|at| tokens.at(at).has(Senses::PLATFORM) && !tokens.at(at).has(Senses::PLAIN))
}

/// Platforms whose names are everyday words, beside which a handle often stands without anything that links the two.
static CHATS: &[Key] = keys!("snap sc gram threads signal imessage");

/// Whether a handle directly behind a platform whose name is an everyday word can be nothing else: "snap `ann_lee`",
/// "sur snap ann.lee".
fn is_sure(tokens: &Tokens<'_>, at: usize, handle: Handle) -> bool {
    let everyday = Senses::STOP.or(Senses::THING).or(Senses::SPOT);
    let before = tokens.before(at);
    let underscored = (handle.first..=handle.last).any(|at| tokens.at(at).is_mark(b'_'));
    tokens.at(at).is_one(CHATS)
        && handle.letters(tokens) >= 5
        && !(handle.first..=handle.last).any(|at| tokens.at(at).has(everyday))
        && (underscored
            || before.shape == Shape::Outside
            || before.is_any_mark(b".!?,/")
            || before.is_in(&ON))
}

/// How near a handle with its sign makes a word in front of it none, in tokens.
const SIGNED: usize = 6;
