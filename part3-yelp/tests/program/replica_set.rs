//! Tests with a replica set whose primary is killed: it elects another one, and nothing is lost.

use std::{num::NonZeroUsize, process::Child, thread, time::Duration};

use mock_web::{Endpoint, MockWeb, faults::Faults};
use mongodb::{
    bson::{Document, doc},
    sync::Client,
};
use serde_json::Value;

use crate::{
    kill_rounds::kill_rounds,
    kills::start_program,
    own_server::OwnServer,
    session::{Session, text, web},
    signals_to_programs::wait_until,
};

const CITIES: usize = 16;
const DOCUMENTS: usize = 20 * CITIES;

/// How many elections there are.
const ROUNDS: usize = 1;

/// Three servers, which elect a primary.
struct ReplicaSet {
    members: [OwnServer; 3],
}

impl ReplicaSet {
    /// None, with a message, if no variable names the path of `mongod`.
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

    fn uri(&self, database: &str) -> String {
        let hosts = self.members.each_ref().map(OwnServer::host).join(",");
        format!("mongodb://{hosts}/{database}?replicaSet=lab")
    }

    /// Waits until all three keep the same, a mark; returns the primary.
    fn settle(&mut self) -> &mut OwnServer {
        let patient = format!("{}&serverSelectionTimeoutMS=120000", self.uri("mark"));
        let client = Client::with_uri_str(patient).unwrap();
        let database = client.database("mark");
        database.drop().run().unwrap();
        let mark = doc! { "insert": "mark", "documents": [{}], "writeConcern": { "w": 3 } };
        database.run_command(mark).run().unwrap();
        let answer = database.run_command(doc! { "hello": 1 }).run().unwrap();
        let primary = answer.get_str("primary").unwrap();
        let is_primary = |member: &&mut OwnServer| member.socket().to_str() == Some(primary);
        self.members.iter_mut().find(is_primary).unwrap()
    }
}

/// A number of requests of all runs together after which to kill, another one in each round; there are
/// 1 344.
fn kill_after(round: usize) -> u64 {
    (160 + round * 397 % 600) as u64
}

/// A run of one variant, into a database of its own.
struct Run {
    variant: &'static str,
    uri: String,
    yelp: MockWeb,
    session: Session,
    child: Child,
}

impl Run {
    /// Starts it; its businesses do not come before `let_businesses_come`.
    fn start(variant: &'static str, uri: String) -> Self {
        let session = Session::new();
        let names: Vec<String> = (0..CITIES).map(|number| format!("City {number}\n")).collect();
        let cities = session.file("cities", names.concat().as_bytes());
        let yelp = web(Duration::from_millis(2), Faults::default());
        yelp.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MAX, Duration::from_mins(4));
        let mut program = session.client_of(&yelp);
        program.env("MONGODB_URI", &uri).args(["--store", "mongodb", "--workers", "4"]);
        program.arg("--cities").arg(cities);
        let child = start_program(program, variant);
        Self { variant, uri, yelp, session, child }
    }

    /// Waits until it asks for one.
    fn await_business(&mut self) {
        let is_asked = |_: &Child| self.yelp.gate(Endpoint::YelpV2Business).unwrap().peak > 0;
        wait_until(&mut self.child, is_asked);
    }

    fn let_businesses_come(&self) {
        self.yelp.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MIN, Duration::ZERO);
    }

    /// Waits for its report; returns what is to be there.
    fn assert_complete(self, round: usize) -> Stored {
        let Self { variant, uri, session, child, .. } = self;
        let context = format!("round {round}, {variant}");
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{context}: {output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["runs"][0]["answer"]["documents"], DOCUMENTS, "{context}");
        Stored { context, uri, session }
    }
}

/// The documents that a run has reported as stored.
struct Stored {
    context: String,
    uri: String,
    session: Session,
}

impl Stored {
    fn assert_there(self) {
        let Self { context, uri, session } = self;
        let mut count = session.program();
        count.env("MONGODB_URI", uri).args(["count", "--store", "mongodb"]);
        let count = count.output().unwrap();
        assert_eq!(text(&count.stdout), format!("{DOCUMENTS}\n"), "{context}");
    }
}

/// All variants at once, since an election takes the longest here. Each of them is at its businesses
/// when the primary is killed.
#[test]
fn runs_outlast_the_election_of_another_primary() {
    let Some(mut set) = ReplicaSet::start("runs_outlast_the_election_of_another_primary") else {
        return;
    };
    for round in 0..kill_rounds(ROUNDS) {
        let runs = ["sequential", "threads", "processes", "parallel"]
            .map(|variant| (variant, set.uri(&format!("yelp_{variant}_{round}"))));
        let primary = set.settle();
        let mut runs = runs.map(|(variant, uri)| Run::start(variant, uri));
        runs.iter_mut().for_each(Run::await_business);
        runs.iter().for_each(Run::let_businesses_come);
        while runs.iter().map(|run| run.yelp.observed().requests).sum::<u64>() < kill_after(round) {
            let mut children = runs.iter_mut().map(|run| run.child.try_wait().unwrap());
            assert!(children.any(|ended| ended.is_none()), "round {round}: they make requests");
            thread::yield_now();
        }
        primary.kill();
        let stored = runs.map(|run| run.assert_complete(round));
        primary.restart();
        stored.into_iter().for_each(Stored::assert_there);
    }
}
