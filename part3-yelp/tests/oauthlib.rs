//! Checks our signatures with oauthlib, which shares no code with our client and our local web.
//!
//! `OAUTH_JUDGE` names a Python that has it; without that, the test says that it was skipped.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

use part3_yelp::{
    Api, BusinessId,
    api::Target,
    cities,
    credentials::{Credentials, Environment, Source},
    signature::authorization,
};
use serde_json::json;

/// Names and secrets that mean something in an address, in a header, or in a signature.
const HOSTILE: [&str; 9] = [
    "Seattle",
    "São Paulo",
    "東京",
    "a+b c&d=e%25/~*'()!",
    "half \"quoted\", comma; semicolon",
    "100 % #1?",
    "../..",
    "-._~",
    "\u{1F600} é",
];

/// Hosts as users may write them: with the port that the scheme means anyway, or in capitals.
const BASES: [&str; 6] = [
    "http://127.0.0.1:8080",
    "http://127.0.0.1:80",
    "https://api.yelp.com:443",
    "HTTP://LOCALHOST:8080",
    "http://[::1]:80",
    "http://[::1]:8080",
];

fn targets() -> Vec<Target> {
    let cities = cities::parse(HOSTILE.join("\n").as_bytes()).unwrap().cities;
    let ids = HOSTILE.map(BusinessId::from);
    let of_base = |base| {
        let searches = cities.iter().map(move |city| Api::V2.search(base, city, 20, 40));
        searches.chain(ids.iter().map(move |id| Api::V2.business(base, id)))
    };
    BASES.into_iter().flat_map(of_base).collect()
}

#[test]
fn oauthlib_agrees_with_our_signatures() {
    let Some(python) = env::var_os("OAUTH_JUDGE") else {
        assert!(env::var_os("REQUIRE_OAUTH_JUDGE").is_none(), "OAUTH_JUDGE is not set");
        let skipped = "SKIPPED: oauthlib_agrees_with_our_signatures, since OAUTH_JUDGE is not set";
        writeln!(io::stderr(), "{skipped}").unwrap();
        return;
    };
    for secret in HOSTILE {
        let environment = Environment::read(|name| Some(format!("{name} {secret}")));
        let credentials = Credentials::find(Source::Environment, Api::V2, &environment).unwrap();
        let lines: Vec<String> = targets()
            .iter()
            .map(|target| {
                let authorization = authorization(&credentials, target);
                json!({"method": "GET", "url": target.url(), "authorization": authorization})
            })
            .map(|request| format!("{request}\n"))
            .collect();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../benches/peers/oauth_judge.py");
        let mut judge = Command::new(&python)
            .arg(script)
            .env("YELP_CONSUMER_SECRET", format!("YELP_CONSUMER_SECRET {secret}"))
            .env("YELP_TOKEN_SECRET", format!("YELP_TOKEN_SECRET {secret}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        judge.stdin.take().unwrap().write_all(lines.concat().as_bytes()).unwrap();
        let output = judge.wait_with_output().unwrap();
        let verdict = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{secret}: {verdict}");
        assert!(verdict.contains("108 of 108 signatures are right"), "{verdict}");
    }
}
