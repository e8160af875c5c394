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
