// Which database the settings name, opened. For the server itself and for its commands.
#pragma once

#include <filesystem>
#include <memory>

#include "config/settings.h"
#include "proc/files.h"
#include "server/store/store.h"

namespace jarvis::server {

/// SQLite in the data directory, or the PostgreSQL that the settings name. Commands, beside a server that may be an
/// older one, say Schema::leave. Errors name the setting.
Result<std::unique_ptr<store::Store>> open_store(const config::Settings& settings,
                                                 const std::filesystem::path& data_dir, store::Schema schema);

}  // namespace jarvis::server
