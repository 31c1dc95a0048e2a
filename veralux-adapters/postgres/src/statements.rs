//! Every SQL text of this package, so that one test can have them all prepared and explained.

/// Declares SQL constants and a table of them. `list` makes two of one, for both orders of a page: their first parameters
/// are the key behind which the page begins and the limit.
macro_rules! statements {
    (
        $(one { $($(#[$doc:meta])* $name:ident = $sql:expr;)+ })?
        $(list { $($(#[$list_doc:meta])* $list:ident = $select:expr, by $key:literal;)+ })?
    ) => {
        $($($(#[$doc])* const $name: &str = $sql;)+)?
        $($($(#[$list_doc])* const $list: $crate::paging::Paged = $crate::paging::Paged {
            oldest_first: concat!($select, " AND ", $key, " > $1 ORDER BY ", $key, " LIMIT $2"),
            newest_first: concat!($select, " AND ", $key, " < $1 ORDER BY ", $key, " DESC LIMIT $2"),
        };)+)?
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[
            $($((concat!(module_path!(), "::", stringify!($name)), $name),)+)?
            $($((concat!(module_path!(), "::", stringify!($list), "::oldest_first"), $list.oldest_first),
                (concat!(module_path!(), "::", stringify!($list), "::newest_first"), $list.newest_first),)+)?
        ];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod plan;
#[cfg(test)]
mod tests;
