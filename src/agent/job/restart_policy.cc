#include "agent/job/restart_policy.h"

#include <algorithm>
#include <charconv>

namespace jarvis::agent {
namespace {

constexpr std::string_view kOnFailure = "on-failure";
constexpr auto kPauseMax = std::chrono::seconds(60);

/// The value at "container.image", as text; nothing when there is none.
std::optional<std::string> field_of(const json::object& task, std::string_view path) {
  const auto dot = path.find('.');
  const json::value* value = task.if_contains(path.substr(0, dot));
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (dot != std::string_view::npos)
    return value->is_object() ? field_of(value->get_object(), path.substr(dot + 1)) : std::nullopt;
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

}  // namespace

Result<RestartPolicy> RestartPolicy::parse(const std::string& text) {
  RestartPolicy out;
  const auto semicolon = text.find(';');
  std::string_view when = std::string_view(text).substr(0, semicolon);
  const auto bad = [&] {
    return invalid_argument("'" + text +
                            "' is no restart policy: write no, on-failure, on-failure:N, always or "
                            "unless-stopped, and behind a ; the field of the tasks that it is for");
  };
  if (when == "always" || when == "unless-stopped") {
    out.when_ = When::always;
  } else if (when.starts_with(kOnFailure)) {
    out.when_ = When::on_failure;
    when.remove_prefix(kOnFailure.size());
    if (!when.empty()) {
      if (when.front() != ':') return bad();
      const auto [end, failure] = std::from_chars(when.data() + 1, when.data() + when.size(), out.restarts_max_);
      if (failure != std::errc() || end != when.data() + when.size() || out.restarts_max_ < 1) return bad();
    }
  } else if (!when.empty() && when != "no") {
    return bad();
  }
  if (semicolon == std::string::npos) return out;
  const std::string selector = text.substr(semicolon + 1);
  const auto equals = selector.find('=');
  out.path_ = selector.substr(0, equals);
  if (equals != std::string::npos) out.value_ = selector.substr(equals + 1);
  if (out.path_.empty()) return bad();
  return out;
}

RestartPolicy RestartPolicy::of(const json::object& task) const {
  if (path_.empty()) return *this;
  const auto value = field_of(task, path_);
  return value && (value_.empty() || *value == value_) ? *this : RestartPolicy();
}

bool RestartPolicy::restarts_after(const Outcome& outcome, int restarts) const {
  if (when_ == When::never || (restarts_max_ > 0 && restarts >= restarts_max_)) return false;
  switch (outcome.kind) {
    case Outcome::Kind::completed:
      return when_ == When::always;
    case Outcome::Kind::failed:
    case Outcome::Kind::out_of_memory:
    case Outcome::Kind::timed_out:
    case Outcome::Kind::lost_container:
      return true;
    case Outcome::Kind::setup_failed:
    case Outcome::Kind::aborted:
    case Outcome::Kind::drained:
    case Outcome::Kind::lost_worker:
    case Outcome::Kind::replaced:
      return false;
  }
  return false;
}

std::chrono::seconds RestartPolicy::pause_before(int restarts) {
  return std::min<std::chrono::seconds>(kPauseMax, std::chrono::seconds(1LL << std::min(restarts, 6)));
}

}  // namespace jarvis::agent
