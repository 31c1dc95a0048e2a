//! Dots that people leave out of hosts that everybody knows, in front of a path, or write twice: "linktr ee/annlee", "t me/annlee",
//! "happypaws..co..uk".

use super::is_name;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Shape, Tokens};

/// Their first labels and their last.
static HOSTS: &[(&[Key], &[Key])] = &[
    (keys!("linktr"), keys!("ee")),
    (keys!("bit cutt rebrand"), keys!("ly")),
    (keys!("t wa m fb ig paypal"), keys!("me")),
    (keys!("youtu"), keys!("be")),
    (keys!("goo"), keys!("gl")),
    (keys!("tinyurl instagram facebook tiktok"), keys!("com")),
];

/// Whether two words are the labels of one of these.
pub(in crate::policy) fn is_undotted(one: Key, other: Key) -> bool {
    HOSTS.iter().any(|(firsts, seconds)| seconds.contains(&other) && firsts.contains(&one))
}

/// Whether a token is the second label of one of these, and the first and a path stand beside it.
pub(in crate::policy) fn lacks_dot(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, path) = (tokens.at(at), at + 2);
    let strange =
        || tokens.is_glued(path + 1) && (tokens.at(path).is_digits() || tokens.at(path + 1).is_digits());
    token.gap == Gap::Space
        && !(at > 1 && tokens.is_glued(at - 1))
        && is_undotted(tokens.before(at).key, token.key)
        && tokens.at(at + 1).is_mark(b'/')
        && tokens.is_glued(at + 1)
        && tokens.is_glued(path)
        && (is_name(tokens, path) || strange())
        && !(tokens.is(token, "me") && is_said(tokens, at))
}

/// Whether somebody says "me" behind a name for something, and what else it may be, in a sentence: "paypal me/bank transfer
/// whichever", "don t me/annlee".
fn is_said(tokens: &Tokens<'_>, at: usize) -> bool {
    let path = at + 2;
    let last = path + (path + 1..path + 8).take_while(|at| tokens.is_glued(*at)).count();
    let next = tokens.at(last + 1);
    let ends = next.shape != Shape::Word && next.shape != Shape::Digits || next.gap == Gap::Line;
    let denied = tokens.before(at - 1).is_one(keys!("don can won isn didn doesn wasn"));
    denied || !ends && !(path..=last).any(|at| tokens.at(at).is_digits())
}

/// Whether one of two dots in a row stands in front of "co" with others behind it, or behind it: "happypaws..co..uk".
pub(super) fn is_doubled(tokens: &Tokens<'_>, at: usize) -> bool {
    let twice = |dot: usize| tokens.at(dot).is_mark(b'.') && tokens.at(dot + 1).is_mark(b'.');
    let co = |at: usize| tokens.at(at).is_one(keys!("co com"));
    let country = |at: usize| tokens.at(at).has(Senses::TLD) && !tokens.at(at).has(Senses::PROSE);
    let first = |at: usize| co(at) && twice(at + 1) && country(at + 3);
    first(at + 2) || twice(at.wrapping_sub(3)) && first(at.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use crate::policy::Detector;
    use crate::policy::tests::assert_spans;

    #[test]
    fn dots_are_left_out_written_twice_and_told() {
        assert_spans(&[
            ("all my links: linktr ee/glossbyjade", "linktr ee/glossbyjade", "linktr.ee/glossbyjade"),
            ("see t me/gardenjo", "t me/gardenjo", "t.me/gardenjo"),
            ("bit ly/3xYzab has it", "bit ly/3xYzab", "bit.ly/3xYzab"),
            ("use hello@@quickskips..co..uk", "hello@@quickskips..co..uk", "hello@quickskips.co.uk"),
            (
                "our page is okaphotos full stop co full stop uk",
                "okaphotos full stop co full stop uk",
                "okaphotos.co.uk",
            ),
            ("www then brickandbeam then com", "www then brickandbeam then com", "www.brickandbeam.com"),
            ("jo🐌proton🔵me is it", "jo🐌proton🔵me", "jo@proton.me"),
            (
                "rosalindpike, then the a in a circle, then gmail, then a dot, then com",
                "rosalindpike, then the a in a circle, then gmail, then a dot, then com",
                "rosalindpike@gmail.com",
            ),
            (
                "mail kar dena sharmapackers at the rate gmail dot com",
                "sharmapackers at the rate gmail dot com",
                "sharmapackers@gmail.com",
            ),
            ("happypaws full stop com", "happypaws full stop com", "happypaws.com"),
            ("visit happypaws full stop com and look", "happypaws full stop com", "happypaws.com"),
            ("bit d0t ly sl4sh joe77", "bit d0t ly sl4sh joe77", "bit.ly/joe77"),
        ]);
        for text in [
            "let me/us know, tell him t me/mine are alike",
            "paypal me/venmo me whatever, fb me/text me",
            "paypal me/bank transfer whichever, ig me/Charlotte your pics",
            "don t me/katherine go?",
            "I want a refund full stop com on",
            "the bus came to a full stop. com on",
            "ok..com..me later",
            "www then what, then com ports fail",
            "every dot and then some",
        ] {
            let urls = Detector::new().scan(text);
            assert!(urls.iter().all(|found| found.value == "ok.com"), "{text}");
        }
    }
}
