// What an empty data directory gets: company, first administrator with a key pair, default queue, client.conf.
#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "server/auth/authority.h"
#include "server/store/store.h"

namespace jarvis::server {

struct Addresses {
  std::string api, files, web;  // "http://127.0.0.1:8008"
};

/// Makes whatever is missing; true when this was the first start. The key pair is in client.conf alone (mode 0600): the
/// database holds a keyed hash. A client.conf that is there keeps its key; its addresses are brought up to date.
Result<bool> prepare_data(store::Store& store, auth::Authority& authority, const Clock& clock,
                          const std::filesystem::path& data_dir, const Addresses& addresses);

/// The id of this data directory's server: made once, shown by server.info.
Result<std::string> server_id(const std::filesystem::path& data_dir);

}  // namespace jarvis::server
