// Every bound of the system, with its reason. Reached, each is refused, blocked at, or counted, as its line says.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace jarvis::limits {

using namespace std::chrono_literals;

// Refused with 400/0: real documents nest below 20; a deeper one is an attack on the stack.
inline constexpr std::size_t json_depth_max = 128;
// Refused with 413: the SDK cuts its batches at 15,728,640 bytes; room for a plot of its own.
inline constexpr std::size_t http_body_max = 64U << 20;
// Refused with 431: the longest real header is a 4 KB token.
inline constexpr std::size_t http_header_max = 32U << 10;
// New connections wait in the kernel's backlog: 10,000 agents and room for browsers.
inline constexpr std::size_t http_connections_max = 20'000;
// Out of file descriptors, the next connection is tried again after this, not in a loop.
inline constexpr auto http_accept_retry = 100ms;
// Closed: nobody needs longer between two requests on one connection.
inline constexpr auto http_idle_max = 120s;
// Closed: a client that sends its request slower than this holds a connection for nothing.
inline constexpr auto http_request_read_max = 300s;
// Capped: page_size of every list.
inline constexpr std::size_t page_size_max = 500;
// Cut off: rows of a list that is downloaded as one file; more than a spreadsheet takes.
inline constexpr std::size_t download_rows_max = 1'000'000;
// Gone after this: a link to a list that was prepared as a file.
inline constexpr auto prepared_download_life = 600s;
// Capped: rows of one refresh of a scroll; a page that shows more has long stopped being looked at.
inline constexpr std::size_t scroll_refresh_max = 10'000;
// Long poll: below the idle time-outs of common proxies (60 s).
inline constexpr auto long_poll_max = 50s;
// A lease that tasks.started does not confirm goes back to its queue.
inline constexpr auto lease_unconfirmed_max = 30s;
// A task whose worker and which itself were silent for so long has lost its worker. Shown as unknown long before.
inline constexpr auto lost_worker_max = 600s;
// The same for a task that no agent runs (a script on somebody's laptop).
inline constexpr auto silent_task_max = 7200s;
// Wall and steady time that differ by more since the last look: somebody set the clock.
inline constexpr auto clock_jump_min = 5s;
// After a server restart, everything that depends on someone reporting gets this much time.
inline constexpr auto restart_grace = 60s;
// A graceful stop answers what it was asked before, for so long.
inline constexpr auto stop_grace = 20s;
// Refused with `unavailable`: more waiting writes than this are minutes of work, and callers retry.
inline constexpr std::size_t write_line_max = 20'000;
// Writes that share one commit: enough to hide the fsync, few enough that the first does not wait for long.
inline constexpr std::size_t write_batch_max = 256;
// Connections to PostgreSQL that write: enough to share its commits, few enough that they seldom meet at one row.
inline constexpr std::size_t database_writers = 6;
// Tried again: writes of several connections met. Then refused with `unavailable`.
inline constexpr int write_attempts_max = 16;
// A write that lost so often is run with no other write of this server beside it.
inline constexpr int write_attempts_together_max = 3;
// Refused with `unavailable`: every connection has been busy for so long.
inline constexpr auto connection_wait_max = 10s;
// A file to be deleted that is not on this server's disk: so long it may be on that of another server...
inline constexpr auto file_elsewhere_max = 600s;
// ...which gets this time to look.
inline constexpr auto file_elsewhere_pause = 15s;
// The live stream: changes within this time are told together, so many at once, so many kept for those who come back.
inline constexpr auto feed_pause = 100ms;
inline constexpr std::size_t feed_reading_max = 256;
inline constexpr std::size_t feed_kept_max = 10'000;
// Projects above a change that it is told to: beyond how deep any are nested.
inline constexpr std::size_t project_depth_told_max = 32;
// Dropped, and every watcher told to load again: more things than this changed within feed_pause.
inline constexpr std::size_t feed_pending_max = 5'000;
// A sign of life on a quiet stream, below the idle time-outs of common proxies; and when the watcher has to come again,
// with credentials that still hold.
inline constexpr auto stream_beat = 15s;
inline constexpr auto stream_life = 600s;
// Refused with 503: streams of one server.
inline constexpr std::size_t streams_max = 2'000;
// PostgreSQL is gone: how long until the server listens to it again.
inline constexpr auto database_reconnect_pause = 500ms;
// Prepared statements of one connection; beyond it all are dropped and made anew.
inline constexpr std::size_t prepared_statements_max = 512;
// Files of deleted tasks that one look at the list deletes: their rows share a commit.
inline constexpr std::size_t file_removals_max = 200;
// How much of the disk tasks use is measured so often; what changed shortly before the last time is looked at again.
// One look reads and writes so many tasks: nobody else waits for long.
inline constexpr auto storage_measure_pause = 3600s;
inline constexpr auto storage_measure_overlap = 600s;
inline constexpr std::int64_t storage_tasks_per_look = 100;
inline constexpr auto storage_look_pause = 1s;
// Capped: rows of an answer about storage; further ones are small beside them.
inline constexpr std::int64_t storage_rows_max = 500;
// Made coarser: points of a chart over time; more than any screen has pixels.
inline constexpr int chart_points_max = 10'000;
// Charts of workers: they report every half minute, finer points would show holes.
inline constexpr auto worker_chart_interval_min = 40s;
// Refused with 400/12: rows of statistics that one request reads, a few seconds of work.
inline constexpr std::size_t statistics_rows_max = 2'000'000;
// Left out: what a worker says of its machine beyond this. Eight cards and 256 cores in two dozen numbers fit.
inline constexpr std::size_t worker_metrics_max = 64;
inline constexpr std::size_t worker_metric_parts_max = 1024;
inline constexpr std::size_t worker_metric_name_max = 64;
// Reports of workers become one row for each span after the first time, and are gone after the second.
inline constexpr auto worker_samples_fresh = 48h;
inline constexpr auto worker_samples_merged_span = 600s;
inline constexpr auto worker_samples_kept = 90 * 24h;
// A report from further in the future is about now: its machine's clock is wrong.
inline constexpr auto worker_clock_ahead_max = 3600s;
// Workers whose reports one look merges: their rows share a commit.
inline constexpr std::size_t worker_merges_max = 50;
// Reports of serving containers are gone after this.
inline constexpr auto serving_samples_kept = 30 * 24h;
// A queue that does not change is sampled so often while tasks wait in it.
inline constexpr auto queue_sample_pause = 60s;
// Looking at all queues takes at most one part in so many of a second's work: longer queues are looked at more seldom.
inline constexpr int queue_sample_share = 20;
// How long each task waited is remembered for so long, and so many of them make an estimate.
inline constexpr auto queue_waits_kept = 14 * 24h;
inline constexpr std::size_t queue_waits_asked = 200;
// Refused: shorter passwords are guessed, longer ones are attacks on the hash.
inline constexpr std::size_t password_bytes_min = 8;
inline constexpr std::size_t password_bytes_max = 1024;
inline constexpr std::size_t login_bytes_max = 128;
// Refused with 429: wrong passwords for one name (from one address four times as many); each is forgotten in a while.
inline constexpr int login_failures_max = 8;
inline constexpr auto login_failure_forgotten = 15s;
// Names and addresses of which failures are remembered; beyond it nobody signs in by password until they are forgotten.
inline constexpr std::size_t login_failures_kept = 100'000;
// A server with SQLite looks this often for what `jarvis-server user` changed.
inline constexpr auto identity_look_pause = 1s;
// Memory that is free is given back to the machine this often.
inline constexpr auto memory_pause = 20s;
// Task names, tags, keys. Longer ones are refused with 400/12.
inline constexpr std::size_t name_bytes_max = 4096;

// Capped: what a viewer of a log asks for at once, and how many matches a search answers with.
inline constexpr std::int64_t log_lines_per_call_max = 10'000;
// Answered with where to go on: a search through a log of millions of lines says in between what it found.
inline constexpr auto log_search_max = 300ms;
// Capped: no screen is wider.
inline constexpr std::int64_t curve_samples_max = 10'000;

}  // namespace jarvis::limits
