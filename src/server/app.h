// The server, put together: data directory, store, services, listeners; from start to graceful stop.
#pragma once

#include "config/settings.h"

namespace jarvis::server {

/// Runs until SIGTERM or SIGINT. Returns when what was being answered is answered and everything is on disk. Errors
/// name the setting to change.
Status run(const config::Settings& settings);

}  // namespace jarvis::server
