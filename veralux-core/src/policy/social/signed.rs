//! Handles with their sign, and what else people write behind an `@`: places, prices, those whom they speak to.

use super::Hit;
use super::handle::{self, Handle};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Shape, Tokens};

/// `@ann_lee`
pub(super) fn with_sign(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !stands_free(tokens, at) || !tokens.is_glued(at + 1) {
        return None;
    }
    let handle = Handle::read(tokens, at + 1)?;
    let first = tokens.at(at + 1);
    let amount = handle.is_amount(tokens);
    // "@app.route", "@font-face"
    let code = first.is_one(CODE) && tokens.at(at + 2).is_any_mark(b".-");
    // "@types/node"
    let scope = tokens.at(handle.last + 1).is_mark(b'/')
        && tokens.is_glued(handle.last + 1)
        && tokens.is_glued(handle.last + 2)
        && tokens.at(handle.last + 2).is_word()
        && !tokens.at(handle.last + 2).has(Senses::PLATFORM);
    // "the password is @Marigold!88"
    let secret = (at.saturating_sub(4)..at).any(|at| tokens.at(at).is_one(SECRETS));
    // "@gmail.com" is the end of an address.
    let mail = first.has(Senses::PROVIDER) && tokens.at(at + 2).is_mark(b'.') && handle.last > at + 2;
    let place = handle.is_everyday(tokens) || code || scope || secret || mail || is_prose(tokens, at, handle);
    (handle.letters(tokens) >= 2 && handle.len(tokens) >= 3 && !amount && !place).then_some(Hit {
        handle: Handle { first: at, ..handle },
        rule: "social.handle",
        score: 84,
    })
}

static SECRETS: &[Key] = keys!(
    "password passwort passwd pwd passcode passphrase contrasena clave senha kennwort wachtwoord haslo \
     sifre losenord пароль"
);

/// What the annotations of programs begin with: `@pytest.fixture`.
static CODE: &[Key] = keys!(
    "app pytest router api mock click celery task tf torch functools abc bp cache login admin types \
     angular babel vue spring bean contextlib dataclasses font counter view"
);

/// An `@` inside a word belongs to an address, and one behind an earlier `@` is an ornament.
pub(super) fn stands_free(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = tokens.before(at);
    !tokens.is_glued(at) || !(before.is_word() || before.is_digits() || before.is_any_mark(b"@]_.+-%"))
}

/// Whether one word of letters behind an `@` is no handle by what stands around it.
fn is_prose(tokens: &Tokens<'_>, at: usize, handle: Handle) -> bool {
    let word = tokens.at(handle.first);
    if handle.first != handle.last {
        return false;
    }
    let bare = !tokens.any_has(Senses::PLATFORM);
    if handle::is_compound(tokens, handle.first) {
        return is_place(tokens, at);
    }
    is_rate(tokens, at) || bare && (word.is_one(KINDS) || is_place(tokens, at) || is_mention(tokens, at))
}

/// "3 coats @undercoat price", "the trim @cost", "@reception"
fn is_rate(tokens: &Tokens<'_>, at: usize) -> bool {
    let named = Senses::MONEY
        .or(Senses::SPOT)
        .or(Senses::THING)
        .or(Senses::UNIT)
        .or(Senses::PERSON)
        .or(Senses::DIGIT)
        .or(Senses::TENS);
    tokens.at(at + 1).has(named) || tokens.at(at + 2).has(Senses::MONEY)
}

/// "lunch @nandos", "parked @costa"
fn is_place(tokens: &Tokens<'_>, at: usize) -> bool {
    static STAYS: &[Key] = keys!(
        "parked parking lunch dinner brunch breakfast coffee drinks party waiting staying arrived working \
         sat stood stuck meeting training practice rehearsal shift pickup dropoff landed queuing \
         delivered collected treffpunkt treff recogida rdv abholung ophalen spotkanie"
    );
    // "see you @theos", not "come see us @curlsbydee".
    let meets = tokens.before(at).is_one(keys!("you u ya"))
        && tokens.at(at.wrapping_sub(2)).is_one(keys!("meet see"));
    tokens.before(at).is_one(STAYS) || meets
}

/// What kind of place a word behind an `@` names.
static KINDS: &[Key] = keys!(
    "bahnhof station stazione estacion gare lagare plaza piazza platz marktplatz rathaus gemeindehaus \
     sportplatz kirche church chapel townhall hall school schule escuela ecole tienda magasin laden office \
     hospital library airport carpark gym pool stadium kita kindergarten barber chemist bakery"
);

/// "@Priya did you tell them", "thanks @tom"
fn is_mention(tokens: &Tokens<'_>, at: usize) -> bool {
    static GREETS: &[Key] = keys!(
        "hi hey hello thanks thank thx ty cheers cc sorry danke hallo gracias hola merci salut bonjour \
         obrigado obrigada oi ola grazie ciao dank bedankt hoi tack hej dzieki morning welcome"
    );
    // What one says to somebody.
    static TALKS: &[Key] = keys!(
        "did can could will would please pls are do does have has you u your who what when where any hast \
         kannst konntest bist bitte puedes podrias tienes has peux pourrais tu as voce pode tem puoi hai \
         kun heb ben aap tum is was said says wants needs knows told asked ist hat esta est"
    );
    // Who tells his own handle with its sign.
    static SELF: &[Key] = keys!("im m am i my me us our his her bin soy suis sono sou ich");
    let name = tokens.at(at + 1);
    let (before, next) = (tokens.before(at), tokens.at(at + 2));
    let capital = tokens.is_upper(name.start());
    let begins = before.shape == Shape::Outside || before.is_any_mark(b".!?");
    let comma = next.is_mark(b',') && tokens.at(at + 3).is_one(TALKS);
    // "ok @Sam will do", "who has the key? @Ben?": the short names of people are nobody's handle.
    let shouted = tokens.is_upper(name.start() + 1);
    // "the engineer is @Mark"
    let person = (at.saturating_sub(3)..at).any(|at| tokens.at(at).has(Senses::PERSON));
    let leads =
        before.has(Senses::REACH.or(Senses::LINK).or(Senses::HANDLE)) && !person || before.is_one(SELF);
    let alone = before.shape == Shape::Outside && next.shape == Shape::Outside;
    begins && name.len() <= 9 && (next.is_one(TALKS) || comma)
        || capital && !shouted && name.len() <= 6 && !leads && !alone && !before.is_mark(b':')
        || before.is_one(GREETS) && name.len() <= 7
}
