//! Tests that a dropped web stops, whatever its connections do.

use std::{io, net::TcpStream, time::Duration};

use mock_web::{
    Config, MockWeb,
    faults::{Fault, Faults},
};

use crate::{raw_client::Client, start, swift};

#[test]
fn dropping_it_ends_connections_that_are_busy_stalled_dripping_or_idle() {
    let faults = Faults::default()
        .always("/api/v1/items/1", Fault::Stall)
        .always("/api/v1/items/2", Fault::SlowDrip { pause: Duration::from_mins(1) })
        .always("/api/v1/items/3", Fault::HugeBody { bytes: u64::MAX });
    let web = start(Config { faults, ..swift() });
    let [mut stalled, mut dripping, mut endless, mut idle] =
        [(); 4].map(|()| Client::connect(&web.url()));
    stalled.send("GET", "/api/v1/items/1");
    dripping.send("GET", "/api/v1/items/2");
    assert_eq!(dripping.receive_head().unwrap().status, 200);
    assert_eq!(dripping.read_byte().unwrap(), b'{');
    endless.send("GET", "/api/v1/items/3");
    assert_eq!(endless.receive_head().unwrap().status, 200);
    idle.get("/api/v1/items/4");
    while web.observed().requests < 4 {
        idle.get("/lab/observed");
    }

    let address = web.url().strip_prefix("http://").unwrap().to_owned();
    drop(web);
    assert!(is_end(stalled.read_to_end()));
    assert!(is_end(dripping.read_to_end()));
    assert!(is_end(idle.read_to_end()));
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

fn is_end(rest: io::Result<Vec<u8>>) -> bool {
    match rest {
        Ok(rest) => rest.is_empty(),
        Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn only_loopback_is_served() {
    let check = |address: &str, is_served: bool| {
        let web = MockWeb::bind(address.parse().unwrap(), Config::default());
        assert_eq!(web.is_ok(), is_served, "{address}");
        if let Err(error) = web {
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert!(error.to_string().contains("use an address such as 127.0.0.1"), "{error}");
        }
    };
    check("127.0.0.1:0", true);
    check("0.0.0.0:0", false);
    check("192.0.2.1:80", false);
    check("[::]:0", false);
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let web = start(swift());
    let address = web.url().strip_prefix("http://").unwrap().parse().unwrap();
    let error = MockWeb::bind(address, swift()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}
