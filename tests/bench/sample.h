// Made-up documents as a few years of work would leave them: the same seed gives the same ones.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "server/call.h"

namespace jarvis::bench {

struct Person {
  std::string id, name;
};

/// Not thread-safe.
class Sampler {
 public:
  Sampler(std::uint64_t seed, server::Identity owner, WallTime now)
      : random_(seed), owner_(std::move(owner)), now_(now) {}

  /// 32 hex digits, from the seed.
  std::string id();
  json::object user(std::size_t number);
  json::object project(std::size_t number, const Person& by);
  /// A task with 5 to 20 hyperparameters, tags, requirements, artifacts and the last values of its metrics: 4 to 6 KB.
  json::object task(std::size_t number, const std::string& project, const Person& by);
  json::object model(std::size_t number, const json::object& task);

  /// 0 to count - 1; small numbers are common, as some projects, users and tags are.
  std::size_t skewed(std::size_t count);
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }

 private:
  std::string date(std::int64_t seconds_ago) const { return to_iso(now_ - std::chrono::seconds(seconds_ago)); }
  json::array tags();
  json::object hyperparams();
  json::object script();
  json::object last_metrics(std::int64_t iterations);

  std::mt19937_64 random_;
  const server::Identity owner_;
  const WallTime now_;
};

}  // namespace jarvis::bench
