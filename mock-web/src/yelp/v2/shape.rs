//! The JSON shapes of cities and businesses in v2.

use serde_json::{Value, json};

use crate::yelp::{
    business::{Business, Review},
    city::City,
};

/// The width of a city's region.
const SPAN_DEGREES: f64 = 0.15;

/// A state and country code that is not assigned (ISO 3166-1).
const NO_STATE: &str = "ZZ";

pub(super) fn region(city: &City) -> Value {
    let center = city.center();
    json!({
        "span": { "latitude_delta": SPAN_DEGREES, "longitude_delta": SPAN_DEGREES },
        "center": { "latitude": center.latitude(), "longitude": center.longitude() },
    })
}

/// A business in a search result.
pub(super) fn listed(business: &Business) -> Value {
    let mut listed = json!({
        "id": business.alias(),
        "name": business.name(),
        "url": business.url(""),
        "mobile_url": business.url("m."),
        "image_url": business.picture_url(0),
        "rating": business.rating(),
        "rating_img_url": stars_url("stars", business.rating()),
        "rating_img_url_small": stars_url("stars_small", business.rating()),
        "rating_img_url_large": stars_url("stars_large", business.rating()),
        "review_count": business.review_count(),
        "is_claimed": business.is_claimed(),
        "is_closed": business.is_closed(),
        "categories": business.categories(),
        "location": location(business),
        "snippet_text": business.reviews().next().map(|review| review.text),
        "snippet_image_url": business.picture_url(1),
    });
    if let Some(phone) = business.phone() {
        listed["display_phone"] =
            format!("+1-{}-{}-{}", &phone[..3], &phone[3..6], &phone[6..]).into();
        listed["phone"] = phone.into();
    }
    listed
}

/// A business by itself.
pub(super) fn detailed(business: &Business) -> Value {
    let mut detailed = listed(business);
    detailed["reviews"] = business.reviews().map(|one| review(&one)).collect();
    detailed
}

fn location(business: &Business) -> Value {
    let (city, point) = (business.city.name(), business.point());
    let (street, postal_code) = (business.street_address(), business.city.postal_code());
    let last_line = format!("{city}, {NO_STATE} {postal_code}");
    json!({
        "address": [street],
        "display_address": [street, business.neighborhood(), last_line],
        "city": city,
        "state_code": NO_STATE,
        "country_code": NO_STATE,
        "postal_code": postal_code,
        "neighborhoods": [business.neighborhood()],
        "coordinate": { "latitude": point.latitude(), "longitude": point.longitude() },
        "geo_accuracy": 9.5,
    })
}

fn review(review: &Review) -> Value {
    let rating = f64::from(review.rating);
    json!({
        "id": review.id,
        "rating": review.rating,
        "rating_image_url": stars_url("stars", rating),
        "rating_image_small_url": stars_url("stars_small", rating),
        "rating_image_large_url": stars_url("stars_large", rating),
        "excerpt": review.text,
        "time_created": review.written_at,
        "user": {
            "id": format!("user-{}", &review.id[..8]),
            "name": review.author,
            "image_url": format!("http://media.yelp.example/photo/{}/ms.jpg", review.id),
        },
    })
}

fn stars_url(size: &str, rating: f64) -> String {
    format!("http://media.yelp.example/assets/{size}_{rating}.png")
}
