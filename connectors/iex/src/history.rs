//! Intervals for IEX.

use jiff::tz::TimeZone;
use rollcall_connector::ConnectorError;
use rollcall_connector::history::{HistoryFile, HistoryReceipt, HistoryTarget};
use rollcall_connector::wfm::Answer;

use crate::wire::HistoryAnswer;
use crate::{Iex, mapping};

impl HistoryTarget for Iex {
    fn put<'a>(&'a self, file: &'a HistoryFile) -> Answer<'a, HistoryReceipt> {
        Box::pin(async move {
            let start = TimeZone::UTC.to_datetime(file.quarter.start());
            let start = start.strftime("%Y%m%dT%H%MZ").to_string();
            let place = (file.kind.name(), start.as_str());
            receipt(self.client.put_history(place, file.revision, &file.text).await?)
        })
    }
}

fn receipt(answer: HistoryAnswer) -> Result<HistoryReceipt, ConnectorError> {
    match (answer.status.as_str(), answer.revision) {
        ("stored" | "unchanged", _) => Ok(HistoryReceipt::Taken),
        ("stale", Some(revision)) => Ok(HistoryReceipt::Overtaken { revision }),
        ("refused", _) => Ok(HistoryReceipt::Refused { reason: mapping::words(answer.reason) }),
        _ => Err(ConnectorError::Malformed {
            reason: "what became of an interval is not known".to_owned(),
        }),
    }
}
