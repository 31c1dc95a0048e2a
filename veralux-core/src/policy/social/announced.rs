//! Handles without a platform, by what asks for somebody or by their spelling: "follow us at `happy_paws`", "search
//! annlee.walks and drop me a dm".

use super::Hit;
use super::around::ends_clause;
use super::handle::Handle;
use super::things::Things;
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Shape, Tokens};

/// Words that ask to look for somebody.
pub(in crate::policy) static ASKS: Set = Set::of(keys!(
    "follow add dm find message search look lookup sigue sigueme buscame busca buscad agregame folgt \
         folge such suche sucht findest finde adde suivez cherche cherchez trouve trouvez ajoute segui \
         siga cercami cerca cercate procura procure zoek vind volg szukaj znajdz szukajcie hitta sok folj \
         dhundo dhoondo hledej najdi ищи найди найдите ищите"
));

/// "follow us at `happy_paws`"
pub(super) fn followed(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let skipped = |at: &usize| {
        let token = tokens.at(*at);
        // "live:annlee" of Skype
        let begins = tokens.at(at + 1).is_mark(b'_') || tokens.is(token, "live");
        !begins
            && (token.is_any_mark(b":\"'") || token.has(Senses::STOP.or(Senses::LINK)) || token.is_one(MORE))
    };
    let next = at + 1 + (at + 1..at + 6).take_while(skipped).count();
    let handle = Handle::read(tokens, next)?;
    let underscored = next < at + 4
        && (handle.first..=handle.last).any(|at| tokens.at(at).is_mark(b'_'))
        && handle.is_strange(tokens)
        && !is_part(tokens, handle);
    (underscored || is_dotted(tokens, at, handle)).then_some(Hit {
        handle,
        rule: "social.announced",
        score: 70,
    })
}

/// Whether words with `_` between them are a thing by what stands around them: "add `oil_filter` to the list", "look for `unit_4`".
fn is_part(tokens: &Tokens<'_>, handle: Handle) -> bool {
    let Handle { first, last } = handle;
    // Not "dm `ann_lee` for the list".
    let listed = (last + 2..last + 9).any(|at| {
        tokens.at(at).is_one(keys!("list basket cart"))
            && (at - 2..at).any(|at| tokens.at(at).is_one(keys!("to in into on")))
    });
    let numbered = tokens.at(first).has(Senses::SPOT.or(Senses::THING)) && tokens.at(first + 2).is_digits();
    listed || numbered
}

/// Behind a word that asks, in front of a handle.
static MORE: &[Key] = keys!(
    "maar eens even einfach doch svp op auf by mich unter als nach como por sous comme onder naar naam \
     come jako mnie som mig efter namn nombre nom namen ke se mujhe me moi mi us uns"
);

/// Whether names with dots between them are somebody's and no two sentences without a space between them: no everyday
/// word stands at the dots, and the message asks to write to somebody, too.
fn is_dotted(tokens: &Tokens<'_>, lead: usize, handle: Handle) -> bool {
    // "find me under", "findest mich unter"
    static SELF: &[Key] = keys!("me mich moi us uns mij mnie mig mujhe");
    static WRITES: &[Key] = keys!(
        "dm dms pm msg msgs message inbox direct direkt schreib schreibt escribe escribeme ecris ecrivez \
         mp pn scrivi scrivimi manda mande chama stuur napisz skriv text add follow request"
    );
    let dots = (handle.first..=handle.last).filter(|at| tokens.at(*at).is_mark(b'.')).count();
    let known = Senses::STOP.or(Senses::LINK).or(Senses::FILLER).or(Senses::THING).or(Senses::UNIT);
    let live = tokens.is(tokens.at(handle.first), "live");
    let named =
        (handle.first..=handle.last).all(|at| live || tokens.at(at).len() == 1 || !tokens.at(at).has(known));
    let own = tokens.at(lead).is_one(keys!("buscame agregame sigueme cercami dm"))
        || (lead + 1..handle.first).any(|at| tokens.at(at).is_one(SELF));
    let writes = |at: usize| !(lead..=handle.last).contains(&at) && tokens.at(at).is_one(WRITES);
    let near = lead.saturating_sub(10)..handle.last + 14;
    dots > 0
        && named
        && handle.letters(tokens) >= 7
        && handle.is_free(tokens)
        && (own || near.into_iter().any(writes) && ends_clause(tokens, handle.last))
}

/// `ann_lee`, which is nothing else where somebody asks to get in touch, and little else where nothing is named.
pub(super) fn underscored(tokens: &Tokens<'_>, at: usize, things: &Things) -> Option<Hit> {
    // Inside another, or behind digits: "AC0353PM_can".
    let before = tokens.before(at);
    let inside = before.is_mark(b'_') && tokens.is_glued(at - 1) && tokens.at(at - 2).shape != Shape::Mark
        || before.is_digits() && tokens.is_glued(at);
    if inside || !tokens.is_glued(at + 2) {
        return None;
    }
    let handle =
        Handle::read(tokens, at).filter(|handle| handle.is_free(tokens) && handle.is_strange(tokens))?;
    let thing = (at.saturating_sub(6)..at).any(|at| tokens.at(at).has(Senses::THING));
    // "parked @ the_old_bakery", "$gutter_width"
    let place = tokens.before(at).is_any_mark(b"@$");
    // Two words of small letters, as no file or code is called that a message speaks of.
    let small =
        (tokens.at(handle.first).start()..tokens.at(handle.last).end()).all(|cell| !tokens.is_upper(cell));
    let mut near = at.saturating_sub(6)..at + 6;
    let asks = near.any(|near| tokens.at(near).has(Senses::REACH) && (small || !asks_other(tokens, near)));
    let parts = || (handle.first..=handle.last).filter(|at| tokens.at(*at).is_word());
    let known = parts().all(|at| tokens.at(at).has(Senses::STOP));
    let bare = small
        && !known
        && parts().filter(|at| tokens.at(*at).len() > 1).count() > 1
        && handle.letters(tokens) >= 8
        && !things.are_named(tokens);
    ((asks || bare)
        && !is_part(tokens, handle)
        && !thing
        && !place
        && handle.letters(tokens) >= 5
        && !tokens.at(at).has(Senses::DIGIT))
    .then_some(Hit { handle, rule: "social.underscored", score: if asks { 60 } else { 52 } })
}

/// Whether a word asks for something of a thing that is named with it: "follow the lane past `The_Plough`".
fn asks_other(tokens: &Tokens<'_>, at: usize) -> bool {
    static ARTICLES: &[Key] =
        keys!("the a an this that every each der die das den el la los las le les il lo o");
    tokens.at(at + 1).is_one(ARTICLES)
}
