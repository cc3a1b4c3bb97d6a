//! Prints the fetched items as a table.

use comfy_table::{CellAlignment, Table, presets};

use crate::Item;

/// A row for each item: id, type, author, points, title (of comments: the first words).
pub fn table_of_items(items: &[Item]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["id", "type", "author", "points", "title"]);
    for item in items {
        table.add_row([
            item.id.to_string(),
            item.kind.name().to_owned(),
            item.byline(),
            item.points.map_or_else(|| "–".to_owned(), |points| points.to_string()),
            item.headline(),
        ]);
    }
    for index in [0, 3] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt() + "\n"
}
