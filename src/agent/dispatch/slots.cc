#include "agent/dispatch/slots.h"

#include <algorithm>

#include "base/log.h"

namespace jarvis::agent {

Slots::Slots(Options options, std::optional<GpuRegister> gpus) : options_(std::move(options)), gpus_(std::move(gpus)) {}

const std::vector<std::string>& Slots::devices() const {
  static const std::vector<std::string> none;
  return gpus_ ? gpus_->devices() : none;
}

/// A daemon with a fixed set of GPUs gives all of them to its one job.
GpuShape Slots::shape_of(const std::string& queue) const {
  if (const auto found = options_.shapes.find(queue); found != options_.shapes.end()) return found->second;
  const int all = static_cast<int>(devices().size()) * kWholeDevice;
  return {all, all};
}

std::vector<WantedQueue> Slots::with_room(const std::vector<QueueName>& queues) const {
  if (is_full()) return {};
  std::vector<WantedQueue> out;
  for (const QueueName& queue : queues)
    out.push_back({queue, true});
  if (!gpus_) return out;
  std::vector<GpuShape> shapes;
  for (const QueueName& queue : queues)
    shapes.push_back(shape_of(queue.id));
  const auto room = gpus_->have_room(shapes);
  if (!room) {
    log::warning("the register of GPUs cannot be read; no task is taken", {{"error", room.error().message()}});
    return {};
  }
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].has_room = (*room)[i];
  if (std::ranges::none_of(out, &WantedQueue::has_room)) out.clear();
  return out;
}

Result<std::optional<Place>> Slots::take(const std::string& task, const std::string& queue) {
  if (is_full()) return std::optional<Place>();
  std::optional<GpuShare> share;
  if (gpus_) {
    TRY(share, gpus_->take(task, shape_of(queue)));
    if (!share) return std::optional<Place>();
  }
  jobs_.insert(task);
  Place place{.worker = worker_for(task, share), .prepare = {}};
  if (share && (options_.names == Names::by_gpus || !listed(options_.gpus).empty())) {
    place.prepare = [share = *share, inventory = options_.inventory](proc::Environment& environment) {
      set_visible(share, inventory, environment);
    };
  } else {
    place.prepare = [gpus = options_.gpus](proc::Environment& environment) { set_visible(gpus, environment); };
  }
  return std::optional(std::move(place));
}

void Slots::begun(const std::string& task, pid_t job) {
  if (!gpus_) return;
  if (const Status status = gpus_->hand_over(task, job); !status)
    log::warning("the register of GPUs was not written", {{"error", status.error().message()}});
}

void Slots::leave(const std::string& task) {
  jobs_.erase(task);
  if (!gpus_) return;
  if (const Status status = gpus_->give_back(task); !status) log::warning(status.error().message());
}

std::string Slots::worker_for(const std::string& task, const std::optional<GpuShare>& share) const {
  switch (options_.names) {
    case Names::daemon:
      return options_.worker;
    case Names::by_task:
      return options_.worker + ":service:" + task;
    case Names::by_gpus:
      return options_.worker.substr(0, options_.worker.rfind(':')) + ":" + worker_suffix(share.value_or(GpuShare()));
  }
  return options_.worker;
}

std::string Slots::why_waiting() const {
  if (is_full() || !gpus_) return {};
  const auto shares = gpus_->all();
  if (!shares) return shares.error().message();
  std::string out;
  for (const auto& [task, share] : *shares)
    out += (out.empty() ? "" : ", ") + worker_suffix(share) + " by task " + task;
  return out.empty() ? "other programs compute on the GPUs" : "GPUs are in use: " + out;
}

}  // namespace jarvis::agent
