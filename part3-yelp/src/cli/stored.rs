//! Prints stored documents, so that no client of the database is needed.

use std::{
    collections::BTreeSet,
    io::{self, BufWriter, Write},
    time::UNIX_EPOCH,
};

use anyhow::Context;
use document_store::{Collection, Document, Purpose, Store, StoreError};
use message::printable;
use part3_yelp::{collection_of, scraper::open_store};
use program::command_line::{Ending, tell};
use serde::Serialize;
use serde_json::value::RawValue;

use super::arguments::{Stored, WhichStore};

/// Writes the stored documents that a command asks for to stdout.
pub(crate) fn print_stored(command: &Stored) -> anyhow::Result<Ending> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let ending = match command {
        Stored::Export(which) => export(which, &mut stdout)?,
        Stored::Count(which) => {
            writeln!(stdout, "{}", open(which)?.count()?).context(CANNOT_WRITE)?;
            Ending::Complete
        }
        Stored::Show { id, store } => show(id, store, &mut stdout)?,
    };
    stdout.flush().context(CANNOT_WRITE)?;
    Ok(ending)
}

const CANNOT_WRITE: &str = "cannot write to stdout";

fn open(which: &WhichStore) -> anyhow::Result<Box<dyn Store>> {
    let environment = super::environment();
    super::check_address(&which.store, &environment)?;
    let collection = match which.variant {
        Some(variant) => collection_of(variant),
        None => Collection::business(),
    };
    Ok(open_store(&which.store, &collection, &environment, Purpose::Read)?)
}

/// Prints all documents; one that another program has damaged is named and left out.
fn export(which: &WhichStore, stdout: &mut impl Write) -> anyhow::Result<Ending> {
    let mut ending = Ending::Complete;
    let visited = open(which)?.for_each(&mut |document| match line(&document, which) {
        Ok(line) => writeln!(stdout, "{line}"),
        Err(error) => {
            tell(&format!("error: {error}"));
            ending = Ending::Incomplete;
            Ok(())
        }
    });
    match visited {
        Err(error @ (StoreError::Unreadable { .. } | StoreError::LeftOut { .. })) => {
            tell(&format!("error: {error}"));
            Ok(Ending::Incomplete)
        }
        visited => Ok(visited.map(|()| ending)?),
    }
}

fn show(id: &str, which: &WhichStore, stdout: &mut impl Write) -> anyhow::Result<Ending> {
    let Some(document) = open(which)?.get(id)? else {
        tell(&format!("error: there is no business {id:?} in {}\n", which.store));
        return Ok(Ending::Incomplete);
    };
    writeln!(stdout, "{}", line(&document, which)?).context(CANNOT_WRITE)?;
    Ok(Ending::Complete)
}

/// A document with its metadata.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    city: &'a str,
    cities: &'a BTreeSet<String>,
    fetched_at: String,
    document: &'a RawValue,
}

/// A document as JSON on one line; the error says that its body is no JSON object.
fn line(document: &Document, which: &WhichStore) -> Result<String, StoreError> {
    let unreadable = |reason: String| StoreError::Unreadable {
        location: which.store.to_string(),
        id: document.id.clone(),
        reason,
    };
    let fetched_at = humantime::format_rfc3339_millis(UNIX_EPOCH + document.fetched_at);
    // Strings of JSON have no newlines, so these are only formatting.
    let body = document.body.replace(['\n', '\r'], " ");
    let body: &RawValue = serde_json::from_str(&body)
        .map_err(|error| unreadable(format!("its document is not JSON: {error}")))?;
    if !body.get().starts_with('{') {
        return Err(unreadable("its document is not a JSON object".to_owned()));
    }
    let line = Line {
        id: &document.id,
        city: document.city(),
        cities: &document.cities,
        fetched_at: fetched_at.to_string(),
        document: body,
    };
    let line = serde_json::to_string(&line).expect("texts and JSON to be JSON");
    Ok(printable::json(&line))
}
