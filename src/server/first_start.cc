#include "server/first_start.h"

#include "base/ids.h"
#include "base/log.h"
#include "config/client_conf.h"
#include "config/hocon.h"
#include "proc/files.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace {

constexpr std::string_view kAboutClientConf =
    "# Written by jarvis-server for its first administrator. Copy it to ~/jarvis.conf (or ~/clearml.conf) of whoever\n"
    "# should work as that user, or start programs with JARVIS_CONFIG_FILE (CLEARML_CONFIG_FILE) set to this file.\n";

std::string client_conf(const Addresses& addresses, const auth::KeyPair& pair) {
  return config::client_conf(kAboutClientConf, {.web = addresses.web,
                                                .api = addresses.api,
                                                .files = addresses.files,
                                                .access_key = pair.access_key,
                                                .secret_key = pair.secret_key});
}

std::optional<auth::KeyPair> pair_of(const std::filesystem::path& path) {
  const auto file = config::Tree::load(path);
  if (!file) return std::nullopt;
  const auto access = file->find("api.credentials.access_key");
  const auto secret = file->find("api.credentials.secret_key");
  if (!access || !secret) return std::nullopt;
  return auth::KeyPair{access->text, secret->text};
}

/// The addresses of this start. A full disk does not keep a server from starting that has its data and its keys.
void refresh(const std::filesystem::path& conf, const std::string& text) {
  if (const auto there = proc::read_file(conf); there && *there == text) return;
  if (const Status written = proc::write_file_durably(conf, text, 0600); !written)
    log::warning("the client configuration keeps older addresses", {{"error", written.error().message()}});
}

/// Nothing when another server on the same database was faster.
Result<std::optional<auth::KeyPair>> make_first_documents(store::Transaction& tx, auth::Authority& authority,
                                                          WallTime now) {
  TRY(const std::int64_t companies, store::count(tx, store::Kind::company, {}));
  if (companies > 0) return std::optional<auth::KeyPair>();
  const std::string company = random_id();
  const std::string user = random_id();
  const std::string created = to_iso(now);
  CHECK_OK(store::put(tx, store::Kind::company, {{"id", company}, {"name", "JARVIS"}, {"created", created}}));
  CHECK_OK(store::put(tx, store::Kind::user,
                      {{"id", user},
                       {"company", company},
                       {"name", "admin"},
                       {"given_name", "admin"},
                       {"family_name", ""},
                       {"role", "admin"},
                       {"created", created}}));
  CHECK_OK(store::put(tx, store::Kind::queue,
                      {{"id", random_id()},
                       {"company", company},
                       {"user", user},
                       {"name", "default"},
                       {"display_name", nullptr},
                       {"created", created},
                       {"last_update", created},
                       {"tags", json::array()},
                       {"system_tags", {"default"}},
                       {"metadata", json::object()}}));
  TRY(auth::KeyPair pair, authority.create_key(tx, UserId(user), {.label = "first administrator"}));
  return std::optional(std::move(pair));
}

}  // namespace

Result<bool> prepare_data(store::Store& store, auth::Authority& authority, const Clock& clock,
                          const std::filesystem::path& data_dir, const Addresses& addresses) {
  const auto conf = data_dir / "client.conf";
  TRY(const std::int64_t companies,
      store.read([](store::Transaction& tx) { return store::count(tx, store::Kind::company, {}); }));
  if (companies == 0) {
    TRY(const auto made,
        store.write([&](store::Transaction& tx) { return make_first_documents(tx, authority, clock.wall()); }));
    if (made) {
      CHECK_OK(proc::write_file_durably(conf, client_conf(addresses, *made), 0600));
      return true;
    }
  }
  // Killed between the commit and the file, or with the file deleted: the administrator gets a new key, never none.
  if (const auto pair = pair_of(conf)) {
    refresh(conf, client_conf(addresses, *pair));
    return false;
  }
  TRY(const auto admins, store.read([](store::Transaction& tx) {
    return store::find(
        tx, store::Kind::user,
        {.where = store::filter::equals({"role"}, "admin"), .order = {{.field = {"created"}}}, .limit = 1});
  }));
  if (admins.empty()) return false;
  const UserId admin(get_string_or(admins.front(), "id", ""));
  TRY(const auth::KeyPair pair, store.write([&](store::Transaction& tx) {
    return authority.create_key(tx, admin, {.label = "client.conf made again"});
  }));
  CHECK_OK(proc::write_file_durably(conf, client_conf(addresses, pair), 0600));
  return false;
}

Result<std::string> server_id(const std::filesystem::path& data_dir) {
  const auto path = data_dir / "server.id";
  auto text = proc::read_file(path);
  if (text && !text->empty()) return text;
  const std::string made = random_id();
  CHECK_OK(proc::write_file_durably(path, made, 0644));
  return made;
}

}  // namespace jarvis::server
