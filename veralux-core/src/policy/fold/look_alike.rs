//! Letters that look like Latin ones, upright or turned.

use crate::policy::utf8::decode;

/// Letters of other scripts, and small capitals, that look like Latin ones; each row a Latin letter and its doubles.
static LOOK_ALIKES: &[(u8, &str)] = &[
    (b'a', "аАαΑɑᴀᎪꓮɐ"),
    (b'b', "ВвΒʙᏴꓐЬьβ"),
    (b'c', "сСϲᴄᏟꓚⅽɔ"),
    (b'd', "ԁᴅᎠꓓɗ"),
    (b'e', "еЕΕεᴇᎬꓰєЄёЁ"),
    (b'f', "ғꜰꓝϝɟ"),
    (b'g', "ɡɢԌꓖᏀ"),
    (b'h', "һНнΗʜᎻꓧɥ"),
    (b'i', "іІΙιɪᎥӏⅰᴉ"),
    (b'j', "јЈϳᴊᎫɾ"),
    (b'k', "КкκΚᴋᏦꓗʞ"),
    (b'l', "ʟᏞꓡⅼℓ"),
    (b'm', "МмΜᴍᎷꓟɯ"),
    (b'n', "ΝɴոꓠпП"),
    (b'o', "оОοΟᴏօՕσΩ"),
    (b'p', "рРρΡᴘᏢꓑ"),
    (b'q', "ԛԚ"),
    (b'r', "ʀгꓣᏒɹ"),
    (b's', "ѕЅꜱᏚꓢ"),
    (b't', "ТтΤτᴛᎢꓔʇ"),
    (b'u', "υսᴜꓴцμ"),
    (b'v', "νѵᴠᏙʌ"),
    (b'w', "ѡԝԜᴡωᎳшʍ"),
    (b'x', "хХΧχᕽ"),
    (b'y', "уУΥγʏүҮʎ"),
    (b'z', "ΖᴢᏃ"),
    (b'3', "ЗзƷӠ"),
    (b'6', "б"),
    (b'4', "Чч"),
    (b'!', "ǃ"),
];

/// The Latin letter that a character looks like.
pub(super) fn look_alike(c: char) -> Option<u8> {
    let found = SORTED.binary_search_by_key(&u32::from(c), |(code, _)| *code).ok()?;
    SORTED.get(found).map(|(_, letter)| *letter)
}

const COUNT: usize = count();

/// The table by character.
static SORTED: [(u32, u8); COUNT] = sorted();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn count() -> usize {
    let (mut count, mut row) = (0, 0);
    while row < LOOK_ALIKES.len() {
        let mut rest = LOOK_ALIKES[row].1.as_bytes();
        while let Some((_, after)) = decode(rest) {
            count += 1;
            rest = after;
        }
        row += 1;
    }
    count
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn sorted() -> [(u32, u8); COUNT] {
    let mut sorted = [(0, 0); COUNT];
    let (mut count, mut row) = (0, 0);
    while row < LOOK_ALIKES.len() {
        let (letter, doubles) = LOOK_ALIKES[row];
        let mut rest = doubles.as_bytes();
        while let Some((code, after)) = decode(rest) {
            let mut at = count;
            while at > 0 && sorted[at - 1].0 > code {
                sorted[at] = sorted[at - 1];
                at -= 1;
            }
            assert!(at == 0 || sorted[at - 1].0 != code, "a character looks like one letter");
            sorted[at] = (code, letter);
            (count, rest) = (count + 1, after);
        }
        row += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_double_is_found() {
        for (letter, doubles) in LOOK_ALIKES {
            for c in doubles.chars() {
                assert_eq!(look_alike(c), Some(*letter), "{c}");
            }
        }
        assert_eq!((look_alike('ж'), look_alike('a'), look_alike('中')), (None, None, None));
    }
}
