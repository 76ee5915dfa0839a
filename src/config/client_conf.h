// The configuration file that programs and the agent find a server by: ~/jarvis.conf.
#pragma once

#include <string>
#include <string_view>

namespace jarvis::config {

struct ClientConf {
  std::string web, api, files;  // addresses
  std::string access_key, secret_key;
};

/// The file's text. `about`: whole comment lines that stand first.
std::string client_conf(std::string_view about, const ClientConf& client);

}  // namespace jarvis::config
