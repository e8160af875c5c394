//! Databases on a PostgreSQL server that the environment names.

use tokio_postgres::{Error, NoTls};

use crate::{runtime, unique_name};

/// The address of a server, ending in the name of a database that is there: `postgres://…/postgres`.
const SERVER: &str = "ROLLCALL_TEST_POSTGRES";

/// An empty database on the server. It goes with its holder.
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// Makes one; `None`, said aloud, where no server is named. Not to be called on a runtime's thread.
    #[must_use]
    pub fn create() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            eprintln!("PostgreSQL: skipped, {SERVER} is not set");
            return None;
        };
        let database = Self { server, name: unique_name() };
        eprintln!("PostgreSQL: {}", database.name);
        database.on_server(&format!("drop database if exists {} with (force)", database.name));
        database.on_server(&format!("create database {}", database.name));
        Some(database)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        let address = self.server.rsplit_once('/').map_or(&*self.server, |(address, _)| address);
        format!("{address}/{}", self.name)
    }

    /// Runs a statement on a database, beside whatever else runs there.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn execute(url: &str, sql: &str) -> Result<(), Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let result = client.batch_execute(sql).await;
        connection.abort();
        result
    }

    /// A failure is only said: the test fails by itself where it needed this.
    fn on_server(&self, sql: &str) {
        // A thread of its own, because whoever drops a database may stand on a runtime's.
        let run = || runtime().block_on(Self::execute(&self.server, sql));
        let result = std::thread::scope(|scope| scope.spawn(run).join());
        match result {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("{sql}: {error:?}"),
            Err(_) => eprintln!("{sql}: the thread for it panicked"),
        }
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        self.on_server(&format!("drop database if exists {} with (force)", self.name));
    }
}
