-- What the curves of a large pack are like without their points (events/curve_summary.h). A pack from before there were
-- summaries gets its own when a chart first asks for it.
CREATE TABLE scalar_summaries (
  task TEXT NOT NULL, seq INTEGER NOT NULL, summary BLOB NOT NULL, PRIMARY KEY (task, seq)
) WITHOUT ROWID;
