// Fills the database of a server that has been started once (and is stopped now) as years of work would.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/clock.h"
#include "sample.h"
#include "server/events/event_store.h"
#include "server/store/documents.h"
#include "server/store/store.h"

namespace {

using namespace jarvis;
using namespace jarvis::server;

struct Sizes {
  std::size_t tasks = 1'000'000, projects = 1'000, users = 50;
  std::size_t points = 100'000'000;  // of scalars, all tasks together
  std::size_t log_lines = 10'000'000;
  std::size_t longest = 1'000'000;  // points of one curve, at most
};

constexpr std::size_t kBatch = 500;

class Seeder {
 public:
  Seeder(store::Store& store, const Clock& clock, const Sizes& sizes, Identity owner, std::uint64_t seed)
      : store_(store),
        clock_(clock),
        sizes_(sizes),
        events_(events::make_event_store(store, clock)),
        sample_(seed, owner, clock.wall()) {
    call_.identity = std::move(owner);
  }

  Status run() {
    CHECK_OK(people_and_projects());
    CHECK_OK(tasks());
    CHECK_OK(curves());
    CHECK_OK(logs());
    for (const auto& [what, task] : notable_)
      std::printf("%s=%s\n", what.c_str(), task.c_str());
    return {};
  }

 private:
  Status people_and_projects() {
    return store_.write([&](store::Transaction& tx) -> Status {
      for (std::size_t i = 0; i < sizes_.users; ++i) {
        const json::object user = sample_.user(i);
        people_.push_back({get_string_or(user, "id", ""), get_string_or(user, "name", "")});
        CHECK_OK(store::put(tx, store::Kind::user, user));
      }
      for (std::size_t i = 0; i < sizes_.projects; ++i) {
        json::object project = sample_.project(i, people_.at(sample_.skewed(people_.size())));
        if (i >= 20) project["parent"] = projects_.at(i % 20);
        projects_.push_back(get_string_or(project, "id", ""));
        CHECK_OK(store::put(tx, store::Kind::project, project));
      }
      return {};
    });
  }

  static Status put_all(store::Transaction& tx, const std::vector<json::object>& tasks,
                        const std::vector<json::object>& models) {
    for (const json::object& task : tasks)
      CHECK_OK(store::put(tx, store::Kind::task, task));
    for (const json::object& model : models)
      CHECK_OK(store::put(tx, store::Kind::model, model));
    return {};
  }

  Status tasks() {
    for (std::size_t done = 0; done < sizes_.tasks;) {
      const std::size_t end = std::min(sizes_.tasks, done + kBatch);
      std::vector<json::object> documents, models;
      for (; done < end; ++done) {
        json::object task = sample_.task(done, projects_.at(sample_.skewed(projects_.size())),
                                         people_.at(sample_.skewed(people_.size())));
        if (!ids_.empty() && sample_.below(10) == 0) task["parent"] = ids_.at(sample_.below(ids_.size()));
        if (sample_.below(10) == 0 && get_string_or(task, "status", "") != "created") {
          json::object model = sample_.model(done, task);
          task["models"] =
              json::object{{"input", json::array()},
                           {"output", json::array{json::object{{"name", "output"}, {"model", model.at("id")}}}}};
          models.push_back(std::move(model));
        }
        // The first hundred thousand are enough to choose parents and curves from.
        if (ids_.size() < 100'000) ids_.push_back(get_string_or(task, "id", ""));
        documents.push_back(std::move(task));
      }
      CHECK_OK(store_.write([&](store::Transaction& tx) { return put_all(tx, documents, models); }));
      tell("tasks", done, sizes_.tasks);
    }
    return {};
  }

  Status add(const std::string& task, events::TaskBatch batch) {
    batch.is_locked_allowed = true;
    batch.event_count = 1;
    events::EventBatch all;
    all.tasks.emplace(task, std::move(batch));
    auto stored = store_.write([&](store::Transaction& tx) { return events_->add(tx, call_, all); });
    if (!stored) return internal_error(stored.error().message());
    return {};
  }

  /// `series` curves of `length` points each, as a run would have reported them: some thousand at a time.
  Status curves_of(const std::string& task, std::size_t series, std::size_t length) {
    constexpr std::size_t at_once = 4000;
    std::vector<double> values(series, 1.0);
    for (std::size_t from = 0; from < length; from += at_once) {
      events::TaskBatch batch;
      for (std::size_t s = 0; s < series; ++s) {
        auto& points = batch.scalars[{"metric " + std::to_string(s / 2), s % 2 == 0 ? "train" : "validation"}].points;
        for (std::size_t i = from; i < std::min(length, from + at_once); ++i) {
          values[s] = values[s] * 0.9999 + 0.01 * (sample_.uniform() - 0.5);
          points.push_back({.iter = static_cast<std::int64_t>(i),
                            .time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(i) * 250 +
                                       static_cast<std::int64_t>(sample_.below(40)),
                            .value = values[s]});
        }
      }
      batch.iteration_max = static_cast<std::int64_t>(std::min(length, from + at_once)) - 1;
      CHECK_OK(add(task, std::move(batch)));
    }
    return {};
  }

  /// A tenth of the points in a few very long curves, half in long ones, the rest in ordinary ones.
  Status curves() {
    std::size_t done = 0;
    std::size_t next = 0;
    const auto some = [&](const std::string& what, std::size_t share, std::size_t series,
                          std::size_t length) -> Status {
      const std::size_t end = std::min(sizes_.points, done + share);
      for (int number = 0; done < end && next < ids_.size(); ++number) {
        const std::string& task = ids_[next++];
        if (number < 12) notable_.emplace_back(what + std::to_string(number), task);
        CHECK_OK(curves_of(task, series, length));
        done += series * length;
        tell("points", done, sizes_.points);
      }
      return {};
    };
    CHECK_OK(some("very_long_", sizes_.points / 10, 3, sizes_.longest));
    CHECK_OK(some("long_", sizes_.points / 2, 10, std::max<std::size_t>(100, sizes_.longest / 200)));
    return some("ordinary_", sizes_.points, 4, std::max<std::size_t>(50, sizes_.longest / 2000));
  }

  Status lines_of(const std::string& task, std::size_t count) {
    for (std::size_t from = 0; from < count;) {
      events::TaskBatch batch;
      for (const std::size_t end = std::min(count, from + 5000); from < end; ++from) {
        batch.logs.push_back({.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(from) * 20,
                              .level = "INFO",
                              .message = "step " + std::to_string(from) + ": loss " +
                                         std::to_string(sample_.uniform()) + " accuracy " +
                                         std::to_string(sample_.uniform()),
                              .worker = "gpu-07:gpu1"});
      }
      CHECK_OK(add(task, std::move(batch)));
    }
    return {};
  }

  /// Half of the lines in one log, the rest in ordinary ones.
  Status logs() {
    if (sizes_.log_lines == 0 || ids_.empty()) return {};
    notable_.emplace_back("long_log", ids_.back());
    CHECK_OK(lines_of(ids_.back(), sizes_.log_lines / 2));
    std::size_t done = sizes_.log_lines / 2;
    tell("log lines", done, sizes_.log_lines);
    for (std::size_t i = 0; done < sizes_.log_lines; ++i, done += 500) {
      CHECK_OK(lines_of(ids_.at(i % ids_.size()), 500));
      tell("log lines", done, sizes_.log_lines);
    }
    return {};
  }

  void tell(const char* what, std::size_t done, std::size_t all) {
    const SteadyTime now = clock_.steady();
    if (now - told_ < std::chrono::seconds(5) && done < all) return;
    told_ = now;
    std::fprintf(stderr, "  %s: %zu of %zu\n", what, std::min(done, all), all);
  }

  store::Store& store_;
  const Clock& clock_;
  const Sizes sizes_;
  std::unique_ptr<events::EventStore> events_;
  bench::Sampler sample_;
  Call call_;
  std::vector<bench::Person> people_;
  std::vector<std::string> projects_, ids_;
  std::vector<std::pair<std::string, std::string>> notable_;
  SteadyTime told_;
};

Status seed(const std::string& database, const Sizes& sizes, std::uint64_t number) {
  const SystemClock clock;
  std::unique_ptr<store::Store> store;
  if (database.starts_with("postgres")) {
    TRY(store, store::open_postgres({.url = database}));
  } else {
    TRY(store, store::open_sqlite({.path = database, .durable = false}));
  }
  TRY(const auto users,
      store->read([](store::Transaction& tx) { return store::find(tx, store::Kind::user, {.limit = 1}); }));
  if (users.empty()) return not_found("no user: start jarvis-server on this database once");
  Identity owner;
  owner.user = UserId(get_string_or(users.front(), "id", ""));
  owner.company = CompanyId(get_string_or(users.front(), "company", ""));
  owner.role = Role::admin;
  Status status = Seeder(*store, clock, sizes, std::move(owner), number).run();
  store->close();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fills a database as years of work would. Prints NAME=TASK of tasks that are worth a measurement."};
  std::string database;
  Sizes sizes;
  std::uint64_t number = 1;
  app.add_option("database", database, "Path of jarvis.db, or postgresql://...")->required();
  app.add_option("--tasks", sizes.tasks);
  app.add_option("--projects", sizes.projects);
  app.add_option("--users", sizes.users);
  app.add_option("--points", sizes.points, "Scalar points, all tasks together");
  app.add_option("--longest", sizes.longest, "Points of the longest curves");
  app.add_option("--log-lines", sizes.log_lines);
  app.add_option("--seed", number);
  CLI11_PARSE(app, argc, argv);
  if (const Status status = seed(database, sizes, number); !status) {
    std::fprintf(stderr, "%s\n", status.error().message().c_str());
    return 1;
  }
  return 0;
}
