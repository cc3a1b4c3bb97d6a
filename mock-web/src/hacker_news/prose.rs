//! Names, titles and comments to choose from, in the HTML that Hacker News writes.

use super::{
    post::ItemId,
    seeded_choice::{Choice, draw},
};

const AUTHORS: &[&str] = &[
    "adalove",
    "busywait",
    "condvar",
    "deadline",
    "epollo",
    "futurist",
    "gracehopper",
    "heisenbug",
    "idlehands",
    "joinhandle",
    "kernelpanic",
    "latencyland",
    "mutexmaid",
    "nagle",
    "overlap",
    "parkunpark",
    "quantum7",
    "racecar",
    "semaphore",
    "threadneedle",
    "unlocked",
    "volatil",
    "worksteal",
    "yieldcurve",
];

const SUBJECTS: &[&str] = &[
    "a web server",
    "a spreadsheet",
    "my garden",
    "a chess engine",
    "the tax office",
    "a database",
    "an elevator",
    "the night train",
    "a compiler",
    "our build",
    "a city library",
    "a café",
];

const VERBS: &[&str] = &[
    "Rewriting",
    "Debugging",
    "Understanding",
    "Breaking",
    "Measuring",
    "Explaining",
    "Growing",
    "Queueing for",
];

const AFTERTHOUGHTS: &[&str] = &[
    "in a weekend",
    "with two threads",
    "without locks",
    "for fun",
    "on one core",
    "and what it taught me",
    "in 200 lines",
    "– part 2",
];

const QUESTIONS: &[&str] = &[
    "how do you name your threads?",
    "what did you measure last?",
    "is your queue bounded?",
    "how many connections are too many?",
    "who still owns a printer?",
];

const COMPANIES: &[&str] =
    &["Parcelport", "Müller & Söhne", "Tidepool Labs", "Kettle", "Lanternfish"];

/// Sentences, some with rare characters: quotes, signs, links, other scripts.
const SENTENCES: &[&str] = &[
    "I&#x27;ve seen this before.",
    "It was the network; it is always the network.",
    "We tried that with 500 threads, and it was fine.",
    "Did you measure it?",
    "&quot;Premature optimization&quot; is the part of the sentence that everybody remembers.",
    "A queue without a bound is a leak that waits.",
    "That&#x27;s the <i>real</i> question, isn&#x27;t it?",
    "If a &lt; b &amp;&amp; b &lt; c, nobody asks about the clock.",
    "The naïve version was fast enough for our café.",
    "See <a href=\"https:&#x2F;&#x2F;www.example.org&#x2F;queues?a=1&amp;b=2\" rel=\"nofollow\">\
     https:&#x2F;&#x2F;www.example.org&#x2F;queues?a=1&amp;b=2</a> for the longer story.",
    "並行は並列ではない, as a colleague from Kyōto likes to say.",
    "Nice work 👏",
    "It took us a week to find out that it had been waiting for itself.",
    "One writer, many readers, no surprises.",
    "Works on my machine, which is the slowest one in the building.",
    "I would rather have it wait than guess.",
];

pub(super) fn author(id: ItemId) -> &'static str {
    pick(id, Choice::Author, AUTHORS)
}

pub(super) fn title(id: ItemId) -> String {
    let prefix = if draw(id, Choice::Length, 8) == 0 { "Show HN: " } else { "" };
    format!(
        "{prefix}{} {} {}",
        pick(id, Choice::Title, VERBS),
        pick(id, Choice::Sentence(0), SUBJECTS),
        pick(id, Choice::Sentence(1), AFTERTHOUGHTS)
    )
}

pub(super) fn question(id: ItemId) -> String {
    format!("Ask HN: {}", pick(id, Choice::Title, QUESTIONS))
}

pub(super) fn job_title(id: ItemId) -> String {
    format!("{} is hiring people who can wait", pick(id, Choice::Title, COMPANIES))
}

pub(super) fn url(id: ItemId) -> String {
    let host = ["www.example.com", "blog.example.org", "example.net"];
    format!("https://{}/{}", pick(id, Choice::Host, &host), id.number())
}

/// A comment of one to three paragraphs.
pub(super) fn comment(id: ItemId) -> String {
    let paragraphs = 1 + draw(id, Choice::Length, 3);
    let paragraph = |number: u32| {
        let sentence = |place| pick(id, Choice::Sentence(2 * number + place), SENTENCES);
        format!("{} {}", sentence(0), sentence(1))
    };
    (0..paragraphs).map(paragraph).collect::<Vec<_>>().join("<p>")
}

fn pick<'a>(id: ItemId, choice: Choice, among: &[&'a str]) -> &'a str {
    let count = u32::try_from(among.len()).expect("a short list");
    among[draw(id, choice, count) as usize]
}
