//! The files of the server: version 3 of the protocol (draft-ietf-secsh-filexfer-02), as much of it as is asked for.

use std::collections::HashMap;
use std::fs;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::Handler;

/// The folder's path here.
const ROOT: &str = "/in";

/// What one visitor has open.
pub(super) struct Files {
    folder: PathBuf,
    open: HashMap<String, Open>,
    count: u64,
}

enum Open {
    File(fs::File),
    /// The names that are still to be told.
    Folder(Vec<String>),
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, open: HashMap::new(), count: 0 }
    }

    fn path(&self, path: &str) -> Result<PathBuf, StatusCode> {
        if path == ROOT {
            return Ok(self.folder.clone());
        }
        let name = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/'));
        match name {
            Some(name) if !name.contains('/') && name != ".." => Ok(self.folder.join(name)),
            _ => Err(StatusCode::NoSuchFile),
        }
    }

    fn keep(&mut self, id: u32, open: Open) -> Handle {
        self.count += 1;
        let handle = self.count.to_string();
        self.open.insert(handle.clone(), open);
        Handle { id, handle }
    }

    fn file(&mut self, handle: &str) -> Result<&mut fs::File, StatusCode> {
        match self.open.get_mut(handle) {
            Some(Open::File(file)) => Ok(file),
            _ => Err(StatusCode::Failure),
        }
    }
}

fn code(error: &std::io::Error) -> StatusCode {
    match error.kind() {
        ErrorKind::NotFound => StatusCode::NoSuchFile,
        ErrorKind::PermissionDenied => StatusCode::PermissionDenied,
        _ => StatusCode::Failure,
    }
}

fn done(id: u32) -> Status {
    let (error_message, language_tag) = ("Ok".to_owned(), "en".to_owned());
    Status { id, status_code: StatusCode::Ok, error_message, language_tag }
}

impl Handler for Files {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        flags: OpenFlags,
        _attrs: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        let path = self.path(&filename)?;
        let writes = flags.contains(OpenFlags::WRITE);
        let file = fs::OpenOptions::new()
            .read(flags.contains(OpenFlags::READ))
            .write(writes)
            .create(writes && flags.contains(OpenFlags::CREATE))
            .truncate(writes && flags.contains(OpenFlags::TRUNCATE))
            .open(path)
            .map_err(|error| code(&error))?;
        Ok(self.keep(id, Open::File(file)))
    }

    async fn close(&mut self, id: u32, handle: String) -> Result<Status, StatusCode> {
        self.open.remove(&handle).map(|_| done(id)).ok_or(StatusCode::Failure)
    }

    async fn read(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        len: u32,
    ) -> Result<Data, StatusCode> {
        let file = self.file(&handle)?;
        file.seek(SeekFrom::Start(offset)).map_err(|error| code(&error))?;
        let mut data = Vec::new();
        file.take(len.into()).read_to_end(&mut data).map_err(|error| code(&error))?;
        if data.is_empty() { Err(StatusCode::Eof) } else { Ok(Data { id, data }) }
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusCode> {
        let file = self.file(&handle)?;
        file.seek(SeekFrom::Start(offset)).map_err(|error| code(&error))?;
        file.write_all(&data).map_err(|error| code(&error))?;
        Ok(done(id))
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        let path = self.path(&path)?;
        let metadata = fs::metadata(path).map_err(|error| code(&error))?;
        Ok(Attrs { id, attrs: FileAttributes::from(&metadata) })
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, StatusCode> {
        let entries = fs::read_dir(self.path(&path)?).map_err(|error| code(&error))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let names = Open::Folder(names.collect());
        Ok(self.keep(id, names))
    }

    /// Few at a time, so that a folder comes in parts.
    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, StatusCode> {
        let Some(Open::Folder(names)) = self.open.get_mut(&handle) else {
            return Err(StatusCode::Failure);
        };
        if names.is_empty() {
            return Err(StatusCode::Eof);
        }
        let part = names.drain(..names.len().min(3));
        Ok(Name { id, files: part.map(File::dummy).collect() })
    }

    async fn remove(&mut self, id: u32, filename: String) -> Result<Status, StatusCode> {
        let path = self.path(&filename)?;
        fs::remove_file(path).map(|()| done(id)).map_err(|error| code(&error))
    }

    /// Version 3 never replaces (§6.5).
    async fn rename(&mut self, id: u32, from: String, to: String) -> Result<Status, StatusCode> {
        let (from, to) = (self.path(&from)?, self.path(&to)?);
        if to.exists() {
            return Err(StatusCode::Failure);
        }
        fs::rename(from, to).map(|()| done(id)).map_err(|error| code(&error))
    }
}
