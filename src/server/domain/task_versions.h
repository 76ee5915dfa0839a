// The shapes that clients of older API versions send and expect, made from and into the newest one. Pure; nothing is
// done for a version that needs nothing.
#pragma once

#include "base/json.h"
#include "server/call.h"

namespace jarvis::server::domain {

// From this version on, each of the old shapes is gone.
inline constexpr ApiVersion kSystemTagsApart{2, 3};
inline constexpr ApiVersion kHyperparamsApart{2, 9};
inline constexpr ApiVersion kModelsApart{2, 13};
inline constexpr ApiVersion kMetadataByKey{2, 17};

inline bool is_newest_shape(ApiVersion version) {
  return version >= kModelsApart;
}

/// The body of tasks.create, edit and update.
void to_newest_request(json::object& body, ApiVersion version);
/// The body of tasks.clone: its overrides.
void to_newest_clone_request(json::object& body, ApiVersion version);
/// A task on its way out.
void to_old_task(json::object& task, ApiVersion version);
/// A model or queue on its way out: its metadata is a list of {key, type, value}.
void to_old_metadata(json::object& entity, ApiVersion version);
bool is_system_tag_of_old_task(std::string_view tag);

}  // namespace jarvis::server::domain
