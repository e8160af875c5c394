//! Values that go into a statement, and rows that come out, the same for both databases.

use bytes::BytesMut;
use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type};

use rollcall_domain::time;

use crate::error::StorageError;

/// A value for a placeholder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Int(i64),
    Flag(bool),
    Null,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Flag(flag) => ValueRef::Integer(i64::from(*flag)),
            Self::Null => ValueRef::Null,
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql(ty, out),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Flag(flag) => flag.to_sql(ty, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Int(number) => number.to_sql_checked(ty, out),
            Self::Flag(flag) => flag.to_sql_checked(ty, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }
}

/// A row of an answer. Columns are counted from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    pub(crate) fn text(&self, column: usize) -> Result<&str, StorageError> {
        match self {
            Self::Sqlite(row) => {
                row.get_ref(column)?.as_str().map_err(|error| rusqlite::Error::from(error).into())
            }
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn text_or_null(&self, column: usize) -> Result<Option<&str>, StorageError> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(column)?
                .as_str_or_null()
                .map_err(|error| rusqlite::Error::from(error).into()),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn owned(&self, column: usize) -> Result<String, StorageError> {
        self.text(column).map(str::to_owned)
    }

    pub(crate) fn owned_or_null(&self, column: usize) -> Result<Option<String>, StorageError> {
        self.text_or_null(column).map(|text| text.map(str::to_owned))
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StorageError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn int_or_null(&self, column: usize) -> Result<Option<i64>, StorageError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool, StorageError> {
        match self {
            Self::Sqlite(row) => Ok(row.get::<_, i64>(column)? != 0),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Reads a text that has a form of its own: an id, a source, a moment.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        column: usize,
        (table, name): (&'static str, &'static str),
    ) -> Result<T, StorageError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StorageError::Inconsistent {
            table,
            column: name,
            row: text.to_owned(),
        })
    }

    /// Reads a text that is JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
        (table, name): (&'static str, &'static str),
    ) -> Result<T, StorageError> {
        let text = self.text(column)?;
        serde_json::from_str(text).map_err(|_| StorageError::Inconsistent {
            table,
            column: name,
            row: text.to_owned(),
        })
    }

    pub(crate) fn moment(&self, column: usize) -> Result<Timestamp, StorageError> {
        let text = self.text(column)?;
        time::from_text(text).map_err(|_| StorageError::Inconsistent {
            table: "any",
            column: "a moment",
            row: text.to_owned(),
        })
    }

    pub(crate) fn moment_or_null(&self, column: usize) -> Result<Option<Timestamp>, StorageError> {
        match self.text_or_null(column)? {
            None => Ok(None),
            Some(_) => self.moment(column).map(Some),
        }
    }
}

/// Reads names that [`names_text`] wrote; a text that it did not write is told by table and column.
pub(crate) fn names(
    text: &str,
    (table, column): (&'static str, &'static str),
) -> Result<Vec<String>, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Inconsistent {
        table,
        column,
        row: text.to_owned(),
    })
}

/// A few names in one column, as a JSON array: both databases have it as text.
pub(crate) fn names_text(names: &[String]) -> String {
    serde_json::Value::from(names.to_vec()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the row of a query on an empty database.
    fn check<T>(sql: &str, read: impl FnOnce(&Row<'_>) -> T) -> T {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let mut rows = statement.raw_query();
        read(&Row::Sqlite(rows.next().unwrap().unwrap()))
    }

    #[test]
    fn a_column_is_read_as_what_it_is() {
        check("select 'text', null, 7, 1, '2026-11-21T09:14:02.417Z'", |row| {
            assert_eq!(row.text(0).unwrap(), "text");
            assert_eq!(row.owned_or_null(0).unwrap(), Some("text".to_owned()));
            assert_eq!(row.text_or_null(1).unwrap(), None);
            assert_eq!(row.int_or_null(1).unwrap(), None);
            assert_eq!(row.moment_or_null(1).unwrap(), None);
            assert_eq!((row.int(2).unwrap(), row.int_or_null(2).unwrap()), (7, Some(7)));
            assert!(row.flag(3).unwrap());
            assert_eq!(time::to_text(row.moment(4).unwrap()), "2026-11-21T09:14:02.417Z");
        });
    }

    #[test]
    fn a_column_that_is_something_else_is_an_error() {
        check("select 7, null, 'text'", |row| {
            assert!(row.text(0).is_err() && row.text(1).is_err() && row.text(9).is_err());
            assert!(row.int(1).is_err() && row.int(2).is_err());
        });
    }

    #[test]
    fn a_text_of_the_wrong_form_is_reported_with_its_place() {
        let error = check("select 'x'", |row| row.parsed::<uuid::Uuid>(0, ("employee", "id")));
        assert_eq!(
            error.unwrap_err().to_string(),
            "employee.id of row x holds a value that Rollcall did not write"
        );
        assert!(check("select 'yesterday'", |row| row.moment(0)).is_err());
    }

    #[test]
    fn a_value_may_be_left_out() {
        let (text, none): (String, Option<&String>) = ("a".to_owned(), None);
        assert!(matches!(Value::from(Some(&text)), Value::Text("a")));
        assert!(matches!(Value::from(none), Value::Null));
        assert!(matches!(Value::from(Some(3_i64)), Value::Int(3)));
        assert!(matches!(Value::from(true), Value::Flag(true)));
    }
}
