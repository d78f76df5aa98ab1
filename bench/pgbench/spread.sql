-- Each transaction another variant and another pair of user and variant.
\set p :base + :n * :clients + :client_id
\set n :n + 1
\set v 1 + (7919 * :p) % :variants
\set u 1 + (:p / :variants + 31 * :p) % :users
