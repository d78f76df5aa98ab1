-- A page of 20 and the total, counted.
SELECT count(*) FROM assignments;
SELECT id, holder_id, holder_kind, realm, product_id, variant_id, organization_id, status, starts_at,
       ends_at, note, created_at, updated_at, version
  FROM assignments ORDER BY created_at, id LIMIT 20;
