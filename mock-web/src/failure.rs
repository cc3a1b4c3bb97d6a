//! The failures of a site, before the site puts them into its own words.

/// The reason why a site cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The path does not exist.
    NoSuchPath,
    /// The method is not allowed at this path.
    MethodNotAllowed,
    /// The item or business does not exist.
    NotFound,
    /// The location of a search does not exist.
    LocationNotFound,
    /// The business exists, and is not available by the API.
    BusinessUnavailable,
    /// The client exceeds the rate limit.
    TooManyRequests,
    /// The client exceeds the daily limit.
    DailyLimitReached,
    /// The site has an internal error.
    InternalError,
}
