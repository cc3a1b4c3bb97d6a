//! Whether the store has what a result names.

use std::{collections::HashSet, time::Duration};

use document_store::{Store, StoreError};
use job_array::Defect;

use super::city_scrape::{ShardAnswer, ShardCity};
use crate::BusinessId;

/// The ids of a result, each once.
fn ids_of(answer: &ShardAnswer) -> Vec<String> {
    let ids = answer.cities.iter().flat_map(|city| &city.ids);
    let ids: HashSet<&str> = ids.map(BusinessId::as_str).collect();
    ids.into_iter().map(str::to_owned).collect()
}

/// Checks that all documents of a result are in the store now. The defect names the first that is not.
pub(super) fn defect(
    store: &mut dyn Store,
    answer: &ShardAnswer,
) -> Result<Option<Defect>, StoreError> {
    let ids = ids_of(answer);
    let kept = store.kept_since(&ids, Duration::ZERO)?;
    Ok(lost(answer, &kept))
}

fn lost(answer: &ShardAnswer, kept: &HashSet<String>) -> Option<Defect> {
    let businesses = answer
        .cities
        .iter()
        .flat_map(|ShardCity { city, ids, .. }| ids.iter().map(move |id| (city, id)));
    let mut lost = businesses.filter(|(_, id)| !kept.contains(id.as_str()));
    let (city, id) = lost.next()?;
    let more = match lost.count() {
        0 => String::new(),
        more => format!(", nor are {more} more"),
    };
    Some(Defect::Gone(format!("the business {id} of {city} is not in the store any more{more}")))
}
