// The `last_metrics` of a task: for each metric and variant, the last, least, greatest and first value. Pure.
#pragma once

#include "base/json.h"
#include "server/events/event_batch.h"

namespace jarvis::server::events {

/// Brings document["last_metrics"] and ["last_iteration"] up to date with a batch. Keys are md5 of metric, then of
/// variant, in ascending order.
void update_last_metrics(json::object& document, const TaskBatch& batch);

}  // namespace jarvis::server::events
