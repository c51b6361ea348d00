//! Where a report goes, and in which form.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::options::{CheckOptions, OutputFormat};
use super::report::Report;
use super::{CommandError, github, gitlab, json, junit, rdjson, sarif, terminal};
use crate::fixing::Fixed;

/// Prints what a run found; or the diff, or the text from standard input with its fixes, where that
/// was asked for.
///
/// # Errors
/// [`CommandError::File`] and [`CommandError::Output`] when there is no place for it.
pub(super) fn print(
    options: &CheckOptions,
    report: &Report,
    fixed: &[Fixed],
    mended_input: Option<&[u8]>,
) -> Result<(), CommandError> {
    if options.diff {
        return written(options, &mut |output| {
            let mut diffs = fixed.iter().filter_map(|fixed| fixed.diff.as_ref());
            diffs.try_for_each(|diff| output.write_all(diff.as_bytes()))
        });
    }
    if let Some(text) = mended_input {
        let mut output = io::stdout().lock();
        output.write_all(text)?;
        // What was too long to be read is passed on; usually there is nothing left.
        io::copy(&mut io::stdin().lock(), &mut output)?;
        output.flush()?;
        if options.output.is_none() {
            return Ok(());
        }
    }
    written(options, &mut |output| match options.format {
        OutputFormat::Text if options.statistics => terminal::statistics(output, report),
        OutputFormat::Text => terminal::write(output, report, fixed),
        OutputFormat::Json => json::write(output, report, options.statistics),
        OutputFormat::Sarif => sarif::write(output, report),
        OutputFormat::Github => github::write(output, report),
        OutputFormat::Gitlab => gitlab::write(output, report),
        OutputFormat::Rdjson => rdjson::write(output, report),
        OutputFormat::Junit => junit::write(output, report),
    })
}

/// Writes to the file that was named, or to standard output with colours as its reader takes them.
fn written(
    options: &CheckOptions,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    let Some(path) = &options.output else {
        let mut output = BufWriter::new(anstream::AutoStream::auto(io::stdout()));
        write(&mut output)?;
        output.flush()?;
        return Ok(());
    };
    let mut to_file = || {
        refuse_read_only(path)?;
        let mut output = BufWriter::new(anstream::StripStream::new(File::create(path)?));
        write(&mut output)?;
        output.flush()
    };
    to_file().map_err(|source| {
        let path = path.display().to_string();
        CommandError::File { action: "write", path, source }
    })
}

/// Fails for a file whose permissions say that nobody may write to it. The administrator could all
/// the same, but somebody meant it to stay as it is.
pub(super) fn refuse_read_only(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().readonly() => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"))
        }
        // Where there is none, it is made.
        _ => Ok(()),
    }
}
