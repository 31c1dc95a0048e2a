//! Redis values as texts. By hand, since the errors of the crate's own conversions quote the value.

use redis::Value;

use crate::error::{Asked, Failure};

/// A text, or `None` for nil.
pub(crate) fn text(value: Value) -> Asked<Option<String>> {
    match value {
        Value::Nil => Ok(None),
        Value::BulkString(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| Failure::Unreadable),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Ok(Some(text)),
        _ => Err(Failure::Unreadable),
    }
}

/// A list.
pub(crate) fn list(value: Value) -> Asked<Vec<Value>> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(Failure::Unreadable),
    }
}

/// A number.
pub(crate) fn number(value: &Value) -> Asked<i64> {
    match value {
        Value::Int(number) => Ok(*number),
        _ => Err(Failure::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_text_is_not_quoted() {
        for value in [Value::BulkString(b"secret\xff".to_vec()), Value::Int(7), Value::Array(vec![])] {
            let failure = text(value).unwrap_err();
            assert!(!format!("{failure:?} {failure}").contains("secret"));
        }
        assert_eq!(text(Value::Nil).unwrap(), None);
        assert_eq!(text(Value::BulkString(b"t1".to_vec())).unwrap().as_deref(), Some("t1"));
    }
}
