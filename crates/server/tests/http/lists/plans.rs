//! The query plans of PostgreSQL and MariaDB for lists of a hundred thousand rows use an index,
//! unless the declaration allows a full scan.

use super::{each_list, fill, list_of, lists, make};
use persistence::{Filters, PageRequest, Readable, Reads};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, QueryResult,
    QuerySelect, QueryTrait, Select, Statement,
};
use testkit::TestApp;
use uuid::Uuid;

/// The numbers from 0 on, as many as there are rows.
const NUMBERS: &str = "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS x FROM \
                       digits a, digits b, digits c, digits e, digits f) n";

pub async fn lists_are_read_by_the_index_that_they_declare(app: &mut TestApp) {
    let database = Database::connect(app.database_url()).await.unwrap();
    let organization = fill(app).await;
    let digits = (0..10)
        .map(|d| format!("({d})"))
        .collect::<Vec<_>>()
        .join(", ");
    execute(&database, "CREATE TABLE digits (d int NOT NULL)").await;
    execute(&database, &format!("INSERT INTO digits VALUES {digits}")).await;
    let mut planner = Planner {
        app,
        database: &database,
        organization,
        wide: Vec::new(),
    };
    each_list!(plans(&mut planner));
    let wide = planner.wide;
    assert!(
        wide.is_empty(),
        "all rows are looked at: {}",
        wide.join("\n\n")
    );
    database.close().await.unwrap();
}

/// The planner of a database, and the queries with an undeclared full scan.
struct Planner<'a> {
    app: &'a TestApp,
    database: &'a DatabaseConnection,
    organization: Uuid,
    wide: Vec<String>,
}

/// Fills the table of a kind and checks the plan of each of its filters and orders; notes those with
/// an undeclared full scan.
async fn plans<R: Readable<Filter: Default>>(planner: &mut Planner<'_>) {
    let database = planner.database;
    let backend = database.get_database_backend();
    let mut rows = R::Entity::find().all(database).await.unwrap();
    if rows.is_empty() {
        make(planner.app, R::KIND, planner.organization, 1).await;
        rows = R::Entity::find().all(database).await.unwrap();
    }
    let rows: Vec<R> = rows.into_iter().map(|row| R::state(row).unwrap()).collect();
    multiply(database, R::name()).await;
    for filter in R::Filter::DECLARED {
        if filter.reads() != Reads::Index {
            continue;
        }
        let row = rows.iter().rev().find(|row| filter.is_asked_of(row));
        let row = row.unwrap_or_else(|| panic!("no {} has {}", R::name(), filter.name()));
        let found = filter.as_of(row).select(R::Entity::find(), backend);
        let first = PageRequest::<R>::first(20).order;
        let page = first.select(found.clone(), backend).limit(21);
        for query in [page, found.limit(10_000)] {
            let plan = plan(database, &query).await;
            if !plan.is_narrow {
                planner
                    .wide
                    .push(format!("{} by {}: {}", R::name(), filter.name(), plan.text));
            }
        }
    }
    for sort in R::SORTS.iter().filter(|sort| sort.reads() == Reads::Index) {
        for direction in ["asc", "desc"] {
            let asked = [format!("{},{direction}", sort.name())];
            let order = persistence::Order::<R>::parse(&asked).unwrap();
            let plan = plan(
                database,
                &order.select(R::Entity::find(), backend).limit(21),
            )
            .await;
            if !plan.is_sorted {
                planner
                    .wide
                    .push(format!("{} by {asked:?}: {}", R::name(), plan.text));
            }
        }
    }
}

/// Inserts many rows, with texts and ids of their own.
async fn multiply(database: &DatabaseConnection, table: &str) {
    let backend = database.get_database_backend();
    let (schema, generated) = match backend {
        DbBackend::Postgres => ("current_schema()", "is_generated <> 'NEVER'"),
        _ => ("database()", "generation_expression IS NOT NULL"),
    };
    let columns = format!(
        "SELECT column_name AS name, data_type AS kind, is_nullable AS nullable \
         FROM information_schema.columns WHERE table_schema = {schema} AND table_name = '{table}' \
         AND NOT ({generated}) ORDER BY ordinal_position"
    );
    let columns = database
        .query_all_raw(Statement::from_string(backend, columns))
        .await
        .unwrap();
    let text = |row: &QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    let columns: Vec<(String, String)> = columns
        .iter()
        .map(|row| {
            let name = text(row, "name");
            let value = value(
                backend,
                &name,
                &text(row, "kind"),
                text(row, "nullable") == "YES",
            );
            (name, value)
        })
        .collect();
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    execute(
        database,
        &format!("INSERT INTO {table} ({names}) SELECT {values} FROM {NUMBERS}"),
    )
    .await;
    let analyze = match backend {
        DbBackend::Postgres => "ANALYZE",
        _ => "ANALYZE TABLE",
    };
    execute(database, &format!("{analyze} {table}")).await;
}

/// The value of a column of such a row.
fn value(backend: DbBackend, name: &str, kind: &str, nullable: bool) -> String {
    let md5 = |of: &str| match backend {
        DbBackend::Postgres => format!("CAST(md5(CONCAT('{name}', {of})) AS uuid)"),
        _ => format!("UNHEX(MD5(CONCAT('{name}', {of})))"),
    };
    let whole = |by: u32| format!("FLOOR(x / {by})");
    match (name, kind) {
        ("id" | "holder_id", _) => md5("x"),
        ("organization_id" | "realm", _) => md5("x % 1000"),
        (_, "uuid" | "binary") => md5(&whole(10)),
        ("status", _) => "CASE WHEN x % 9 = 0 THEN 'INACTIVE' ELSE 'ACTIVE' END".to_owned(),
        ("role", _) => "'MEMBER'".to_owned(),
        ("country", _) => "'DE'".to_owned(),
        ("operational_status", _) => "'AVAILABLE'".to_owned(),
        ("holder_kind", _) => "'USER'".to_owned(),
        ("created_at" | "updated_at" | "ends_at" | "expires_at", _) => "x".to_owned(),
        ("search_text" | "email_key" | "email_folded", _) => format!("CONCAT('{name}', x)"),
        _ if nullable => "NULL".to_owned(),
        (_, "boolean") => "false".to_owned(),
        (_, "bigint" | "integer" | "int" | "tinyint") => "0".to_owned(),
        _ => format!("CONCAT('{name}', x)"),
    }
}

async fn execute(database: &DatabaseConnection, sql: &str) {
    let done = database.execute_unprepared(sql).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The plan of a statement.
struct Plan {
    text: String,
    /// Only rows that match a condition on an index are read.
    is_narrow: bool,
    /// The rows are read in the requested order, without a sort.
    is_sorted: bool,
}

async fn plan<E: EntityTrait>(database: &DatabaseConnection, query: &Select<E>) -> Plan {
    let backend = database.get_database_backend();
    let mut statement = query.build(backend);
    statement.sql = format!("EXPLAIN {}", statement.sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    match backend {
        DbBackend::Postgres => of_postgres(&rows),
        _ => of_mariadb(&rows),
    }
}

fn of_postgres(rows: &[QueryResult]) -> Plan {
    let lines = rows
        .iter()
        .map(|row| row.try_get::<String>("", "QUERY PLAN").unwrap());
    let text = lines.collect::<Vec<_>>().join("\n");
    let sorts = text.lines().any(|line| {
        line.trim_start_matches([' ', '-', '>'])
            .starts_with("Sort ")
    });
    Plan {
        is_narrow: text.contains("Index Cond:") && !text.contains("Seq Scan"),
        is_sorted: text.contains("Index Scan") && !sorts,
        text,
    }
}

fn of_mariadb(rows: &[QueryResult]) -> Plan {
    let column = |row: &QueryResult, name: &str| {
        let text = row.try_get::<Option<String>>("", name).unwrap();
        text.unwrap_or_default()
    };
    let ways: Vec<String> = rows.iter().map(|row| column(row, "type")).collect();
    let extras: Vec<String> = rows.iter().map(|row| column(row, "Extra")).collect();
    let is_wide = |way: &String| ["ALL", "index"].contains(&way.as_str());
    Plan {
        is_narrow: !ways.iter().any(is_wide),
        is_sorted: !ways.iter().any(|way| way == "ALL")
            && !extras.iter().any(|extra| extra.contains("filesort")),
        text: format!("{ways:?} {extras:?}"),
    }
}
