//! The edge that writes: report files, and what the terminal is like.
#![expect(clippy::disallowed_methods, reason = "the edge: writes files and asks the environment")]

use std::io::{IsTerminal, Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::date::Date;
use crate::report::Style;

/// Width where no terminal tells one, as in a CI log.
const DEFAULT_WIDTH: usize = 120;

/// Writes a file whole or not at all. A link of that name is replaced, not followed.
///
/// # Errors
/// When the folder is not there or cannot be written to.
pub(crate) fn file(path: &Path, text: impl AsRef<[u8]>) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(text.as_ref())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        temporary.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

/// Whether a path is a device, a pipe or an open stream: those are written to, for to replace them
/// by a file would take them away from everybody. A link is followed to an open stream only.
fn is_stream(path: &Path) -> bool {
    const STREAMS: [&str; 4] = ["/proc/self/fd", "/dev/fd", "/dev/stdout", "/dev/stderr"];
    let is_open = |path: &Path| STREAMS.iter().any(|it| path.starts_with(it));
    let is_other = std::fs::symlink_metadata(path)
        .is_ok_and(|it| !it.is_file() && !it.is_dir() && !it.is_symlink());
    is_other || is_open(path) || std::fs::read_link(path).is_ok_and(|target| is_open(&target))
}

/// Writes a report, with the folders it lies in.
///
/// # Errors
/// When it cannot be written there.
pub(crate) fn report(path: &Path, text: &str) -> std::io::Result<()> {
    if is_stream(path) {
        return std::fs::OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    file(path, text)
}

/// Whether a file is there.
pub(crate) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Returns the bytes of a file that somebody named. None where there is none.
///
/// # Errors
/// When it cannot be read, or is larger than this.
pub(crate) fn existing(path: &Path, largest: u64) -> std::io::Result<Option<Vec<u8>>> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(largest.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > largest {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it is too large"));
    }
    Ok(Some(bytes))
}

/// Returns the paths below a folder, with `/` between parts, of the files whose names end like
/// this, in their order. Links are not followed.
///
/// # Errors
/// When a folder cannot be read, or there are more files than this.
pub(crate) fn files_below(
    folder: &Path,
    ending: &str,
    most: usize,
) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.ends_with(ending) {
                files.push(path);
            }
        }
        if files.len() + folders.len() > most {
            return Err(std::io::Error::other(format!("it holds more than {most} files")));
        }
    }
    files.sort();
    Ok(files)
}

/// Adds to the end of a file that is there.
///
/// # Errors
/// When it is not there, or cannot be written to.
pub(crate) fn append(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::File::options().append(true).open(path)?.write_all(text.as_bytes())
}

/// A path below the working folder, with no link on the way: whoever put a link there would name
/// another place.
///
/// # Errors
/// Why it is none, in words.
pub(crate) fn below(path: &Path) -> Result<(), String> {
    let mut so_far = PathBuf::new();
    for part in path.components() {
        so_far.push(part);
        let is_inside = matches!(part, Component::Normal(_) | Component::CurDir);
        if !is_inside || so_far.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            return Err(format!("names `{}`, which is not below the workspace", path.display()));
        }
    }
    Ok(())
}

/// A file to write [`below`] the working folder, and none of git's own.
///
/// # Errors
/// Why it is none, in words.
pub(crate) fn new_below(file: &Path) -> Result<(), String> {
    let is_of_git = |part: Component<'_>| part.as_os_str().eq_ignore_ascii_case(".git");
    if file.file_name().is_none() || file.components().any(is_of_git) {
        return Err(format!("names `{}`, which is no file to write", file.display()));
    }
    // A link of the file's own name is replaced.
    below(file.parent().unwrap_or(Path::new("")))
}

/// Writes a file that is not there yet, with the folders it lies in. Nothing is written through a
/// link.
///
/// # Errors
/// When there is such a file, a link stands on the way, or nothing can be written there.
pub(crate) fn new_file(root: &Path, path: &str, text: &str) -> std::io::Result<PathBuf> {
    let refuse = |why: &str| std::io::Error::new(std::io::ErrorKind::AlreadyExists, why.to_owned());
    let mut folder = root.to_owned();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        match std::fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(refuse("a file or a link stands where a folder must be")),
            Err(_) => std::fs::create_dir(&folder)?,
        }
    }
    let full = folder.join(name);
    if std::fs::symlink_metadata(&full).is_ok() {
        return Err(refuse(
            "it is there already, so this was said before; delete it to say it anew",
        ));
    }
    file(&full, text)?;
    Ok(full)
}

/// Whether only folders lead from a root to a file that is one: a link names another place.
///
/// # Errors
/// When they do not.
fn is_own(root: &Path, path: &str) -> std::io::Result<PathBuf> {
    let mut full = root.to_owned();
    for part in path.split('/') {
        full.push(part);
        if full.symlink_metadata()?.is_symlink() {
            return Err(std::io::Error::other("a link stands on the way"));
        }
    }
    Ok(full)
}

/// Returns the bytes of a file below a root, where no link leads to it.
///
/// # Errors
/// When it is not there, cannot be read, or is larger than this.
pub(crate) fn own(root: &Path, path: &str, largest: u64) -> std::io::Result<Vec<u8>> {
    let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
    existing(&is_own(root, path)?, largest)?.ok_or_else(missing)
}

/// Writes a file below a root that is there, where no link leads to it.
///
/// # Errors
/// When it is not there, or cannot be written to.
pub(crate) fn rewrite(root: &Path, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let full = is_own(root, path)?;
    if full.metadata()?.permissions().readonly() {
        return Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    }
    file(&full, bytes)
}

/// Deletes a file below a root, where no link leads to it.
///
/// # Errors
/// When it is not there, or cannot be deleted.
pub(crate) fn delete(root: &Path, path: &str) -> std::io::Result<()> {
    std::fs::remove_file(is_own(root, path)?)
}

/// Takes a file away that this run wrote.
pub(crate) fn discard(path: &Path) {
    let _ = std::fs::remove_file(path);
}

/// What standard output can show.
pub(crate) fn style(color: Option<bool>) -> Style {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let terminal = std::io::stdout().is_terminal();
    let color = color.unwrap_or_else(|| {
        terminal && set("NO_COLOR").is_none() && set("TERM").is_none_or(|it| it != "dumb")
    });
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    let unicode = terminal && (locale.contains("utf-8") || locale.contains("utf8"));
    let named = set("COLUMNS")
        .and_then(|columns| columns.to_str()?.parse().ok())
        .filter(|columns| *columns >= 40);
    let asked = || {
        terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0))
    };
    Style { color, unicode, width: named.or_else(asked).unwrap_or(DEFAULT_WIDTH).clamp(40, 400) }
}

/// Today's date in UTC.
pub(crate) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().into()
}
