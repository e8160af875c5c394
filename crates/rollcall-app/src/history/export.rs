//! The rows of the feed as a file for people and their spreadsheets: with names of columns, commas and quotes.

use csv::Writer;

use rollcall_domain::interval::Span;
use rollcall_domain::interval::feed::{AGENT_COLUMNS, AgentRow, QUEUE_COLUMNS, QueueRow};

use super::table::{AgentTable, QueueTable};

/// The rows of people.
#[must_use]
pub fn agent_csv(table: &AgentTable, span: Span) -> String {
    let rows = span.quarters().flat_map(|quarter| table.rows(quarter));
    write(AGENT_COLUMNS, rows.map(|row| AgentRow::columns(&row)))
}

/// The rows of queues.
#[must_use]
pub fn queue_csv(table: &QueueTable, span: Span) -> String {
    let rows = span.quarters().flat_map(|quarter| table.rows(quarter));
    write(QUEUE_COLUMNS, rows.map(|row| QueueRow::columns(&row)))
}

fn write<const N: usize>(columns: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every row has as many columns as the first.
    let mut written = writer.write_record(columns);
    for row in rows {
        written = written.and_then(|()| writer.write_record(row.map(harmless)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{harmless, write};

    #[test]
    fn no_cell_is_a_formula() {
        let rows = [["=cmd|' /C calc'!A0", "+1"], ["@a", "-b"], ["Zoë, \"Z\"", "7"]];
        let rows = rows.into_iter().map(|row| row.map(str::to_owned));
        assert_eq!(
            write(["name", "value"], rows),
            "name,value\n'=cmd|' /C calc'!A0,'+1\n'@a,'-b\n\"Zoë, \"\"Z\"\"\",7\n"
        );
        assert_eq!(harmless("\tx".to_owned()), "'\tx");
    }
}
