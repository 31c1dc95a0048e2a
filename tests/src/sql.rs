//! Where SQL stands in an adapter's sources: in its tables of statements and nowhere else, so that one test sees all of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a text that asks something of a database begins with.
const VERBS: &[&str] = &[
    "ALTER",
    "ANALYZE",
    "ATTACH",
    "BEGIN",
    "CALL",
    "COMMIT",
    "COPY",
    "CREATE",
    "DELETE",
    "DETACH",
    "DO",
    "DROP",
    "END",
    "EXECUTE",
    "EXPLAIN",
    "GRANT",
    "INSERT",
    "LISTEN",
    "LOCK",
    "MERGE",
    "NOTIFY",
    "PRAGMA",
    "REINDEX",
    "RELEASE",
    "REPLACE",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "TABLE",
    "TRUNCATE",
    "UNLISTEN",
    "UPDATE",
    "VACUUM",
    "VALUES",
    "WITH",
];

/// What opens a table of statements in a source.
const TABLE: &str = "\ncrate::statements::statements! {\n";

/// The modules below a package's `src` that have a table of statements, by their paths.
///
/// # Panics
/// When SQL stands outside of one, unless it begins as one of `unplanned`, or a module has two.
pub fn modules_with_statements(package: &str, sources: &Path, unplanned: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(sources, package, unplanned, &mut found);
    found
}

fn walk(folder: &Path, path: &str, unplanned: &[&str], found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        let module = format!("{path}::{}", entry.file_stem().unwrap().to_str().unwrap());
        let is_source = entry.extension().is_some_and(|extension| extension == "rs");
        if entry.is_dir() {
            walk(&entry, &module, unplanned, found);
        } else if is_source && !path.ends_with("::statements") && !module.ends_with("::tests") {
            let source = fs::read_to_string(&entry).unwrap();
            if has_table(&module, &source, unplanned) {
                found.insert(module);
            }
        }
    }
}

/// Whether a source has a table of statements.
fn has_table(module: &str, source: &str, unplanned: &[&str]) -> bool {
    let (before, behind) = match source.split_once(TABLE) {
        Some((before, rest)) => (before, rest.split_once("\n}\n").map(|(_, behind)| behind)),
        None => (source, None),
    };
    for outside in [Some(before), behind].into_iter().flatten() {
        assert!(!outside.contains("statements! {"), "{module} has two tables of statements");
        assert!(!has_statement(outside, unplanned), "{module} has SQL outside its table of statements");
    }
    behind.is_some()
}

/// The modules whose statements these are; a paged one has two, for both orders.
///
/// # Panics
/// When a name is no path.
pub fn modules_of<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let module = |name: &str| {
        let name = name.trim_end_matches("::oldest_first").trim_end_matches("::newest_first");
        name.rsplit_once("::").unwrap().0.to_owned()
    };
    names.into_iter().map(module).collect()
}

/// Whether any text of a source, a raw one or one that begins in its next line too, begins as a statement does.
fn has_statement(source: &str, unplanned: &[&str]) -> bool {
    source.split('"').skip(1).any(|text| {
        let text =
            text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\' || letter == '(');
        let verb = text.split(|letter: char| !letter.is_ascii_uppercase()).next();
        let behind = text.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        verb.is_some_and(|verb| VERBS.contains(&verb))
            && behind.starts_with(char::is_whitespace)
            && !unplanned.iter().any(|known| text.starts_with(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_known_where_it_stands() {
        for source in [
            r#"const ALL: &str = "SELECT x FROM message";"#,
            r##"query(r#"SELECT x FROM message"#)"##,
            "query(\"\n    LOCK TABLE message\")",
            "query(\"\\\n    UPDATE message SET x = 1\")",
            r#"concat!(" TRUNCATE ", "message")"#,
            r#"format!("SET LOCAL role = '{role}'")"#,
            r#"query("CALL it()")"#,
            r#"query("LISTEN others")"#,
            r#"query("(SELECT x FROM message)")"#,
            r#"query("PRAGMA user_version = 0")"#,
            r#"query("BEGIN IMMEDIATE")"#,
        ] {
            assert!(has_statement(source, &["LISTEN veralux"]), "{source}");
        }
        for source in [
            r#"Error::Invalid("TLS cannot be set up")"#,
            r#""SELECT""#,
            r#"let select = "select"; // SELECT x"#,
            r#"query("LISTEN veralux")"#,
        ] {
            assert!(!has_statement(source, &["LISTEN veralux"]), "{source}");
        }
    }

    #[test]
    fn a_table_is_known_and_what_stands_around_it_looked_at() {
        let table = format!("use x;\n{TABLE}    one {{ ADD = \"INSERT INTO x\"; }}\n}}\nfn f() {{}}\n");
        assert!(has_table("m", &table, &[]));
        assert!(!has_table("m", "fn f() {}\n", &[]));
        for (what, source) in [
            ("in front", format!("const X: &str = \"SELECT 1\";\n{table}")),
            ("behind", format!("{table}const X: &str = \"SELECT 1\";\n")),
            ("without a table", "const X: &str = \"SELECT 1\";\n".to_owned()),
            ("two tables", format!("{table}{table}")),
        ] {
            let told = std::panic::catch_unwind(|| has_table("m", &source, &[]));
            assert!(told.is_err(), "{what}");
        }
    }

    #[test]
    fn a_statement_is_of_its_module() {
        let names = ["a::b::ADD", "a::b::LIST::oldest_first", "a::b::LIST::newest_first", "a::c::PUT"];
        assert_eq!(modules_of(names), BTreeSet::from(["a::b".to_owned(), "a::c".to_owned()]));
    }
}
