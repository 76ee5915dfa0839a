// The projects service: folders of tasks and models, by path. The handlers are in projects_<idea>.cc.
#include "server/services/projects.h"

#include <array>

#include "server/services/visibility.h"

namespace jarvis::server {

std::span<const Endpoint> projects_endpoints() {
  using enum Access;
  using namespace projects;
  using enum store::Kind;
  static const std::array rows{
      Endpoint{"projects.create", {2, 1}, signed_in, Write{create}},
      Endpoint{"projects.update", {2, 1}, signed_in, Write{update}},
      Endpoint{"projects.update_tags", {2, 27}, signed_in, Write{visibility::update_tags<project>}},
      Endpoint{"projects.move", {2, 13}, signed_in, Write{projects::move}},
      Endpoint{"projects.merge", {2, 13}, signed_in, Write{projects::merge}},
      Endpoint{"projects.get_by_id", {2, 1}, signed_in, Read{get_by_id}},
      Endpoint{"projects.get_by_id_ex", {2, 1}, signed_in, Pool{get_by_id_ex, Effect::reads}},
      Endpoint{"projects.get_all", {2, 1}, signed_in, Read{get_all}},
      Endpoint{"projects.get_all_ex", {2, 1}, signed_in, Pool{get_all_ex, Effect::reads}},
      Endpoint{"projects.validate_delete", {2, 14}, signed_in, Read{validate_delete}},
      Endpoint{"projects.delete", {2, 1}, signed_in, Write{projects::remove}},
      Endpoint{"projects.get_task_tags", {2, 8}, signed_in, Read{get_task_tags}},
      Endpoint{"projects.get_model_tags", {2, 8}, signed_in, Read{get_model_tags}},
      Endpoint{"projects.get_project_tags", {2, 17}, signed_in, Read{get_project_tags}},
      Endpoint{"projects.get_task_parents", {2, 12}, signed_in, Read{get_task_parents}},
      Endpoint{"projects.get_user_names", {2, 20}, signed_in, Read{get_user_names}},
      Endpoint{
          "projects.get_unique_metric_variants", {2, 1}, signed_in, Pool{get_unique_metric_variants, Effect::reads}},
      Endpoint{"projects.get_hyper_parameters", {2, 9}, signed_in, Pool{get_hyper_parameters, Effect::reads}},
      Endpoint{"projects.get_hyperparam_values", {2, 13}, signed_in, Pool{get_hyperparam_values, Effect::reads}},
      Endpoint{"projects.get_model_metadata_keys", {2, 17}, signed_in, Pool{get_model_metadata_keys, Effect::reads}},
      Endpoint{
          "projects.get_model_metadata_values", {2, 17}, signed_in, Pool{get_model_metadata_values, Effect::reads}},
      Endpoint{"projects.make_public", {2, 9}, signed_in, Write{visibility::make_public<project>}},
      Endpoint{"projects.make_private", {2, 9}, signed_in, Write{visibility::make_private<project>}},
  };
  return rows;
}

}  // namespace jarvis::server
