// The models service: what tasks made, where its weights are, and what is known of it. The handlers are in
// models_<idea>.cc.
#include "server/services/models.h"

#include <array>

#include "server/services/visibility.h"

namespace jarvis::server {

std::span<const Endpoint> models_endpoints() {
  using enum Access;
  using namespace models;
  using enum store::Kind;
  static const std::array rows{
      Endpoint{"models.create", {2, 1}, signed_in, Write{create}},
      Endpoint{"models.edit", {2, 1}, signed_in, Write{edit}},
      Endpoint{"models.update", {2, 1}, signed_in, Write{edit}},
      Endpoint{"models.update_for_task", {2, 1}, signed_in, Write{update_for_task}},
      Endpoint{"models.update_tags", {2, 27}, signed_in, Write{visibility::update_tags<model>}},
      Endpoint{"models.move", {2, 12}, signed_in, Write{models::move}},
      Endpoint{"models.get_by_id", {2, 1}, signed_in, Read{get_by_id}},
      Endpoint{"models.get_by_id_ex", {2, 1}, signed_in, Read{get_by_id_ex}},
      Endpoint{"models.get_by_task_id", {2, 1}, signed_in, Read{get_by_task_id}},
      Endpoint{"models.get_all", {2, 1}, signed_in, Read{get_all}},
      Endpoint{"models.get_all_ex", {2, 1}, signed_in, Read{get_all_ex}},
      Endpoint{"models.get_frameworks", {2, 8}, signed_in, Read{get_frameworks}},
      Endpoint{"models.set_ready", {2, 1}, signed_in, Write{set_ready}},
      Endpoint{"models.publish_many", {2, 13}, signed_in, Write{publish_many}},
      Endpoint{"models.archive_many", {2, 13}, signed_in, Write{archive_many}},
      Endpoint{"models.unarchive_many", {2, 13}, signed_in, Write{unarchive_many}},
      Endpoint{"models.delete", {2, 1}, signed_in, Write{models::remove}},
      Endpoint{"models.delete_many", {2, 13}, signed_in, Write{remove_many}},
      Endpoint{"models.add_or_update_metadata", {2, 13}, signed_in, Write{add_or_update_metadata}},
      Endpoint{"models.delete_metadata", {2, 13}, signed_in, Write{delete_metadata}},
      Endpoint{"models.make_public", {2, 9}, signed_in, Write{visibility::make_public<model>}},
      Endpoint{"models.make_private", {2, 9}, signed_in, Write{visibility::make_private<model>}},
  };
  return rows;
}

}  // namespace jarvis::server
