//! The words that a call's numbers and dates are known by; those that the lexicon knows already are not repeated.

use crate::policy::lexicon::{Key, Set, keys};

/// Who speaks, as software names them; in the middle of a line a turn begins at one of these.
pub(super) static SPEAKERS: Set = Set::of(keys!(
    "agent ai assistant bot caller client customer guest host human operator patient receptionist rep \
     representative speaker system user virtual agente asistente cliente llamante operadora operador kunde \
     kundin anrufer anruferin assistent agentin appelant client"
));

/// What people put between the parts of a number without meaning anything by it, besides the lexicon's fillers.
pub(super) static FILLERS: Set = Set::of(keys!(
    "mm mhm mhmm mmhm mmhmm hmm huh uhhuh uhm umm uhh aha k kay okey yeah yes yep yup ya yea aye sure right alright \
     good great perfect excellent cool fine got gotcha thank thanks thankyou cheers please like well know think \
     go ahead keep going carry continue ready hold hang give moment second sec minute was were do did i ll ve \
     m re d me this those these all let lets us look check find there where from off read reading card visa mastercard amex long full year month \
     day date oh ooh ah oops whoops listening understood copy correct yessir sir maam madam and also \
     si vale bueno claro gracias ja genau gut danke bitte oui voila merci pero es de del der den da do di ano annee jahr anno"
));

/// What takes back the digits in front of it.
pub(super) static CORRECTIONS: Set = Set::of(keys!(
    "no nope sorry wait scratch correction mean meant oops whoops wrong actually rather instead mistake restart perdon digo \
     falsch entschuldigung quatsch nein pardon"
));

/// What stands around such a word.
pub(super) static TAKING_BACK: Set = Set::of(keys!(
    "i let start over again from the top make that t s my bad apologies back up strike redo begin"
));

/// Words in front of "four" in "the last four".
pub(super) static ANNOUNCES: Set =
    Set::of(keys!("first last next final other middle remaining ultimos primeros letzten ersten derniers"));

/// Words behind "one" that make it a while.
pub(super) static WHILES: Set =
    Set::of(keys!("moment second sec seconds minute minutes sekunde moment minuto segundo instant"));

/// Everyday words that sound like digits, in English; those of other languages count beside numbers of these only.
pub(super) static HOMOPHONES: Set =
    Set::of(keys!("o oh ow owe won to too tu tew tree free fore for fo ate hate sik sics"));

/// Number words that are none of another language.
pub(super) static ENGLISH: Set = Set::of(keys!(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
     seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety hundred thousand \
     double triple oh o to too for won"
));

/// The months, each in all its names.
pub(super) static MONTHS: &[&[Key]] = &[
    keys!("january jan enero januar janvier gennaio janeiro jaenner"),
    keys!("february feb febrero februar fevrier febbraio fevereiro"),
    keys!("march mar marzo marz maerz mars marco"),
    keys!("april apr abril avril aprile"),
    keys!("may mayo mai maggio maio"),
    keys!("june jun junio juni juin giugno junho"),
    keys!("july jul julio juli juillet luglio julho"),
    keys!("august aug agosto aout"),
    keys!("september sep sept septiembre septembre settembre setembro"),
    keys!("october oct octubre oktober okt octobre ottobre outubro"),
    keys!("november nov noviembre novembre novembro"),
    keys!("december dec diciembre dezember dez decembre dicembre dezembro"),
];

/// Ordinals by their values, from 1.
pub(super) static ORDINALS: &[&[Key]] = &[
    keys!("first primero erste ersten erster premier primo primeiro"),
    keys!("second zweite zweiten zweiter"),
    keys!("third dritte dritten dritter"),
    keys!("fourth forth vierte vierten vierter"),
    keys!("fifth funfte funften funfter fuenfte fuenften"),
    keys!("sixth sechste sechsten sechster"),
    keys!("seventh siebte siebten siebter siebente"),
    keys!("eighth achte achten achter"),
    keys!("ninth neunte neunten neunter"),
    keys!("tenth zehnte zehnten zehnter"),
    keys!("eleventh elfte elften elfter"),
    keys!("twelfth zwolfte zwolften zwolfter"),
    keys!("thirteenth dreizehnte dreizehnten dreizehnter"),
    keys!("fourteenth vierzehnte vierzehnten vierzehnter"),
    keys!("fifteenth funfzehnte funfzehnten funfzehnter"),
    keys!("sixteenth sechzehnte sechzehnten sechzehnter"),
    keys!("seventeenth siebzehnte siebzehnten siebzehnter"),
    keys!("eighteenth achtzehnte achtzehnten achtzehnter"),
    keys!("nineteenth neunzehnte neunzehnten neunzehnter"),
    keys!("twentieth zwanzigste zwanzigsten zwanzigster"),
];
/// The last one of the days of a month.
pub(super) static THIRTIETH: &[Key] = keys!("thirtieth dreissigste dreissigsten dreissigster");
/// Behind a German number.
pub(super) static ORDINAL_TAILS: &[Key] = keys!("te ten ter ste sten");
/// Behind a written day.
pub(super) static ORDINAL_ENDS: &[Key] = keys!("st nd rd th");

/// Names of what is asked for.
pub(super) static CARD: Set = Set::of(keys!(
    "card cards visa mastercard amex discover maestro diners credit debit tarjeta visanummer karte kreditkarte carte \
     kartennummer cartao carta"
));
pub(super) static SOCIAL: Set = Set::of(keys!("ssn itin socials"));
/// Behind "social": what else is called so.
pub(super) static NOT_SOCIAL: Set = Set::of(keys!(
    "media network networks networking distancing event events worker workers work club life services skills \
     every platform platforms post posts page pages account accounts"
));
/// Behind "social security".
pub(super) static NOT_SECURITY: Set =
    Set::of(keys!("office offices benefits benefit administration check checks payment payments"));
pub(super) static BIRTH: Set = Set::of(keys!(
    "born birth bday birthday birthdate birthdays births dob geboren geb geburt geburtstag geburtsdatum geburtsjahr \
     naciste nacieron cumple anniversaire nacimiento naci nacio nacida nacido cumpleanos nee naissance nascimento nata \
     nato nascita nasci"
));
/// Behind a word for birth: what is no date of one.
pub(super) static NOT_BIRTH: Set = Set::of(keys!(
    "party parties special specials cake cakes present presents gift gifts dinner lunch bash weekend celebration discount \
     deal package"
));
/// What dates are of that are no dates of birth.
pub(super) static AWAY: Set = Set::of(keys!(
    "appointment appointments book booked booking schedule scheduled reschedule rescheduled come visit available availability \
     opening openings slot slots reservation reserve expires expiry expiration expire due move moved renew renews \
     lands arrive arrives delivery deliver delivered wedding married install see seen since opened founded \
     established admitted discharged updated signed today todays desde cita reservar termin rdv"
));
/// What stands between a date and the words that it is one of birth.
pub(super) static IS_MINE: Set =
    Set::of(keys!("is was s that it my his her the our their when date of i he she they were day"));
/// The letters of the spelling alphabet (ICAO Annex 10, volume II, 5.2.1.3); each begins with the one it stands for.
pub(super) static ALPHABET: Set = Set::of(keys!(
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa \
     quebec romeo sierra tango uniform victor whiskey xray yankee zulu"
));
/// Behind letters that are spelt: "D as in David".
pub(super) static AS_IN: Set = Set::of(keys!("for as like wie como comme"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve_months_and_a_row_for_each_day_that_has_a_name_of_its_own() {
        assert_eq!((MONTHS.len(), ORDINALS.len()), (12, 20));
    }
}
