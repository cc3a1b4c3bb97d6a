//! A replica set whose primary is killed: another one is elected, and nothing is lost.

use mongodb::{
    bson::{Document, doc},
    sync::Client,
};
use serde_json::Value;

use std::time::Duration;

use mock_web::faults::Faults;

use crate::{
    kills::await_requests,
    own_server::OwnServer,
    session::{Session, text, web},
};

const CITIES: usize = 60;
const DOCUMENTS: usize = 20 * CITIES;
const ROUNDS: usize = 5;

/// Three servers, which elect a primary.
struct ReplicaSet {
    members: [OwnServer; 3],
}

impl ReplicaSet {
    /// None if nobody says where `mongod` is, which is said aloud.
    fn start(test: &str) -> Option<Self> {
        let start = || OwnServer::start_with(test, &["--replSet", "lab"]);
        let set = Self { members: [start()?, start()?, start()?] };
        let hosts = set.members.iter().zip(0..).map(|(member, number)| {
            doc! { "_id": number, "host": member.socket().to_str().unwrap() }
        });
        let hosts: Vec<Document> = hosts.collect();
        let first = format!("{}/?directConnection=true", set.members[0].uri());
        let admin = Client::with_uri_str(first).unwrap().database("admin");
        admin
            .run_command(doc! { "replSetInitiate": { "_id": "lab", "members": hosts } })
            .run()
            .unwrap();
        Some(set)
    }

    fn uri(&self) -> String {
        let hosts = self.members.each_ref().map(OwnServer::host).join(",");
        format!("mongodb://{hosts}/?replicaSet=lab")
    }

    /// Waits until all three keep the same, which is nothing but a mark; returns the primary.
    fn settle(&mut self) -> &mut OwnServer {
        let patient = format!("{}&serverSelectionTimeoutMS=120000", self.uri());
        let client = Client::with_uri_str(patient).unwrap();
        let database = client.database("yelp");
        database.drop().run().unwrap();
        let mark = doc! { "insert": "mark", "documents": [{}], "writeConcern": { "w": 3 } };
        database.run_command(mark).run().unwrap();
        let answer = database.run_command(doc! { "hello": 1 }).run().unwrap();
        let primary = answer.get_str("primary").unwrap();
        let is_primary = |member: &&mut OwnServer| member.socket().to_str() == Some(primary);
        self.members.iter_mut().find(is_primary).unwrap()
    }
}

/// A number of requests after which to kill, another one in each round; there are 1 260.
fn moment(round: usize) -> u64 {
    (50 + round * 4751 % 1150) as u64
}

#[test]
fn a_run_outlasts_the_election_of_another_primary() {
    let Some(mut set) = ReplicaSet::start("a_run_outlasts_the_election_of_another_primary") else {
        return;
    };
    let uri = set.uri();
    let names: Vec<String> = (0..CITIES).map(|number| format!("City {number}\n")).collect();
    for round in 0..ROUNDS {
        let session = Session::new();
        let cities = session.file("cities", names.concat().as_bytes());
        let yelp = web(Duration::from_millis(2), Faults::default());
        let variant = ["sequential", "threads", "processes", "parallel"][round % 4];
        let primary = set.settle();
        let mut program = session.client_of(&yelp);
        program.env("MONGODB_URI", &uri).args(["--store", "mongodb", "--workers", "4"]);
        program.arg("--cities").arg(cities);
        let mut child = crate::kills::start_program(program, variant);
        await_requests(&yelp, &mut child, moment(round));
        primary.kill();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "round {round}, {variant}: {output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let answer = &report["runs"][0]["answer"];
        assert_eq!(answer["documents"], DOCUMENTS, "round {round}, {variant}");
        primary.restart();
        let mut count = session.program();
        count.env("MONGODB_URI", &uri).args(["count", "--store", "mongodb"]);
        let count = count.output().unwrap();
        assert_eq!(text(&count.stdout), format!("{DOCUMENTS}\n"), "round {round}, {variant}");
    }
}
