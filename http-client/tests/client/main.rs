//! Tests of the client, against a server that sends exactly the bytes that a test gives it.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod connections;
mod heads;
mod raw_server;
mod transfers;

use std::{sync::Arc, time::Duration};

use http_client::{
    HttpClient, Proxy, Redirects, Request, Settings,
    retry::{GaveUp, Retry},
};

/// A client with longer timeouts than any machine needs.
fn client(retries: u32) -> HttpClient {
    let settings = Settings {
        proxy: Proxy::Never,
        redirects: Redirects::Follow,
        requests_at_once: 4,
        retry: Retry { retries, deadline: Duration::from_mins(4) },
    };
    HttpClient::new(settings, Arc::default())
}

/// The body at this address, and how many requests were made for it.
fn fetch(client: &HttpClient, url: &str) -> (Result<String, GaveUp>, usize) {
    let mut requests = 0;
    let body = client.ask(
        || {
            requests += 1;
            Ok(Request::anonymous(url.to_owned()))
        },
        |answer| if answer.status() == 200 { answer.body } else { Err(answer.attempt_error()) },
    );
    (body.map(|body| String::from_utf8(body).unwrap()), requests)
}
