// The handlers of the queues service; the rows that name them are in queues.cc.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::queues {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)

// queues.cc
JV_HANDLER(create);
JV_HANDLER(get_by_id);
JV_HANDLER(get_default);
JV_HANDLER(update);
JV_HANDLER(remove);
JV_HANDLER(add_or_update_metadata);
JV_HANDLER(delete_metadata);
// queues_read.cc
JV_HANDLER(get_all);
JV_HANDLER(get_all_ex);
// queues_entries.cc
JV_HANDLER(add_task);
JV_HANDLER(remove_task);
JV_HANDLER(clear_queue);
JV_HANDLER(get_num_entries);
JV_HANDLER(peek_task);
JV_HANDLER(move_task_forward);
JV_HANDLER(move_task_backward);
JV_HANDLER(move_task_to_front);
JV_HANDLER(move_task_to_back);
JV_HANDLER(move_task_to_queue);
JV_HANDLER(get_by_task_id);
// queues_return.cc
JV_HANDLER(return_task);
// queues_waiting.cc
JV_HANDLER(get_waiting_status);

#undef JV_HANDLER

// queues_metrics.cc: on the pool, since it takes a sample and waits for its commit
ApiResult<Reply> get_queue_metrics(Services& services, const Call& call);

// queues_next.cc
/// Hands the caller the next task of one queue, or of the first of several that has one, as a lease; waits up to
/// `wait_sec` for it.
void get_next_task(Services& services, std::shared_ptr<const Call> call, std::shared_ptr<ParkedReply> reply);

/// Gives a queue's document its `entries`, the first `limit` of them.
ApiResult<void> add_entries(store::Transaction& tx, json::object& queue, std::size_t limit);
/// Takes every task off the queue, leased ones too, and gives each the status it had before. Returns their ids.
ApiResult<json::array> empty_queue(Services& services, store::Transaction& tx, const Call& call, const QueueId& queue);

}  // namespace jarvis::server::queues
