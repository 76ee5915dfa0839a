#include "server/domain/task_project.h"

#include "server/domain/task_fields.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

constexpr int kDepthMax = 10;

Result<std::optional<json::object>> project_named(store::Transaction& tx, const Call& call, std::string_view name) {
  using namespace store;
  Query query;
  query.where = filter::all({filter::equals({"company"}, json::value(call.identity.company.str())),
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

ApiResult<json::object> ensure_project(store::Transaction& tx, const Call& call, std::string_view name, WallTime now) {
  TRY(const std::string path, checked_task_name(name));
  json::object project;
  json::value parent;
  int depth = 0;
  for (std::size_t end = 0; end != std::string::npos;) {
    const std::size_t from = depth == 0 ? 0 : end + 1;
    end = path.find('/', from);
    const std::size_t part_end = end == std::string::npos ? path.size() : end;
    if (part_end == from || ++depth > kDepthMax) return ApiError(api::invalid_project_name, path);
    const std::string prefix = path.substr(0, part_end);
    TRY(auto found, project_named(tx, call, prefix));
    if (found) {
      project = std::move(*found);
    } else {
      project = new_project(prefix, parent, call.identity, now);
      CHECK_OK(store::put(tx, store::Kind::project, project));
    }
    parent = project.at("id");
  }
  return project;
}

}  // namespace jarvis::server::domain
