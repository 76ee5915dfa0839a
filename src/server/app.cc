#include "server/app.h"

#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "proc/files.h"
#include "server/auth/authority.h"
#include "server/events/event_store.h"
#include "server/file_sizes.h"
#include "server/files/file_server.h"
#include "server/first_start.h"
#include "server/fixed_users.h"
#include "server/http/api_handler.h"
#include "server/http/listener.h"
#include "server/http/web_page.h"
#include "server/live/feed.h"
#include "server/open_store.h"
#include "server/scheduler/dispatcher.h"
#include "server/scheduler/file_cleaner.h"
#include "server/scheduler/storage_meter.h"
#include "server/scheduler/watchdog.h"
#include "server/services.h"
#include "server/services/table.h"

namespace jarvis::server {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

struct Listens {
  http::Address api, files, web;
};

Result<http::Address> address(const config::Settings& settings, const std::string& key) {
  auto parsed = http::parse_address(settings.get(key));
  if (!parsed) return std::move(parsed).error().context(key + " (" + settings.at(key).origin + ")");
  return parsed;
}

Result<domain::LostPolicy> lost_policy(const config::Settings& settings) {
  const std::string key = "tasks.on_lost_worker";
  auto policy = domain::lost_policy_from(settings.get(key));
  if (!policy) return std::move(policy).error().context(key + " (" + settings.at(key).origin + ")");
  return policy;
}

bool is_loopback(const http::Address& address) {
  return address.host.starts_with("127.") || address.host == "::1" || address.host == "localhost";
}

/// The address as a client on this machine would write it.
std::string url(const http::Address& address, std::uint16_t port) {
  std::string host = address.host == "0.0.0.0" || address.host == "::" ? "127.0.0.1" : address.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port);
}

Status in_use(Status status, std::string_view flag) {
  if (status) return status;
  return std::move(status).error().context("choose another address with " + std::string(flag));
}

Result<proc::LockFile> open_data_dir(const fs::path& data_dir) {
  CHECK_OK(proc::make_directories(data_dir, 0700));
  TRY(auto lock, proc::LockFile::try_acquire(data_dir / "lock"));
  if (!lock) {
    return Error(ErrorCode::conflict, "another jarvis-server is running with the data directory " + data_dir.string() +
                                          ". Stop it, or give this one its own with --data-dir.");
  }
  return std::move(*lock);
}

/// Everything that lives from start to stop, in the order in which it must be taken apart (last first).
class Server {
 public:
  Server(const config::Settings& settings, fs::path data_dir)
      : settings_(settings), data_dir_(std::move(data_dir)), pool_(4) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    if (feed_) feed_->stop();
    storage_.reset();
    if (store_) store_->close();  // its threads call the rest
  }

  Status open() {
    TRY(listens_.api, address(settings_, "api.listen"));
    TRY(listens_.files, address(settings_, "files.listen"));
    TRY(listens_.web, address(settings_, "web.listen"));
    TRY(const auto lost, lost_policy(settings_));
    TRY(store_, open_store(settings_, data_dir_, store::Schema::bring_up));
    if (store_->is_remote()) requests_.emplace(request_threads());
    TRY(authority_, auth::Authority::open(*store_, clock_, data_dir_ / "secrets"));
    dispatcher_ = scheduler::make_dispatcher(*store_, clock_);
    events_ = events::make_event_store(*store_, clock_);
    TRY(std::string id, server_id(data_dir_));
    feed_ = std::make_shared<live::Feed>(*store_);
    storage_ = scheduler::make_storage_meter(
        *store_, clock_, id, [this](const std::stop_token& stop) { return sizes_of_files(data_dir_ / "files", stop); });
    services_.emplace(Services{clock_, *store_, *dispatcher_, *authority_, *events_, *storage_, std::move(id)});
    store_->on_notice([this](const store::Notice& notice) { hear(notice); });
    CHECK_OK(listen());
    const Addresses urls{.api = url(listens_.api, api_->port()),
                         .files = url(listens_.files, files_->port()),
                         .web = url(listens_.web, web_->port())};
    TRY(const bool is_first, prepare_data(*store_, *authority_, clock_, data_dir_, urls));
    TRY(const auto configured, fixed_users(settings_));
    CHECK_OK(auth::apply_configured_users(*store_, configured, clock_.wall()));
    CHECK_OK(authority_->reload());
    if (!store_->is_remote()) look_for_identities();
    give_memory_back();
    watchdog_ = scheduler::make_watchdog(*store_, *dispatcher_, clock_, lost);
    cleaner_ = scheduler::make_file_cleaner(
        *store_, clock_, [this](const std::string& path, WallTime then) { return files_->remove_older(path, then); });
    announce(urls, is_first);
    return {};
  }

  void run() {
    asio::signal_set signals(io_, SIGTERM, SIGINT);
    signals.async_wait([this](boost::system::error_code failure, int signal) {
      if (!failure) begin_stop(signal);
    });
    run_threads();
    close();
  }

 private:
  /// As many as there are connections to read with (see PostgresStore).
  std::size_t request_threads() const {
    const auto connections = static_cast<std::size_t>(settings_.get_int("database_connections").value_or(20));
    return std::max<std::size_t>(4, connections - std::min(connections / 3, limits::database_writers) - 2);
  }

  /// Runs `work` where it may ask the database: here, or where waiting for the network keeps nobody else.
  void where_it_may_wait(std::function<void()> work) {
    if (!requests_) return work();
    asio::post(*requests_, std::move(work));
  }

  /// What `jarvis-server user` changes in SQLite, nobody tells.
  void look_for_identities() {
    identity_timer_.expires_after(limits::identity_look_pause);
    identity_timer_.async_wait([this](boost::system::error_code failure) {
      if (failure) return;
      asio::post(pool_, [this] {
        if (const Status status = authority_->reload_if_changed(); !status)
          log::error("sessions were not read", {{"error", status.error().message()}});
        asio::post(io_, [this] { look_for_identities(); });
      });
    });
  }

  /// Free memory below used memory stays with the process until it is asked to return it: what one large answer took
  /// would be held for good.
  void give_memory_back() {
    memory_timer_.expires_after(limits::memory_pause);
    memory_timer_.async_wait([this](boost::system::error_code failure) {
      if (failure) return;
      asio::post(pool_, [this] {
        ::malloc_trim(0);
        asio::post(io_, [this] { give_memory_back(); });
      });
    });
  }

  void hear(const store::Notice& notice) {
    const bool is_all = notice.kind == store::Notice::Kind::missed;
    if (notice.kind == store::Notice::Kind::changes) return feed_->hear(notice.text);
    if (notice.kind == store::Notice::Kind::entry_added) dispatcher_->entry_added(QueueId(notice.queue));
    if (is_all || notice.kind == store::Notice::Kind::identities_changed) {
      if (const Status status = authority_->reload(); !status)
        log::error("sessions were not read", {{"error", status.error().message()}});
    }
    if (is_all) {
      dispatcher_->look_again();
      feed_->forget();
    }
  }

  void run_threads() {
    const auto asked = settings_.get_int("threads").value_or(0);
    const std::size_t count =
        asked > 0 ? static_cast<std::size_t>(asked) : std::max(2U, std::thread::hardware_concurrency());
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < count; ++i)
      threads.emplace_back([this] { io_.run(); });
    io_.run();
  }

  Status listen() {
    auto proxies = http::TrustedProxies::parse(settings_.get("api.trusted_proxies"));
    if (!proxies) return std::move(proxies).error().context("api.trusted_proxies");
    http::ApiOptions options{.cors_origin = settings_.get("api.cors_origin"),
                             .trusted_proxies = std::move(*proxies),
                             .pool = [this](std::function<void()> work) { asio::post(pool_, std::move(work)); },
                             .feed = feed_};
    endpoints_ = all_endpoints();
    handler_ = std::make_unique<http::ApiHandler>(*services_, endpoints_, std::move(options));
    auto api =
        http::listen(io_, listens_.api, [this](http::HttpRequest request, std::shared_ptr<http::Responder> responder) {
          where_it_may_wait([this, request = std::move(request), responder = std::move(responder)]() mutable {
            handler_->handle(std::move(request), std::move(responder));
          });
        });
    if (!api) return in_use(std::move(api).error(), "--api-listen");
    api_ = std::move(*api);
    auto files = files::serve(
        io_, listens_.files,
        {.root = data_dir_ / "files",
         .cors_origin = settings_.get("api.cors_origin"),
         .authenticate = [this](std::string_view header, std::string_view cookie,
                                std::string_view peer) { return authority_->authenticate(header, cookie, peer); },
         .pool = [this](std::function<void()> work) { asio::post(pool_, std::move(work)); },
         .authentication_pool = requests_
                                    ? [this](std::function<void()> work) { asio::post(*requests_, std::move(work)); }
                                    : std::function<void(std::function<void()>)>()});
    if (!files) return in_use(std::move(files).error(), "--files-listen");
    files_ = std::move(*files);
    auto web =
        http::listen(io_, listens_.web, [this](http::HttpRequest request, std::shared_ptr<http::Responder> responder) {
          // The pages call the API where they come from: one origin, no exceptions to it.
          constexpr std::string_view prefix = "/api/", files_prefix = "/files/";
          if (request.method == "PUT" && request.target.starts_with(files_prefix)) {
            request.target.erase(0, files_prefix.size() - 1);
            return asio::post(pool_, [this, request = std::move(request), responder = std::move(responder)] {
              responder->send(files_->put(request));
            });
          }
          if (!request.target.starts_with(prefix)) return responder->send(http::web_page(request, web_addresses()));
          request.target.erase(0, prefix.size() - 1);
          where_it_may_wait([this, request = std::move(request), responder = std::move(responder)]() mutable {
            handler_->handle(std::move(request), std::move(responder));
          });
        });
    if (!web) return in_use(std::move(web).error(), "--web-listen");
    web_ = std::move(*web);
    return {};
  }

  http::WebAddresses web_addresses() const {
    return {.api = url(listens_.api, api_->port()),
            .files = url(listens_.files, files_->port()),
            .web = url(listens_.web, web_->port())};
  }

  void announce(const Addresses& urls, bool is_first) const {
    std::printf("jarvis-server %s\n  API    %s\n  files  %s\n  web    %s\n  data   %s\n", JARVIS_VERSION,
                urls.api.c_str(), urls.files.c_str(), urls.web.c_str(), data_dir_.c_str());
    if (store_->is_remote())
      std::printf("  database %s\n", config::without_password(settings_.get("database")).c_str());
    std::printf("  client configuration: %s\n", (data_dir_ / "client.conf").c_str());
    if (is_first) std::printf("First start: copy it to ~/jarvis.conf to work as the administrator.\n");
    for (const auto& [name, listen] :
         {std::pair{"api.listen", listens_.api}, {"files.listen", listens_.files}, {"web.listen", listens_.web}}) {
      if (!is_loopback(listen)) {
        std::printf(
            "NOTICE: %s is open to the network, without encryption. Put a TLS proxy before it outside a trusted "
            "network.\n",
            name);
      }
    }
    std::printf("ready\n");
    std::fflush(stdout);
  }

  void begin_stop(int signal) {
    log::info("stopping: finishing what is being answered", {{"signal", signal}});
    api_->stop();
    files_->stop();
    web_->stop();
    // Parked requests hold a connection until they are answered: with nothing, as at their deadline.
    asio::post(pool_, [this] { dispatcher_->stop(); });
    stop_deadline_ = clock_.steady() + limits::stop_grace;
    wait_for_idle();
  }

  void wait_for_idle() {
    if (api_->open_connections() + files_->open_connections() + web_->open_connections() == 0 ||
        clock_.steady() >= stop_deadline_) {
      return io_.stop();
    }
    idle_timer_.expires_after(std::chrono::milliseconds(10));
    idle_timer_.async_wait([this](boost::system::error_code) { wait_for_idle(); });
  }

  void close() {
    watchdog_.reset();
    cleaner_.reset();
    if (requests_) requests_->join();
    pool_.join();
    storage_.reset();
    dispatcher_->stop();
    feed_->stop();
    store_->close();
    log::info("stopped");
  }

  const config::Settings& settings_;
  const fs::path data_dir_;
  const SystemClock clock_;
  asio::io_context io_;
  asio::thread_pool pool_;
  std::optional<asio::thread_pool> requests_;  // only when the store is remote
  asio::steady_timer idle_timer_{io_};
  asio::steady_timer identity_timer_{io_};
  asio::steady_timer memory_timer_{io_};
  SteadyTime stop_deadline_;
  Listens listens_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<auth::Authority> authority_;
  std::unique_ptr<scheduler::Dispatcher> dispatcher_;
  std::unique_ptr<events::EventStore> events_;
  std::unique_ptr<scheduler::StorageMeter> storage_;
  std::shared_ptr<live::Feed> feed_;  // connections share it
  std::optional<Services> services_;
  std::vector<Endpoint> endpoints_;
  std::unique_ptr<http::ApiHandler> handler_;
  std::unique_ptr<http::Listener> api_, web_;
  std::unique_ptr<files::FileServer> files_;
  std::unique_ptr<scheduler::Watchdog> watchdog_;
  std::unique_ptr<scheduler::FileCleaner> cleaner_;
};

}  // namespace

Status run(const config::Settings& settings) {
  // A peer that goes away is an error of write(), not the end of the process.
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(0077);
  const fs::path data_dir = settings.get("data_dir");
  TRY(const proc::LockFile lock, open_data_dir(data_dir));
  Server server(settings, data_dir);
  CHECK_OK(server.open());
  server.run();
  return {};
}

}  // namespace jarvis::server
