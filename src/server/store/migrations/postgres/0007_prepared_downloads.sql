-- List requests that a link fetches as a file, for a while.
CREATE TABLE prepared_downloads (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C" NOT NULL, expires_ms bigint NOT NULL, request text COLLATE "C" NOT NULL
);
