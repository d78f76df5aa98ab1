-- One seat in one plain transaction of four statements. The conditional UPDATE comes first: it is
-- the lock, and last it would halve the rate on a hot variant.
BEGIN;
UPDATE variants
   SET active_count = active_count + 1, assignment_count = assignment_count + 1,
       version = version + 1, updated_at = (extract(epoch FROM now()) * 1000000)::bigint
 WHERE id = lpad(to_hex(:v::bigint), 32, '0')::uuid
   AND (capacity IS NULL OR active_count < capacity);
SELECT id, realm, organization_id, status, version
  FROM users WHERE id = lpad(to_hex(:u::bigint), 32, '0')::uuid;
INSERT INTO assignments (id, holder_id, product_id, variant_id, organization_id, status,
                         starts_at, ends_at, note, created_at, updated_at, version)
VALUES (lpad(to_hex(nextval('bench_assignment')), 32, '0')::uuid,
        lpad(to_hex(:u::bigint), 32, '0')::uuid,
        lpad(to_hex(1), 32, '0')::uuid,
        lpad(to_hex(:v::bigint), 32, '0')::uuid, NULL, 'ACTIVE', NULL, NULL, NULL,
        (extract(epoch FROM now()) * 1000000)::bigint,
        (extract(epoch FROM now()) * 1000000)::bigint, 1);
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'assignment.created', 1, lpad(to_hex(1), 32, '0')::uuid, NULL, 'bench',
       (extract(epoch FROM now()) * 1000000)::bigint,
       '{"userId":"00000000-0000-7000-8000-000000000001","productVariantId":"00000000-0000-7000-8000-000000000001"}'
  FROM (SELECT nextval('bench_event') AS k) AS next;
END;
