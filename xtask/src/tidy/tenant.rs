//! A tenant is never optional: every statement on a table of tenants is bound to one.
//!
//! A table counts as soon as its `create table` names a `tenant_id` column. A file whose module comment says
//! `Tenant scope: installation` is exempt: it holds the lookups that find out which tenant is meant. So is a
//! single statement with a comment that says so in the lines right above it.

use super::Finding;
use super::source::Source;
use super::sql;
use std::collections::BTreeSet;

const MIGRATIONS: &str = "crates/rollcall-storage/migrations/";
const STATEMENTS: &str = "crates/rollcall-storage/src/";
const EXEMPTION: &str = "Tenant scope: installation";

/// How far above a statement its exemption may stand.
const EXEMPTION_LINES: usize = 4;

/// The tables with a `tenant_id` column, from the migrations.
pub(crate) fn tables(sources: &[Source]) -> BTreeSet<String> {
    let migrations = sources.iter().filter(|source| source.path.starts_with(MIGRATIONS));
    migrations.flat_map(|source| tenant_tables(&source.text)).collect()
}

fn tenant_tables(migration: &str) -> Vec<String> {
    let lines =
        migration.lines().map(|line| line.split("--").next().unwrap_or_default().to_lowercase());
    let text = lines.collect::<Vec<_>>().join(" ");
    let tables = text.split("create table").skip(1).filter_map(|rest| {
        let statement = rest.split(';').next()?;
        let (name, columns) = statement.split_once('(')?;
        let named = columns
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == "tenant_id");
        let name = name.trim().trim_start_matches("if not exists").trim();
        named.then(|| name.to_owned())
    });
    tables.collect()
}

/// Finds statements that name a tenant's table without the tenant.
pub(crate) fn check(source: &Source, tables: &BTreeSet<String>) -> Vec<Finding> {
    let whole_file = format!("//! {EXEMPTION}");
    if !source.path.starts_with(STATEMENTS)
        || source.text.lines().any(|line| line.starts_with(&whole_file))
    {
        return Vec::new();
    }
    let loose = sql::statements(source).into_iter().filter_map(|statement| {
        let table = named_table(&statement.text, tables)?;
        let loose = !is_bound(&statement.text) && !is_exempt(source, statement.line);
        loose.then(|| {
            let text = format!(
                "a statement on `{table}` must say `tenant_id = $1` (inserts: tenant_id first)"
            );
            Finding::new(&source.path, statement.line, text)
        })
    });
    loose.collect()
}

/// The first tenant's table after `from`, `join`, `into` or `update`.
fn named_table<'a>(statement: &str, tables: &'a BTreeSet<String>) -> Option<&'a String> {
    let words: Vec<&str> =
        statement.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| match pair {
        [verb, table] if matches!(*verb, "from" | "join" | "into" | "update") => tables.get(*table),
        _ => None,
    })
}

fn is_exempt(source: &Source, line: usize) -> bool {
    let above = line.saturating_sub(EXEMPTION_LINES)..line;
    source.lines().any(|(number, text)| {
        above.contains(&number) && text.trim_start().starts_with("//") && text.contains(EXEMPTION)
    })
}

fn is_bound(statement: &str) -> bool {
    if statement.starts_with("insert") {
        let columns = statement.split_once('(').map_or("", |(_, rest)| rest.trim_start());
        return columns
            .strip_prefix("tenant_id")
            .is_some_and(|rest| rest.starts_with([',', ' ', ')']));
    }
    statement
        .split("tenant_id = $1")
        .skip(1)
        .any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{check, tenant_tables};
    use crate::tidy::source::Source;

    fn findings(header: &str, sql: &str) -> usize {
        let text = format!("{header}\nconst A: &str = {sql:?};\n");
        let tables = ["employee".to_owned()].into();
        check(&Source::parse("crates/rollcall-storage/src/a.rs", &text).unwrap(), &tables).len()
    }

    #[test]
    fn tables_come_from_migrations() {
        let migration = "create table tenant (id text);\n-- create table x (tenant_id)\n\
                         create table if not exists employee (\n tenant_id text not null,\n id text\n);";
        assert_eq!(tenant_tables(migration), vec!["employee".to_owned()]);
    }

    #[test]
    fn bound_statements_are_good() {
        assert_eq!(
            findings("//! A.", "select a\nfrom employee e where e.tenant_id = $1 and e.id = $2"),
            0
        );
        assert_eq!(findings("//! A.", "insert into employee (tenant_id, id) values ($1, $2)"), 0);
        assert_eq!(findings("//! A.", "select name from tenant where id = $1"), 0);
        assert_eq!(
            findings(
                "//! A.\n//! Tenant scope: installation",
                "select a from employee where id = $1"
            ),
            0
        );
    }

    #[test]
    fn a_statement_may_say_that_it_looks_across_tenants() {
        let header = "//! A.\n/// All of them. Tenant scope: installation.";
        assert_eq!(findings(header, "select a from employee"), 0);
        let far = format!("{header}\n\n\n\n\n");
        assert_eq!(findings(&far, "select a from employee"), 1);
    }

    #[test]
    fn a_fragment_is_bound_where_it_stands() {
        let fragment = "select a from employee";
        let uses = |text: &str| {
            let header = format!("//! A.\nfn b() {{ format!({text:?}) }}");
            findings(&header, fragment)
        };
        assert_eq!(uses("{A} where tenant_id = $1"), 0);
        assert_eq!(uses("{A} where id = $1"), 1);
        assert_eq!(uses("nothing of it"), 1);
    }

    #[test]
    fn loose_statements_are_found() {
        assert_eq!(findings("//! A.", "select a from employee where id = $1"), 1);
        assert_eq!(
            findings("//! A.", "select a from b join employee on true where tenant_id = $10"),
            1
        );
        assert_eq!(findings("//! A.", "insert into employee (id, tenant_id) values ($1, $2)"), 1);
        assert_eq!(findings("//! A.", "delete from employee"), 1);
    }
}
