//! What a site may have to tell instead of an answer, not yet in its words.

/// Why there is no right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is nothing at this path.
    NoSuchPath,
    /// There may be something at this path, but not for this method.
    MethodNotAllowed,
    /// There is no such item, or no such business.
    NotFound,
    /// There is no such place to search.
    LocationNotFound,
    /// There is such a business, but not for those who ask by the API.
    BusinessUnavailable,
    /// The client asks too often; it may come back soon.
    TooManyRequests,
    /// The client has asked as often as it may in a day.
    DailyLimitReached,
    /// The site is broken.
    InternalError,
}
