// The handlers of the reports service, by idea; each group is a file of the same name. The rows that name them are in
// reports.cc. A report is a task of the type "report", in a hidden project ".reports" below the one it is about.
#pragma once

#include "server/domain/task_document.h"
#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::reports {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)

// reports_edit.cc
JV_HANDLER(create);
JV_HANDLER(update);
JV_HANDLER(move);
// reports_status.cc
JV_HANDLER(publish);
JV_HANDLER(archive);
JV_HANDLER(unarchive);
JV_HANDLER(share);
JV_HANDLER(remove);
// reports_read.cc
JV_HANDLER(get_all_ex);
JV_HANDLER(get_tags);
ApiResult<Reply> get_task_data(Services& services, const Call& call);

#undef JV_HANDLER

inline constexpr std::string_view kFolder = ".reports";

/// The report that `body.task` names, to change it. 400/101 for a task that is none.
ApiResult<domain::TaskDraft> open_report(Services& services, store::Transaction& tx, const Call& call);
/// Removes a ".reports" project that the last report has left.
ApiResult<void> remove_if_empty(store::Transaction& tx, std::string_view folder);

}  // namespace jarvis::server::reports
