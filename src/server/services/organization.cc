// The organization service: what concerns all entities of a company at once.
#include "server/services/organization.h"

#include <array>

#include "server/domain/entity_lists.h"
#include "server/domain/project_tree.h"
#include "server/domain/tag_lists.h"
#include "server/domain/task_list.h"
#include "server/store/query_sql.h"

namespace jarvis::server {
namespace organization {
namespace {

using store::Kind;
namespace filter = store::filter;

ApiResult<Reply> get_tags(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::tags_of(tx, call, {Kind::task, Kind::model, Kind::project}));
  return reply;
}

ApiResult<Reply> get_user_companies(Services&, store::Transaction& tx, const Call& call) {
  TRY(const auto company, store::get(tx, Kind::company, call.identity.company.str()));
  TRY(const auto owners,
      store::find(tx, Kind::user,
                  {.where = filter::all({filter::equals({"company"}, json::value(call.identity.company.str())),
                                         filter::one_of({"role"}, {"admin", "root"})}),
                   .order = {{.field = {"name"}}}}));
  json::array people;
  for (const json::object& owner : owners) {
    const json::value* avatar = find(owner, "avatar");
    people.push_back({{"id", owner.at("id")},
                      {"name", get_string_or(owner, "name", "")},
                      {"avatar", avatar == nullptr ? json::value() : *avatar}});
  }
  return json::object{
      {"companies", json::array{json::object{{"id", call.identity.company.str()},
                                             {"name", company ? get_string_or(*company, "name", "") : ""},
                                             {"allocated", 0},
                                             {"owners", std::move(people)}}}}};
}

/// What can be counted: an entity under a name, as the lists of a user interface group them.
struct Countable {
  std::string_view name;
  Kind kind;
  const domain::ListTable& table;
  std::string_view type;        // tasks: of this type
  std::string_view system_tag;  // with this system tag
};

const std::array kCountables{
    Countable{"projects", Kind::project, domain::kProjectLists, "", ""},
    Countable{"tasks", Kind::task, domain::kTaskLists, "", ""},
    Countable{"models", Kind::model, domain::kModelLists, "", ""},
    Countable{"pipelines", Kind::project, domain::kProjectLists, "", "pipeline"},
    Countable{"pipeline_runs", Kind::task, domain::kTaskLists, "controller", "pipeline"},
    Countable{"datasets", Kind::project, domain::kProjectLists, "", "dataset"},
    Countable{"dataset_versions", Kind::task, domain::kTaskLists, "data_processing", "dataset"},
    Countable{"reports", Kind::task, domain::kTaskLists, "report", ""},
};

ApiResult<std::int64_t> count_entities(store::Transaction& tx, const Call& call, const Countable& what,
                                       const json::object& wanted) {
  Call list = call;
  list.body = wanted;
  for (const char* key : {"search_hidden", "allow_public"}) {
    if (const json::value* value = find(call.body, key); value != nullptr && find(wanted, key) == nullptr)
      list.body[key] = *value;
  }
  // Pipelines, datasets and reports live in hidden projects: who asks for them means these.
  if (!what.type.empty() || !what.system_tag.empty()) list.body["search_hidden"] = true;
  TRY(domain::ListRequest request, domain::parse_list(list, what.table));
  std::vector<store::Filter> parts{std::move(request.query.where)};
  if (!what.type.empty()) parts.push_back(filter::equals({"type"}, json::value(what.type)));
  if (!what.system_tag.empty()) parts.push_back(filter::list_has({"system_tags"}, {json::value(what.system_tag)}));
  if (const auto users = get_strings(call.body, "active_users"); !users.empty())
    parts.push_back(filter::one_of({"user"}, std::vector<json::value>(users.begin(), users.end())));
  const auto limit = get_int(call.body, "limit");
  TRY(const std::int64_t count,
      store::count(tx, what.kind, filter::all(std::move(parts)), limit ? static_cast<std::size_t>(*limit) : SIZE_MAX));
  return count;
}

ApiResult<Reply> get_entities_count(Services& services, const Call& call) {
  if (get_int(call.body, "limit").value_or(0) < 0) return ApiError(api::validation_error, "limit: expected 0 or more");
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    json::object counts;
    for (const Countable& what : kCountables) {
      const json::object* wanted = get_object(call.body, what.name);
      if (wanted == nullptr) continue;
      TRY(counts[what.name], count_entities(tx, call, what, *wanted));
    }
    return Reply(std::move(counts));
  });
}

}  // namespace
}  // namespace organization

std::span<const Endpoint> organization_endpoints() {
  using enum Access;
  using namespace organization;
  static const std::array rows{
      Endpoint{"organization.get_tags", {2, 8}, signed_in, Read{get_tags}},
      Endpoint{"organization.get_user_companies", {2, 1}, signed_in, Read{get_user_companies}},
      Endpoint{"organization.get_entities_count", {2, 20}, signed_in, Pool{get_entities_count, Effect::reads}},
      Endpoint{"organization.get_project_workloads", {2, 31}, signed_in, Pool{get_project_workloads, Effect::reads}},
      Endpoint{"organization.get_storage_usage", {2, 31}, signed_in, Pool{get_storage_usage, Effect::reads}},
      Endpoint{"organization.prepare_download_for_get_all", {2, 24}, signed_in, Write{prepare_download_for_get_all}},
      Endpoint{"organization.download_for_get_all", {2, 24}, signed_in, Pool{download_for_get_all, Effect::reads}},
      Endpoint{"organization.get_deletion_status", {2, 31}, signed_in, Read{get_deletion_status}},
  };
  return rows;
}

}  // namespace jarvis::server
