// The tasks service: the table of its endpoints. The handlers are in tasks_<idea>.cc.
#include "server/services/tasks.h"

#include <array>

#include "server/services/visibility.h"

namespace jarvis::server {

std::span<const Endpoint> tasks_endpoints() {
  using enum Access;
  using namespace tasks;
  static const std::array rows{
      Endpoint{"tasks.create", {2, 1}, signed_in, Write{create}},
      Endpoint{"tasks.validate", {2, 1}, signed_in, Read{validate}},
      Endpoint{"tasks.clone", {2, 1}, signed_in, Write{clone}},
      Endpoint{"tasks.get_by_id", {2, 1}, signed_in, Read{get_by_id}},
      Endpoint{"tasks.get_by_id_ex", {2, 1}, signed_in, Read{get_by_id_ex}},
      Endpoint{"tasks.get_all", {2, 1}, signed_in, Read{get_all}},
      Endpoint{"tasks.get_all_ex", {2, 1}, signed_in, Read{get_all_ex}},
      Endpoint{"tasks.get_types", {2, 8}, signed_in, Read{get_types}},
      Endpoint{"tasks.edit", {2, 1}, signed_in, Write{edit}},
      Endpoint{"tasks.update", {2, 1}, signed_in, Write{update}},
      Endpoint{"tasks.set_requirements", {2, 1}, signed_in, Write{set_requirements}},
      Endpoint{"tasks.move", {2, 12}, signed_in, Write{tasks::move}},
      Endpoint{"tasks.started", {2, 1}, signed_in, Write{started}},
      Endpoint{"tasks.stop", {2, 1}, signed_in, Write{stop}},
      Endpoint{"tasks.stop_many", {2, 13}, signed_in, Write{stop_many}},
      Endpoint{"tasks.stopped", {2, 1}, signed_in, Write{stopped}},
      Endpoint{"tasks.failed", {2, 1}, signed_in, Write{failed}},
      Endpoint{"tasks.completed", {2, 2}, signed_in, Write{completed}},
      Endpoint{"tasks.close", {2, 1}, signed_in, Write{tasks::close}},
      Endpoint{"tasks.publish", {2, 1}, signed_in, Write{publish}},
      Endpoint{"tasks.publish_many", {2, 13}, signed_in, Write{publish_many}},
      Endpoint{"tasks.ping", {2, 1}, signed_in, Write{ping}},
      Endpoint{"tasks.archive", {2, 12}, signed_in, Write{archive}},
      Endpoint{"tasks.unarchive", {2, 12}, signed_in, Write{unarchive}},
      Endpoint{"tasks.archive_many", {2, 13}, signed_in, Write{archive_many}},
      Endpoint{"tasks.unarchive_many", {2, 13}, signed_in, Write{unarchive_many}},
      Endpoint{"tasks.enqueue", {2, 1}, signed_in, Write{enqueue}},
      Endpoint{"tasks.enqueue_many", {2, 13}, signed_in, Write{enqueue_many}},
      Endpoint{"tasks.dequeue", {2, 1}, signed_in, Write{dequeue}},
      Endpoint{"tasks.dequeue_many", {2, 13}, signed_in, Write{dequeue_many}},
      Endpoint{"tasks.reset", {2, 1}, signed_in, Write{reset}},
      Endpoint{"tasks.reset_many", {2, 13}, signed_in, Write{reset_many}},
      Endpoint{"tasks.delete", {2, 1}, signed_in, Write{tasks::remove}},
      Endpoint{"tasks.delete_many", {2, 13}, signed_in, Write{remove_many}},
      Endpoint{"tasks.get_hyper_params", {2, 9}, signed_in, Read{get_hyper_params}},
      Endpoint{"tasks.edit_hyper_params", {2, 9}, signed_in, Write{edit_hyper_params}},
      Endpoint{"tasks.delete_hyper_params", {2, 9}, signed_in, Write{delete_hyper_params}},
      Endpoint{"tasks.get_configurations", {2, 9}, signed_in, Read{get_configurations}},
      Endpoint{"tasks.get_configuration_names", {2, 9}, signed_in, Read{get_configuration_names}},
      Endpoint{"tasks.edit_configuration", {2, 9}, signed_in, Write{edit_configuration}},
      Endpoint{"tasks.delete_configuration", {2, 9}, signed_in, Write{delete_configuration}},
      Endpoint{"tasks.add_or_update_artifacts", {2, 10}, signed_in, Write{add_or_update_artifacts}},
      Endpoint{"tasks.delete_artifacts", {2, 10}, signed_in, Write{delete_artifacts}},
      Endpoint{"tasks.add_or_update_model", {2, 13}, signed_in, Write{add_or_update_model}},
      Endpoint{"tasks.update_tags", {2, 27}, signed_in, Write{visibility::update_tags<store::Kind::task>}},
      Endpoint{"tasks.update_batch", {2, 1}, signed_in, Write{update_batch}, Body::lines},
      Endpoint{"tasks.share", {2, 20}, signed_in, Write{share}},
      Endpoint{"tasks.make_public", {2, 9}, signed_in, Write{visibility::make_public<store::Kind::task>}},
      Endpoint{"tasks.make_private", {2, 9}, signed_in, Write{visibility::make_private<store::Kind::task>}},
      Endpoint{"tasks.delete_models", {2, 13}, signed_in, Write{delete_models}},
  };
  return rows;
}

}  // namespace jarvis::server
