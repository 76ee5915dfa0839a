// What the API answers when it refuses: HTTP status, subcode and text, as reference clients know them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace jarvis::server {

/// One row of the wire's error table. `text` is the fixed start of result_msg.
struct ApiCode {
  std::uint16_t status;
  std::uint16_t subcode;
  std::string_view text;
};

/// The rows. Add one here when a service needs it; never reuse a pair for two meanings.
namespace api {
inline constexpr ApiCode malformed_request{400, 0, "Malformed request"};
inline constexpr ApiCode ambiguous_impersonation{400, 5, "Both impersonation headers given"};
inline constexpr ApiCode impersonation_refused{400, 6, "Impersonation is not possible"};
inline constexpr ApiCode validation_error{400, 12, "Validation error"};
inline constexpr ApiCode invalid_fields{400, 14, "Invalid fields"};
inline constexpr ApiCode bad_value{400, 16, "Value is not allowed"};
inline constexpr ApiCode empty_batch{400, 17, "Batch contains no items"};
inline constexpr ApiCode invalid_regex{400, 21, "Invalid regular expression"};
inline constexpr ApiCode invalid_id{400, 100, "Invalid task id"};
inline constexpr ApiCode invalid_task_id{400, 101, "Invalid task id"};
inline constexpr ApiCode task_validation{400, 102, "Task validation error"};
inline constexpr ApiCode invalid_task_status{400, 110, "Invalid task status"};
inline constexpr ApiCode task_not_deletable{400, 123, "Task cannot be deleted"};
inline constexpr ApiCode no_task_in_queue{400, 125, "Task is not in a queue"};
inline constexpr ApiCode events_not_added{400, 131, "Events not added"};
inline constexpr ApiCode stale_lease{400, 190, "This run of the task was replaced by a newer one"};
inline constexpr ApiCode invalid_model_id{400, 201, "Invalid model id"};
inline constexpr ApiCode model_not_ready{400, 202, "Model is not ready"};
inline constexpr ApiCode model_is_ready{400, 203, "Model is already published"};
inline constexpr ApiCode model_in_use{400, 205, "Model is in use by tasks"};
inline constexpr ApiCode model_creator_published{400, 206, "Model was made by a published task"};
inline constexpr ApiCode invalid_user_id{400, 300, "Invalid user id"};
inline constexpr ApiCode invalid_project_id{400, 401, "Invalid project id"};
inline constexpr ApiCode project_has_tasks{400, 402, "Project has tasks"};
inline constexpr ApiCode project_not_empty{400, 403, "Project is not empty"};
inline constexpr ApiCode project_has_models{400, 405, "Project has models"};
inline constexpr ApiCode project_has_datasets{400, 406, "Project has datasets"};
inline constexpr ApiCode invalid_project_name{400, 407, "Invalid project name"};
inline constexpr ApiCode project_location_changed{400, 408, "A rename cannot move the project"};
inline constexpr ApiCode project_too_deep{400, 409, "Project is nested too deep"};
inline constexpr ApiCode project_same_place{400, 410, "Project is there already"};
inline constexpr ApiCode project_under_itself{400, 411, "A project cannot be moved under itself"};
inline constexpr ApiCode project_into_its_child{400, 412, "A project cannot be merged into its child"};
inline constexpr ApiCode project_has_pipelines{400, 413, "Project has pipelines"};
inline constexpr ApiCode public_project_exists{400, 414, "A public project has this name"};
inline constexpr ApiCode invalid_queue_id{400, 701, "Invalid queue id"};
inline constexpr ApiCode queue_not_empty{400, 704, "Queue is not empty"};
inline constexpr ApiCode task_already_queued{400, 706, "Task is already in this queue"};
inline constexpr ApiCode no_default_queue{400, 707, "There is no default queue"};
inline constexpr ApiCode several_default_queues{400, 708, "There is more than one default queue"};
inline constexpr ApiCode name_too_short{400, 800, "Name is too short"};
inline constexpr ApiCode name_exists{400, 801, "Name is taken"};
inline constexpr ApiCode invalid_worker_id{400, 1001, "Invalid worker id"};
inline constexpr ApiCode worker_stats_not_found{400, 1005, "No statistics of these workers"};
inline constexpr ApiCode no_such_endpoint{400, 1501, "No container serves this endpoint"};
inline constexpr ApiCode bad_auth_type{401, 10, "Unsupported authorization type"};
inline constexpr ApiCode unauthorized{401, 20, "Unauthorized (missing credentials)"};
inline constexpr ApiCode bad_credentials{401, 21, "Unauthorized (malformed credentials)"};
inline constexpr ApiCode wrong_credentials{401, 22, "Unauthorized (invalid credentials)"};
inline constexpr ApiCode invalid_token{401, 30, "Unauthorized (invalid or revoked token)"};
inline constexpr ApiCode forbidden_role{403, 20, "Forbidden (role)"};
inline constexpr ApiCode no_write_permission{403, 21, "Forbidden (not yours to change)"};
inline constexpr ApiCode unknown_endpoint{404, 0, "Unknown endpoint"};
inline constexpr ApiCode body_too_large{413, 0, "Request body is too large"};
inline constexpr ApiCode content_encoding{415, 0, "Content-Encoding is not supported"};
inline constexpr ApiCode too_many_requests{429, 0, "Too many requests"};
inline constexpr ApiCode internal{500, 0, "Internal error"};
inline constexpr ApiCode database_full{507, 0, "The server's disk is full"};
inline constexpr ApiCode unavailable{503, 0, "Not available right now"};
}  // namespace api

/// An API call's failure. Made from a row and the particulars, or from an Error of a lower layer (then 5xx: what the
/// user can cause is refused before the store sees it).
class [[nodiscard]] ApiError {
 public:
  explicit ApiError(const ApiCode& code, std::string detail = {}) : code_(code), detail_(std::move(detail)) {}
  ApiError(const Error& error);  // NOLINT: TRY turns a lower layer's error into ours

  /// Adds to meta.error_data.
  ApiError with(std::string_view key, json::value value) && {
    data_[key] = std::move(value);
    return std::move(*this);
  }

  const ApiCode& code() const { return code_; }
  std::string message() const;  // "text: detail"
  const json::object& data() const { return data_; }
  bool is(const ApiCode& code) const { return code_.status == code.status && code_.subcode == code.subcode; }

 private:
  ApiCode code_;
  std::string detail_;
  json::object data_;
};

template <typename T>
using ApiResult = Result<T, ApiError>;

}  // namespace jarvis::server
