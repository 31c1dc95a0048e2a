use veralux_core::party::Role;

use super::*;
use crate::fake::{Fake, Value};

const ROW: [Value; 3] = [Value::Number(300), Value::Null, Value::Text("owner")];

#[test]
fn columns_are_taken_from_left_to_right() {
    let row = ROW.to_vec();
    let mut columns: Columns<'_, Fake> = Columns::new(&row);
    assert_eq!(columns.number("one"), Ok(300));
    assert_eq!(columns.text_if_any("two"), Ok(None));
    assert_eq!(columns.parsed("three"), Ok(Role::Owner));
    assert_eq!(columns.text("four"), Err(Corrupt("four")), "there are three");
}

#[test]
fn a_number_must_fit() {
    let wide = vec![Value::Number(300), Value::Number(-1)];
    let mut columns: Columns<'_, Fake> = Columns::new(&wide);
    assert_eq!(columns.small::<u8>("version"), Err(Corrupt("version")));
    assert_eq!(columns.count("revision"), Err(Corrupt("revision")));
}

#[test]
fn bytes_must_be_as_many_as_the_type_holds() {
    let row = vec![Value::Bytes(b"four"), Value::Bytes(b"")];
    let mut columns: Columns<'_, Fake> = Columns::new(&row);
    assert_eq!(columns.bytes::<4>("hash"), Ok(*b"four"));
    assert_eq!(columns.bytes::<4>("hash"), Err(Corrupt("hash")));
}

#[test]
fn the_error_names_the_column() {
    assert_eq!(Corrupt("e164").to_string(), "the column `e164` holds what cannot be read");
}
