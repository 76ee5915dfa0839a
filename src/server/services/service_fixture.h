// The ground of the services' tests: a real store in a directory of its own, a clock that the test moves, and calls to
// endpoint rows by their names, past HTTP and schemas.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "proc/files.h"
#include "server/auth/authority.h"
#include "server/endpoint.h"
#include "server/events/event_store.h"
#include "server/scheduler/dispatcher.h"
#include "server/scheduler/storage_meter.h"
#include "server/services.h"
#include "server/services/table.h"
#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server {

/// Waits for its answer; goes away like a peer when the test says so.
class TestReply final : public ParkedReply {
 public:
  void complete(ApiResult<Reply> reply) override {
    const std::lock_guard lock(mutex_);
    if (!reply_) reply_ = std::move(reply);
    answered_.notify_all();
  }
  bool is_cancelled() const override {
    const std::lock_guard lock(mutex_);
    return is_gone_;
  }
  void on_cancel(std::function<void()> callback) override {
    const std::lock_guard lock(mutex_);
    if (!reply_) on_cancel_ = std::move(callback);
  }

  bool is_answered() const {
    const std::lock_guard lock(mutex_);
    return reply_.has_value();
  }
  /// The answer, waited for: a minute is longer than any test may take.
  ApiResult<Reply> wait() {
    std::unique_lock lock(mutex_);
    const bool came = answered_.wait_for(lock, std::chrono::minutes(1), [this] { return reply_.has_value(); });
    JV_ASSERT(came);
    on_cancel_ = nullptr;
    return *reply_;
  }
  void go_away() {
    std::function<void()> callback;
    {
      const std::lock_guard lock(mutex_);
      is_gone_ = true;
      callback = std::exchange(on_cancel_, nullptr);
    }
    if (callback) callback();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<ApiResult<Reply>> reply_;
  std::function<void()> on_cancel_;
  bool is_gone_ = false;
};

class ServiceFixture : public ::testing::Test {
 protected:
  ServiceFixture() {
    me.user = UserId::random();
    me.company = CompanyId::random();
    me.role = Role::admin;
    me.user_name = "admin";
    me.company_name = "home";
    put(store::Kind::company, {{"id", me.company.str()}, {"name", me.company_name}});
    put(store::Kind::user,
        {{"id", me.user.str()}, {"name", me.user_name}, {"company", me.company.str()}, {"role", to_string(me.role)}});
  }
  ~ServiceFixture() override { dispatcher->stop(); }

  /// Calls an endpoint as `me`, in the newest version unless said otherwise.
  ApiResult<Reply> call(std::string_view endpoint, json::object body = {}, ApiVersion version = kNewestApi) {
    return run(make_call(endpoint, std::move(body), version));
  }
  /// The data of a call that must work.
  json::object ok(std::string_view endpoint, json::object body = {}, ApiVersion version = kNewestApi) {
    ApiResult<Reply> reply = call(endpoint, std::move(body), version);
    EXPECT_TRUE(reply) << endpoint << ": " << (reply ? "" : reply.error().message());
    return reply ? data_of(*reply) : json::object();
  }
  /// "400/110" of a call that must fail, "ok" when it works.
  std::string refused(std::string_view endpoint, json::object body = {}, ApiVersion version = kNewestApi) {
    return code_of(call(endpoint, std::move(body), version));
  }
  static std::string code_of(const ApiResult<Reply>& reply) {
    if (reply) return "ok";
    return std::to_string(reply.error().code().status) + "/" + std::to_string(reply.error().code().subcode);
  }
  static json::object data_of(const Reply& reply) {
    return reply.raw_data.empty() ? reply.data : parse_json_object(reply.raw_data).value();
  }

  Call make_call(std::string_view endpoint, json::object body, ApiVersion version = kNewestApi) {
    Call made;
    made.endpoint = endpoint;
    made.version = version;
    made.identity = me;
    made.body = std::move(body);
    made.raw_body = raw_body;
    made.peer = "127.0.0.1";
    made.worker = worker;
    return made;
  }
  ApiResult<Reply> run(const Call& made) {
    const Endpoint& row = row_of(made);
    if (const auto* read = std::get_if<Read>(&row.run)) {
      return store->read([&](store::Transaction& tx) { return read->handler(services, tx, made); });
    }
    if (const auto* write = std::get_if<Write>(&row.run)) {
      return store->write([&](store::Transaction& tx) { return write->handler(services, tx, made); });
    }
    if (const auto* pool = std::get_if<Pool>(&row.run)) return pool->handler(services, made);
    return park(made)->wait();
  }
  /// Starts a call that may wait.
  std::shared_ptr<TestReply> park(const Call& made) {
    auto reply = std::make_shared<TestReply>();
    std::get<Park>(row_of(made).run).handler(services, std::make_shared<const Call>(made), reply);
    return reply;
  }

  void put(store::Kind kind, const json::object& document) {
    const Status status = store->write([&](store::Transaction& tx) { return store::put(tx, kind, document); });
    JV_ASSERT(status.has_value());
  }
  std::optional<json::object> stored(store::Kind kind, std::string_view id) {
    return store->read([&](store::Transaction& tx) { return store::get(tx, kind, id); }).value();
  }

  FakeClock clock;
  proc::TempDir directory = proc::TempDir::make("/tmp", "jarvis-services-").value();
  std::unique_ptr<store::Store> store = store::chosen_store_kind().open(directory.path());
  std::unique_ptr<scheduler::Dispatcher> dispatcher = scheduler::make_dispatcher(*store, clock);
  std::unique_ptr<auth::Authority> authority =
      auth::Authority::open(*store, clock, directory.path() / "secrets").value();
  std::unique_ptr<events::EventStore> events = events::make_event_store(*store, clock);
  scheduler::FilesByTask files_there;  // as the file server would find them
  std::unique_ptr<scheduler::StorageMeter> storage = scheduler::make_storage_meter(
      *store, clock, "test-server",
      [this](const std::stop_token&) { return Result<scheduler::FilesByTask>(files_there); },
      scheduler::MeterThread::none);
  Services services{clock, *store, *dispatcher, *authority, *events, *storage, "test-server"};

  Identity me;           // the caller
  std::string worker;    // its X-ClearML-Worker
  std::string raw_body;  // of json-lines endpoints

 private:
  static const Endpoint& row_of(const Call& made) {
    static const std::vector<Endpoint> rows = all_endpoints();
    const Endpoint* best = nullptr;
    for (const Endpoint& row : rows) {
      if (row.name == made.endpoint && row.since <= made.version && (best == nullptr || best->since < row.since)) {
        best = &row;
      }
    }
    JV_ASSERT(best != nullptr);  // no such endpoint in services/table.cc
    return *best;
  }
};

}  // namespace jarvis::server
