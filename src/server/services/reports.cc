// The reports service: the table of its endpoints. The handlers are in reports_<idea>.cc.
#include "server/services/reports.h"

#include <array>

namespace jarvis::server {

std::span<const Endpoint> reports_endpoints() {
  using enum Access;
  using namespace reports;
  static const std::array rows{
      Endpoint{"reports.create", {2, 23}, signed_in, Write{create}},
      Endpoint{"reports.update", {2, 23}, signed_in, Write{update}},
      Endpoint{"reports.move", {2, 23}, signed_in, Write{reports::move}},
      Endpoint{"reports.publish", {2, 23}, signed_in, Write{publish}},
      Endpoint{"reports.archive", {2, 23}, signed_in, Write{archive}},
      Endpoint{"reports.unarchive", {2, 23}, signed_in, Write{unarchive}},
      Endpoint{"reports.share", {2, 23}, signed_in, Write{share}},
      Endpoint{"reports.delete", {2, 23}, signed_in, Write{reports::remove}},
      Endpoint{"reports.get_all_ex", {2, 23}, signed_in, Read{get_all_ex}},
      Endpoint{"reports.get_tags", {2, 23}, signed_in, Read{get_tags}},
      Endpoint{"reports.get_task_data", {2, 23}, signed_in, Pool{get_task_data, Effect::reads}},
  };
  return rows;
}

}  // namespace jarvis::server
