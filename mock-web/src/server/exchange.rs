//! One request and its answer: observed, delayed, held at a gate, and perhaps gone wrong.

use std::{future, sync::Arc, time::Duration};

use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};

use super::{Web, body::Body, mishap::Mishap};
use crate::{
    Config, Endpoint,
    answer::Answer,
    faults::Fault,
    lab_endpoints,
    observer::{Arrival, Connection, Standing},
};

const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n\
    <center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n";

/// Answers a request; an error ends the connection instead.
pub(super) async fn answer(
    web: Arc<Web>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Mishap> {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let query = request.uri().query().unwrap_or_default();
    if let Some(answer) = lab_endpoints::answer(method, path, query, &web.observer, &web.gates) {
        return Ok(whole(answer));
    }

    let arrival = web.observer.arrive(path, &connection);
    let fault = fault(&web, &connection, &arrival, path);
    // Slept first and held afterwards, so that a crowd is complete only once each of its requests
    // could be answered.
    web.alarm_clock.sleep(latency(&web.config, arrival.connection)).await;
    let endpoint = Endpoint::of_path(path);
    if let Some(endpoint) = endpoint {
        web.gates.pass(endpoint, connection.client).await;
    }
    let right = || match endpoint {
        Some(endpoint) => endpoint.answer(method, path),
        None => Answer::error(404, "Not Found"),
    };
    let response = match fault {
        None => whole(right()),
        Some(fault) => go_wrong(fault, right).await?,
    };
    arrival.note_status(response.status().as_u16());
    Ok(response.map(|body| body.answering(arrival)))
}

/// What is to go wrong with this request; the rate limit comes before all else.
fn fault(web: &Web, connection: &Connection, arrival: &Arrival, path: &str) -> Option<Fault> {
    let fault = match web.rate_limiter.admit(connection.client.ip(), web.observer.now()) {
        Err(refused) => {
            arrival.note_fault("rate-limit");
            return Some(Fault::TooManyRequests { retry_after: refused.retry_after });
        }
        Ok(()) => web.config.faults.of(path, arrival.request_of_path)?,
    };
    arrival.note_fault(fault.name());
    Some(fault)
}

fn latency(config: &Config, connection: Standing) -> Duration {
    match connection {
        Standing::New => config.latency.saturating_add(config.connect_latency),
        Standing::KeptAlive => config.latency,
    }
}

/// The wrong answer, or none, in place of the right one.
async fn go_wrong(fault: Fault, right: impl FnOnce() -> Answer) -> Result<Response<Body>, Mishap> {
    Ok(match fault {
        Fault::NotFound => whole(Answer::error(404, "Not Found")),
        Fault::TooManyRequests { retry_after } => whole(too_many_requests(retry_after)),
        Fault::InternalError => whole(Answer::error(500, "Internal Server Error")),
        Fault::BadGateway => whole(Answer::html(502, BAD_GATEWAY)),
        Fault::WrongJson => {
            whole(Answer::json(200, &serde_json::json!({"id": "seven", "children": "none"})))
        }
        Fault::Redirect { to } => {
            let answer = Answer { body: Vec::new(), ..Answer::html(302, "") };
            whole(answer.with_header("location", to))
        }
        Fault::Reset => return Err(Mishap::Reset),
        Fault::Stall => future::pending().await,
        Fault::CutBody => respond(right(), Body::cut),
        Fault::SlowDrip { pause } => respond(right(), |body| Body::dripping(body, pause)),
        Fault::HugeBody { bytes } => respond(right(), |body| Body::huge(&body, bytes)),
        Fault::DeepNesting { levels } => respond(right(), |body| Body::nested(body, levels)),
    })
}

fn too_many_requests(retry_after: Duration) -> Answer {
    // The header has whole seconds (RFC 9110, 10.2.3); to come too early would be of no use.
    let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
    Answer::error(429, "Too Many Requests").with_header("retry-after", seconds.to_string())
}

fn whole(answer: Answer) -> Response<Body> {
    respond(answer, Body::whole)
}

fn respond(answer: Answer, body: impl FnOnce(Vec<u8>) -> Body) -> Response<Body> {
    let mut response = Response::new(body(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status of HTTP");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some((name, value)) = answer.header {
        // A script may ask for a redirect to what no header can hold; then there is none.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
