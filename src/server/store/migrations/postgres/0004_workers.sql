-- Workers as the wire shows them; they go when `expires_ms` is over and nobody asked.
CREATE TABLE workers (
  key text COLLATE "C" PRIMARY KEY, company text COLLATE "C" NOT NULL, expires_ms bigint NOT NULL,
  doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
