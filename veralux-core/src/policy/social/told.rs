//! Platforms that are told by what one sees of them: "the yellow ghost", "the clock app", "where everyone posts their food".

use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::Tokens;

/// Words that a description stands beside the others of, each a word that the gate asks for.
static MEDIA: Set = Set::of(keys!(
    "app apps appli appje aplicacion aplicativo applicazione aplikacja apka apce network netzwerk netwerk \
         reseau rede site logo logos icon icono icone uygulama platform plattform plataforma plateforme \
         piattaforma platforma"
));
/// What is a medium and what it is told by at once.
static WHOLE: Set = Set::of(keys!(
    "fotodings fotoapp bilderapp videoapp clockapp birdapp ghostapp picapp photoapp tanzapp fotosite \
         vogelapp geisterapp kameraapp elons zucks zuckerbergs bytedance"
));
/// Who makes platforms.
static MAKERS: Set = Set::of(keys!("meta elon zuck zuckerberg"));
/// What is drawn in the signs of platforms.
static ICONS: Set = Set::of(keys!(
    "ghost ghostie fantasma fantasmita fantasminha fantasmino fantome geist gespenst gespenstchen spookje \
         duszek duszkiem duszka bhoot hayalet bird birdie pajarito oiseau vogel vogelchen vogeltje passarinho \
         uccellino ptaszek ptaszkiem chidiya aeroplane aeroplanino avioncito papierflieger bailecito bailecitos tanzchen \
         zdjec fotek filmikow"
));
static HUES: &[Key] = keys!(
    "yellow blue white paper little amarillo amarilla azul blanco gelbe gelber gelben gelb blaue blauer \
     blauen weisse kleine kleiner jaune bleu bleue petit giallo blu azzurro amarelo azulzinho geel gele \
     blauwe zolty niebieski sari mavi peela neela de papel papier"
);
/// What one does or finds on them.
static TOPICS: Set = Set::of(keys!(
    "photo photos pic pics picture pictures image images foto fotos bild bilder imagenes zdjec \
         zdjecia camera camara kamera clock dance dancing dances video videos selfie selfies story \
         stories reels blue green yellow pink purple azul verde amarilla amarillo rosa blaue blauen grune \
         grunen gelbe gelben bleue verte jaune blauwe groene gele plane avion avioncito elon elons musk \
         musks zuck zuckerberg reloj uhr tanz tanzvideos bailes bailecitos danse kurzvideos \
         disappearing note notes bubble bubbles robin filmik filmikow insta cameras camarita camerazinha camerinha fotitos \
         fotinhas bildchen videinhos videitos board boards pins pinboard"
));
/// Whom one finds on a network of those who work.
static TRADES: &[Key] = keys!(
    "suit suits tie ties blazer blazers career careers professional professionals cv cvs resume krawatte corbata cravate gravata"
);
/// What a book is of that is meant as a platform's name, and words for the book.
static FACES: &[Key] =
    keys!("faces caras rostros rostos visages gesichter gesichtern facce volti gezichten smoelen twarzy");
static BOOKS: Set = Set::of(keys!("book libro livre buch boek livro"));
/// Between a medium and what it is told by.
static BETWEEN: Set = Set::of(keys!(
    "of with the for de del des du la las los l el les le con avec mit dem den der vom fur col coi \
         delle dei di com o das dos do da met het van z ze od a d au aux where little kleinen"
));
static WHERE: &[Key] = keys!("where wo donde ou dove onde waar gdzie jahan dar");
static POSTS: Set = Set::of(keys!(
    "posts posten postet publican publica suben sube postent publient postano pubblicano postam \
         publicam plaatsen wrzucaja posting"
));

/// What stands for a medium in front of what it is told by: "the one with the ghost", "la del bailecito".
static ONES: &[Key] =
    keys!("one das die la el celle celui quella quello aquela aquele dat tej tym ta na no dem den der");

/// Between what one finds on a platform and a word for it: "photo wali app".
static LIKE: &[Key] = keys!("wali wala wale waali waala vali vala");

/// How many words a description has at most on either side of the word that it is found by.
const MOST: usize = 4;
const FAR: usize = 8;

/// What the words around one describe, by their keys: how far the description goes to the front and to the back, in words.
fn describes(word: Key, nth: impl Fn(isize) -> Key) -> Option<(isize, isize)> {
    if POSTS.has(word) {
        return (1..=FAR.cast_signed()).find(|back| WHERE.contains(&nth(-back))).map(|back| (back, 0));
    }
    // "meta's"
    let owns = || MAKERS.has(word) && [nth(1), nth(2)].contains(&Key::EMPTY.with(b's'));
    if WHOLE.has(word) || owns() {
        return Some((0, 0));
    }
    if ICONS.has(word) {
        if HUES.contains(&nth(-1)) {
            return Some((1, 0));
        }
        let next = nth(1);
        if HUES.contains(&next) && !BETWEEN.has(next) {
            return Some((0, 1));
        }
        let joined = (1..=MOST.cast_signed()).take_while(|back| BETWEEN.has(nth(1 - back)) || *back == 1);
        return joined.skip(1).find(|back| ONES.contains(&nth(-back))).map(|back| (back, 0));
    }
    let book = BOOKS.has(word);
    if !(book || MEDIA.has(word)) {
        return None;
    }
    let tells = |key: Key| {
        if book { FACES.contains(&key) } else { TOPICS.has(key) || ICONS.has(key) || TRADES.contains(&key) }
    };
    let front = 1 + isize::from(LIKE.contains(&nth(-1)));
    if tells(nth(-front)) {
        return Some((front, 0));
    }
    let mut behind = (1..=MOST.cast_signed()).map(|last| (last, nth(last)));
    let (last, key) = behind.find(|(_, key)| !BETWEEN.has(*key))?;
    // "with the paper plane"
    let hued = || HUES.contains(&key) && tells(nth(last + 1));
    if hued() {
        return Some((0, last + 1));
    }
    (if last > 1 { tells(key) } else { ICONS.has(key) }).then_some((0, last))
}

/// The platform that is described around a token: its first and last token, and that the description is no name.
pub(super) fn told(tokens: &Tokens<'_>, at: usize) -> Option<(usize, usize, bool)> {
    let token = tokens.at(at);
    if !token.has(Senses::TELLS) {
        return None;
    }
    // "con l'aeroplanino"
    let elided = |at: usize| tokens.at(at).is_mark(b'\'');
    let place = |nth: isize| {
        let step = |at: usize| if nth > 0 { at.wrapping_add(1) } else { at.wrapping_sub(1) };
        let next = |at: usize| if elided(step(at)) { step(step(at)) } else { step(at) };
        (0..nth.unsigned_abs()).fold(at, |at, _| next(at))
    };
    let (front, back) = describes(token.key, |nth| tokens.at(place(nth)).key)?;
    let (first, last) = (place(-front), place(back));
    // All of it in one clause.
    let whole = (first..=last).all(|at| tokens.at(at).is_word() || elided(at));
    // `site_plan`
    let joined = tokens.at(last + 1).is_mark(b'_');
    (whole && !joined).then_some((first, last, true))
}

/// Whether the word at a place among those of a text describes a platform together with those around it.
pub(in crate::policy) fn is_told(word: Key, nth: impl Fn(isize) -> Key) -> bool {
    describes(word, nth).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon::look_up;

    #[test]
    fn descriptions_are_found_by_words_that_the_gate_asks_for() {
        for key in [&MEDIA, &WHOLE, &MAKERS, &ICONS, &POSTS, &BOOKS].iter().flat_map(|set| set.iter()) {
            assert!(look_up(*key).has(Senses::TELLS), "{key:?}");
        }
    }

    #[test]
    fn platforms_are_told_in_many_ways() {
        for (text, told) in [
            ("add tonyfixesboats on there (the yellow ghost)", true),
            ("I'm on the bird app", true),
            ("the blue bird", true),
            ("busca en la app del fantasma", true),
            ("le reseau des photos", true),
            ("da wo alle ihre Essensbilder posten", true),
            ("where everybody posts their lunch", true),
            ("die App mit dem Geist", true),
            ("the one with the ghost", true),
            ("la del bailecito", true),
            ("hast du das mit dem geist?", true),
            ("na tej od zdjęć", true),
            ("on the book of faces", true),
            ("el libro de las caras", true),
            ("the suit and tie network", true),
            ("the app with the pins", true),
            ("auf der Plattform mit dem Geist", true),
            ("woh photo wali app pe", true),
            ("the ghost one", false),
            ("the app with the paper plane", true),
            ("meta's picture place", true),
            ("na apce z duszkiem", true),
            ("the paper one", false),
            ("book the tie fitting", false),
            ("a book of poems", false),
            ("the house with the ghost", false),
            ("vi el pajarito", false),
            ("the app is slow", false),
            ("a site visit on Monday", false),
            ("the bird flew off", false),
            ("where is the post", false),
        ] {
            let mut room = crate::policy::token::Room::new();
            let tokens = Tokens::new(text, &mut room);
            let found = (0..tokens.len()).any(|at| super::told(&tokens, at).is_some());
            assert_eq!(found, told, "{text}");
        }
    }
}
