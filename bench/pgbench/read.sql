-- One assignment by its id.
\set a random(1, :assignments)
SELECT id, holder_id, holder_kind, realm, product_id, variant_id, organization_id, status, starts_at,
       ends_at, note, created_at, updated_at, version
  FROM assignments WHERE id = lpad(to_hex(:a::bigint), 32, '0')::uuid;
