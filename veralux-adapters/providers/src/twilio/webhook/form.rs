use std::collections::BTreeMap;

/// Fields that a form may have; a media message with ten attachments has about 50.
pub const MAX_FORM_FIELDS: usize = 500;
/// Longest form in bytes: Twilio's own limit for a message is 1,600 characters.
pub const MAX_FORM_BYTES: usize = 64 * 1024;

/// A webhook's form, by the byte order of its names. `Debug` shows how many fields it has, not what they say.
#[derive(Clone, PartialEq, Eq)]
pub struct Form(BTreeMap<String, Vec<String>>);

/// Why a body is not a webhook that can be acted on. Holds nothing of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// More than [`MAX_FORM_FIELDS`].
    #[error("a form has at most {MAX_FORM_FIELDS} fields")]
    TooManyFields,
    /// More than [`MAX_FORM_BYTES`].
    #[error("a form has at most {MAX_FORM_BYTES} bytes")]
    TooLong,
    /// Nothing names the message.
    #[error("`MessageSid` is missing")]
    NoMessageSid,
    /// A field without which it says nothing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`. New fields appear without notice and are kept.
    ///
    /// # Errors
    /// [`FormError::TooManyFields`], [`FormError::TooLong`].
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        if body.len() > MAX_FORM_BYTES {
            return Err(FormError::TooLong);
        }
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MAX_FORM_FIELDS {
                return Err(FormError::TooManyFields);
            }
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(fields))
    }

    /// From names and values, for tests.
    pub fn from_fields(fields: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// No fields: what a JSON body is signed with.
    pub const fn empty() -> Self {
        Self(BTreeMap::new())
    }

    /// Names and values in the byte order of the names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The first value of a field that is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.iter().map(String::as_str).find(|value| !value.is_empty())
    }

    /// Whose account it is about. Says nothing before the signature is verified.
    pub fn account_sid(&self) -> Option<&str> {
        self.value("AccountSid")
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(ToOwned::to_owned)
    }

    pub(super) fn needed(&self, name: &'static str) -> Result<String, FormError> {
        self.owned(name).ok_or(FormError::Missing(name))
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.value(name)?.parse().ok()
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} fields)", self.0.len())
    }
}
