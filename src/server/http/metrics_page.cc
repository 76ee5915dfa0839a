#include "server/http/metrics_page.h"

#include <unistd.h>

#include <fstream>

#include "server/events/event_store.h"
#include "server/http/event_stream.h"
#include "server/services.h"
#include "server/store/store.h"

namespace jarvis::server::http {
namespace {

/// Builds the page, family by family.
class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
  }
  /// `labels`: `queue="x"`, or nothing.
  void sample(const std::string& labels, double value, std::string_view suffix = {}) {
    text_ += name_ + std::string(suffix);
    if (!labels.empty()) text_ += "{" + labels + "}";
    text_ += " " + number(value) + "\n";
  }
  void one(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample({}, value);
  }
  void histogram(const std::string& labels, const Histogram& histogram) {
    const std::string more = labels.empty() ? "" : labels + ",";
    const auto counts = histogram.counts();
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      below += counts[i];
      const std::string bound = i < Histogram::kBounds.size() ? number(Histogram::kBounds[i]) : "+Inf";
      sample(more + "le=\"" + bound + "\"", static_cast<double>(below), "_bucket");
    }
    sample(labels, histogram.sum_seconds(), "_sum");
    sample(labels, static_cast<double>(below), "_count");
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", value);
    return text;
  }

  std::string name_, text_;
};

std::string label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void add_requests(Page& page, std::span<const std::pair<std::string_view, const RequestMeter*>> meters) {
  page.family("jarvis_requests_total", "counter", "Answers by action and status.");
  for (const auto& [action, meter] : meters) {
    for (std::size_t group = 1; group < 6; ++group) {
      if (meter->answers(group) == 0) continue;
      page.sample(label("action", action) + ",code=\"" + std::to_string(group) + "xx\"",
                  static_cast<double>(meter->answers(group)));
    }
  }
  page.family("jarvis_request_seconds", "histogram", "From the request to its answer, without long polls.");
  for (const auto& [action, meter] : meters) {
    if (meter->times().sum_seconds() > 0) page.histogram(label("action", action), meter->times());
  }
}

void add_store(Page& page, const store::Store& store) {
  const store::StoreFigures& figures = store.figures();
  page.family("jarvis_store_write_seconds", "histogram", "From a write's place in the line until it is on disk.");
  page.histogram({}, figures.writes);
  page.family("jarvis_store_read_seconds", "histogram", "Reads of the database.");
  page.histogram({}, figures.reads);
  page.one("jarvis_store_writes_waiting", "gauge", "Writes that wait for their turn.",
           static_cast<double>(store.waiting_writes()));
  page.one("jarvis_store_writes_refused_total", "counter", "Writes refused because too many waited.",
           static_cast<double>(figures.refused.load()));
  page.one("jarvis_store_writes_failed_total", "counter", "Writes that the database did not take.",
           static_cast<double>(figures.failed.load()));
}

void add_events(Page& page, const events::EventFigures& figures) {
  page.family("jarvis_events_total", "counter", "What tasks have reported: log lines, scalar points, plots, images.");
  const auto add = [&](std::string_view type, const std::atomic<std::uint64_t>& count) {
    page.sample(label("type", type), static_cast<double>(count.load()));
  };
  add("log", figures.log);
  add("scalar", figures.scalar);
  add("plot", figures.plot);
  add("image", figures.image);
  add("vector", figures.vector);
}

Status add_database(Page& page, const Services& services) {
  const WallTime now = services.clock.wall();
  return services.store.read([&](store::Transaction& tx) -> Status {
    TRY(const store::Rows queues, tx.run("metrics_queues", {}));
    const auto labels = [](const store::Row& row) {
      return label("queue", row.text(1)) + "," + label("id", row.text(0));
    };
    page.family("jarvis_queue_length", "gauge", "Tasks that wait.");
    for (const store::Row& row : queues)
      page.sample(labels(row), static_cast<double>(row.integer(2)));
    page.family("jarvis_queue_oldest_seconds", "gauge", "How long the task has waited that waits longest.");
    for (const store::Row& row : queues) {
      const double waited = static_cast<double>(now.us - row.integer(3)) / 1e6;
      page.sample(labels(row), row.integer(2) == 0 ? 0 : std::max(0.0, waited));
    }
    TRY(const store::Rows leases, tx.run("metrics_leases", {}));
    page.one("jarvis_leases", "gauge", "Tasks that were handed out and are not started yet.",
             static_cast<double>(leases.front().integer(0)));
    TRY(const store::Rows workers, tx.run("metrics_workers", {now.ms()}));
    page.one("jarvis_workers", "gauge", "Workers that have reported lately.",
             static_cast<double>(workers.front().integer(0)));
    TRY(const store::Rows bytes, tx.run("database_bytes", {}));
    page.one("jarvis_database_bytes", "gauge", "Size of the database.", static_cast<double>(bytes.front().integer(0)));
    return {};
  });
}

}  // namespace

Result<std::string> metrics_page(const Services& services,
                                 std::span<const std::pair<std::string_view, const RequestMeter*>> meters,
                                 std::uint64_t unknown_fields) {
  Page page;
  page.family("jarvis_build_info", "gauge", "Which version runs.");
  page.sample(label("version", JARVIS_VERSION), 1);
  page.one("process_resident_memory_bytes", "gauge", "Memory of the server.", resident_bytes());
  page.one("jarvis_streams", "gauge", "Watchers of GET /stream.", static_cast<double>(open_streams()));
  page.one("jarvis_unknown_fields_total", "counter", "Fields of requests that no schema knows.",
           static_cast<double>(unknown_fields));
  add_requests(page, meters);
  add_events(page, services.events.figures());
  add_store(page, services.store);
  CHECK_OK(add_database(page, services));
  return page.take();
}

}  // namespace jarvis::server::http
