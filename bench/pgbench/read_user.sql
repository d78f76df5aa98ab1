-- One user by its id.
\set u random(1, :users)
SELECT id, realm, email, email_key, display_name, role, status, organization_id, station_id, roles,
       password_set_at, password_must_change, authz_epoch, created_at, updated_at, version
  FROM users WHERE id = lpad(to_hex(:u::bigint), 32, '0')::uuid;
