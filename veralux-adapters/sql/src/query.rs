use std::fmt;

use veralux_core::id::TenantId;

/// The value of a parameter. Never shown: it may be a phone number, a text or a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A text without U+0000, or NULL.
    Text(Option<String>),
    /// A text that may hold any character, U+0000 included, or NULL; see [`Database::any_text`](crate::Database::any_text).
    AnyText(Option<String>),
    /// Several texts, for a database that has arrays.
    Texts(Vec<String>),
    /// A whole number, or NULL.
    Number(Option<i64>),
    /// True or false.
    Truth(bool),
    /// Bytes, or NULL.
    Bytes(Option<Vec<u8>>),
}

/// One statement and its values.
#[derive(Debug, Clone)]
pub struct Query {
    sql: &'static str,
    values: Vec<Value>,
}

/// A statement whose parameters `$1`, `$2`, … are bound in their order.
pub fn query(sql: &'static str) -> Query {
    Query { sql, values: Vec::new() }
}

impl Query {
    /// With the value of the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.push(value);
        self
    }

    /// Adds the value of the next parameter.
    pub fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
    }

    /// The statement.
    pub fn sql(&self) -> &'static str {
        self.sql
    }

    /// The values, the first of them of `$1`.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

impl Value {
    /// A text that may hold any character.
    pub fn any_text(text: &str) -> Self {
        Self::AnyText(Some(text.to_owned()))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&TenantId> for Value {
    fn from(tenant: &TenantId) -> Self {
        Self::from(tenant.as_str())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_owned()))
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        Self::Bytes(bytes.map(<[u8]>::to_owned))
    }
}
