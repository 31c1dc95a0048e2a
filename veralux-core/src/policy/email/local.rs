//! The local part in front of an at-sign, and how far it reaches back: "ann dot lee", "a n n", "ann,lee", one part a line.

use smallvec::SmallVec;

use super::MAX_LOCAL;
use super::letters::{self, spell};
use super::part::{Part, part};
use super::spoken::{introduced, quoted, remarked};
use crate::policy::fold::{EMOJI, EMOJI_MAIL, EMOJI_SOCIAL, SIGN};
use crate::policy::host::{self, Sign, Style};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Token, Tokens};

/// Most parts of a local part that is written in words.
const MAX_PARTS: usize = 8;

/// What is known of an address in front of which a local part is looked for: its at-sign, the last token of its domain.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) at: usize,
    pub(super) sign: Sign,
    pub(super) last: usize,
    pub(super) host_style: Style,
}

impl Frame {
    /// Whether its at-sign is told, not written.
    fn is_spoken(&self) -> bool {
        matches!(self.sign.style, Style::Word | Style::Bracketed)
    }

    /// The sign that stands in its domain where a dot should: then it does so in front of the at-sign as well.
    fn divider(&self, tokens: &Tokens<'_>) -> Option<u8> {
        (self.sign.next + 1..self.last).find(|at| is_divider(tokens, *at)).map(|at| tokens.at(at).ch)
    }
}

/// The local part in front of an at-sign: its first token, and itself.
pub(super) fn local_part(tokens: &Tokens<'_>, frame: Frame) -> Option<(usize, String)> {
    let Frame { at, sign: Sign { style, .. }, last, .. } = frame;
    // "ann.lee, then the curly a", "ann.lee, at gmail dot com"
    let paused = tokens.is(tokens.at(at), "then") || frame.is_spoken() && frame.sign.next < last;
    let comma = paused && tokens.before(at).is_mark(b',');
    let mut end = at - usize::from(comma);
    // "lee, that's l e e, at"
    end = letters::explained(tokens, end).unwrap_or(end);
    // "ann lee all one word at"
    let remark = frame.is_spoken().then(|| remark::before(tokens, end)).flatten();
    end = remark.unwrap_or(end);
    let mut first = letters::whole(tokens, end, frame.is_spoken())?;
    // "o'brien"
    let elided = tokens.before(first).is_mark(b'\'') && tokens.at(first.wrapping_sub(2)).len() == 1;
    if style == Style::Plain
        && elided
        && tokens.is_glued(first - 1)
        && let Some(front) = part(tokens, first - 1)
    {
        first = front;
    }
    // "my insta @ann.lee"
    if !tokens.is_glued(at) && tokens.before(at).has(Senses::PLATFORM) {
        return None;
    }
    let mut parts: SmallVec<[Part; MAX_PARTS]> = SmallVec::new();
    parts.push(Part { first, end, sign: None });
    let mut counted = false;
    while parts.len() < MAX_PARTS {
        let counts = earlier_count(tokens, first);
        let earlier = earlier_part(tokens, first, &frame)
            .or_else(|| counts.map(|(earlier, end)| Part { first: earlier, end, sign: None }))
            .or_else(|| {
                let front = introduced(tokens, first).signed.filter(|_| frame.is_spoken())?;
                Some(Part { first: front, end: first, sign: None })
            });
        let Some(earlier) = earlier else { break };
        counted = counts.is_some();
        first = earlier.first;
        parts.push(earlier);
    }
    let alone = first + 1 == end || tokens.at(first + 1).gap > Gap::None;
    if let Some(front) = quoted(tokens, at, first) {
        parts.push(Part { first: front, end: first, sign: None });
        first = front;
    } else if alone {
        let names = introduced(tokens, first);
        // "ann lee 1985 at"
        let numbered = names.front.filter(|_| counted);
        let told = frame.is_spoken() || style == Style::Spaced;
        let named = || remark.is_some() || remark::is_behind(tokens, last);
        let front = names.announced.or(numbered).filter(|_| told);
        let front = front.or_else(|| remarked(tokens, first).filter(|_| named()));
        if let Some(front) = front {
            parts.push(Part { first: front, end: first, sign: None });
            first = front;
        }
    }
    let mut local = String::new();
    let single = first + 1 == end;
    for part in parts.iter().rev() {
        spell(tokens, part, style == Style::Plain, single, &mut local);
        local.extend(part.sign);
    }
    (!local.is_empty() && local.chars().count() <= MAX_LOCAL).then_some((first, local))
}

/// A part in front of another, with a sign between them in any of its forms.
fn earlier_part(tokens: &Tokens<'_>, first: usize, frame: &Frame) -> Option<Part> {
    if let Some((end, sign)) = in_lines(tokens, first, frame) {
        return part(tokens, end).map(|earlier| Part { first: earlier, end, sign });
    }
    let before = tokens.at(first.checked_sub(1)?);
    if let Some((end, sign)) = sign_before(tokens, first) {
        let earlier = letters::whole(tokens, end, frame.is_spoken())?;
        return Some(Part { first: earlier, end, sign: Some(sign) });
    }
    let spaced = before.gap == Gap::Space && tokens.at(first).gap == Gap::Space;
    // "ann. lee @gmail. com"
    let sloppy = (before.gap == Gap::Space) != (tokens.at(first).gap == Gap::Space)
        && frame.host_style == Style::Spaced
        && tokens.before(first - 1).lexeme.senses.is_empty();
    if before.is_any_mark(b"._") && (spaced || sloppy) {
        let earlier = letters::whole(tokens, first - 1, false)?;
        return Some(Part { first: earlier, end: first - 1, sign: Some(char::from(before.ch)) });
    }
    // "ann,lee@gmail,com"
    if is_divider(tokens, first - 1) && frame.divider(tokens) == Some(before.ch) {
        let earlier = part(tokens, first - 1)?;
        // The end of the address in front of this one.
        let other = tokens.before(first - 1).has(Senses::MAIN);
        // Between words for signs it only divides.
        let sign = (!frame.is_spoken() && !host::is_twin(tokens.at(frame.at))).then_some('.');
        return (!other).then_some(Part { first: earlier, end: first - 1, sign });
    }
    None
}

/// Whether a mark stands between two words where a dot might: "gmail,com".
fn is_divider(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    (token.is_any_mark(b".,;*#=:~|/") || token.is_any_mark(&[EMOJI, EMOJI_MAIL, EMOJI_SOCIAL, SIGN]))
        && tokens.is_glued(at)
        && tokens.is_glued(at + 1)
}

/// Where a part ends that has a line of its own, like the at-sign and all in front of it, and the sign behind it.
fn in_lines(tokens: &Tokens<'_>, first: usize, frame: &Frame) -> Option<(usize, Option<char>)> {
    let alone = |at: usize| tokens.at(at).gap == Gap::Line && tokens.at(at + 1).gap == Gap::Line;
    if !alone(frame.at) {
        return None;
    }
    // "ann\n(dot)\nlee"
    if let Some((end, sign)) = sign_before(tokens, first) {
        return Some((end, Some(sign)));
    }
    let before = first.checked_sub(1).filter(|before| alone(*before))?;
    tokens.at(before).lexeme.senses.is_empty().then_some((first, None))
}

/// The sign that is told in front of a token, and where it begins: "dot", "(underscore)", "then a dot then", "-dot-".
fn sign_before(tokens: &Tokens<'_>, first: usize) -> Option<(usize, char)> {
    let then = |end: usize| host::is_then(tokens.before(end));
    let comma = |end: usize| end - usize::from(tokens.before(end).is_mark(b','));
    let mut end = if then(first) { comma(first - 1) } else { first };
    let close = tokens.before(end);
    let open = tokens.at(end.wrapping_sub(3));
    let pairs = [(b'[', b']'), (b'(', b')'), (b'{', b'}'), (b'<', b'>')];
    let paired = pairs.iter().any(|(one, other)| open.is_mark(*one) && close.is_mark(*other));
    if paired || host::is_twin(close) && close.is_mark(open.ch) {
        let inner = tokens.at(end - 2);
        // "ann(d)lee(a)gmail(d)com"
        let letter = inner.len() == 1 && matches!(inner.ch, b'd' | b'p');
        let mark = inner.is_any_mark(b"._-+").then(|| char::from(inner.ch));
        let sign = if letter { Some('.') } else { meaning(inner).or(mark) };
        return sign.map(|sign| (end - 3, sign));
    }
    let full = tokens.is(close, "stop") && tokens.is(tokens.at(end.wrapping_sub(2)), "full");
    let sign = if full { '.' } else { meaning(close)? };
    end -= if full { 2 } else { 1 };
    // "then a dot"
    let told = then(end.saturating_sub(1));
    Some((if told { comma(end - 2) } else { end }, sign))
}

/// The sign that a word stands for in front of an at-sign.
fn meaning(token: &Token) -> Option<char> {
    if token.has(Senses::DOT) {
        Some('.')
    } else {
        token.has(Senses::JOINT).then(|| char::from(u8::try_from(token.lexeme.value).unwrap_or(b'_')))
    }
}

/// Where the name begins in front of a number that belongs to it, and where it ends: "ann 99", "ann, then the number four".
fn earlier_count(tokens: &Tokens<'_>, first: usize) -> Option<(usize, usize)> {
    static NUMBER: &[Key] =
        keys!("then number numbers digit digits numeral nummer ziffer numero chiffre cifra");
    let last = tokens.at(first);
    let counts = (last.is_digits() && last.len() <= 4) || last.has(Senses::DIGIT.or(Senses::TENS));
    if !counts || last.gap != Gap::Space {
        return None;
    }
    let mut end = first;
    if tokens.before(end).is_one(NUMBER) {
        while tokens.before(end).is_one(NUMBER) || tokens.before(end).is_one(keys!("and the with")) {
            end -= 1;
        }
        end = remark::before(tokens, end).unwrap_or(end - usize::from(tokens.before(end).is_mark(b',')));
    }
    let name = tokens.before(end);
    let earlier = letters::whole(tokens, end, false)?;
    let sign = tokens.at(end.wrapping_sub(2));
    let named = name.is_word()
        && (name.lexeme.senses.is_empty()
            || (name.has(Senses::DIGIT.or(Senses::TENS)) && !name.has(Senses::WEAK))
            // "raju underscore do shunya ek"
            || (name.has(Senses::DIGIT.or(Senses::BESIDE)) && sign.has(Senses::JOINT)));
    named.then_some((earlier, end))
}

#[cfg(test)]
mod tests {
    use crate::policy::tests::assert_spans;

    #[test]
    fn an_address_begins_with_its_first_letter_that_stands_apart() {
        assert_spans(&[
            ("write to m a r y at outlook dot com", "m a r y at outlook dot com", "mary@outlook.com"),
            ("line to j o e 7 7 at gmail dot com", "j o e 7 7 at gmail dot com", "joe77@gmail.com"),
            ("it's J O E at HOTMAIL dot com", "J O E at HOTMAIL dot com", "joe@hotmail.com"),
            ("email a n n dot l e e at gmx dot de", "a n n dot l e e at gmx dot de", "ann.lee@gmx.de"),
            ("j-a-y-l-o 3 3 at proton dot me", "j-a-y-l-o 3 3 at proton dot me", "jaylo33@proton.me"),
        ]);
        assert_spans(&[("the plan b at gmail dot com", "b at gmail dot com", "b@gmail.com")]);
    }

    #[test]
    fn what_stands_for_the_dots_of_a_host_does_so_in_front_of_the_at_sign() {
        assert_spans(&[
            ("fred,jones@gmail,com", "fred,jones@gmail,com", "fred.jones@gmail.com"),
            ("ann*lee*walks@yahoo*com", "ann*lee*walks@yahoo*com", "ann.lee.walks@yahoo.com"),
            ("ann😀lee😀at😀gmail😀dot😀com", "ann😀lee😀at😀gmail😀dot😀com", "annlee@gmail.com"),
            ("ann-dot-lee-at-gmail-dot-com", "ann-dot-lee-at-gmail-dot-com", "ann.lee@gmail.com"),
            ("fred,ann@gmail.com", "ann@gmail.com", "ann@gmail.com"),
        ]);
    }

    #[test]
    fn signs_are_told_in_many_ways() {
        assert_spans(&[
            (
                "fred then a dot then lee at gmail dot com",
                "fred then a dot then lee at gmail dot com",
                "fred.lee@gmail.com",
            ),
            (
                "ann <dash> lee <at> gmail <dot> com",
                "ann <dash> lee <at> gmail <dot> com",
                "ann-lee@gmail.com",
            ),
            ("ann(d)lee(a)gmail(d)com", "ann(d)lee(a)gmail(d)com", "ann.lee@gmail.com"),
            ("fred. jones @gmail. com", "fred. jones @gmail. com", "fred.jones@gmail.com"),
            ("fred\njones\n@\ngmail\n.com", "fred\njones\n@\ngmail\n.com", "fredjones@gmail.com"),
        ]);
        assert_spans(&[("thanks, Fred. jones@gmail.com it is", "jones@gmail.com", "jones@gmail.com")]);
    }

    #[test]
    fn words_belong_together_when_something_says_so() {
        assert_spans(&[
            (
                "fred jones at gmail dot com all one word",
                "fred jones at gmail dot com",
                "fredjones@gmail.com",
            ),
            (
                "fred jones, no spaces, at gmail dot com",
                "fred jones, no spaces, at gmail dot com",
                "fredjones@gmail.com",
            ),
            (
                "mail me: fred jones 1985 (at) g-mail (dot) com",
                "fred jones 1985 (at) g-mail (dot) com",
                "fredjones1985@gmail.com",
            ),
        ]);
        assert_spans(&[
            ("it is fred jones @ gmail.com", "fred jones @ gmail.com", "fredjones@gmail.com"),
            (
                "paws n claws at gmail dot com, one word",
                "paws n claws at gmail dot com",
                "pawsnclaws@gmail.com",
            ),
            ("drop me a line, ann lee at gmail dot com", "ann lee at gmail dot com", "annlee@gmail.com"),
        ]);
        assert_spans(&[
            ("mail ('ann.lee@gmail.com')", "ann.lee@gmail.com", "ann.lee@gmail.com"),
            ("Thanks, Anna\n99cakes@gmail.com", "99cakes@gmail.com", "99cakes@gmail.com"),
            ("that's the point, ann@gmail.com is mine", "ann@gmail.com", "ann@gmail.com"),
            ("that's the whole point Tom ann@gmail.com", "ann@gmail.com", "ann@gmail.com"),
            ("ann at🌸gmail", "ann at🌸gmail", "ann@gmail"),
            ("the gmail annlee92 is me", "annlee92", "annlee92@gmail"),
            ("my outlook is thornburypiano", "thornburypiano", "thornburypiano@outlook"),
            ("my gmail ann.lee22", "ann.lee22", "ann.lee22@gmail"),
            ("ann.lee92 is my gmail", "ann.lee92", "ann.lee92@gmail"),
            ("my gmail is ann underscore 66", "ann underscore 66", "ann_66@gmail"),
            ("pw: ann@happypaws.com", "ann@happypaws.com", "ann@happypaws.com"),
            ("ann91 at gmail account", "ann91 at gmail", "ann91@gmail"),
            (
                "our mail: maple bikes at gmail dot com",
                "maple bikes at gmail dot com",
                "maplebikes@gmail.com",
            ),
            ("mail ann@gmail.com- thanks", "ann@gmail.com", "ann@gmail.com"),
            ("hello @@brightmaids..com", "hello @@brightmaids..com", "hello@brightmaids.com"),
        ]);
        assert_spans(&[("ask fred jones at gmail dot com", "jones at gmail dot com", "jones@gmail.com")]);
    }
}
