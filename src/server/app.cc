#include "server/app.h"

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
#include "server/files/file_server.h"
#include "server/first_start.h"
#include "server/http/api_handler.h"
#include "server/http/listener.h"
#include "server/http/web_page.h"
#include "server/scheduler/dispatcher.h"
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

  Status open() {
    TRY(listens_.api, address(settings_, "api.listen"));
    TRY(listens_.files, address(settings_, "files.listen"));
    TRY(listens_.web, address(settings_, "web.listen"));
    TRY(store_, store::open_sqlite({.path = (data_dir_ / "jarvis.db").string()}));
    TRY(authority_, auth::Authority::open(*store_, clock_, data_dir_ / "secrets"));
    dispatcher_ = scheduler::make_dispatcher(*store_, clock_);
    events_ = events::make_event_store(*store_, clock_);
    TRY(std::string id, server_id(data_dir_));
    services_.emplace(Services{clock_, *store_, *dispatcher_, *authority_, *events_, std::move(id)});
    CHECK_OK(listen());
    const Addresses urls{.api = url(listens_.api, api_->port()),
                         .files = url(listens_.files, files_->port()),
                         .web = url(listens_.web, web_->port())};
    TRY(const bool is_first, prepare_data(*store_, *authority_, clock_, data_dir_, urls));
    watchdog_ = scheduler::make_watchdog(*store_, *dispatcher_, clock_);
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
    http::ApiOptions options{.cors_origin = settings_.get("api.cors_origin"),
                             .pool = [this](std::function<void()> work) { asio::post(pool_, std::move(work)); }};
    endpoints_ = all_endpoints();
    handler_ = std::make_unique<http::ApiHandler>(*services_, endpoints_, std::move(options));
    auto api =
        http::listen(io_, listens_.api, [this](http::HttpRequest request, std::shared_ptr<http::Responder> responder) {
          handler_->handle(std::move(request), std::move(responder));
        });
    if (!api) return in_use(std::move(api).error(), "--api-listen");
    api_ = std::move(*api);
    auto files = files::serve(
        io_, listens_.files,
        {.root = data_dir_ / "files",
         .cors_origin = settings_.get("api.cors_origin"),
         .authenticate = [this](std::string_view header,
                                std::string_view cookie) { return authority_->authenticate(header, cookie); },
         .pool = [this](std::function<void()> work) { asio::post(pool_, std::move(work)); }});
    if (!files) return in_use(std::move(files).error(), "--files-listen");
    files_ = std::move(*files);
    auto web =
        http::listen(io_, listens_.web, [this](http::HttpRequest request, std::shared_ptr<http::Responder> responder) {
          responder->send(http::web_page(request, url(listens_.api, api_->port())));
        });
    if (!web) return in_use(std::move(web).error(), "--web-listen");
    web_ = std::move(*web);
    return {};
  }

  void announce(const Addresses& urls, bool is_first) const {
    std::printf("jarvis-server %s\n  API    %s\n  files  %s\n  web    %s\n  data   %s\n", JARVIS_VERSION,
                urls.api.c_str(), urls.files.c_str(), urls.web.c_str(), data_dir_.c_str());
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
    pool_.join();
    dispatcher_->stop();
    store_->close();
    log::info("stopped");
  }

  const config::Settings& settings_;
  const fs::path data_dir_;
  const SystemClock clock_;
  asio::io_context io_;
  asio::thread_pool pool_;
  asio::steady_timer idle_timer_{io_};
  SteadyTime stop_deadline_;
  Listens listens_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<auth::Authority> authority_;
  std::unique_ptr<scheduler::Dispatcher> dispatcher_;
  std::unique_ptr<events::EventStore> events_;
  std::optional<Services> services_;
  std::vector<Endpoint> endpoints_;
  std::unique_ptr<http::ApiHandler> handler_;
  std::unique_ptr<http::Listener> api_, web_;
  std::unique_ptr<files::FileServer> files_;
  std::unique_ptr<scheduler::Watchdog> watchdog_;
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
