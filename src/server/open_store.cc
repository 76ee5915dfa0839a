#include "server/open_store.h"

namespace jarvis::server {

Result<std::unique_ptr<store::Store>> open_store(const config::Settings& settings,
                                                 const std::filesystem::path& data_dir, store::Schema schema) {
  const std::string& url = settings.get("database");
  if (url.empty()) return store::open_sqlite({.path = (data_dir / "jarvis.db").string(), .schema = schema});
  const std::string whose = "database (" + settings.at("database").origin + ")";
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    return invalid_argument(whose + ": expected postgresql://USER@HOST/DATABASE, or nothing for SQLite");
  TRY(const std::int64_t connections, settings.get_int("database_connections"));
  if (connections < 6 || connections > 1000)
    return invalid_argument("database_connections: expected a number from 6 to 1000");
  auto store =
      store::open_postgres({.url = url, .connections = static_cast<std::size_t>(connections), .schema = schema});
  if (!store) return std::move(store).error().context(whose + " " + config::without_password(url));
  return store;
}

}  // namespace jarvis::server
