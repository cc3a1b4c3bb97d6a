//! No signature at all.

use crate::{api::Target, credentials::Credentials};

/// The header for a GET request.
pub fn authorization(credentials: &Credentials, _target: &Target) -> String {
    match credentials {
        Credentials::Key(key) => format!("Bearer {key}"),
        Credentials::OAuth(_) => String::new(),
    }
}
