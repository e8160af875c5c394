//! The exchange of files over a place (`CONTRACT.md` §6): one batch at a time, so that the WFM cannot apply an older
//! one after a newer one; and nothing is put that stands there.

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmPage, WfmReceipt, WfmWrite};

use crate::WfmFileSettings;
use crate::import::{self, File, Files, Heading};
use crate::meter::{self, Matter, Outcome};
use crate::place::{Place, Put};
use crate::{acknowledgement, export, name};

/// A place for files, and whose files they are.
pub(crate) struct Exchange {
    place: Box<dyn Place>,
    settings: WfmFileSettings,
}

impl Exchange {
    pub(crate) fn new(place: Box<dyn Place>, settings: WfmFileSettings) -> Self {
        Self { place, settings }
    }

    /// Puts a batch, unless it stands there, and reads its acknowledgements.
    pub(crate) async fn write(
        &self,
        batch: &[WfmWrite],
        key: &str,
    ) -> Result<Vec<WfmReceipt>, ConnectorError> {
        let WfmFileSettings { acd_id, units, .. } = &self.settings;
        let Files { files, refused: mut receipts } =
            import::files(batch, Heading { acd_id, key, units });
        if !files.is_empty() {
            let names = self.place.list().await?;
            self.clear(&names, key).await?;
            for file in &files {
                self.put(file, &names).await?;
            }
            for file in &files {
                receipts.extend(self.answer(file, key).await?);
            }
            // Only now: one that was answered is read again as long as another is not.
            meter::files(Matter::People, Outcome::Acknowledged, files.len());
        }
        receipts.sort_by_key(|(place, _)| *place);
        Ok(receipts.into_iter().map(|(_, receipt)| receipt).collect())
    }

    /// The newest export, where there is one. One that tells of nobody in this acd is another acd's, and no reason to
    /// take everyone for absent.
    pub(crate) async fn list(&self) -> Result<Option<WfmPage>, ConnectorError> {
        let names = self.place.list().await?;
        let exports = names.iter().filter_map(|name| Some((name::exported(name)?, name)));
        let Some((_, newest)) = exports.max() else { return Ok(None) };
        let Some(bytes) = self.place.get(newest, export::BYTES_MAX).await? else { return Ok(None) };
        let page = export::page(&bytes, &self.settings.acd_id, &self.settings.units)?;
        Ok((page.total > 0).then_some(page))
    }

    /// Looks into the place.
    pub(crate) async fn probe(&self) -> Result<(), ConnectorError> {
        self.place.list().await.map(|_| ())
    }

    /// Removes what earlier batches left: each has been settled, or what it said is said again by this one. One
    /// that the WFM has still to read is waited for. What was being written when a hub died goes too: nobody
    /// would ever finish it.
    async fn clear(&self, names: &[String], key: &str) -> Result<(), ConnectorError> {
        let acd = &self.settings.acd_id;
        for half in names.iter().filter(|name| name::is_half(name, acd)) {
            self.place.remove(half).await?;
        }
        let stands = |name: &str| names.iter().any(|other| other == name);
        for name in names {
            if name::key(name, acd).is_some_and(|other| other != key) {
                let answer = name::acknowledgement(name);
                if !stands(&answer) {
                    return Err(self.pending(name));
                }
                // First the file: without its acknowledgement the WFM would read it again, after newer ones.
                self.place.remove(name).await?;
                self.place.remove(&answer).await?;
            }
        }
        for answer in names {
            let Some(file) = name::acknowledged(answer) else { continue };
            if name::key(&file, acd).is_some_and(|other| other != key) && !stands(&file) {
                self.place.remove(answer).await?;
            }
        }
        Ok(())
    }

    /// Puts a file, unless it or its acknowledgement stands there.
    async fn put(&self, file: &File, names: &[String]) -> Result<(), ConnectorError> {
        let answer = name::acknowledgement(&file.name);
        if names.iter().any(|name| *name == file.name || *name == answer) {
            return self.compare(file).await;
        }
        match self.place.put(&file.name, file.text.as_bytes()).await? {
            Put::Made => {
                meter::files(Matter::People, Outcome::Written, 1);
                Ok(())
            }
            Put::Stood => self.compare(file).await,
        }
    }

    /// A file that stands there is ours, byte by byte, or nobody may go on.
    async fn compare(&self, file: &File) -> Result<(), ConnectorError> {
        match self.place.get(&file.name, file.text.len()).await {
            Ok(Some(bytes)) if bytes == file.text.as_bytes() => Ok(()),
            // The WFM took it away when it had acknowledged it.
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(ConnectorError::Malformed { .. }) => {
                let reason = format!("{} stands there with another content", file.name);
                Err(ConnectorError::Conflict { reason })
            }
            Err(error) => Err(error),
        }
    }

    async fn answer(
        &self,
        file: &File,
        key: &str,
    ) -> Result<Vec<(usize, WfmReceipt)>, ConnectorError> {
        let name = name::acknowledgement(&file.name);
        let read = match self.place.get(&name, acknowledgement::BYTES_MAX).await {
            Ok(Some(bytes)) => acknowledgement::receipts(&bytes, file, key),
            Ok(None) => Err(self.pending(&file.name)),
            Err(error) => Err(error),
        };
        if let Err(ConnectorError::Rejected { .. }) = &read {
            meter::files(Matter::People, Outcome::Refused, 1);
        }
        if let Err(ConnectorError::Malformed { .. }) = &read {
            meter::files(Matter::People, Outcome::Unusable, 1);
            // Without it the WFM reads the file again, which changes nothing, and acknowledges it again.
            self.place.remove(&name).await?;
        }
        read
    }

    /// Where the files are.
    pub(crate) fn place(&self) -> &dyn Place {
        self.place.as_ref()
    }

    /// Whose files they are.
    pub(crate) fn acd_id(&self) -> &str {
        &self.settings.acd_id
    }

    /// That a file is not acknowledged yet.
    pub(crate) fn pending(&self, file: &str) -> ConnectorError {
        ConnectorError::Pending {
            ask_after: self.settings.ask_after,
            within: self.settings.acknowledged_within,
            reason: format!("it has not acknowledged {file}"),
        }
    }
}
