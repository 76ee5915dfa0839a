#include "agent/job/abort_wait.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace jarvis::agent {
namespace {

/// A number, or a text that holds one; 0 when there is none.
double seconds_of(const json::object& runtime, std::string_view key) {
  if (const auto number = get_double(runtime, key)) return *number;
  return std::strtod(get_string_or(runtime, key, "0").c_str(), nullptr);
}

}  // namespace

bool is_callback_done(const json::object& runtime) {
  const json::value* done = find(runtime, "_abort_callback_completed");
  if (done == nullptr || done->is_null()) return false;
  if (done->is_string()) return !done->get_string().empty() && done->get_string() != "0";
  return seconds_of(runtime, "_abort_callback_completed") != 0 || (done->is_bool() && done->get_bool());
}

bool AbortWait::goes_on(const json::object& runtime, SteadyTime now) {
  const double timeout = seconds_of(runtime, "_abort_callback_timeout");
  // It looks for the abort from time to time only.
  const double wanted = timeout + seconds_of(runtime, "_abort_poll_freq");
  if (!(timeout > 0) || is_callback_done(runtime)) return false;
  if (!end_) {
    const double longest = std::chrono::duration<double>(longest_).count();
    end_ = now +
           std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(std::min(wanted, longest)));
  }
  return now < *end_;
}

}  // namespace jarvis::agent
