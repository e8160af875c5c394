//! How everything is doing, read a few times a minute for whoever measures: how many people are due at each link and
//! since when, what should have been read or told and was not, who is out of adherence, and how receivers do.

mod board;
mod lateness;
mod link;
mod person;
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::Clock;
use rollcall_storage::{Storage, StorageError};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use board::Board;

/// How often it is read.
const TICK: Duration = Duration::from_secs(15);

/// Reads until it is told to stop. Of no use without a recorder.
pub async fn keep_reading(storage: Storage, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut board = Board::default();
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Err(error) = read(&storage, clock.as_ref(), &mut board).await {
            tracing::warn!(%error, "how everything is doing cannot be read");
        }
    }
}

async fn read(storage: &Storage, clock: &dyn Clock, board: &mut Board) -> Result<(), StorageError> {
    let now = clock.now();
    let links = link::read(storage, now, board).await?;
    lateness::read(storage, &links, now, board).await?;
    board.clear_the_rest();
    receiver::read(storage, now).await?;
    person::read(storage, now).await
}
