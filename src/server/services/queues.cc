// The queues service: queues as documents, and the table of its endpoints.
#include "server/services/queues.h"

#include <array>

#include "server/domain/task_document.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_lost.h"
#include "server/domain/task_queue.h"
#include "server/domain/task_versions.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::queues {
namespace {

ApiResult<void> check_name_is_free(store::Transaction& tx, const Call& call, std::string_view name,
                                   std::string_view except) {
  using namespace store;
  Query query;
  query.where = filter::all({filter::equals({"company"}, json::value(call.identity.company.str())),
                             filter::equals({"name"}, json::value(name))});
  TRY(const auto ids, find_ids(tx, Kind::queue, query));
  for (const std::string& id : ids) {
    if (id != except) return ApiError(api::name_exists, "queue " + std::string(name));
  }
  return {};
}

/// The metadata of a request: {key: {type, value}}. Each item also says its key.
ApiResult<json::object> metadata_from(const json::object& body) {
  json::object out;
  const json::object* given = get_object(body, "metadata");
  for (const auto& [key, value] : given == nullptr ? json::object() : *given) {
    if (!value.is_object())
      return ApiError(api::validation_error, "metadata." + std::string(key) + ": expected an object");
    json::object item = value.get_object();
    item["key"] = key;
    out[key] = std::move(item);
  }
  return out;
}

/// The queue that body.queue names, changed by `change` and stored.
template <typename Change>
ApiResult<void> change_queue(Services& services, store::Transaction& tx, const Call& call, Change change) {
  TRY(json::object queue, domain::load_queue(tx, call, get_string_or(call.body, "queue", "")));
  CHECK_OK(change(queue));
  CHECK_OK(domain::lost_policy_of(queue, {}));
  queue["last_update"] = to_iso(services.clock.wall());
  CHECK_OK(store::put(tx, store::Kind::queue, queue));
  return {};
}

}  // namespace

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string name, domain::checked_task_name(get_string_or(call.body, "name", "")));
  CHECK_OK(check_name_is_free(tx, call, name, ""));
  json::object queue = domain::new_queue(name, call.identity, services.clock.wall());
  TRY(queue["tags"], domain::checked_tags(call.body, "tags"));
  TRY(queue["system_tags"], domain::checked_tags(call.body, "system_tags"));
  TRY(queue["metadata"], metadata_from(call.body));
  CHECK_OK(domain::lost_policy_of(queue, {}));
  if (const auto display = get_string(call.body, "display_name")) queue["display_name"] = *display;
  CHECK_OK(store::put(tx, store::Kind::queue, queue));
  return Reply(json::object{{"id", queue.at("id")}});
}

ApiResult<void> add_entries(store::Transaction& tx, json::object& queue, std::size_t limit) {
  TRY(const auto waiting, store::entries(tx, QueueId(get_string_or(queue, "id", ""))));
  json::array entries;
  for (const store::QueueEntry& entry : waiting) {
    if (entries.size() == limit) break;
    entries.emplace_back(json::object{{"task", entry.task.str()}, {"added", to_iso(entry.added)}});
  }
  queue["entries"] = std::move(entries);
  return {};
}

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object queue, domain::load_queue(tx, call, get_string_or(call.body, "queue", "")));
  const std::int64_t limit = get_int(call.body, "max_task_entries").value_or(-1);
  CHECK_OK(add_entries(tx, queue, limit < 0 ? SIZE_MAX : static_cast<std::size_t>(limit)));
  domain::to_old_metadata(queue, call.version);
  return Reply(json::object{{"queue", std::move(queue)}});
}

ApiResult<Reply> get_default(Services&, store::Transaction& tx, const Call& call) {
  TRY(const json::object queue, domain::default_queue(tx, call));
  return Reply(json::object{{"id", queue.at("id")}, {"name", queue.at("name")}});
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  json::object fields;
  const auto changed = change_queue(services, tx, call, [&](json::object& queue) -> ApiResult<void> {
    if (const auto given = get_string(call.body, "name")) {
      TRY(const std::string name, domain::checked_task_name(*given));
      CHECK_OK(check_name_is_free(tx, call, name, get_string_or(queue, "id", "")));
      fields["name"] = name;
    }
    for (const std::string_view key : {"tags", "system_tags"}) {
      if (find(call.body, key) == nullptr) continue;
      TRY(fields[key], domain::checked_tags(call.body, key));
    }
    if (get_object(call.body, "metadata") != nullptr) {
      TRY(fields["metadata"], metadata_from(call.body));
    }
    if (const auto display = get_string(call.body, "display_name")) fields["display_name"] = *display;
    for (const auto& [key, value] : fields)
      queue[key] = value;
    return {};
  });
  CHECK_OK(changed);
  const int updated = fields.empty() ? 0 : 1;
  return Reply(json::object{{"updated", updated}, {"fields", std::move(fields)}});
}

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object queue, domain::load_queue(tx, call, get_string_or(call.body, "queue", "")));
  const QueueId id(get_string_or(queue, "id", ""));
  TRY(const std::int64_t waiting, store::entry_count(tx, id));
  TRY(const auto leased, tx.run("leased_of_queue", {std::string_view(id.str())}));
  const std::int64_t tasks = waiting + static_cast<std::int64_t>(leased.size());
  if (tasks > 0 && !get_bool_or(call.body, "force", false)) {
    return ApiError(api::queue_not_empty, "queue " + id.str() + " holds " + std::to_string(tasks) + " tasks");
  }
  CHECK_OK(empty_queue(services, tx, call, id));
  CHECK_OK(store::erase(tx, store::Kind::queue, id.str()));
  return Reply(json::object{{"deleted", 1}});
}

ApiResult<Reply> add_or_update_metadata(Services& services, store::Transaction& tx, const Call& call) {
  const auto changed = change_queue(services, tx, call, [&](json::object& queue) -> ApiResult<void> {
    json::object& metadata = ensure_object(queue, "metadata");
    if (get_bool_or(call.body, "replace_metadata", false)) metadata.clear();
    const json::array* items = get_array(call.body, "metadata");
    for (const json::value& item : items == nullptr ? json::array() : *items) {
      const auto key = item.is_object() ? get_string(item.get_object(), "key") : std::nullopt;
      if (!key) return ApiError(api::validation_error, "metadata: an item has no key");
      metadata[*key] = item;
    }
    return {};
  });
  CHECK_OK(changed);
  return Reply(json::object{{"updated", 1}});
}

ApiResult<Reply> delete_metadata(Services& services, store::Transaction& tx, const Call& call) {
  const auto changed = change_queue(services, tx, call, [&](json::object& queue) -> ApiResult<void> {
    for (const std::string& key : get_strings(call.body, "keys"))
      ensure_object(queue, "metadata").stable_erase(key);
    return {};
  });
  CHECK_OK(changed);
  return Reply(json::object{{"updated", 1}});
}

}  // namespace jarvis::server::queues

namespace jarvis::server {

std::span<const Endpoint> queues_endpoints() {
  using enum Access;
  static const std::array rows{
      Endpoint{"queues.create", {2, 4}, signed_in, Write{queues::create}},
      Endpoint{"queues.get_all", {2, 4}, signed_in, Read{queues::get_all}},
      Endpoint{"queues.get_all_ex", {2, 4}, signed_in, Read{queues::get_all_ex}},
      Endpoint{"queues.get_by_id", {2, 4}, signed_in, Read{queues::get_by_id}},
      Endpoint{"queues.get_default", {2, 4}, signed_in, Read{queues::get_default}},
      Endpoint{"queues.update", {2, 4}, signed_in, Write{queues::update}},
      Endpoint{"queues.delete", {2, 4}, signed_in, Write{queues::remove}},
      Endpoint{"queues.add_task", {2, 4}, signed_in, Write{queues::add_task}},
      Endpoint{"queues.remove_task", {2, 4}, signed_in, Write{queues::remove_task}},
      Endpoint{"queues.clear_queue", {2, 4}, signed_in, Write{queues::clear_queue}},
      Endpoint{"queues.get_next_task", {2, 4}, signed_in, Park{queues::get_next_task}},
      Endpoint{"queues.return_task", {2, 4}, signed_in, Write{queues::return_task}},
      Endpoint{"queues.get_num_entries", {2, 4}, signed_in, Read{queues::get_num_entries}},
      Endpoint{"queues.peek_task", {2, 4}, signed_in, Read{queues::peek_task}},
      Endpoint{"queues.move_task_forward", {2, 4}, signed_in, Write{queues::move_task_forward}},
      Endpoint{"queues.move_task_backward", {2, 4}, signed_in, Write{queues::move_task_backward}},
      Endpoint{"queues.move_task_to_front", {2, 4}, signed_in, Write{queues::move_task_to_front}},
      Endpoint{"queues.move_task_to_back", {2, 4}, signed_in, Write{queues::move_task_to_back}},
      Endpoint{"queues.move_task_to_queue", {2, 4}, signed_in, Write{queues::move_task_to_queue}},
      Endpoint{"queues.get_by_task_id", {2, 4}, signed_in, Read{queues::get_by_task_id}},
      Endpoint{"queues.get_waiting_status", {2, 31}, signed_in, Read{queues::get_waiting_status}},
      Endpoint{"queues.get_queue_metrics", {2, 4}, signed_in, Pool{queues::get_queue_metrics, Effect::reads}},
      Endpoint{"queues.add_or_update_metadata", {2, 13}, signed_in, Write{queues::add_or_update_metadata}},
      Endpoint{"queues.delete_metadata", {2, 13}, signed_in, Write{queues::delete_metadata}},
  };
  return rows;
}

}  // namespace jarvis::server
