//! Names, streets and reviews to choose from; none is real.

/// The first words of names; each name has two words, by which its id is parsed.
pub(super) const FIRST_WORDS: &[&str] = &[
    "Amber",
    "Blue",
    "Café",
    "Copper",
    "Crème",
    "Drowsy",
    "Golden",
    "Jalapeño",
    "Kettle's",
    "Lazy",
    "Little",
    "Merry",
    "Müller's",
    "Night",
    "Open",
    "Paper",
    "Quiet",
    "Rosie's",
    "Salt&Pepper",
    "Second",
    "Tin",
    "Velvet",
    "Wandering",
    "麺屋",
];

pub(super) const SECOND_WORDS: &[&str] = &[
    "Anchor",
    "Barrel",
    "Brûlée",
    "Cellar",
    "Corner",
    "Diner",
    "Fork",
    "Garden",
    "Harbor",
    "Kitchen",
    "Lantern",
    "Lumen",
    "Market",
    "Noodle",
    "Orchard",
    "Parlor",
    "Semaphore",
    "Smørrebrød",
    "Table",
    "Teapot",
];

/// The categories as on Yelp: as shown, and as searched.
pub(super) const CATEGORIES: &[(&str, &str)] = &[
    ("Bakeries", "bakeries"),
    ("Breakfast & Brunch", "breakfast_brunch"),
    ("Cocktail Bars", "cocktailbars"),
    ("Coffee & Tea", "coffee"),
    ("Crêperies", "creperies"),
    ("Ice Cream & Frozen Yogurt", "icecream"),
    ("Izakaya", "izakaya"),
    ("Mexican", "mexican"),
    ("Noodles", "noodles"),
    ("Pizza", "pizza"),
    ("Seafood", "seafood"),
    ("Vegan", "vegan"),
];

pub(super) const STREETS: &[&str] = &[
    "Bounded Queue Ave",
    "Condvar Ct",
    "Deadlock Ln",
    "Fork St",
    "Join St",
    "Latency Blvd",
    "Mutex Way",
    "Rendezvous Sq",
    "Semaphore Rd",
    "Thread Needle St",
];

pub(super) const NEIGHBORHOODS: &[&str] =
    &["Canal End", "Harborside", "Kernel Hill", "Lower Heap", "Old Stack", "Upper Heap"];

pub(super) const REVIEWERS: &[&str] = &[
    "Ada L.",
    "Bogdan K.",
    "Chidi O.",
    "Dolores P.",
    "Edsger W.",
    "Fatima Z.",
    "Grace H.",
    "Hiroshi 健.",
    "Inés G.",
    "Jörg M.",
];

pub(super) const SENTENCES: &[&str] = &[
    "We queued for twenty minutes, and the queue was the best part.",
    "They serve one table after another, so come early or bring a book.",
    "Four cooks, four tickets at once: nobody waits here.",
    "The crème brûlée is worth the detour, the stairs are not.",
    "My coffee was cold, but it was cold \"on purpose\", I was told.",
    "Ask for the window seat; ask twice, the first request tends to get lost.",
    "Staff remember your order & your name after one visit.",
    "Five stars for the soup 🍜, none for the parking.",
    "A quiet place <3 to read what you should have read last week.",
    "It has the charm of a waiting room, and I mean that kindly.",
    "Half of the menu was unavailable; the other half was excellent.",
    "並んでも行く価値がある、と友人が言った。 I agree.",
    "Don't order the special unless you like surprises.",
    "Closed when we came, open when we left, splendid when we came back.",
];
