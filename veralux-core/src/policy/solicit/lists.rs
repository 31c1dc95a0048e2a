//! The words of invitations that many words of a message are compared with.

use crate::policy::lexicon::{Key, Set, keys};

/// Words for going elsewhere rather than staying.
pub(super) static RATHER: Set =
    Set::of(keys!("rather statt lieber plutot dehors invece mejor nicht cancel anstatt mat"));

/// Words for this place.
pub(super) static HERE: Set = Set::of(keys!("here hier qui aqui ici yahan ca"));

/// Words for having something.
pub(in crate::policy) static HAVE: Set = Set::of(keys!("have got use tienes hast avez tem masz heb hebt"));

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
         dammi mandami mandame pasas cual qual quale geef podaj poda podac giving avez tem"
));

/// Words for whose a number or an address is.
pub(in crate::policy) static YOURS: Set = Set::of(keys!(
    "your ur my tu deine deinen ihre ton ta votre seu sua teu tua tuo suo jouw je uw swoj twoj"
));

/// Whose a thing is that somebody asks for behind it.
pub(in crate::policy) static OWN: Set = Set::of(keys!("apna apni aapka tumhara ihre deine अपना अपनी"));

/// One of several, where it is asked for.
pub(in crate::policy) static ONE: &[Key] = keys!("an a un une um another any");
