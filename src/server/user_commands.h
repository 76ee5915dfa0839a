// jarvis-server user add|list|disable|enable|passwd|key|role: accounts from the command line, beside a running server
// or without one.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "config/settings.h"

namespace jarvis::server {

class UserCommands {
 public:
  /// Adds the subcommand `user` to the program's.
  explicit UserCommands(CLI::App& app);

  bool is_asked() const { return user_->parsed(); }
  /// Errors: what the user can mend, said so.
  Status run(const config::Settings& settings) const;

 private:
  struct Words {
    std::string who, name, role, password_file, label, expires;
  };
  CLI::App* user_;
  CLI::App *add_, *list_, *disable_, *enable_, *passwd_, *role_, *key_;
  std::unique_ptr<Words> words_ = std::make_unique<Words>();  // where CLI11 puts what was said
};

}  // namespace jarvis::server
