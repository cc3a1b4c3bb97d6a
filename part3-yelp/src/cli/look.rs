//! Looking at what is stored, without a client of the database.

use std::{
    collections::BTreeSet,
    io::{self, BufWriter, Write},
    time::UNIX_EPOCH,
};

use anyhow::Context;
use common::{command_line::tell, printable};
use part3_yelp::{
    collection_of,
    scraper::open_store,
    store::{Collection, Document, Purpose, Store},
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Ending,
    arguments::{Look, WhichStore},
};

/// Writes what was asked for to stdout.
pub(crate) fn look(look: &Look) -> anyhow::Result<Ending> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match look {
        Look::Export(which) => {
            open(which)?.for_each(&mut |document| write(&mut stdout, &document))?;
        }
        Look::Count(which) => writeln!(stdout, "{}", open(which)?.count()?).context(UNWRITTEN)?,
        Look::Show { id, store } => {
            let Some(document) = open(store)?.get(id)? else {
                tell(&format!("error: there is no business {id:?} in {}\n", store.store));
                return Ok(Ending::Incomplete);
            };
            write(&mut stdout, &document).context(UNWRITTEN)?;
        }
    }
    stdout.flush().context(UNWRITTEN)?;
    Ok(Ending::Complete)
}

const UNWRITTEN: &str = "cannot write to stdout";

fn open(which: &WhichStore) -> anyhow::Result<Box<dyn Store>> {
    let environment = super::environment();
    let collection = match which.variant {
        Some(variant) => collection_of(variant),
        None => Collection::business(),
    };
    Ok(open_store(&which.store, &collection, &environment, Purpose::Look)?)
}

/// A document and what we know of it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    city: &'a str,
    cities: &'a BTreeSet<String>,
    fetched_at: String,
    document: &'a RawValue,
}

fn write(stdout: &mut impl Write, document: &Document) -> io::Result<()> {
    let fetched_at = humantime::format_rfc3339_millis(UNIX_EPOCH + document.fetched_at);
    // Within a string of JSON a newline is written otherwise, so these mean nothing.
    let body = document.body.replace(['\n', '\r'], " ");
    let line = Line {
        id: &document.id,
        city: document.city(),
        cities: &document.cities,
        fetched_at: fetched_at.to_string(),
        document: serde_json::from_str(&body)?,
    };
    writeln!(stdout, "{}", printable::json(&serde_json::to_string(&line)?))
}
