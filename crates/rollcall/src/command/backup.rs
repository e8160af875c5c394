//! `rollcall backup`: a copy of the embedded database, beside a running hub. Other programs should not open its file:
//! an SQLite below 3.51.3 can corrupt the log of others (<https://sqlite.org/wal.html>, "the WAL-reset bug").

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use rollcall_storage::{Database, Storage};

use crate::setting::ConfigArgs;
use crate::terminal::{remark, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file that the copy is put into. It must not be there yet.
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(args: &Args) -> Result<()> {
    let settings = args.config.load()?;
    let Database::Sqlite(path) = settings.database()? else {
        bail!("PostgreSQL is copied with its own tools, such as pg_dump")
    };
    if !path.exists() {
        bail!("there is no database {} yet", path.display())
    }
    let storage = Storage::open(&Database::Sqlite(path)).await?;
    let name = args.file.display();
    let copied = storage.copy_to(args.file.clone()).await;
    copied.with_context(|| format!("{name} could not be made"))?;
    say(format!("{name} holds all that was committed."));
    if settings.secrets.key.is_none() {
        remark(format!(
            "The key is not in it: keep a copy of {} in another place.",
            settings.key_file().display()
        ));
    }
    Ok(())
}
