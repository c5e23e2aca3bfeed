use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Creates a file that only its owner can read, and its folder. `None` if it is there already:
/// another demo may have created it a moment ago.
pub(crate) fn create(path: &Path) -> io::Result<Option<File>> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);

    match file {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}
