// Taking away what a task left behind. Shared by the calls that reset and delete tasks, and by what deletes projects
// and pipeline runs with all that is in them.
#pragma once

#include "server/call.h"
#include "server/domain/task_document.h"
#include "server/services.h"
#include "server/store/store.h"

namespace jarvis::server::tasks {

/// What a request says about it: delete_output_models, delete_external_artifacts, return_file_urls, force, clear_all.
struct RemovalWish {
  bool is_forced = false;
  bool with_models = true;
  bool with_files = true;
  bool with_urls = false;

  static RemovalWish from(const json::object& body);
};

struct Removed {
  std::int64_t models = 0;       // output models that went, too
  std::int64_t kept_models = 0;  // published or used elsewhere: they stay and forget who made them
  std::int64_t children = 0;     // tasks whose parent this was
  std::int64_t files = 0;        // files that will be gone in a moment
  std::vector<std::string> model_urls, artifact_urls;
  std::vector<std::string> not_deleted;  // URLs elsewhere, which this server cannot delete

  /// Counts another task's in.
  void add(const Removed& other);
  /// Adds "urls" (when asked for) and "files" to a reply: clients show what is left to delete by hand.
  void describe(const RemovalWish& wish, json::object& reply) const;
};

/// Output models, events and files of a task that stays.
ApiResult<Removed> remove_results(Services& services, store::Transaction& tx, const Call& call,
                                  const domain::TaskDraft& task, const RemovalWish& wish);
/// 400/123 while the task, a child or a model of it is published, or it is running.
ApiResult<void> check_deletable(store::Transaction& tx, const domain::TaskDraft& task);
/// The task with all of it, checked before unless the wish is forced.
ApiResult<Removed> remove_task(Services& services, store::Transaction& tx, const Call& call, domain::TaskDraft& task,
                               const RemovalWish& wish);

}  // namespace jarvis::server::tasks
