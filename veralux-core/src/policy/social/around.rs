//! What stands around a handle or the name of a platform, whatever is found there.

use crate::policy::host::{self, Host, Style};
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Gap, Shape, Tokens};

/// Words in front of a handle whose platform stands behind it.
pub(super) static LEADS: Set = Set::of(keys!(
    "im am m as is called under find add search follow handle username re name soy bin suis sono \
         agregame buscame user message dm hit its up look cherche busca cerca such suche procura zoek ik \
         ich siga segue"
));

/// Whether people look for films and things on a platform rather than for somebody: `search "boiler E119" on youtube`.
pub(super) fn shows_films(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_one(keys!("youtube yt pinterest reddit"))
}

/// Words in front of the platform that somebody is on.
pub(super) static ON: Set =
    Set::of(keys!("on via sur auf bei en su op na no pa uf my me add text dm msg в во на"));

/// Whether somebody speaks of an account of a person: "my insta", "his snap".
pub(super) fn is_owned(tokens: &Tokens<'_>, at: usize) -> bool {
    static OWNERS: Set = Set::of(keys!(
        "my our his her mi mein meine mon meu mera mio nuestro unser notre min moj moja mijn мой моя \
             мое मेरा मेरी मेरे"
    ));
    tokens.before(at).is_in(&OWNERS)
}

/// Whether a word that "is" stands beside is neither somebody nor his business nor anything of his: "the cake", not "our cafe".
pub(super) fn is_other(tokens: &Tokens<'_>, at: usize) -> bool {
    static SELF: &[Key] = keys!(
        "me us i we my our im mich ich wir uns mi mio moi nous eu nos it this that mine ours business \
         company shop salon brand firm one which"
    );
    tokens.at(at).is_word()
        && !(at.saturating_sub(2)..=at)
            .any(|at| tokens.at(at).is_one(SELF) || tokens.at(at).has(Senses::HANDLE))
}

pub(super) fn ends_clause(tokens: &Tokens<'_>, last: usize) -> bool {
    let after = tokens.at(last + 1);
    after.gap == Gap::Line
        || after.shape == Shape::Mark
        || after.has(Senses::LINK.or(Senses::JOINT))
        || after.is_one(keys!("if when so for or but then anytime y und et e and there"))
        || after.is_in(&POLITE)
}

/// What people put behind what they said, and to whom they say it.
static POLITE: Set = Set::of(keys!(
    "please pls plz thanks thank thankyou thx ta cheers lol haha x xx xxx xxxx ok okay hun hon babe love mate bro \
     danke bitte gracias merci grazie obrigado obrigada dzieki bedankt tack takk tak"
));
/// More of them that may lead on as well.
static COURTESY: &[Key] =
    keys!("you u so very much a lot vielen dank muchas favor por beaucoup mille alvast for now bye ciao");

/// How many words of it stand behind a message at most.
const CLOSING: usize = 6;

/// Whether what stands from a token on is pictograms, marks and words of courtesy, to the end of a message.
pub(super) fn is_courtesy(tokens: &Tokens<'_>, from: usize) -> bool {
    let quiet = |at: usize| {
        let token = tokens.at(at);
        token.shape == Shape::Mark || token.is_in(&POLITE) || token.is_one(COURTESY)
    };
    tokens.len() <= from + CLOSING && (from..tokens.len()).all(quiet)
}

/// Whether a host begins at a token that is nobody's name on a platform: those are found by others.
pub(super) fn is_host(tokens: &Tokens<'_>, at: usize) -> bool {
    host::host(tokens, at, false).is_some_and(|host| !is_announced(tokens, &host))
}

/// Whether what looks like a host is announced as somebody's name on a platform: "insta id neha.mehndi.art".
pub(in crate::policy) fn is_announced(tokens: &Tokens<'_>, host: &Host) -> bool {
    static ON: &[Key] = keys!("on auf en sur no na op pa via bei");
    let Host { first, last, style, .. } = *host;
    if matches!(style, Style::Spaced | Style::Odd)
        || tokens.at(last).has(Senses::MAIN)
        || tokens.at(last + 1).is_mark(b'/')
        || host::slash(tokens, last + 1).is_some()
    {
        return false;
    }
    // "ann.photo on ig"
    let named = tokens.at(last + 2);
    if tokens.at(last + 1).is_one(ON) && named.has(Senses::PLATFORM) && !named.has(Senses::PLAIN) {
        return true;
    }
    let mut at = first;
    for _ in 0..4 {
        at = at.wrapping_sub(1);
        let token = tokens.at(at);
        if token.has(Senses::PLATFORM) {
            return !token.has(Senses::PLAIN);
        }
        let links = token.is_any_mark(b":=->'") || token.has(Senses::LINK) || token.is_one(NAMES);
        if !links {
            return false;
        }
    }
    false
}

/// Words for a name on a platform; a page may be somewhere else.
static NAMES: &[Key] = keys!("id handle username user usuario nick tag naam name");
