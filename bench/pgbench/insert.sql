-- The event of a renamed station, and nothing else: no head is locked, and the positions are drawn
-- from a sequence, so they commit in any order and with gaps. {data} and {source} are put in before.
\set l random(1, :organizations)
\set s 1000 * :l + random(1, :stations)
INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type,
                    schema_version, actor_id, organization_id, request_id, occurred_at, data, hash,
                    station_id, actor_key_id)
SELECT lpad(to_hex(:l::bigint), 32, '0')::uuid, k, lpad(to_hex(k), 32, '0')::uuid,
       lpad(to_hex(:s::bigint), 32, '0')::uuid, k, 'station.updated', 1,
       lpad(to_hex(1), 32, '0')::uuid, lpad(to_hex(:l::bigint), 32, '0')::uuid,
       lpad(to_hex(k), 36, '0'), (extract(epoch FROM now()) * 1000000)::bigint, E'{data}',
       lpad(to_hex(k), 64, '0'), lpad(to_hex(:s::bigint), 32, '0')::uuid,
       lpad(to_hex(2), 32, '0')::uuid
  FROM (SELECT nextval('bench_append') AS k {source}) AS next;
