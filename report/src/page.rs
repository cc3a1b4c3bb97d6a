//! The frame and the style of all our pages. Each page is one file, which loads nothing from any network.

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

/// An HTML page in one file.
///
/// Its content security policy guards against our own mistakes: the browser loads nothing from outside
/// of the file, and runs no script if the page has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its title, as plain text.
    pub title: &'a str,
    /// Its style, added to the style of all pages.
    pub style: &'a str,
    /// Its script, if it has one.
    pub script: Option<&'a str>,
    /// Its content, as HTML.
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
