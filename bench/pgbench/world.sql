-- The people and variants for pgbench, in the tables that `quartermaster migrate` made.
CREATE SEQUENCE bench_assignment;
CREATE SEQUENCE bench_event;
INSERT INTO users (id, realm, email, email_key, display_name, role, status, created_at, updated_at, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad('0', 32, '0')::uuid, 'user' || n || '@example.com',
       'user' || n || '@example.com', 'User ' || n, 'MEMBER', 'ACTIVE', n, n, 1
  FROM generate_series(1, :users) AS n;
INSERT INTO products (id, realm, product_key, name, created_at, updated_at, version)
VALUES (lpad(to_hex(1), 32, '0')::uuid, lpad('0', 32, '0')::uuid, 'bench', 'Bench', 1, 1, 1);
INSERT INTO variants (id, product_id, variant_key, name, capacity, attributes, active_count,
                      assignment_count, created_at, updated_at, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(1), 32, '0')::uuid, 'variant-' || n,
       'Variant ' || n, 1000000, '{}', 0, 0, n, n, 1
  FROM generate_series(1, :variants + :hot) AS n;
INSERT INTO sessions (id, user_id, realm, started_at, expires_at, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, lpad('0', 32, '0')::uuid, n, n, 1
  FROM generate_series(1, 32) AS n;
INSERT INTO session_uses (session_id, last_used_at, idle_until)
SELECT lpad(to_hex(n), 32, '0')::uuid, n, n FROM generate_series(1, 32) AS n;
VACUUM ANALYZE;
