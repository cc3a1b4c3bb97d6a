//! Tests of the stores: a contract for all, and tests of each.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod contract;
mod crashes;
mod hostile;
mod kill_rounds;
mod mongo;
mod own_server;
mod processes;
mod setting;
mod sqlite;
mod test_store;
mod writer;

/// Runs each test of the contract against each database.
macro_rules! contract {
    ($($module:ident::$test:ident,)*) => {
        mod on_sqlite {
            $(#[test]
            fn $test() {
                crate::$module::$test(&crate::test_store::TestStore::sqlite());
            })*
        }
        mod on_mongodb {
            $(#[test]
            fn $test() {
                if let Some(test_store) = crate::test_store::TestStore::mongodb(stringify!($test)) {
                    crate::$module::$test(&test_store);
                }
            })*
        }
    };
}

contract! {
    contract::storing_twice_leaves_each_document_once,
    contract::a_later_document_takes_the_place_of_the_earlier,
    contract::the_cities_of_a_document_are_a_set,
    contract::an_empty_batch_is_no_error,
    contract::a_document_comes_back_with_its_city_and_times,
    contract::kept_since_lists_the_documents_that_are_recent_enough,
    contract::what_has_expired_is_gone,
    contract::documents_are_shown_in_the_order_of_their_ids,
    contract::a_visit_ends_with_the_visitor,
    contract::clear_empties_one_collection_alone,
    contract::many_and_large_documents_fit,
    contract::timestamps_after_the_year_9999_are_refused,
    hostile::bodies_come_back_or_are_refused_by_name,
    hostile::ids_are_any_text,
    hostile::refused_documents_do_not_keep_others_out,
    processes::several_processes_write_at_once,
    processes::nothing_acknowledged_is_lost_when_a_writer_is_killed,
}
