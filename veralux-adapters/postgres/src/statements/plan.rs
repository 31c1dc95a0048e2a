//! How PostgreSQL goes about a statement, and what is wrong with that on tables that grow.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio_postgres::Client;

/// Tables of a few rows for the whole installation, and the catalogue's.
const SMALL: &[&str] = &["root_key", "setting", "schema_migration", "tool_registration"];

/// What is found to be wrong with a plan, each with a word for which a statement may be exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// It reads a whole table.
    Walks,
    /// It reads all rows of a tenant.
    WalksTenant,
    /// The index has columns between those that it knows.
    Skips,
    /// It is of a tenant, and its index is not led by the tenant.
    NotTenantFirst,
    /// It throws away what it found.
    Filters,
    /// It sorts what it found.
    Sorts,
}

/// The indexes of a database.
#[derive(Debug)]
pub(super) struct Indexes(BTreeMap<String, Index>);

#[derive(Debug)]
struct Index {
    columns: Vec<String>,
    is_unique: bool,
    /// Whether its table is under row level security.
    of_tenants: bool,
}

impl Indexes {
    pub(super) async fn read(client: &Client) -> Self {
        let sql = "SELECT i.indexrelid::regclass::text, t.relrowsecurity, i.indisunique, ARRAY( \
                   SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnatts) k) \
                   FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace";
        let rows = client.query(sql, &[]).await.unwrap();
        let read = |row: &tokio_postgres::Row| {
            (row.get(0), Index { of_tenants: row.get(1), is_unique: row.get(2), columns: row.get(3) })
        };
        Self(rows.iter().map(read).collect())
    }

    /// Every fault of a plan, with the step that has it.
    pub(super) fn faults(&self, plan: &Value) -> Vec<(Fault, String)> {
        let mut faults = Vec::new();
        self.look_at(plan, &mut faults);
        faults
    }

    fn look_at(&self, node: &Value, faults: &mut Vec<(Fault, String)>) {
        let text = |key: &str| node[key].as_str().unwrap_or_default();
        let children = node["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let table = text("Relation Name");
        let is_small = SMALL.contains(&table) || table.starts_with("pg_");
        let mut found = Vec::new();
        match text("Node Type") {
            "Seq Scan" if !is_small => found.push(Fault::Walks),
            "Index Scan" | "Index Only Scan" if !is_small => {
                found.extend(self.of_condition(text("Index Name"), text("Index Cond")));
                if !node["Filter"].is_null() && !self.finds_one(text("Index Name"), text("Index Cond")) {
                    found.push(Fault::Filters);
                }
            }
            "Bitmap Index Scan" => found.extend(self.of_condition(text("Index Name"), text("Index Cond"))),
            "Bitmap Heap Scan" if !node["Filter"].is_null() && !self.map_finds_one(children) => {
                found.push(Fault::Filters);
            }
            "Sort" | "Incremental Sort" => found.push(Fault::Sorts),
            _ => {}
        }
        if joins_beside_the_tenant(text("Join Filter")) {
            found.push(Fault::Filters);
        }
        faults.extend(found.into_iter().map(|fault| (fault, brief(node))));
        for child in children {
            self.look_at(child, faults);
        }
    }

    fn of_condition(&self, name: &str, condition: &str) -> Option<Fault> {
        let index = &self.0[name];
        let known: Vec<bool> = index.columns.iter().map(|column| mentions(condition, column)).collect();
        let leading = known.iter().take_while(|known| **known).count();
        if leading == 0 {
            Some(Fault::Walks)
        } else if known[leading..].contains(&true) {
            Some(Fault::Skips)
        } else if index.of_tenants && !equals(condition, "tenant_id") {
            Some(Fault::NotTenantFirst)
        } else if index.of_tenants && leading == 1 && index.columns.len() > 1 {
            Some(Fault::WalksTenant)
        } else {
            None
        }
    }

    fn map_finds_one(&self, children: &[Value]) -> bool {
        children.iter().all(|map| {
            let index = map["Index Name"].as_str().unwrap_or_default();
            self.0.contains_key(index)
                && self.finds_one(index, map["Index Cond"].as_str().unwrap_or_default())
        })
    }

    /// Whether a condition leaves one row at most, so that what else is asked of it costs nothing.
    fn finds_one(&self, name: &str, condition: &str) -> bool {
        let index = &self.0[name];
        index.is_unique && index.columns.iter().all(|column| equals(condition, column))
    }
}

/// Whether a condition asks for a column of the index itself: those of other tables have their table's name before them.
fn mentions(condition: &str, column: &str) -> bool {
    [" ", ",", ")"].iter().any(|end| {
        condition.contains(&format!("({column}{end}")) || condition.contains(&format!(", {column}{end}"))
    })
}

fn equals(condition: &str, column: &str) -> bool {
    condition.contains(&format!("({column} = "))
}

/// Of joined rows all are of one tenant; anything else that is compared was read to be thrown away.
fn joins_beside_the_tenant(filter: &str) -> bool {
    let parts = filter.split(" AND ").map(|part| part.trim_matches(['(', ')']));
    let of_tenant =
        |part: &str| part.is_empty() || part.split(" = ").all(|side| side.ends_with(".tenant_id"));
    !parts.into_iter().all(of_tenant)
}

fn brief(node: &Value) -> String {
    let known =
        ["Node Type", "Relation Name", "Index Name", "Index Cond", "Filter", "Join Filter", "Sort Key"];
    let parts = known.iter().filter(|key| !node[**key].is_null());
    parts.map(|key| format!("{key}: {}", node[*key])).collect::<Vec<_>>().join(", ")
}
