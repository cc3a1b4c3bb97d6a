//! An asynchronous client: requests as tasks on one thread, one connection for each task.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    num::NonZeroU32,
    pin::Pin,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};

use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header::HOST,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpStream,
    task::{JoinError, LocalSet, spawn_local},
};

use crate::answer_format::items_answer;

/// A fetch task: which items, and how many at once.
#[derive(Clone, Copy, Debug)]
pub struct FetchTask {
    /// The address of the host.
    pub host: SocketAddr,
    /// The number of items, which start from 1.
    pub items: u32,
    /// The number of connections.
    pub at_once: NonZeroU32,
}

/// An error of a fetch.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The connection or the runtime cannot be created.
    #[error("cannot connect to the host; check that it is running")]
    Connect(#[from] io::Error),
    /// A connection broke.
    #[error("the connection broke; try again")]
    Broken(#[from] hyper::Error),
    /// An answer is not an item.
    #[error("the answer for item {item}, with status {status}, is not an item")]
    NoItem {
        /// The item.
        item: u32,
        /// Its status.
        status: StatusCode,
    },
    /// A task panicked, which is a bug.
    #[error("a task ended before its work was done")]
    Task(#[from] JoinError),
}

/// The state that all tasks share.
struct Work {
    task: FetchTask,
    /// The next item to fetch.
    next: AtomicU32,
    found: AtomicU32,
    missing: AtomicU32,
}

/// Fetches all items, and returns their number as an answer.
///
/// # Errors
/// When something is neither an item nor missing.
pub fn fetch(task: FetchTask) -> Result<String, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let work = Rc::new(Work {
        task,
        next: AtomicU32::new(1),
        found: AtomicU32::new(0),
        missing: AtomicU32::new(0),
    });
    let connections = task.at_once.get().min(task.items);
    LocalSet::new().block_on(&runtime, async {
        let tasks: Vec<_> =
            (0..connections).map(|_| spawn_local(fetch_in_turn(Rc::clone(&work)))).collect();
        for task in tasks {
            task.await??;
        }
        Ok::<(), FetchError>(())
    })?;
    let [found, missing] =
        [&work.found, &work.missing].map(|count| count.load(Ordering::Relaxed).into());
    Ok(items_answer(found, missing))
}

/// Fetches one item after another on one connection, until none is left.
async fn fetch_in_turn(work: Rc<Work>) -> Result<(), FetchError> {
    let stream = TcpStream::connect(work.task.host).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = spawn_local(connection);
    loop {
        let item = work.next.fetch_add(1, Ordering::Relaxed);
        if item > work.task.items {
            break;
        }
        let (status, body) = get(&mut sender, &work.task, item).await?;
        let count = match status {
            StatusCode::OK if serde_json::from_slice::<Value>(&body).is_ok() => &work.found,
            StatusCode::NOT_FOUND => &work.missing,
            _ => return Err(FetchError::NoItem { item, status }),
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
    drop(sender);
    Ok(connection.await??)
}

async fn get(
    sender: &mut SendRequest<String>,
    task: &FetchTask,
    item: u32,
) -> Result<(StatusCode, Vec<u8>), FetchError> {
    let request = Request::get(format!("/api/v1/items/{item}"))
        .header(HOST, task.host.to_string())
        .body(String::new())
        .expect("an address of our own");
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    Ok((response.status(), whole_body(response).await?))
}

async fn whole_body(response: Response<Incoming>) -> Result<Vec<u8>, hyper::Error> {
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mock_web::{Config, MockWeb};

    use super::*;

    fn fetch_from(web: &MockWeb, items: u32) -> String {
        let host = web.url().trim_start_matches("http://").parse().expect("an address");
        let at_once = NonZeroU32::new(7).expect("seven");
        fetch(FetchTask { host, items, at_once }).expect("a web that serves")
    }

    #[test]
    fn all_items_are_fetched_on_as_many_connections_as_were_asked_for() {
        let web =
            MockWeb::start(Config { latency: Duration::ZERO, ..Config::default() }).expect("a web");
        assert_eq!(fetch_from(&web, 20), "20 items, 0 missing");
        assert_eq!(web.observed().requests, 20);
        assert_eq!(web.observed().connections, 7);
        assert_eq!(fetch_from(&web, 2), "2 items, 0 missing");
        assert_eq!(web.observed().connections, 9);
    }
}
