//! Letters that look like Latin ones.

use crate::policy::utf8::decode;

/// Letters of other scripts, and small capitals, that look like Latin ones; each row a Latin letter and its doubles.
static LOOK_ALIKES: &[(u8, &str)] = &[
    (b'a', "аАαΑɑᴀᎪꓮ"),
    (b'b', "ВвΒʙᏴꓐЬьβ"),
    (b'c', "сСϲᴄᏟꓚⅽ"),
    (b'd', "ԁᴅᎠꓓɗ"),
    (b'e', "еЕΕεᴇᎬꓰєЄёЁ"),
    (b'f', "ғꜰꓝϝ"),
    (b'g', "ɡɢԌꓖᏀ"),
    (b'h', "һНнΗʜᎻꓧ"),
    (b'i', "іІΙιɪᎥӏⅰ"),
    (b'j', "јЈϳᴊᎫ"),
    (b'k', "КкκΚᴋᏦꓗ"),
    (b'l', "ʟᏞꓡⅼℓ"),
    (b'm', "МмΜᴍᎷꓟ"),
    (b'n', "ΝɴոꓠпП"),
    (b'o', "оОοΟᴏօՕσΩ"),
    (b'p', "рРρΡᴘᏢꓑ"),
    (b'q', "ԛԚ"),
    (b'r', "ʀгꓣᏒ"),
    (b's', "ѕЅꜱᏚꓢ"),
    (b't', "ТтΤτᴛᎢꓔ"),
    (b'u', "υսᴜꓴцμ"),
    (b'v', "νѵᴠᏙ"),
    (b'w', "ѡԝԜᴡωᎳш"),
    (b'x', "хХΧχᕽ"),
    (b'y', "уУΥγʏүҮ"),
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
