//! The words of invitations that many words of a message are compared with.

use crate::policy::lexicon::{Key, Set, keys};

/// Words for going elsewhere rather than staying.
pub(super) static RATHER: Set =
    Set::of(keys!("rather statt lieber plutot dehors invece mejor nicht cancel anstatt mat"));

/// Words for this place.
pub(super) static HERE: Set = Set::of(keys!("here hier qui aqui ici yahan ca"));

/// Words for having something.
pub(in crate::policy) static HAVE: Set =
    Set::of(keys!("have got use tienes hast avez tem masz heb hebt there as hai haben hatten teneis tienen"));

/// Words for going on somewhere.
pub(super) static MOVES: Set = Set::of(keys!(
    "take passe passons machen klaren klaeren reden schreiben praten verder baat karte karein \
     seguimos hablemos conversamos vamos pisac gadac rozmawiac skriva prata перейдем давайте давай \
     बात"
));

/// Words in front of the platform that somebody goes to.
pub(super) static LEADS: Set = Set::of(keys!(
    "on to via through over en por auf uber sur su no pelo pe by in my mi per par v a al na op zu \
     nach bei pa"
));

/// Words that deny what follows.
pub(super) static NOT: Set = Set::of(keys!("don dont never not cannot cant nie nicht nunca pas nao without"));

/// Words in front of "your number".
pub(in crate::policy) static ASKS: Set = Set::of(keys!(
    "whats what give send share drop gimme need have get dame pasame gib donne donnez passez passami \
     dammi mandami mandame pasas cual qual quale geef podaj poda podac giving avez tem \
     there as hai teneis tienen shoot pop chance wie donner dai dar hast haben hatten tienes masz heb hebt tell type write spell dime digame escribe ponme \
     dejame geben nenne nennen sag sagen schick schicken envoie envoyez file laisse laissez quoi dimmi lascia \
     lasciami lasci scrivi scrivimi passa manda fala deixa stuur zeg dej wyslij napisz ver yaz \
     дай дайте скинь скиньте кинь напиши напишите оставь пришли"
));

/// Those of languages that say a number without saying whose.
pub(in crate::policy) static BARE: Set = Set::of(keys!(
    "podaj poda podac dej wyslij napisz дай дайте скинь скиньте кинь напиши напишите оставь пришли"
));

/// What kind of number it is by which somebody is reached.
pub(in crate::policy) static KINDS: Set = Set::of(keys!(
    "best good better direct personal private real proper perso prive privado personale diretto privata \
     directo direkte"
));

/// Words for whose a number or an address is.
pub(in crate::policy) static YOURS: Set = Set::of(keys!(
    "your ur my tu deine deinen ihre ton ta votre seu sua teu tua tuo suo jouw je uw swoj twoj"
));

/// Whose a thing is that somebody asks for behind it.
pub(in crate::policy) static OWN: Set = Set::of(keys!("apna apni aapka tumhara ihre deine अपना अपनी"));

/// One of several, where it is asked for.
pub(in crate::policy) static ONE: Set =
    Set::of(keys!("an a un une um another any ein eine einen una uno uma een ett"));

/// Who is reached, where it is who speaks, and words that ask for it in one.
pub(super) static ME: Set = Set::of(keys!(
    "me us mich mir uns moi nous mi ci m lieber escribeme llamame hablame contactame escribidme scrivimi \
     chiamami mandame schreib"
));
/// Words for being without anybody else.
pub(super) static PRIVATE: &[Key] = keys!("privately privado privat privatamente prive privato private priv");
pub(super) static IN: &[Key] = keys!("in por em en per");

/// What is done elsewhere: "do this on whatsapp".
pub(super) static THIS: &[Key] =
    keys!("this it that everything the das es alles esto todo ca tout questo tutto isso tudo dit");

/// Behind a number that somebody would be called on: "a number to reach you", "where I can".
pub(in crate::policy) static REACHES: &[Key] = keys!(
    "to for i we so where you donde onde dove posso puedo podemos kann konnen peux puisse pour para wo unter"
);
