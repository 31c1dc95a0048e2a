//! Every SQL text that is the same for all databases, so that a test of each adapter can have them explained.

/// Declares SQL constants and a table of them.
macro_rules! statements {
    (one { $($(#[$doc:meta])* $name:ident = $sql:expr;)+ }) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// Every statement of the module with its name.
        pub(crate) const STATEMENTS: &[(&str, &str)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name),)+];
    };
}
pub(crate) use statements;
