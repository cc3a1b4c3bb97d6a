//! The lab's own endpoints: observer and gates over HTTP, without delays, counts, limits or faults.

use std::{num::NonZeroUsize, time::Duration};

use crate::{Endpoint, answer::Answer, api_request, gates::Gates, observer::Observer};

const FRONT_PAGE: &str = include_str!("lab_endpoints/front_page.html");

const GATES: &str = "/lab/gates";

/// The default timeout of a gate.
const TIMEOUT: Duration = Duration::from_secs(5);

const TIMEOUT_MAX: Duration = Duration::from_mins(10);

/// The answer to a request for the lab itself; none if it is for a site.
pub(crate) fn answer(
    method: &str,
    path: &str,
    query: &str,
    observer: &Observer,
    gates: &Gates,
) -> Option<Answer> {
    // A response to HEAD is that to GET; hyper leaves out its body.
    let method = if method == "HEAD" { "GET" } else { method };
    let route = api_request::route(path);
    let path = if path == "/" { path } else { &route };
    let answer = match (method, path) {
        ("GET", "/") => Answer::html(200, FRONT_PAGE),
        ("GET", "/lab/observed") => Answer::json(200, &observer.observed()),
        ("DELETE", "/lab/observed") => {
            observer.reset();
            Answer::json(200, &observer.observed())
        }
        ("GET", GATES) => Answer::json(200, &gates.reports()),
        ("PUT", _) if gate_name(path).is_some() => put_gate(path, query, gates),
        (_, "/" | GATES) => Answer::method_not_allowed("GET, HEAD"),
        (_, "/lab/observed") => Answer::method_not_allowed("GET, HEAD, DELETE"),
        _ if gate_name(path).is_some() => Answer::method_not_allowed("PUT"),
        _ if path == "/lab" || path.starts_with("/lab/") => {
            Answer::error(404, "Not Found; see / for what there is")
        }
        _ => return None,
    };
    Some(answer)
}

fn gate_name(path: &str) -> Option<&str> {
    path.strip_prefix(GATES)?.strip_prefix('/')
}

fn put_gate(path: &str, query: &str, gates: &Gates) -> Answer {
    let Some(endpoint) =
        Endpoint::ALL.into_iter().find(|endpoint| Some(endpoint.name()) == gate_name(path))
    else {
        let names = Endpoint::ALL.map(Endpoint::name).join(", ");
        return Answer::error(404, &format!("no such endpoint; gates can be at: {names}"));
    };
    match parse_gate(query) {
        Ok((needed, timeout)) => {
            gates.set(endpoint, needed, timeout);
            Answer::json(200, &gates.reports())
        }
        Err(message) => Answer::error(400, &message),
    }
}

fn parse_gate(query: &str) -> Result<(NonZeroUsize, Duration), String> {
    let (mut needed, mut timeout) = (None, TIMEOUT);
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let is_understood = match parameter.split_once('=') {
            Some(("needed", count)) => {
                needed = count.parse().ok();
                needed.is_some()
            }
            Some(("patience_ms", millis)) => {
                let asked = millis.parse().ok().map(Duration::from_millis);
                timeout = asked.unwrap_or(Duration::MAX);
                timeout <= TIMEOUT_MAX
            }
            _ => false,
        };
        if !is_understood {
            return Err(format!(
                "cannot use {parameter:?}; write needed=20 (at least 1) and patience_ms=5000 (at \
                 most {})",
                TIMEOUT_MAX.as_millis()
            ));
        }
    }
    let needed = needed.ok_or("how many requests open the gate? write needed=20")?;
    Ok((needed, timeout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_asked_for_in_a_query() {
        let gate = |needed, millis| {
            (NonZeroUsize::new(needed).expect("at least 1"), Duration::from_millis(millis))
        };
        assert_eq!(parse_gate("needed=20&patience_ms=300"), Ok(gate(20, 300)));
        assert_eq!(parse_gate("patience_ms=0&needed=1"), Ok(gate(1, 0)));
        assert_eq!(parse_gate("needed=2"), Ok(gate(2, 5_000)));
    }

    #[test]
    fn invalid_queries_for_gates_are_refused_with_advice() {
        for query in
            ["", "needed=0", "needed=-1", "needed=1&patience_ms=600001", "needed=1&x=2", "needed"]
        {
            let message = parse_gate(query).expect_err(query);
            assert!(message.contains("write needed=20"), "{query}: {message}");
        }
    }
}
