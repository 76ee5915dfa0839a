// A real PostgreSQL for tests: Debian's server in a temporary directory, with fsync, reached by a socket there. It runs
// as the user postgres when the test runs as root, which PostgreSQL refuses to be.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "proc/files.h"
#include "server/store/postgres_connection.h"

namespace jarvis::server::store {

class TestPostgres {
 public:
  /// One a test program, started when the first test asks for it.
  static TestPostgres& instance() {
    static TestPostgres server;
    return server;
  }
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;
  ~TestPostgres() { crash(); }

  std::string url(const std::string& database) const {
    return "postgresql://postgres@/" + database + "?host=" + directory_.path().string();
  }
  /// The address of the database of that name, which is made at the first call.
  std::string database(const std::string& name) {
    // Copying one with its schema is faster than to make each anew.
    if (made_.insert("template_jarvis").second) {
      run("CREATE DATABASE template_jarvis");
      JV_ASSERT(open_postgres({.url = url("template_jarvis")}).has_value());
    }
    if (made_.insert(name).second) run("CREATE DATABASE \"" + name + "\" TEMPLATE template_jarvis");
    return url(name);
  }
  /// The same without a schema.
  std::string empty_database(const std::string& name) {
    if (made_.insert(name).second) run("CREATE DATABASE \"" + name + "\"");
    return url(name);
  }
  void run(const std::string& sql, const std::string& database = "postgres") {
    const Status status = PostgresConnection::open(url(database), no_statements()).value()->execute(sql);
    JV_ASSERT(status.has_value());
  }

  /// As after a loss of power: nothing is finished, nothing is written out.
  void crash() {
    if (server_ <= 0) return;
    ::kill(server_, SIGQUIT);
    ::waitpid(std::exchange(server_, 0), nullptr, 0);
  }
  void start() {
    const std::string path = directory_.path();
    server_ = spawn({program("postgres"), "-D", path + "/data", "-k", path, "-c", "listen_addresses=", "-c", "fsync=on",
                     "-c", "max_connections=200", "-c", "shared_buffers=64MB"});
    while (!PostgresConnection::open(url("postgres"), no_statements())) {
      JV_ASSERT(::waitpid(server_, nullptr, WNOHANG) == 0);  // it ended: read the log in its directory
      ::poll(nullptr, 0, 20);
    }
  }

 private:
  TestPostgres() : directory_(proc::TempDir::make("/tmp", "jarvis-postgres-").value()) {
    if (::getuid() == 0) {
      user_ = ::getpwnam("postgres");
      JV_ASSERT(user_ != nullptr);  // the package postgresql-15 makes it
      JV_ASSERT(::chown(directory_.path().c_str(), user_->pw_uid, user_->pw_gid) == 0);
      int count = static_cast<int>(groups_.size());
      JV_ASSERT(::getgrouplist("postgres", user_->pw_gid, groups_.data(), &count) >= 0);
      groups_.resize(static_cast<std::size_t>(count));
    }
    // Another order of text than ours: what orders by bytes must say so.
    const pid_t made =
        spawn({program("initdb"), "-D", directory_.path().string() + "/data", "-U", "postgres", "-A", "trust", "-E",
               "UTF8", "--no-sync", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"});
    int status = 0;
    JV_ASSERT(::waitpid(made, &status, 0) == made && status == 0);
    start();
  }

  static const Statements& no_statements() {
    static const Statements none;
    return none;
  }

  static std::string program(const std::string& name) {
    for (const char* version : {"15", "16", "17", "14", "13"}) {
      const std::string path = "/usr/lib/postgresql/" + std::string(version) + "/bin/" + name;
      if (std::filesystem::exists(path)) return path;
    }
    return name;
  }

  pid_t spawn(const std::vector<std::string>& command) const {
    std::vector<char*> words;
    for (const std::string& word : command)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const std::string log = directory_.path() / "log";
    const pid_t child = ::fork();
    if (child != 0) return child;
    // Other threads may have held the allocator's locks: nothing from here on may ask for memory.
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::setsid();
    if (user_ != nullptr && (::setgroups(groups_.size(), groups_.data()) != 0 || ::setgid(user_->pw_gid) != 0 ||
                             ::setuid(user_->pw_uid) != 0))
      ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // it ends with the test, however that ends
    ::execvp(words.front(), words.data());
    ::_exit(127);
  }

  proc::TempDir directory_;
  const passwd* user_ = nullptr;
  std::vector<gid_t> groups_ = std::vector<gid_t>(64);  // of that user
  pid_t server_ = 0;
  std::set<std::string> made_;
};

}  // namespace jarvis::server::store
