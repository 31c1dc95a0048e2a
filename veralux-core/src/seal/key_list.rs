//! A list of root keys as an operator writes it: `1:<key>,2:<key>`, or one a line with `#` comments.

use super::root_key::{RootKey, RootKeyError};

/// Why a list of root keys was refused. Names the place, never what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry} of the root keys{}: {fault}", self.line())]
pub struct KeyListError {
    /// Which entry, counted from 1.
    pub entry: usize,
    /// In which line, counted from 1; `None` in a list of one line.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub fault: KeyListFault,
}

impl KeyListError {
    fn line(&self) -> String {
        self.line.map(|line| format!(" in line {line}")).unwrap_or_default()
    }
}

/// What is wrong with an entry of a list of root keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyListFault {
    /// No entry at all.
    #[error("there is none; write `1:<key>`")]
    None,
    /// No id and colon in front of the key.
    #[error("must begin with an id from 1 to 4294967295 and a colon, like `1:<key>`")]
    Id,
    /// An id for the second time.
    #[error("the id {0} stands twice")]
    Twice(u32),
    /// A key that is none.
    #[error("the key of id {0} {1}")]
    Key(u32, RootKeyError),
}

/// Reads a list of root keys, in ascending order of their ids.
///
/// ```
/// use veralux_core::seal::parse_keys;
/// let list = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a # since May";
/// assert_eq!(parse_keys(list).unwrap()[0].0, 1);
/// ```
///
/// # Errors
/// [`KeyListError`] for the first entry that is refused.
pub fn parse_keys(text: &str) -> Result<Vec<(u32, RootKey)>, KeyListError> {
    let many_lines = text.trim().contains('\n');
    let entries = text.lines().enumerate().flat_map(|(line, content)| {
        let content = content.split('#').next().unwrap_or_default();
        content
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(move |entry| (line + 1, entry))
    });
    let mut keys: Vec<(u32, RootKey)> = Vec::new();
    for (index, (line, entry)) in entries.enumerate() {
        let refused = |fault| KeyListError { entry: index + 1, line: many_lines.then_some(line), fault };
        let (id, key) = entry.split_once(':').ok_or(refused(KeyListFault::Id))?;
        let id = parse_id(id.trim()).ok_or(refused(KeyListFault::Id))?;
        if keys.iter().any(|(other, _)| *other == id) {
            return Err(refused(KeyListFault::Twice(id)));
        }
        let key = RootKey::parse(key.trim()).map_err(|error| refused(KeyListFault::Key(id, error)))?;
        keys.push((id, key));
    }
    if keys.is_empty() {
        return Err(KeyListError { entry: 1, line: None, fault: KeyListFault::None });
    }
    keys.sort_by_key(|(id, _)| *id);
    Ok(keys)
}

/// Decimal digits without a zero or sign in front.
fn parse_id(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Weakness;

    const A: &str = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    const B: &str = "n2SnR-G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo=";

    #[test]
    fn lists_that_are_read() {
        for (what, text, ids) in [
            ("one", format!("1:{A}"), vec![1]),
            ("two, not in order", format!("7:{A},2:{B}"), vec![2, 7]),
            ("spaces and a comma at the end", format!(" 1 : {A} , 2: {B}, \n"), vec![1, 2]),
            ("lines with comments", format!("# keys\n\n1:{A}\r\n  2:{B} # newest\n#3:none\n"), vec![1, 2]),
            ("the greatest id", format!("4294967295:{A}"), vec![u32::MAX]),
        ] {
            let keys = parse_keys(&text).unwrap();
            assert_eq!(keys.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids, "{what}");
        }
    }

    #[test]
    fn lists_that_are_not() {
        use KeyListFault::{Id, Key, None as Nothing, Twice};
        let weak = RootKeyError::Weak(Weakness::Constant);
        for (what, text, entry, line, fault) in [
            ("empty", String::new(), 1, None, Nothing),
            ("comments only", "# 1:aa\n".to_owned(), 1, None, Nothing),
            ("no id", A.to_owned(), 1, None, Id),
            ("id 0", format!("0:{A}"), 1, None, Id),
            ("a zero in front", format!("01:{A}"), 1, None, Id),
            ("a sign", format!("+1:{A}"), 1, None, Id),
            ("no number", format!("one:{A}"), 1, None, Id),
            ("empty id", format!(":{A}"), 1, None, Id),
            ("too great", format!("4294967296:{A}"), 1, None, Id),
            ("twice", format!("1:{A}\n1:{B}"), 2, Some(2), Twice(1)),
            ("no key", "3:".to_owned(), 1, None, Key(3, RootKeyError::Form)),
            ("weak", format!("1:{A},2:{}", "00".repeat(32)), 2, None, Key(2, weak)),
        ] {
            assert_eq!(parse_keys(&text).unwrap_err(), KeyListError { entry, line, fault }, "{what}");
        }
        let said = parse_keys(&format!("1:{A}\n1:{B}")).unwrap_err().to_string();
        assert_eq!(said, "entry 2 of the root keys in line 2: the id 1 stands twice");
    }
}
