-- Assignments number :base up to, and without, :base + :rows, with their events and seats in use.
CREATE TEMP TABLE pair AS
SELECT 1 + (7919 * p) % :variants AS v, 1 + (p / :variants + 31 * p) % :users AS u
  FROM generate_series(:base::bigint, :base::bigint + :rows - 1) AS p;
UPDATE variants
   SET active_count = active_count + taken, assignment_count = assignment_count + taken
  FROM (SELECT lpad(to_hex(v), 32, '0')::uuid AS id, count(*) AS taken FROM pair GROUP BY v) AS t
 WHERE variants.id = t.id;
INSERT INTO assignments (id, holder_id, product_id, variant_id, status, created_at, updated_at, version)
SELECT lpad(to_hex(nextval('bench_assignment')), 32, '0')::uuid, lpad(to_hex(u), 32, '0')::uuid,
       lpad(to_hex(1), 32, '0')::uuid, lpad(to_hex(v), 32, '0')::uuid, 'ACTIVE',
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, 1
  FROM pair;
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'assignment.created', 1, k,
       '{"userId":"00000000-0000-7000-8000-000000000001","productVariantId":"00000000-0000-7000-8000-000000000001"}'
  FROM (SELECT nextval('bench_event') AS k FROM pair) AS next;
DROP TABLE pair;
VACUUM ANALYZE;
