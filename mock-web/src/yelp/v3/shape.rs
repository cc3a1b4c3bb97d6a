//! The JSON shapes of cities and businesses in v3.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::yelp::{business::Business, city::City};

/// A state and country code that is not assigned (ISO 3166-1).
const NO_STATE: &str = "ZZ";

pub(super) fn region(city: &City) -> Value {
    let center = city.center();
    json!({ "center": { "latitude": center.latitude(), "longitude": center.longitude() } })
}

/// The alias in an id; none if it is malformed.
pub(super) fn alias_of_id(id: &str) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(id).ok()?).ok()
}

/// An opaque id that holds the alias, so that nothing has to be stored.
fn id(business: &Business) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(business.alias())
}

/// A business in a search result.
pub(super) fn listed(business: &Business) -> Value {
    let mut listed = common(business);
    listed["distance"] = business.distance_meters().into();
    listed
}

/// A business by itself.
pub(super) fn detailed(business: &Business) -> Value {
    let mut detailed = common(business);
    detailed["is_claimed"] = business.is_claimed().into();
    detailed["photos"] = (0..3).map(|place| business.picture_url(place)).collect();
    detailed["hours"] = hours(business);
    detailed
}

fn common(business: &Business) -> Value {
    let point = business.point();
    let category = |(title, alias)| json!({ "alias": alias, "title": title });
    let phone = business.phone();
    let mut common = json!({
        "id": id(business),
        "alias": business.alias(),
        "name": business.name(),
        "image_url": business.picture_url(0),
        "is_closed": business.is_closed(),
        "url": business.url(""),
        "review_count": business.review_count(),
        "categories": business.categories().into_iter().map(category).collect::<Vec<_>>(),
        "rating": business.rating(),
        "coordinates": { "latitude": point.latitude(), "longitude": point.longitude() },
        "transactions": ["pickup"],
        "location": location(business),
        // Unlike v2, an unknown number is an empty text.
        "phone": phone.as_ref().map(|phone| format!("+1{phone}")).unwrap_or_default(),
        "display_phone": phone
            .map(|phone| format!("({}) {}-{}", &phone[..3], &phone[3..6], &phone[6..]))
            .unwrap_or_default(),
        "attributes": {
            "business_temp_closed": null,
            "menu_url": format!("{}/menu", business.url("")),
            "waitlist_reservation": null,
        },
    });
    if let Some(price) = business.price() {
        common["price"] = "$".repeat(price).into();
    }
    common
}

fn location(business: &Business) -> Value {
    let (city, zip_code) = (business.city.name(), business.city.postal_code());
    let street = business.street_address();
    let last_line = format!("{city}, {NO_STATE} {zip_code}");
    json!({
        "address1": street,
        "address2": null,
        "address3": "",
        "city": city,
        "zip_code": zip_code,
        "country": NO_STATE,
        "state": NO_STATE,
        "display_address": [street, last_line],
    })
}

/// The opening hours, the same on each day, where Monday is 0.
fn hours(business: &Business) -> Value {
    let (start, end) = business.hours();
    let day = |day: u32| {
        json!({
            "day": day,
            "start": format!("{start:02}00"),
            "end": format!("{end:02}00"),
            "is_overnight": false,
        })
    };
    json!([{
        "open": (0..7).map(day).collect::<Vec<_>>(),
        "hours_type": "REGULAR",
        // Without a clock, it is never open: what is made up does not depend on when.
        "is_open_now": false,
    }])
}
