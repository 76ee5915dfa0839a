#include "server/auth/authority.h"

#include <algorithm>

#include "base/digest.h"
#include "base/log.h"
#include "proc/files.h"
#include "server/auth/accounts.h"
#include "server/auth/password.h"
#include "server/store/documents.h"

namespace jarvis::server::auth {
namespace {

constexpr std::size_t kCachedKeysMax = 10'000;
constexpr std::chrono::seconds kUseNotedEvery(60);

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? b + 32 : b);
         });
}

std::string random_key(std::size_t length) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  while (out.size() < length) {
    for (const char byte : random_bytes(length)) {
      // Bytes beyond the last whole multiple would make the first letters likelier.
      const auto value = static_cast<unsigned char>(byte);
      if (value < 248 && out.size() < length) out += alphabet[value % alphabet.size()];
    }
  }
  return out;
}

Result<std::string> key_in_file(const std::filesystem::path& path) {
  auto key = proc::read_file(path);
  if (!key && key.error().code() == ErrorCode::not_found) {
    key = random_bytes(32);
    CHECK_OK(proc::write_file_durably(path, *key, 0600));
  }
  return key;
}

// A file that is there already, from before the data moved to PostgreSQL, gives the database its key.
Result<std::string> key_in_database(store::Store& store, const std::filesystem::path& path) {
  const auto file = proc::read_file(path);
  if (!file && file.error().code() != ErrorCode::not_found) return file.error();
  const std::string made = file ? *file : random_bytes(32);
  CHECK_OK(store.write(
      [&](store::Transaction& tx) { return tx.run("secret_keep_first", {"signing.key", store::Blob{made}}); }));
  TRY(const store::Rows rows, store.read([](store::Transaction& tx) { return tx.run("secret_get", {"signing.key"}); }));
  if (file && *file != rows.front().text(0)) {
    return Error(ErrorCode::conflict, path.string() +
                                          " is not the key of this database: keys and sessions were made with another "
                                          "one. Move the file away to work with the database's.");
  }
  return rows.front().text(0);
}

}  // namespace

Result<std::unique_ptr<Authority>> Authority::open(store::Store& store, const Clock& clock,
                                                   const std::filesystem::path& secrets_dir) {
  CHECK_OK(proc::make_directories(secrets_dir, 0700));
  const auto path = secrets_dir / "signing.key";
  TRY(std::string key, store.is_remote() ? key_in_database(store, path) : key_in_file(path));
  if (key.size() < 32) return Error(ErrorCode::corrupt, path.string() + " is too short to be a signing key");
  std::unique_ptr<Authority> authority(new Authority(store, clock, std::move(key)));
  CHECK_OK(authority->reload());
  return authority;
}

Status Authority::reload() {
  forget_cached();
  TRY(const store::Rows rows,
      store_.read([&](store::Transaction& tx) { return tx.run("sessions_revoked", {clock_.wall().us}); }));
  TRY(const store::Rows ended, store_.read([&](store::Transaction& tx) {
    return tx.run("sessions_ended", {(clock_.wall() - kTokenLifeMax).us});
  }));
  const std::lock_guard lock(mutex_);
  for (const store::Row& row : rows)
    revoked_.insert(row.text(0));
  for (const store::Row& row : ended)
    ended_[row.text(0)] = WallTime{row.integer(1)};
  return {};
}

Status Authority::reload_if_changed() {
  TRY(const store::Rows rows,
      store_.read([](store::Transaction& tx) { return tx.run("identity_changes_number", {}); }));
  const std::int64_t number = rows.empty() ? 0 : rows.front().integer(0);
  if (number == changes_seen_) return {};
  CHECK_OK(reload());
  changes_seen_ = number;
  return {};
}

ApiResult<Identity> Authority::authenticate(std::string_view authorization, std::string_view cookie_token,
                                            std::string_view peer) {
  if (authorization.empty()) {
    if (cookie_token.empty()) return ApiError(api::unauthorized);
    return identity_from_token(cookie_token);
  }
  if (starts_with_ignoring_case(authorization, "bearer ")) return identity_from_token(authorization.substr(7));
  if (starts_with_ignoring_case(authorization, "basic ")) return identity_from_basic(authorization.substr(6), peer);
  return ApiError(api::bad_auth_type, "use Basic or Bearer");
}

namespace {

/// With `expired` in the error's data: the key was right, once.
ApiResult<void> not_expired(const Identity& identity, WallTime now, const ApiCode& refusal) {
  if (!identity.key_expires || now < *identity.key_expires) return {};
  const std::string when = to_iso(*identity.key_expires);
  return ApiError(refusal, "the API key expired at " + when + "; its owner can make another")
      .with("expired", json::value(when));
}

}  // namespace

ApiResult<Identity> Authority::identity_from_token(std::string_view text) const {
  auto token = verify(text, signing_key_, clock_.wall());
  if (!token) return ApiError(api::invalid_token, token.error().message());
  // The clock may have been set since: a token's own end is a whole second.
  CHECK_OK(not_expired(token->identity, clock_.wall(), api::invalid_token));
  if (!is_valid(token->identity, token->issued)) return ApiError(api::invalid_token, "the session was ended");
  return std::move(token->identity);
}

namespace {

/// What stands before and after the colon of Basic credentials.
ApiResult<std::pair<std::string, std::string>> pair_from(std::string_view encoded) {
  const auto text = base64_decode(encoded);
  const auto colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return ApiError(api::bad_credentials, "expected base64 of key:secret");
  return std::pair(text->substr(0, colon), text->substr(colon + 1));
}

}  // namespace

ApiResult<Identity> Authority::identity_from_password(std::string_view authorization, std::string_view peer) {
  if (!starts_with_ignoring_case(authorization, "basic ")) return ApiError(api::bad_auth_type, "use Basic");
  TRY(const auto pair, pair_from(authorization.substr(6)));
  return identity_from_password(pair.first, pair.second, peer);
}

ApiResult<Identity> Authority::identity_from_password(const std::string& login, std::string_view password,
                                                      std::string_view peer) {
  const std::string from(peer);
  if (!attempts_.may_try(login, from)) {
    log::warning("too many wrong passwords", {{"username", login.substr(0, 64)}, {"from", from}});
    return ApiError(api::too_many_requests, "too many wrong passwords: wait a minute");
  }
  TRY(const auto row, store_.read([&](store::Transaction& tx) { return password_of(tx, login); }));
  if (!verify_password(row ? row->hash : std::string(), password)) return ApiError(api::wrong_credentials);
  TRY(auto identity, store_.read([&](store::Transaction& tx) { return identity_of(tx, row->user); }));
  if (!identity) return ApiError(api::wrong_credentials);
  attempts_.succeeded(login, from);
  return std::move(*identity);
}

ApiResult<Identity> Authority::identity_from_basic(std::string_view encoded, std::string_view peer) {
  TRY(const auto pair, pair_from(encoded));
  const auto& [access_key, secret] = pair;
  const std::string hash = hash_secret(secret);
  TRY(const CachedKey key, load_key(access_key));
  if (!constant_time_equal(hash, key.secret_hash)) return ApiError(api::wrong_credentials);
  CHECK_OK(not_expired(key.identity, clock_.wall(), api::wrong_credentials));
  note_use(access_key, peer);
  return key.identity;
}

// A client sends its key with every call; its owner asks for the day, perhaps the minute.
void Authority::note_use(const std::string& access_key, std::string_view peer) {
  const WallTime now = clock_.wall();
  {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(access_key);
    if (found == keys_.end() || now < found->second.use_noted + kUseNotedEvery) return;
    found->second.use_noted = now;
  }
  store_.write_async(
      [access_key, from = std::string(peer), now](store::Transaction& tx) -> Status {
        CHECK_OK(tx.run("api_key_used", {std::string_view(access_key), now.us, std::string_view(from)}));
        return {};
      },
      [](const Status& status) {
        if (!status) log::warning("the use of a key was not noted", {{"error", status.error().message()}});
      });
}

ApiResult<Authority::CachedKey> Authority::load_key(const std::string& access_key) {
  std::uint64_t forgotten_before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = keys_.find(access_key); found != keys_.end()) return found->second;
    forgotten_before = forgotten_;
  }
  auto loaded = store_.read([&](store::Transaction& tx) -> ApiResult<CachedKey> {
    TRY(const store::Rows rows, tx.run("api_key_get", {std::string_view(access_key)}));
    if (rows.empty()) return ApiError(api::wrong_credentials);
    TRY(auto identity, identity_of(tx, UserId(rows.front().text(1))));
    if (!identity) return ApiError(api::wrong_credentials);
    if (!rows.front().is_null(3)) identity->key_expires = WallTime{rows.front().integer(3)};
    return CachedKey{rows.front().text(2), *identity};
  });
  if (!loaded) return loaded;
  const std::lock_guard lock(mutex_);
  if (forgotten_ != forgotten_before) return loaded;  // it may have changed since we read it
  if (keys_.size() >= kCachedKeysMax) keys_.clear();
  keys_[access_key] = *loaded;
  return loaded;
}

std::string Authority::hash_secret(std::string_view secret) const {
  return hmac_sha256(signing_key_, "api-secret:" + std::string(secret));
}

std::string Authority::issue(Identity identity, std::chrono::seconds life) const {
  const WallTime now = clock_.wall();
  if (identity.session_id.empty()) identity.session_id = random_id();
  life = life_of(identity, life);
  return sign({.identity = std::move(identity), .issued = now, .expires = now + life}, signing_key_);
}

std::chrono::seconds Authority::life_of(const Identity& identity, std::chrono::seconds asked) const {
  asked = std::clamp(asked, std::chrono::seconds(1), kTokenLifeMax);
  if (!identity.key_expires) return asked;
  const auto left = std::chrono::microseconds(identity.key_expires->us - clock_.wall().us);
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(0), asked);
}

Status Authority::revoke(store::Transaction& tx, const std::string& session) {
  const WallTime expires = clock_.wall() + kTokenLifeMax;
  CHECK_OK(tx.run("session_revoke", {std::string_view(session), expires.us}));
  tx.on_commit([this, session] {
    const std::lock_guard lock(mutex_);
    revoked_.insert(session);
  });
  return {};
}

bool Authority::is_valid(const Identity& identity, WallTime issued) const {
  if (identity.key_expires && clock_.wall() >= *identity.key_expires) return false;
  const std::lock_guard lock(mutex_);
  if (revoked_.contains(identity.session_id)) return false;
  const auto found = ended_.find(identity.user.str());
  return found == ended_.end() || issued > found->second;
}

void Authority::ended(const std::string& user, WallTime when) {
  forget_cached();
  const std::lock_guard lock(mutex_);
  ended_[user] = std::max(ended_[user], when);
}

bool Authority::is_revoked(const std::string& session) const {
  const std::lock_guard lock(mutex_);
  return revoked_.contains(session);
}

Result<KeyPair> Authority::create_key(store::Transaction& tx, const UserId& user, const NewKey& key) const {
  KeyPair pair{.access_key = random_key(30), .secret_key = random_key(50)};
  const std::string hash = hash_secret(pair.secret_key);
  const store::Param expires = key.expires ? store::Param(key.expires->us) : store::Param(nullptr);
  CHECK_OK(tx.run("api_key_insert", {std::string_view(pair.access_key), std::string_view(user.str()), store::Blob{hash},
                                     key.label, clock_.wall().us, expires}));
  return pair;
}

Result<std::vector<KeyInfo>> Authority::keys_of(store::Transaction& tx, const UserId& user) const {
  TRY(const store::Rows rows, tx.run("api_keys_of_user", {std::string_view(user.str())}));
  std::vector<KeyInfo> out;
  for (const store::Row& row : rows) {
    const auto time = [&](std::size_t column) {
      return row.is_null(column) ? std::nullopt : std::optional(WallTime{row.integer(column)});
    };
    KeyInfo info{.access_key = row.text(0),
                 .label = row.text(1),
                 .last_used_from = row.text(3),
                 .last_used = time(2),
                 .expires = time(4)};
    out.push_back(std::move(info));
  }
  return out;
}

Result<bool> Authority::set_label(store::Transaction& tx, const UserId& user, std::string_view access_key,
                                  std::string_view label) const {
  CHECK_OK(tx.run("api_key_set_label", {access_key, std::string_view(user.str()), label}));
  return tx.changed() > 0;
}

Result<bool> Authority::delete_key(store::Transaction& tx, const UserId& user, std::string_view access_key) {
  CHECK_OK(tx.run("api_key_delete", {access_key, std::string_view(user.str())}));
  const bool was_there = tx.changed() > 0;
  tx.on_commit([this] { forget_cached(); });
  return was_there;
}

Result<std::optional<Identity>> Authority::identity_of(store::Transaction& tx, const UserId& user) const {
  TRY(const auto document, store::get(tx, store::Kind::user, user.str()));
  if (!document || is_disabled(*document)) return std::optional<Identity>();
  const CompanyId company(get_string_or(*document, "company", ""));
  TRY(const auto company_document, store::get(tx, store::Kind::company, company.str()));
  return std::optional(Identity{.user = user,
                                .company = company,
                                .role = role_from(get_string_or(*document, "role", "")).value_or(Role::guest),
                                .user_name = get_string_or(*document, "name", ""),
                                .company_name = company_document ? get_string_or(*company_document, "name", "") : "",
                                .session_id = {},
                                .lease = std::nullopt,
                                .key_expires = std::nullopt});
}

void Authority::forget_cached() {
  const std::lock_guard lock(mutex_);
  keys_.clear();
  ++forgotten_;
}

}  // namespace jarvis::server::auth
