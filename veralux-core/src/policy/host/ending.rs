//! Whether a host may end at a label: the full stop of a sentence without its space looks just like its last dot.

use super::cue::{self, Told};
use super::front;
use super::{Sign, Style, dot, is_everyday, is_main, is_name, label, slash};
use crate::policy::lexicon::{self, Key, Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// A label that may end a host.
pub(super) struct Ending {
    pub(super) at: usize,
    pub(super) end: usize,
    /// The first and the last token of the label in front.
    pub(super) label: usize,
    pub(super) before: usize,
    pub(super) labels: usize,
    pub(super) sign: Style,
    pub(super) addressed: bool,
}

impl Ending {
    pub(super) fn is_tld(&self, tokens: &Tokens<'_>) -> bool {
        let token = tokens.at(self.at);
        if self.at != self.end {
            // An internationalised label as it is looked up (RFC 5890, 2.3.2.1).
            return tokens.is(token, "xn");
        }
        // "ramesh.ac@okaxis"
        if tokens.at(self.end + 1).is_mark(b'@') && tokens.is_glued(self.end + 1) {
            return false;
        }
        let before = tokens.at(self.before);
        // "forms.gle", not "a sin.gle room"
        let known = token.has(Senses::TLD) && (!tokens.is(token, "gle") || tokens.is(before, "forms"));
        // "vans4u"
        let everyday = self.label == self.before && is_everyday(before);
        match self.sign {
            Style::Plain => {
                (known && !self.is_next_sentence(tokens)) || (self.addressed && self.is_plausible(tokens))
            }
            Style::Bracketed => known || (2..=6).contains(&token.len()) && tokens.is_glued(self.at),
            Style::Word => {
                // "petesgarage dotcom", not "the dotcom bubble"
                if token.has(Senses::DOT) && known {
                    return self.addressed || before.lexeme.senses.is_empty();
                }
                let dot = tokens.at(self.before + 1);
                if tokens.is(dot, "point") && !token.is_one(keys!("com net org fr eu be ch ca io"))
                    || tokens.is(dot, "period") && !token.is_one(keys!("com net org co uk io edu"))
                {
                    return false;
                }
                // "dot com dot au"
                let behind = self.labels > 1 && before.has(Senses::MAIN);
                let path = followed_by_path(tokens, self.end);
                let expected = self.addressed || path;
                let prose = || !behind && self.is_prose(tokens, dot);
                known && (expected || !everyday && !prose())
            }
            Style::Spaced => {
                let title = tokens.is_upper(token.start()) && !tokens.is_upper(token.end() - 1);
                let path = known && spaced_path(tokens, self.end);
                let expected = self.addressed && known;
                // "to the point. com on", "A.B. de Villiers"
                let stop = !expected && tokens.before(self.at).gap != Gap::Space;
                let prose =
                    stop && (before.has(Senses::STOP) || before.len() < 2 || token.is_one(keys!("de fr")));
                (is_main(tokens, self.at) || expected || path || self.is_told_apart(tokens))
                    && !title
                    && !prose
                    && (self.addressed || path || !everyday)
            }
            // "proton,me"
            Style::Odd => known,
        }
    }

    /// Whether a word for a dot and what stands behind it are words of a sentence: "every dot in red", "un punto de vista".
    fn is_prose(&self, tokens: &Tokens<'_>, dot: &Token) -> bool {
        // Everyday words for one, and domains with which a sentence goes on behind them.
        static POINTS: &[Key] = keys!("punto punkt punt point ponto punct pont pika tacka");
        static GOES_ON: &[Key] =
            keys!("de im in am es la se no al me na ne so is do to as at su it ci si pa el");
        let (token, name) = (tokens.at(self.at), tokens.at(self.before));
        if tokens.is(dot, "full") {
            // "thanks marjorie full stop info attached", as a telephone writes what it hears
            let length = name.end() - tokens.at(self.label).start();
            // "I want a refund full stop com on"
            let (com, next) = (tokens.is(token, "com"), tokens.at(self.end + 1));
            let sure = (com || length >= 8) && cue::is_closed(tokens, self.end)
                || com && (next.shape == Shape::Outside || next.gap == Gap::Line)
                || com && cue::tells(tokens, self.label) == Told::Surely;
            return self.labels < 2 && !(length >= 5 && sure);
        }
        if dot.is_one(keys!("dot point")) && token.has(Senses::PROSE.or(Senses::STOP)) {
            // "patel dash sweets dot shop"
            let joint = tokens.before(self.label).has(Senses::JOINT) && name.lexeme.senses.is_empty();
            let said = joint || self.is_announced(tokens) || self.is_copied(tokens);
            return !said && front::behind_www(tokens, self.label).is_none();
        }
        if !dot.is_one(POINTS) || !token.is_one(GOES_ON) {
            return false;
        }
        let length = name.end() - tokens.at(self.label).start();
        let unknown = name.lexeme.senses.is_empty() || self.label < self.before;
        if tokens.is(token, "de") {
            // Only in German it is the domain that most have: "maler uhl punkt de", but "punto de encuentro".
            return !(unknown && tokens.is(dot, "punkt"));
        }
        // "en este punto no me importa"
        if name.is_one(ARTICLES) {
            return true;
        }
        let told = cue::tells_name(tokens, self.label) && !name.has(Senses::STOP);
        let near = || {
            cue::is_near(tokens, self.label, self.end)
                || length >= 9 && !tokens.before(self.label).is_one(ARTICLES)
        };
        !(told || unknown && near())
    }

    /// Whether somebody is told to look at a name that is no word, its dot between spaces: "kijk op klusjan . nl", or to write it
    /// as one: "pintamax . es todo junto".
    fn is_told_apart(&self, tokens: &Tokens<'_>) -> bool {
        let (token, name) = (tokens.at(self.at), tokens.at(self.before));
        let told = || {
            token.has(Senses::TLD)
                && !token.has(Senses::PROSE)
                && name.lexeme.senses.is_empty()
                && cue::tells(tokens, self.label) > Told::No
        };
        told() || remark::is_behind(tokens, self.end)
    }

    /// Whether a sign that only looks like a dot stands between letters: nobody ends a sentence with it.
    fn is_dressed(&self, tokens: &Tokens<'_>) -> bool {
        let dot = tokens.original(tokens.span(self.at - 1, self.at - 1));
        let latin = tokens.original(tokens.span(self.before, self.before)).is_ascii();
        latin && matches!(dot, "\u{2024}" | "\u{ff0e}" | "\u{ff61}" | "\u{3002}" | "\u{6d4}" | "\u{a4f8}")
    }

    /// Whether a site is spoken of in front of a name that is no word: "website dekh lo apnadriver dot in".
    fn is_announced(&self, tokens: &Tokens<'_>) -> bool {
        let name = tokens.at(self.before);
        let unknown = name.lexeme.senses.is_empty();
        let goes_on = tokens.at(self.end + 1).is_one(keys!("the a an my our your this"));
        let token = tokens.at(self.at);
        // "look at zimmerbraun dot haus"
        let trade = token.len() >= 4 && !token.is_one(OPENINGS) && cue::tells(tokens, self.label) > Told::No;
        let alone = name.len() >= 9 && tokens.before(self.label).shape == Shape::Outside;
        unknown && !goes_on && (trade || alone || cue::is_in_front(tokens, self.label))
    }

    /// The name of a platform in front of a domain that anybody can register, and with which no sentence begins behind it:
    /// "paypal.site", but "we are on facebook.page is called".
    fn is_copied(&self, tokens: &Tokens<'_>) -> bool {
        let (token, name) = (tokens.at(self.at), tokens.at(self.before));
        let platform =
            name.has(Senses::PLATFORM) && !name.has(Senses::PLAIN.or(Senses::STOP)) && name.len() > 4;
        let noun = token.len() > 2 && !token.is_one(OPENINGS);
        platform && (token.is_one(REGISTERED) || noun && cue::points(tokens, self.label))
    }

    /// After an at-sign a last label of 2 to 6 small letters will do.
    fn is_plausible(&self, tokens: &Tokens<'_>) -> bool {
        let token = tokens.at(self.at);
        // "at @ noon.dont"
        let sign = self.label.wrapping_sub(1);
        let apart = tokens.at(sign).is_mark(b'@') && tokens.at(self.label).gap == Gap::Space;
        // "gmail.con"
        let named = tokens.at(self.before).has(Senses::PROVIDER);
        (2..=6).contains(&token.len())
            && !apart
            && (named || !token.has(Senses::STOP.or(Senses::DOT)))
            && !is_file(token)
            && !tokens.is_upper(token.start())
            && token.is_word()
            && dot(tokens, self.end + 1).is_none_or(|sign| sign.style != Style::Plain)
    }

    /// A name that is no word, in front of a domain of prose: "happypaws.dog" where one is told to look.
    fn is_named(&self, tokens: &Tokens<'_>, token: &Token, length: usize) -> bool {
        let before = tokens.at(self.before);
        let whole = self.label == self.before;
        // "call me on 415-555-0123.love to chat"
        let counted = before.is_digits() && tokens.at(self.label).is_digits();
        if counted || whole && !before.lexeme.senses.is_empty() {
            return whole && self.is_copied(tokens);
        }
        let function = token.len() < 3 || token.has(Senses::LINK.or(Senses::DIGIT));
        let long = length
            >= match token.len() {
                ..4 => 7,
                4..6 => 6,
                _ => 5,
            };
        let closed = || cue::is_closed(tokens, self.end);
        let cue = cue::tells(tokens, self.label);
        let told = cue > Told::No || cue::tells_behind(tokens, self.end);
        if function {
            // "reserva hoy lacasonadelrio.es, sale mejor"
            return length >= 9
                && before.is_word()
                && (told || closed())
                && !token.is_one(keys!("so no ya ok ma na va si la"));
        }
        let start = || tokens.before(self.label).shape == Shape::Outside;
        // "go and see mandy.love her to bits"
        let short = if cue == Told::Surely { 3 } else { 4 };
        let site = || {
            told && length >= short && (cue == Told::Surely || !token.is_one(OPENINGS))
                || length >= 5 && cue::is_near(tokens, self.label, self.end)
        };
        // "logo-happypaws.studio"
        (long || !whole) && (told || start() || closed()) || site()
    }

    /// "see you there.It was", "come home.in an hour": a full stop without its space.
    fn is_next_sentence(&self, tokens: &Tokens<'_>) -> bool {
        !followed_by_path(tokens, self.end) && self.is_like_sentence(tokens) && !self.is_dressed(tokens)
    }

    fn is_like_sentence(&self, tokens: &Tokens<'_>) -> bool {
        let (token, before) = (tokens.at(self.at), tokens.at(self.before));
        let length = before.end() - tokens.at(self.label).start();
        let whole = self.label == self.before;
        let first = self.labels < 2;
        let closed = cue::is_closed(tokens, self.end);
        let told = || cue::tells(tokens, self.label) > Told::No;
        let title = || tokens.is_upper(token.start()) && !tokens.is_upper(token.end() - 1);
        // "sharma.co.in"
        let second = || !first && before.is_one(keys!("co ac"));
        let weak = || first || before.has(Senses::STOP) || length < 3 && self.labels < 3 && !second();
        let prose = || weak() && !self.addressed && !self.is_named(tokens, token, length);
        let short = length < 2 && !self.addressed && first;
        let counted = token.has(Senses::DIGIT) && before.has(Senses::DIGIT);
        let numeric =
            before.is_digits() && whole && (token.has(Senses::PROSE.or(Senses::UNIT)) || !closed && !told());
        let start = first && tokens.is_glued(self.before) && tokens.before(self.before).is_mark(b'.');
        let inside = !first && !self.addressed && self.stands_inside(tokens);
        if short
            || counted
            || numeric
            || start
            || inside
            || token.has(Senses::PROSE.or(Senses::STOP)) && prose()
            || title()
        {
            return true;
        }
        // "final_v2.1.io.pdf"
        if followed_by_label(tokens, self.end) && is_file(tokens.at(self.end + 2)) {
            return true;
        }
        // Nobody says these.
        if token.has(Senses::MAIN) && !token.is_one(keys!("de fr")) {
            return false;
        }
        // "unas.de.paloma": the name of somebody goes on.
        let goes_on = followed_by_label(tokens, self.end) && !tokens.at(self.end + 2).has(Senses::TLD);
        // "brav.de facto"
        let latin = || tokens.at(self.end + 1).is_one(keys!("facto jure luxe novo nada rien"));
        if goes_on || latin() {
            return true;
        }
        if !first {
            return false;
        }
        let file = token.is_one(keys!("md py rs sh ps zip mov"));
        // "logo_v2.ai"
        let drawn = || {
            tokens.is(token, "ai")
                && ((self.label..self.before).any(|at| tokens.at(at).is_mark(b'_'))
                    || cue::is_drawn(tokens, self.label))
        };
        let ambiguous = || token.is_one(keys!("de fr no se nu pl ch")) && is_sloppy(tokens, self.at);
        // "le mur est sec.fr cest bon"
        let brief = || length < 4 && token.len() < 3 && !tokens.is(token, "de") && !closed && !told();
        file || drawn() || ambiguous() || brief()
    }

    /// Whether the label in front begins a sentence, or is a move of chess: "reçu.Merci.de rien", "3.Bb5.is there".
    fn stands_inside(&self, tokens: &Tokens<'_>) -> bool {
        let before = tokens.at(self.before);
        let earlier = tokens.at(self.label.wrapping_sub(2));
        let upper = tokens.is_upper(tokens.at(self.label).start());
        let title = before.is_word() && !tokens.is_upper(before.end() - 1);
        let follows = title && earlier.is_word() && !tokens.is_upper(earlier.start());
        upper && (follows || before.is_digits() && earlier.is_digits())
    }
}

/// Whether a word is the ending of a file.
pub(in crate::policy) fn is_file(token: &Token) -> bool {
    token.is_one(keys!(
        "pdf jpg jpeg png webp gif svg bmp tiff psd doc docx xls xlsx csv txt zip heic mov mp html"
    ))
}

/// Articles and the like: "der springende Punkt in".
static ARTICLES: &[Key] = keys!(
    "der die das den dem des ein eine einen einem dieser diesem jeder el la los las un una este ese cada lo le \
     les une ce cette il gli uno questo quel o os um uma esse este neste nesse"
);

/// The last letter of a domain whose letters stand apart behind the dot of a label: "paws dot c o m", "paws . f r".
///
/// `expected` says that the end of a host must come: an at-sign or another domain stands in front.
pub(super) fn spelt(tokens: &Tokens<'_>, label: usize, sign: Sign, expected: bool) -> Option<usize> {
    let letter = |at: usize| {
        let token = tokens.at(at);
        token.is_word() && token.len() == 1
    };
    // "e.i.g.h.t o"
    if sign.style == Style::Plain {
        return None;
    }
    let count = (sign.next..sign.next + 5).take_while(|at| letter(*at)).count();
    // "go and see mandy. r u free"
    let wanted = if sign.style == Style::Spaced { Senses::MAIN } else { Senses::TLD };
    let is_domain = |count: &usize| {
        let key = Key::of((sign.next..sign.next + count).map(|at| tokens.at(at).ch));
        lexicon::look_up(key).has(wanted)
    };
    // "dot c o m i can send"
    let count = [count, count.checked_sub(1)?].into_iter().find(is_domain)?;
    let last = sign.next + count - 1;
    let named = expected || is_name(tokens, label);
    (named || followed_by_path(tokens, last)).then_some(last)
}

/// Domains that are words with which hardly a sentence begins.
static REGISTERED: &[Key] = keys!(
    "site online website digital cloud tech studio agency solutions services systems zone space store shop club network \
     finance vip world media center bond software support"
);

/// Domains that are words with which sentences begin.
static OPENINGS: &[Key] = keys!(
    "love live call contact show run work works watch help rest free new best cool fun here how now today \
     top red fast pay play bet sale direct express news one party place vote"
);

/// How far other full stops tell how somebody writes, in tokens.
const MANNER: usize = 80;

/// Whether the writer leaves out the space behind another full stop.
fn is_sloppy(tokens: &Tokens<'_>, at: usize) -> bool {
    let glued = |dot: usize| {
        tokens.at(dot).is_mark(b'.')
            && tokens.is_glued(dot + 1)
            && tokens.at(dot + 1).has(Senses::STOP.or(Senses::PROSE))
    };
    (at.saturating_sub(MANNER)..at + MANNER).any(|dot| dot + 1 != at && glued(dot))
}

/// Whether another label stands directly behind a dot.
fn followed_by_label(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = tokens.at(last + 2);
    tokens.at(last + 1).is_mark(b'.') && tokens.is_glued(last + 2) && !tokens.is_upper(next.start())
}

/// Whether a slash and a name stand behind a host, with or without spaces.
fn spaced_path(tokens: &Tokens<'_>, last: usize) -> bool {
    tokens.at(last + 1).is_mark(b'/')
        && label(tokens, last + 2).is_some()
        && !is_everyday(tokens.at(last + 2))
}

/// Whether a path or query stands behind a host.
pub(in crate::policy) fn followed_by_path(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = tokens.at(last + 1);
    (tokens.is_glued(last + 1) && next.is_any_mark(b"/?#") && tokens.is_glued(last + 2))
        || slash(tokens, last + 1).is_some()
}
