#include "server/domain/task_project.h"

#include <algorithm>

#include "server/domain/task_fields.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

constexpr int kDepthMax = 10;

Result<std::optional<json::object>> project_named(store::Transaction& tx, std::string_view company,
                                                  std::string_view name) {
  using namespace store;
  Query query;
  query.where = filter::all({filter::equals({"company"}, company.empty() ? json::value() : json::value(company)),
                             filter::equals({"name"}, json::value(name))});
  query.limit = 1;
  TRY(auto found, find(tx, Kind::project, query));
  if (found.empty()) return std::optional<json::object>();
  return std::optional(std::move(found.front()));
}

json::object new_project(std::string_view name, const json::value& parent, const Identity& owner, WallTime now) {
  const std::string date = to_iso(now);
  const std::size_t slash = name.rfind('/');
  return {{"id", random_id()},
          {"name", name},
          {"basename", slash == std::string_view::npos ? name : name.substr(slash + 1)},
          {"company", owner.company.str()},
          {"user", owner.user.str()},
          {"parent", parent},
          {"description", ""},
          {"created", date},
          {"last_update", date},
          {"tags", json::array()},
          {"system_tags", json::array()},
          {"default_output_destination", nullptr}};
}

}  // namespace

ApiResult<void> check_project_path(std::string_view path) {
  int depth = 0;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    if (end == from) return ApiError(api::invalid_project_name, std::string(path));
    if (++depth > kDepthMax) {
      return ApiError(api::project_too_deep,
                      std::string(path) + " has more than " + std::to_string(kDepthMax) + " parts");
    }
    from = end + 1;
  }
  return {};
}

ApiResult<json::object> ensure_project(store::Transaction& tx, const Call& call, std::string_view name, WallTime now) {
  TRY(const std::string path, checked_task_name(name));
  CHECK_OK(check_project_path(path));
  json::object project;
  json::value parent;
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end == 0 ? 0 : end + 1);
    const std::string prefix = path.substr(0, end);
    TRY(auto found, project_named(tx, call.identity.company.str(), prefix));
    if (found) {
      project = std::move(*found);
    } else {
      TRY(const auto public_one, project_named(tx, "", prefix));
      if (public_one) return ApiError(api::public_project_exists, prefix);
      project = new_project(prefix, parent, call.identity, now);
      CHECK_OK(store::put(tx, store::Kind::project, project));
    }
    parent = project.at("id");
  }
  return project;
}

ApiResult<json::value> target_project(store::Transaction& tx, const Call& call, WallTime now) {
  if (const auto id = get_string(call.body, "project"); id && !id->empty()) {
    CHECK_OK(check_project(tx, call, *id));
    return json::value(*id);
  }
  if (const auto name = get_string(call.body, "project_name"); name && !name->empty()) {
    TRY(const json::object project, ensure_project(tx, call, *name, now));
    return project.at("id");
  }
  if (!call.body.contains("project")) return ApiError(api::validation_error, "project or project_name is needed");
  return json::value();
}

}  // namespace jarvis::server::domain
