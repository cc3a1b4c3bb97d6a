//! Demo credentials that the local Yelp accepts; they are public and useless elsewhere.

/// The consumer key of v2, which names the program.
pub const CONSUMER_KEY: &str = "demo-consumer-key-not-a-secret";

/// The consumer secret of v2, the first half of the key that signs.
pub const CONSUMER_SECRET: &str = "demo-consumer-secret-not-a-secret";

/// The token of v2, which names the user.
pub const TOKEN: &str = "demo-token-not-a-secret";

/// The token secret of v2, the second half of the key that signs.
pub const TOKEN_SECRET: &str = "demo-token-secret-not-a-secret";

/// The API key of v3, sent as it is: `Authorization: Bearer KEY`.
pub const API_KEY: &str = "demo-api-key-not-a-secret";
