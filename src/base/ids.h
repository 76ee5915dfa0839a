// Ids are types: start(TaskId, WorkerId) cannot be called backwards.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace jarvis {

/// 32 lower-case hex digits from the system's random source.
std::string random_id();

template <typename Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  explicit Id(std::string_view text) : text_(text) {}
  explicit Id(const char* text) : text_(text) {}
  static Id random() { return Id(random_id()); }

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using TaskId = Id<struct TaskTag>;
using ProjectId = Id<struct ProjectTag>;
using ModelId = Id<struct ModelTag>;
using QueueId = Id<struct QueueTag>;
using UserId = Id<struct UserTag>;
using CompanyId = Id<struct CompanyTag>;
using WorkerId = Id<struct WorkerTag>;  // free text: host name and more, chosen by the worker

}  // namespace jarvis

template <typename Tag>
struct std::hash<jarvis::Id<Tag>> {
  std::size_t operator()(const jarvis::Id<Tag>& id) const noexcept { return std::hash<std::string>()(id.str()); }
};
