#include "server/store/postgres_notices.h"

#include <poll.h>
#include <sys/eventfd.h>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"

namespace jarvis::server::store {
namespace {

// What the triggers of the migrations say: "entry QUEUE TASK", "identities"; and the statement changes_tell.
Notice notice_from(const std::string& payload) {
  constexpr std::string_view entry = "entry ";
  if (payload.starts_with(entry)) {
    const std::size_t end = payload.find(' ', entry.size());
    return {.kind = Notice::Kind::entry_added, .queue = payload.substr(entry.size(), end - entry.size())};
  }
  constexpr std::string_view changes = "changes ";
  if (payload.starts_with(changes)) return {.kind = Notice::Kind::changes, .text = payload.substr(changes.size())};
  if (payload == "identities") return {.kind = Notice::Kind::identities_changed};
  return {.kind = Notice::Kind::missed};  // a newer server's: better to look than to guess
}

}  // namespace

PostgresNotices::PostgresNotices(Connect connect, std::function<void(const Notice&)> listener)
    : connect_(std::move(connect)), listener_(std::move(listener)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  JV_ASSERT(stop_.get() >= 0);
  thread_ = std::thread([this] { listen(); });
}

PostgresNotices::~PostgresNotices() {
  (void)::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void PostgresNotices::listen() {
  bool is_known_to_be_gone = false;
  const auto pause = static_cast<int>(std::chrono::milliseconds(limits::database_reconnect_pause).count());
  do {
    auto connection = connect_();
    Status status = connection ? hear(**connection) : Status(connection.error());
    if (status) return;
    if (!is_known_to_be_gone) log::error("the database is gone", {{"error", status.error().message()}});
    is_known_to_be_gone = !connection;
  } while (wait(-1, pause));
}

Status PostgresNotices::hear(PostgresConnection& connection) {
  CHECK_OK(connection.execute("LISTEN jarvis"));
  listener_({.kind = Notice::Kind::missed});
  while (wait(connection.socket(), -1)) {
    TRY(const auto payloads, connection.take_notices());
    for (const std::string& payload : payloads)
      listener_(notice_from(payload));
  }
  return {};
}

bool PostgresNotices::wait(int socket, int timeout_ms) const {
  pollfd fds[2] = {{.fd = stop_.get(), .events = POLLIN, .revents = 0}, {.fd = socket, .events = POLLIN, .revents = 0}};
  while (::poll(fds, 2, timeout_ms) < 0) {
    JV_ASSERT(errno == EINTR);
  }
  return fds[0].revents == 0;
}

}  // namespace jarvis::server::store
