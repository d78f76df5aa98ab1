-- A user is created, updated, deactivated and deleted: four plain transactions.
\set p :base + :n * :clients + :client_id
\set n :n + 1
\set u 1000000000 + :p
BEGIN;
INSERT INTO users (id, realm, email, email_key, display_name, role, status, created_at, updated_at, version)
VALUES (lpad(to_hex(:u::bigint), 32, '0')::uuid, lpad('0', 32, '0')::uuid,
        'passing' || :u::bigint || '@example.com', 'passing' || :u::bigint || '@example.com', 'Passing',
        'MEMBER', 'PENDING', (extract(epoch FROM now()) * 1000000)::bigint,
        (extract(epoch FROM now()) * 1000000)::bigint, 1);
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'user.created', 1, lpad(to_hex(1), 32, '0')::uuid, NULL, 'bench',
       (extract(epoch FROM now()) * 1000000)::bigint,
       '{"email":"passing@example.com","displayName":"Passing","role":"MEMBER"}'
  FROM (SELECT nextval('bench_event') AS k) AS next;
END;
BEGIN;
UPDATE users SET display_name = 'Passing by', version = version + 1,
       updated_at = (extract(epoch FROM now()) * 1000000)::bigint
 WHERE id = lpad(to_hex(:u::bigint), 32, '0')::uuid;
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'user.updated', 1, lpad(to_hex(1), 32, '0')::uuid, NULL, 'bench',
       (extract(epoch FROM now()) * 1000000)::bigint,
       '{"email":"passing@example.com","displayName":"Passing","role":"MEMBER"}'
  FROM (SELECT nextval('bench_event') AS k) AS next;
END;
BEGIN;
UPDATE users SET status = 'INACTIVE', version = version + 1,
       updated_at = (extract(epoch FROM now()) * 1000000)::bigint
 WHERE id = lpad(to_hex(:u::bigint), 32, '0')::uuid;
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'user.deactivated', 1, lpad(to_hex(1), 32, '0')::uuid, NULL, 'bench',
       (extract(epoch FROM now()) * 1000000)::bigint,
       '{"email":"passing@example.com","displayName":"Passing","role":"MEMBER"}'
  FROM (SELECT nextval('bench_event') AS k) AS next;
END;
BEGIN;
UPDATE users SET status = 'DELETED', email_key = NULL, version = version + 1,
       updated_at = (extract(epoch FROM now()) * 1000000)::bigint
 WHERE id = lpad(to_hex(:u::bigint), 32, '0')::uuid;
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data)
SELECT lpad('0', 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid, lpad(to_hex(k), 32, '0')::uuid,
       1, 'user.deleted', 1, lpad(to_hex(1), 32, '0')::uuid, NULL, 'bench',
       (extract(epoch FROM now()) * 1000000)::bigint,
       '{"email":"passing@example.com","displayName":"Passing","role":"MEMBER"}'
  FROM (SELECT nextval('bench_event') AS k) AS next;
END;
