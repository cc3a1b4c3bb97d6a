//! Tests of the gradebook.

use csv::Reader;
use expect_test::expect_file;
use instructor::export::gradebook;

use crate::class::{self, HOSTILE_NAME, HOSTILE_READABLE};

fn rows() -> Vec<Vec<String>> {
    let table = gradebook::table(&class::results());
    let records = Reader::from_reader(table.as_bytes()).into_records();
    records.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn each_check_is_a_row_and_so_is_each_total() {
    expect_file!["gradebook.csv"].assert_eq(&gradebook::table(&class::results()));
}

#[test]
fn values_come_back_unchanged() {
    let rows = rows();
    let expected: usize = class::results().iter().map(|result| result.checks.len() + 1).sum();
    assert_eq!(rows.len(), expected);
    let refused = rows.iter().find(|row| row[6].contains("alert")).unwrap();
    assert_eq!(refused[6], format!("'{HOSTILE_READABLE}"), "whole, but no formula");
    assert_eq!(refused[0], format!("'{HOSTILE_NAME}"));
}

#[test]
fn a_total_is_the_sum_of_its_rows() {
    for result in class::results() {
        let rows = rows();
        let of_student =
            rows.iter().filter(|row| row[0].trim_start_matches('\'') == result.student);
        let (total, checks): (Vec<_>, Vec<_>) = of_student.partition(|row| row[1] == "total");
        let sum: u32 = checks.iter().map(|row| row[3].parse::<u32>().unwrap()).sum();
        assert_eq!(total.len(), 1);
        assert_eq!(total[0][3], sum.to_string());
    }
}
