// Which workers are there, and what each does.
#include <algorithm>
#include <map>

#include "server/domain/worker_state.h"
#include "server/services/workers.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::workers {
namespace {

/// Tags: any of the included, none of the excluded ("-tag").
bool has_tags(const json::object& worker, std::string_view field, const std::vector<std::string>& wanted) {
  const auto has = get_strings(worker, field);
  const auto has_tag = [&](std::string_view tag) { return std::ranges::find(has, tag) != has.end(); };
  bool any_included = false, any_asked = false;
  for (const std::string& tag : wanted) {
    if (tag.starts_with('-')) {
      if (has_tag(std::string_view(tag).substr(1))) return false;
    } else {
      any_asked = true;
      any_included = any_included || has_tag(tag);
    }
  }
  return !any_asked || any_included;
}

/// Does the text fit "gpu-*:0"? '*' stands for any text, '?' for any one character.
bool fits(std::string_view text, std::string_view pattern) {
  std::size_t at = 0, in_pattern = 0, star = std::string_view::npos, after_star = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      after_star = at;
    } else if (in_pattern < pattern.size() && (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
      ++at;
      ++in_pattern;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

/// Those of the company's workers that a request asks for.
ApiResult<std::vector<json::object>> asked_workers(store::Transaction& tx, const Call& call, WallTime now) {
  const std::int64_t last_seen = get_int(call.body, "last_seen").value_or(3600);
  const std::string since = to_iso(now - std::chrono::seconds(std::clamp<std::int64_t>(last_seen, 0, 4'000'000'000)));
  const auto tags = get_strings(call.body, "tags"), system_tags = get_strings(call.body, "system_tags");
  const std::string pattern = get_string_or(call.body, "worker_pattern", "");
  TRY(const store::Rows rows, tx.run("workers_alive", {std::string_view(call.identity.company.str()), now.ms()}));
  std::vector<json::object> out;
  for (const store::Row& row : rows) {
    TRY(json::object worker, parse_json_object(row.text(0)));
    if (last_seen > 0 && get_string_or(worker, "last_activity_time", "") < since) continue;
    if (!has_tags(worker, "tags", tags) || !has_tags(worker, "system_tags", system_tags)) continue;
    if (!pattern.empty() && !fits(get_string_or(worker, "id", ""), pattern)) continue;
    out.push_back(std::move(worker));
  }
  return out;
}

/// Workers as they go out, with the names of what they point at. Thousands of workers share a few queues and users:
/// each is looked up once.
class Shown {
 public:
  Shown(store::Transaction& tx, WallTime now) : tx_(tx), now_(now) {}

  ApiResult<json::object> worker(json::object worker) {
    worker.erase("machine_stats");
    worker["state"] = domain::to_string(domain::worker_state(worker, now_));
    CHECK_OK(add_task(worker));
    TRY(worker["queue"], queue(worker.at("queue")));
    json::array queues;
    for (const std::string& id : get_strings(worker, "queues")) {
      TRY(json::value entry, queue(json::value(id)));
      queues.push_back(std::move(entry));
    }
    worker["queues"] = std::move(queues);
    TRY(worker["user"], reference(store::Kind::user, worker.at("user")));
    TRY(worker["company"], reference(store::Kind::company, worker.at("company")));
    return worker;
  }

 private:
  /// {"id", "name"} of a document, or the bare id when it is gone.
  ApiResult<json::value> reference(store::Kind kind, const json::value& id) {
    if (!id.is_string()) return json::value(nullptr);
    const auto [known, is_new] = references_.try_emplace({kind, std::string(id.get_string())});
    if (!is_new) return known->second;
    TRY(const auto document, store::get(tx_, kind, known->first.second));
    json::object out{{"id", id}};
    if (document) out["name"] = get_string_or(*document, "name", "");
    known->second = std::move(out);
    return known->second;
  }

  /// A queue with what waits in it.
  ApiResult<json::value> queue(const json::value& id) {
    if (!id.is_string()) return json::value(nullptr);
    const auto [known, is_new] = queues_.try_emplace(std::string(id.get_string()));
    if (!is_new) return known->second;
    TRY(json::value entry, reference(store::Kind::queue, id));
    TRY(entry.as_object()["num_tasks"], store::entry_count(tx_, QueueId(known->first)));
    TRY(const auto first, store::first_entry(tx_, QueueId(known->first)));
    TRY(entry.as_object()["next_task"],
        reference(store::Kind::task, first ? json::value(first->task.str()) : json::value()));
    known->second = std::move(entry);
    return known->second;
  }

  ApiResult<void> add_task(json::object& worker) {
    worker["project"] = nullptr;
    const auto id = get_string(worker, "task");
    if (!id) return {};
    json::object task{{"id", *id}};
    TRY(const auto document, store::get(tx_, store::Kind::task, *id));
    if (document) {
      task["name"] = get_string_or(*document, "name", "");
      const auto started = from_iso(get_string_or(*document, "started", ""));
      task["running_time"] = started ? std::max<std::int64_t>(0, now_.ms() - started->ms()) : 0;
      task["last_iteration"] = get_int(*document, "last_iteration").value_or(0);
      const json::value* project = find(*document, "project");
      TRY(worker["project"], reference(store::Kind::project, project == nullptr ? json::value() : *project));
    }
    worker["task"] = std::move(task);
    return {};
  }

  store::Transaction& tx_;
  const WallTime now_;
  std::map<std::pair<store::Kind, std::string>, json::value> references_;
  std::map<std::string, json::value> queues_;
};

}  // namespace

ApiResult<Reply> get_all(Services& services, const Call& call) {
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    const WallTime now = services.clock.wall();
    TRY(std::vector<json::object> found, asked_workers(tx, call, now));
    Shown shown(tx, now);
    json::array workers;
    for (json::object& worker : found) {
      TRY(json::object out, shown.worker(std::move(worker)));
      workers.push_back(std::move(out));
    }
    return json::object{{"workers", std::move(workers)}};
  });
}

ApiResult<Reply> get_count(Services& services, const Call& call) {
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const auto found, asked_workers(tx, call, services.clock.wall()));
    return json::object{{"count", found.size()}};
  });
}

}  // namespace jarvis::server::workers
