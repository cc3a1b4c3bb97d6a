//! Every signature has the same nonce.

use oauth1_request::{Builder, HMAC_SHA1, ParameterList, Token};

use crate::{
    api::Target,
    credentials::{Credentials, OAuthCredentials},
};

/// The header for a GET request.
pub fn authorization(credentials: &Credentials, target: &Target) -> String {
    match credentials {
        Credentials::Key(key) => format!("Bearer {key}"),
        Credentials::OAuth(credentials) => sign(credentials, target),
    }
}

fn sign(credentials: &OAuthCredentials, target: &Target) -> String {
    let OAuthCredentials { consumer_key, consumer_secret, token, token_secret } = credentials;
    let token: Token<&str, &str> =
        Token::from_parts(consumer_key, consumer_secret, token, token_secret);
    let parameters = ParameterList::new(target.query.clone());
    let mut builder = Builder::with_token(token, HMAC_SHA1);
    builder.nonce("4711");
    builder.authorize("GET", &target.address, &parameters)
}
