-- A refresh token is claimed and the next one kept, as the service does it. Each client goes on with
-- the token that it got last; its first claim finds none.
\set p :base + :n * :clients + :client_id
\set n :n + 1
\set before :p - :clients
\set s 1 + :client_id
SELECT digest, session_id, expires_at, used_at
  FROM refresh_tokens WHERE digest = lpad(to_hex(:before::bigint), 64, '0');
SELECT id, user_id, realm, started_at, expires_at, ended_at, end_reason, version
  FROM sessions WHERE id = lpad(to_hex(:s::bigint), 32, '0')::uuid;
BEGIN;
UPDATE refresh_tokens SET used_at = (extract(epoch FROM now()) * 1000000)::bigint
 WHERE digest = lpad(to_hex(:before::bigint), 64, '0') AND used_at IS NULL
   AND expires_at > (extract(epoch FROM now()) * 1000000)::bigint;
SELECT digest, session_id, expires_at, used_at
  FROM refresh_tokens WHERE digest = lpad(to_hex(:before::bigint), 64, '0');
INSERT INTO refresh_tokens (digest, session_id, expires_at, used_at)
VALUES (lpad(to_hex(:p::bigint), 64, '0'), lpad(to_hex(:s::bigint), 32, '0')::uuid,
        (extract(epoch FROM now()) * 1000000)::bigint + 1209600000000, NULL);
UPDATE session_uses
   SET last_used_at = (extract(epoch FROM now()) * 1000000)::bigint,
       idle_until = (extract(epoch FROM now()) * 1000000)::bigint + 1209600000000
 WHERE session_id = lpad(to_hex(:s::bigint), 32, '0')::uuid;
END;
