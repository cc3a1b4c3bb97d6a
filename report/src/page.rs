//! What our pages share: one file each, which asks for nothing from any network, and their look.

mod lanes;
mod markup;

use std::fmt::{self, Display, Formatter};

pub(super) use self::{
    lanes::width,
    markup::{COLOURS, percent},
};
pub use self::{
    lanes::{Stop, WIDTH, row, span_title, stripe},
    markup::Escaped,
};

const STYLE: &str = include_str!("page/style.css");

/// A page that stands by itself.
///
/// Its policy makes the browser refuse whatever a mistake of ours lets in: all that is not in the file,
/// and any script if the page has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// What its tab is called, as plain text.
    pub title: &'a str,
    /// What it looks like, beside what all pages look like.
    pub style: &'a str,
    /// What it can do without.
    pub script: Option<&'a str>,
    /// Its contents, as HTML.
    pub body: &'a str,
}

impl Display for Page<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { style, body, .. } = self;
        let title = Escaped(self.title);
        let (may_run, script) = match self.script {
            Some(script) => {
                ("; script-src 'unsafe-inline'", format!("<script>\n{script}</script>\n"))
            }
            None => ("", String::new()),
        };
        write!(
            formatter,
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'{may_run}">
<title>{title}</title>
<style>
{STYLE}{style}</style>
</head>
<body>
{body}{script}</body>
</html>
"#
        )
    }
}
