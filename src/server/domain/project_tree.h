// Projects as folders: what is below one, and what that makes of a request. Runs in the caller's transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/call.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {

enum class Hidden : std::uint8_t { left_out, included };

/// The project and everything below it, parents first.
Result<std::vector<json::object>> project_tree(store::Transaction& tx, const json::object& project);
/// The ids of the given projects and of all below them. A hidden one that was not given itself is left out when asked.
Result<std::vector<std::string>> with_subprojects(store::Transaction& tx, std::vector<std::string> ids,
                                                  Hidden hidden = Hidden::included);

/// The projects that a request means by `projects` (or `project`), with what is below them when it says so. Empty: all.
Result<std::vector<std::string>> asked_projects(store::Transaction& tx, const Call& call);
/// Documents of those projects (all when empty) that the caller sees: its company's own and, unless the request says
/// allow_public: false, public ones.
store::Filter in_projects(const Call& call, const std::vector<std::string>& projects);

/// Documents without (or, "archived", with) the system tag. Everything when `state` is empty.
store::Filter in_state(std::string_view state);

/// The ids of a project's ancestors, nearest first.
Result<std::vector<std::string>> ancestors(store::Transaction& tx, std::string_view id);

}  // namespace jarvis::server::domain
