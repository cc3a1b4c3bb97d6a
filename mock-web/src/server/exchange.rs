//! Answers one request: observes it, delays it, holds it at a gate, and applies faults.

use std::{future, sync::Arc, time::Duration};

use common::stopwatch::unix_time;
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue},
};

use super::{Web, body::Body, connection_fault::ConnectionFault};
use crate::{
    Config, Endpoint,
    answer::{Answer, Header},
    api_request::ApiRequest,
    failure::Failure,
    faults::Fault,
    lab_endpoints,
    observer::{Arrival, Connection, ConnectionUse},
    site::Site,
};

const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n\
    <center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n";

/// Answers a request; an error ends the connection instead.
pub(super) async fn answer(
    web: Arc<Web>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionFault> {
    let asked = asked(&request);
    let ApiRequest { method, path, query, .. } = asked;
    if let Some(answer) = lab_endpoints::answer(method, path, query, &web.observer, &web.gates) {
        return Ok(whole(answer));
    }

    let query = asked.public_query();
    let arrival = web.observer.arrive(path, query.as_deref(), &connection);
    let fault = fault(&web, &connection, &arrival, path, query.as_deref());
    let (site, endpoint) = (Site::of_path(path), Endpoint::of_path(path));
    let admission = endpoint.map(|it| it.admit(&asked, &web.yelp, unix_time())).unwrap_or_default();
    // Slept first and held afterwards, so that a gate opens only once each of its requests
    // could be answered.
    web.timer.sleep(latency(&web.config, arrival.connection)).await;
    if let Some(endpoint) = endpoint {
        web.gates.pass(endpoint, connection.client).await;
    }
    let headers = admission.headers.clone();
    let right = || match endpoint {
        Some(endpoint) => endpoint.answer(&asked, admission),
        None => site.error_answer(Failure::NoSuchPath),
    };
    let wrong = |failure| site.error_answer(failure).with_headers(headers);
    let response = match fault {
        None => whole(right()),
        Some(fault) => {
            let nothing_there = endpoint.map_or(Failure::NoSuchPath, Endpoint::nothing_there);
            go_wrong(fault, site, nothing_there, wrong, right).await?
        }
    };
    arrival.note_status(response.status().as_u16());
    Ok(response.map(|body| body.answering(arrival)))
}

fn asked(request: &Request<Incoming>) -> ApiRequest<'_> {
    let header = |name| {
        let value: &HeaderValue = request.headers().get(name)?;
        str::from_utf8(value.as_bytes()).ok()
    };
    let uri = request.uri();
    // A whole address in the request goes before the header (RFC 9112, 3.2.2).
    let authority = uri.authority().map(hyper::http::uri::Authority::as_str);
    ApiRequest {
        method: request.method().as_str(),
        authority: authority.or_else(|| header(HOST)).unwrap_or_default(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        authorization: header(AUTHORIZATION),
    }
}

/// The fault of a request; the rate limit comes first.
fn fault(
    web: &Web,
    connection: &Connection,
    arrival: &Arrival,
    path: &str,
    query: Option<&str>,
) -> Option<Fault> {
    if let Err(refused) = web.rate_limiter.admit(connection.client.ip(), web.observer.now()) {
        arrival.note_fault("rate-limit");
        return Some(Fault::TooManyRequests { retry_after: refused.retry_after });
    }
    let faults = &web.config.faults;
    let fault = match query {
        None => faults.of(path, arrival.request_of_path),
        Some(query) => {
            let whole = format!("{path}?{query}");
            let whole = (whole.as_str(), arrival.request_of_query);
            faults.of_query(whole, (path, arrival.request_of_path))
        }
    }?;
    arrival.note_fault(fault.name());
    Some(fault)
}

fn latency(config: &Config, connection: ConnectionUse) -> Duration {
    match connection {
        ConnectionUse::New => config.latency.saturating_add(config.connect_latency),
        ConnectionUse::KeptAlive => config.latency,
    }
}

/// Applies a fault: a wrong answer, or none.
async fn go_wrong(
    fault: Fault,
    site: Site,
    nothing_there: Failure,
    wrong: impl FnOnce(Failure) -> Answer,
    right: impl FnOnce() -> Answer,
) -> Result<Response<Body>, ConnectionFault> {
    Ok(match fault {
        Fault::NotFound => whole(wrong(nothing_there)),
        Fault::BusinessUnavailable => whole(wrong(Failure::BusinessUnavailable)),
        Fault::TooManyRequests { retry_after } => {
            let (name, value) = retry_after_header(retry_after);
            whole(wrong(Failure::TooManyRequests).with_header(name, value))
        }
        Fault::TooManyRequestsPerSecond => whole(wrong(Failure::TooManyRequests)),
        Fault::DailyLimitReached => whole(wrong(Failure::DailyLimitReached)),
        Fault::InternalError => whole(wrong(Failure::InternalError)),
        Fault::BadGateway => whole(Answer::html(502, BAD_GATEWAY)),
        Fault::WrongJson => whole(site.wrong_json()),
        Fault::Verbatim { status, body } => {
            whole(Answer { body: body.into_bytes(), ..Answer::json(status, &()) })
        }
        Fault::Redirect { to } => {
            let answer = Answer { body: Vec::new(), ..Answer::html(302, "") };
            whole(answer.with_header("location", to))
        }
        Fault::Answer { status, body } => whole(Answer { body, ..Answer::json(status, &()) }),
        Fault::Reset => return Err(ConnectionFault::Reset),
        Fault::HangUp => return Err(ConnectionFault::HangUp),
        Fault::Stall => future::pending().await,
        Fault::CutBody => respond(right(), Body::cut),
        Fault::SlowDrip { pause } => respond(right(), |body| Body::dripping(body, pause)),
        Fault::HugeBody { bytes } => respond(right(), |body| Body::huge(&body, bytes)),
        Fault::DeepNesting { levels } => respond(right(), |body| Body::nested(body, levels)),
    })
}

fn retry_after_header(retry_after: Duration) -> Header {
    // The header has whole seconds (RFC 9110, 10.2.3); to come too early would be of no use.
    let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
    ("retry-after", seconds.to_string())
}

fn whole(answer: Answer) -> Response<Body> {
    respond(answer, Body::whole)
}

fn respond(answer: Answer, body: impl FnOnce(Vec<u8>) -> Body) -> Response<Body> {
    let mut response = Response::new(body(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status of HTTP");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        // A script may ask for a redirect to what no header can hold; then there is none.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
