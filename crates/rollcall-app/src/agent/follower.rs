//! A reader of agent states as they change.

use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use rollcall_storage::agent_feed::{AgentChange, AgentNews};

/// Hears of every change of one tenant that this node commits, after it is on disk.
pub struct AgentFollower {
    news: Receiver<AgentNews>,
}

impl AgentFollower {
    pub(super) fn new(news: Receiver<AgentNews>) -> Self {
        Self { news }
    }

    /// Waits for the next news. [`AgentNews::Missed`]: read the states anew, then go on; `None`: the hub ends.
    pub async fn next(&mut self) -> Option<AgentNews> {
        match self.news.recv().await {
            Ok(news) => Some(news),
            Err(RecvError::Lagged(_)) => Some(AgentNews::Missed),
            Err(RecvError::Closed) => None,
        }
    }

    /// Passes over what is there already, and tells whether there was anything: for who only wants to know
    /// that something changed, a thousand times a second or once.
    pub fn skip(&mut self) -> bool {
        let any = !self.news.is_empty();
        if any {
            self.news = self.news.resubscribe();
        }
        any
    }

    /// The changes that are there already, `most` at the most; `None` when some were missed.
    pub fn ready(&mut self, most: usize) -> Option<Vec<Arc<AgentChange>>> {
        let mut changes = Vec::new();
        while changes.len() < most {
            match self.news.try_recv() {
                Ok(AgentNews::Changed(change)) => changes.push(change),
                Ok(AgentNews::Missed) | Err(TryRecvError::Lagged(_)) => return None,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        Some(changes)
    }
}
