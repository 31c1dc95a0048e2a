//! Words that name what digits are, in front of them or behind.

use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Shape, Token, Tokens};

/// Words for "number", which ask for nothing behind the name of a thing.
static NUMBERS: &[Key] = keys!(
    "numero numeros nummer numer number num no nr nomor cislo szam numara numarasi numarul n номер नंबर \
     नम्बर αριθμός"
);
/// Who has a number that is no telephone number when the word stands in front of "number".
static HOLDERS: &[Key] = keys!(
    "consumer customer client subscriber patient klienta pacjenta student employee roll house cliente kunden klant klient \
     kund kunde abonado usuario utente assinante"
);
/// What has a meter.
static METERED: Set = Set::of(keys!(
    "gas electric electricity electrics water heating solar strom wasser luz agua eau electricite acqua \
     luce energia prad woda gaz contador compteur contatore licznik licznika zahler zaehler gaszahler \
     wasserzahler stromzahler"
));
static IDS: &[Key] = keys!("id ids");
/// What people hand in, who they are to a shop, and how a number comes upon a thing.
static FILED: &[Key] = keys!(
    "complaint petition dispute incident submission subscription cust beschwerde reklamation antrag \
     schadensfall schadenfall reclamo reclamacion queja siniestro solicitud solicitacao reclamacao \
     reclamation segnalazione sinistro klacht skarga zgloszenie zgloszenia sikayet shikayat dosar \
     stamped engraved etched embossed imprinted gestempelt gepragt eingraviert grabado estampado grave \
     punzonato inciso gravado gegraveerd"
);
static READ: &[Key] =
    keys!("readings reads lectura lecturas releve releves lettura leitura odczyt zahlerstand");
static COPULAS: &[Key] = keys!(
    "is was are es est ist war lautet era sono sao er ar var to on je este reads says shows zeigt sagt \
     dice indique affiche segna marca wskazuje"
);
/// Words between a thing and the place where its number stands.
static PLACES: &[Key] = keys!("on at under inside auf am an unter en sur sous sul sulla no na op onder");
/// Behind a number that was found on a thing.
static MADE: &[Key] = keys!(
    "made hergestellt hecho hecha fabricado fabricada fabrique fabriquee prodotto prodotta feito gemaakt \
     wyprodukowano wykonano printed"
);
/// How far behind digits their name stands, in tokens.
const BEHIND: usize = 5;

pub(super) fn is_number(token: &Token) -> bool {
    token.is_one(NUMBERS)
}

pub(super) fn is_copula(token: &Token) -> bool {
    token.is_one(COPULAS)
}

/// Whether "number" stands beside a word for somebody who is served, "consumer no", or short for it behind a letter: "S/N". Of
/// a call or a telephone "c/n" and "t/n" are short too.
pub(super) fn is_holder(tokens: &Tokens<'_>, at: usize) -> bool {
    let named = |next: &Token| is_number(next) || next.is_one(IDS);
    // "numero de cliente"
    let of = 1 + usize::from(tokens.before(at).is_one(keys!("de di")));
    tokens.at(at).is_one(HOLDERS)
        && (named(tokens.at(at + 1))
            || tokens.before(at).is_one(IDS)
            || at >= of && tokens.at(at - of).is_one(keys!("numero nummer numer")))
        || tokens.is(tokens.at(at), "s")
            && tokens.at(at + 1).is_mark(b'/')
            && tokens.is(tokens.at(at + 2), "n")
}

/// Whether digits that nothing divides are what somebody or his complaint is filed under, "ID 2155501432", and not how he is
/// called on a platform or by whom: of most of these people give the number to call too.
pub(super) fn is_filed(tokens: &Tokens<'_>, at: usize, first: usize) -> bool {
    let (token, next, digits) = (tokens.at(at), tokens.at(at + 1), tokens.at(first));
    let between = next.is_mark(b':') || is_number(next) || is_copula(next);
    (at + 1 == first || at + 2 == first && between)
        && (token.is_one(FILED) || token.is_one(IDS) && !tokens.is(tokens.before(at), "caller"))
        && digits.is_digits()
        && digits.len() > 8
        && !tokens.any_has(Senses::PLATFORM)
}

/// Whether what a meter counts, or a word for its reading, stands directly in front of that. Reading by itself is a town.
pub(super) fn is_reading(tokens: &Tokens<'_>, at: usize, first: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let metered = |at: usize| tokens.at(at).is_in(&METERED) || tokens.at(at).is_one(keys!("meter meters"));
    if at + 1 == first && token.is_in(&METERED) {
        return true;
    }
    let near = at + 1 == first || at + 2 == first && (next.is_mark(b':') || is_copula(next));
    near && (token.is_one(READ)
        || token.is_one(keys!("reading read stand")) && (at.saturating_sub(2)..at).any(metered))
}

/// Whether a word for "number" stands behind the name of a thing: "zamówienie numer".
pub(super) fn is_number_of_thing(tokens: &Tokens<'_>, at: usize) -> bool {
    is_number(tokens.at(at))
        && (tokens.before(at).has(Senses::THING) || is_holder(tokens, at.wrapping_sub(1)))
}

/// What becomes of papers, claims and goods, behind a verb: "was closed". Directly behind a number somebody did so: "07700900123
/// delivered the sofa".
static STATES: &[Key] = keys!(
    "rejected declined cancelled canceled refunded bounced resolved processed reopened abgelehnt storniert \
     bearbeitet erstattet rechazada rechazado anulada anulado cancelada cancelado refusee refuse annulee \
     cloturee cloture rimborsato rimborsata rifiutata annullato annullata liquidato recusada recusado \
     afgewezen geannuleerd verwerkt odrzucona odrzucone anulowane zrealizowane approved expired renewed received attached logged shipped delivered failed \
     pending overdue rescheduled completed fixed \
     closed missing signed done ended \
     negative positive complete geschlossen erledigt \
     bezahlt geloscht cerrada cerrado pendiente tramite respuesta fermee attente \
     cours chiusa chiuso sospeso encerrada encerrado analise pendente \
     afgesloten gesloten behandeling zamkniete zamknieta toku kapatildi inchis band"
);
/// Words in front of them.
static BECOMES: &[Key] = keys!(
    "was is were has been still got wurde ist noch fue esta sigue sin a ete est toujours en e stata stato \
     ancora in foi ainda em is nog werd zostalo zostala jest nadal w came went back out abhi bhi kar"
);

/// Whether the words behind digits say what became of the thing: "0047823319 was closed".
fn becomes(tokens: &Tokens<'_>, last: usize) -> bool {
    let state = (last + 1..=last + BEHIND).find(|at| !tokens.at(*at).is_one(BECOMES)).unwrap_or(last);
    state > last + 1 && tokens.at(state).is_one(STATES)
}

/// Whether the words behind digits say what thing they name: "2155501432 is the cert", "602140833 (numer zamówienia)".
/// What became of it, and where it was made, is said of people and their answers too: it speaks for `odd` digits alone.
pub(super) fn named_behind(tokens: &Tokens<'_>, last: usize, odd: bool) -> bool {
    if odd && becomes(tokens, last) {
        return true;
    }
    let mut next = last + 1 + usize::from(tokens.at(last + 1).is_any_mark(b",-"));
    // "0191 498 0001 batch, best before 09 25"
    let thing = tokens.at(next);
    if thing.has(Senses::THING) {
        return tokens.at(next + 1).shape == Shape::Mark || is_copula(tokens.at(next + 1));
    }
    // "underneath 4155550132 made in Worcester"
    if odd
        && tokens.at(next).is_one(MADE)
        && tokens.at(next + 1).is_one(keys!("in en na w i a au by por par von"))
    {
        return true;
    }
    // "c'est"
    if tokens.is(tokens.at(next), "c") && tokens.at(next + 1).is_mark(b'\'') {
        next += 2;
    }
    let opens = tokens.at(next).is_mark(b'(')
        || is_copula(tokens.at(next))
        || tokens.at(next).is_one(keys!("steht as als comme como come jako"));
    if !opens {
        return false;
    }
    for at in next + 1..=next + BEHIND {
        let token = tokens.at(at);
        if !token.is_word() {
            return false;
        }
        if token.has(Senses::THING) {
            return true;
        }
    }
    false
}

/// Whether digits stand behind a colon, and in front of it a thing and where its number is: "serial on the back plate:".
pub(super) fn heads(tokens: &Tokens<'_>, first: usize) -> bool {
    tokens.before(first).is_mark(b':')
        && (first.saturating_sub(BEHIND + 2)..first)
            .any(|at| tokens.at(at).has(Senses::THING) && tokens.at(at + 1).is_one(PLACES))
}

/// Words for what is played, danced, rung or counted in numbers.
static COUNTED: &[Key] = keys!(
    "drum drums drumming rhythm beats bells ringers tenor bingo dice choreo choreography metronome sudoku \
     hopscotch score scores result results ergebnis ergebnisse resultados resultats risultati wyniki \
     marcador"
);
/// How far from digits such a word stands, in tokens.
const NEAR: usize = 12;

/// Whether something is spoken of whose numbers are single digits in a row.
pub(super) fn is_counted(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    (first.saturating_sub(NEAR)..first)
        .chain(last + 1..last + 1 + NEAR)
        .any(|at| tokens.at(at).is_one(COUNTED))
}
