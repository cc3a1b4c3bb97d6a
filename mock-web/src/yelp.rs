//! Imitates Yelp's two APIs: v2 with signed requests, and v3 with a key; all businesses are made
//! up.

mod business;
mod city;
mod limits;
mod oauth;
mod prose;
mod seeded_choice;
pub(crate) mod v2;
pub(crate) mod v3;

use std::time::Duration;

use self::{
    business::Business,
    limits::{CallLimiter, Exceeded},
    oauth::{Credentials, Nonces},
};
use crate::{
    YelpLimits, admission::Admission, answer::Answer, api_request::ApiRequest, demo,
    failure::Failure,
};

const CREDENTIALS: Credentials = Credentials {
    consumer_key: demo::CONSUMER_KEY,
    consumer_secret: demo::CONSUMER_SECRET,
    token: demo::TOKEN,
    token_secret: demo::TOKEN_SECRET,
};

/// The ids of all businesses of a city, in the order of its search; none if there is no such city.
pub fn business_ids(city: &str) -> Vec<String> {
    let all = city::City::find(city).map(|city| Business::all_of(&city)).unwrap_or_default();
    all.iter().map(Business::alias).collect()
}

/// The state between requests.
#[derive(Debug)]
pub(crate) struct Yelp {
    nonces: Nonces,
    v2: CallLimiter,
    v3: CallLimiter,
}

impl Yelp {
    pub(crate) fn new(limits: YelpLimits) -> Self {
        Self {
            nonces: Nonces::default(),
            v2: CallLimiter::new(limits),
            v3: CallLimiter::new(limits),
        }
    }

    /// Admits a request of v2 if it is signed and calls are left.
    pub(crate) fn admit_v2(&self, request: &ApiRequest<'_>, now: Duration) -> Admission {
        if let Err(refusal) = oauth::verify(request, &CREDENTIALS, &self.nonces, now) {
            return Admission::refused(v2::refuse(&refusal));
        }
        let exceeded = self.v2.count_call(now).exceeded;
        Admission {
            refusal: exceeded.map(|limit| refuse(limit, v2::error_answer)),
            ..Admission::default()
        }
    }

    /// Admits a request of v3 if it has the key and calls are left.
    pub(crate) fn admit_v3(&self, request: &ApiRequest<'_>, now: Duration) -> Admission {
        if let Err(answer) = v3::check_key(request.authorization) {
            return Admission::refused(answer);
        }
        let remaining = self.v3.count_call(now);
        let refusal = remaining.exceeded.map(|limit| refuse(limit, v3::error_answer));
        Admission { headers: remaining.headers(), refusal }
    }
}

fn refuse(exceeded: Exceeded, error_answer: impl Fn(Failure) -> Answer) -> Answer {
    error_answer(match exceeded {
        Exceeded::PerSecond => Failure::TooManyRequests,
        Exceeded::Daily => Failure::DailyLimitReached,
    })
}
