/// Most items that one page holds.
pub const MAX_PAGE: u16 = 200;

/// Which page of a list is wanted.
///
/// Lists are ordered by id (audit events by sequence), and ids that the product makes sort by the instant at which
/// they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Only items behind this key, exclusive.
    pub after: Option<String>,
    /// At most so many items; [`MAX_PAGE`] at most.
    pub limit: u16,
    /// From the newest to the oldest instead of from the oldest to the newest.
    pub newest_first: bool,
}

impl Page {
    /// The first page from the oldest item on.
    pub fn first(limit: u16) -> Self {
        Self { after: None, limit: limit.clamp(1, MAX_PAGE), newest_first: false }
    }

    /// The first page from the newest item on.
    pub fn newest(limit: u16) -> Self {
        Self { newest_first: true, ..Self::first(limit) }
    }

    /// The same page behind a key.
    #[must_use]
    pub fn after(self, key: Option<String>) -> Self {
        Self { after: key, ..self }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Key of the last item when there are more behind it.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// Builds a page from up to `limit + 1` items: the one too many only tells that there are more.
    pub fn from_excess(mut items: Vec<T>, page: &Page, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::from(page.limit);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Self { items, next }
    }

    /// The same page with each item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
