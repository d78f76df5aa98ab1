-- Everybody on one variant; the next one only when every user has a seat of it.
\set p :base + :n * :clients + :client_id
\set n :n + 1
\set v 1 + :variants + :p / :users
\set u 1 + :p % :users
