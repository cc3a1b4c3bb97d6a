//! A plan in a folder, a server, and the programs that use them.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use mongodb::{
    bson::{Document, doc},
    sync::Client,
};
use serde_json::Value;

use crate::{
    own_server::OwnServer,
    session::{Session, demo_environment, text},
};

/// A plan, and the database of its documents.
pub(crate) struct PlanFolder {
    session: Session,
    server: OwnServer,
}

/// How many businesses of each city these plans ask for.
pub(crate) const LIMIT: usize = 5;

impl PlanFolder {
    /// A plan for cities with these names; none, with a message, without the path of `mongod`.
    pub(crate) fn plan(test: &str, cities: &[&str], arguments: &[&str]) -> Option<Self> {
        let folder = Self { session: Session::new(), server: OwnServer::start(test)? };
        folder.session.file("cities", cities.join("\n").as_bytes());
        let planned = folder.plan_again(arguments);
        assert!(planned.status.success(), "{planned:?}");
        Some(folder)
    }

    pub(crate) fn plan_again(&self, arguments: &[&str]) -> Output {
        let mut program = self.session.program();
        program.args(["plan", "plan", "--cities", "cities", "--store", "mongodb"]);
        program.args(["--limit", &LIMIT.to_string()]).args(arguments).output().unwrap()
    }

    /// A program that stores into a database of the server.
    pub(crate) fn program(&self, database: &str) -> Command {
        let mut program = self.session.program();
        program.env("MONGODB_URI", format!("{}/{database}", self.server.uri()));
        program.envs(demo_environment());
        program
    }

    pub(crate) fn element(&self, index: u64) -> Command {
        let mut program = self.program("yelp");
        program.args(["shard", "plan", "--index", &index.to_string()]);
        program
    }

    pub(crate) fn run_all(&self, shards: u64) {
        for index in 0..shards {
            let output = self.element(index).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
    }

    pub(crate) fn merge(&self, arguments: &[&str]) -> Output {
        self.program("yelp").args(["merge", "plan"]).args(arguments).output().unwrap()
    }

    /// The missing shards, as `--missing` prints them.
    pub(crate) fn missing(&self) -> String {
        let output = self.merge(&["--missing"]);
        let missing = text(&output.stdout);
        assert_eq!(output.status.code(), Some(i32::from(!missing.is_empty())), "{output:?}");
        missing.trim_end().to_owned()
    }

    pub(crate) fn answer(&self) -> Value {
        let merged = self.merge(&["--format", "json"]);
        assert!(merged.status.success(), "{merged:?}");
        answer_of(&merged.stdout)
    }

    /// All documents of a database in the order of their ids, without their times.
    pub(crate) fn documents(&self, database: &str) -> Vec<Value> {
        let output =
            self.program(database).args(["export", "--store", "mongodb"]).output().unwrap();
        let without_time = |line: &str| {
            let mut document: Value = serde_json::from_str(line).unwrap();
            document.as_object_mut().unwrap().remove("fetched_at");
            // The search that came first.
            document.as_object_mut().unwrap().remove("city");
            document
        };
        text(&output.stdout).lines().map(without_time).collect()
    }

    /// Removes a document behind the back of the program.
    pub(crate) fn lose(&self, id: &str) {
        let client = Client::with_uri_str(self.server.uri()).unwrap();
        let documents = client.database("yelp").collection::<Document>("business");
        assert_eq!(documents.delete_one(doc! { "_id": id }).run().unwrap().deleted_count, 1);
    }

    /// Creates a user; a server without access control checks a password only if one is given.
    pub(crate) fn create_user(&self, name: &str, password: &str) {
        let client = Client::with_uri_str(self.server.uri()).unwrap();
        let command = doc! { "createUser": name, "pwd": password, "roles": ["root"] };
        client.database("admin").run_command(command).run().unwrap();
    }

    pub(crate) fn program_of_user(&self, name: &str, password: &str) -> Command {
        let host = self.server.host();
        let mut program = self.program("yelp");
        let uri = format!("mongodb://{name}:{password}@{host}/yelp?authSource=admin");
        program.env("MONGODB_URI", uri);
        program
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.session.path("plan").canonicalize().unwrap().join(name)
    }

    pub(crate) fn result(&self, shard: u64) -> Value {
        let path = self.file(&format!("shards/{shard:05}.json"));
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    /// The names of the results; of drafts, too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.file("shards")).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort_unstable();
        names
    }
}

pub(crate) fn answer_of(report: &[u8]) -> Value {
    let report: Value = serde_json::from_slice(report).unwrap();
    report["runs"][0]["answer"].clone()
}
