// Who is calling, and what proves it. Keys, tokens and sessions; thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "server/auth/attempt_limit.h"
#include "server/auth/token.h"
#include "server/store/store.h"

namespace jarvis::server::auth {

/// An API key pair as it is shown, once, to its owner.
struct KeyPair {
  std::string access_key, secret_key;
};

struct KeyInfo {
  std::string access_key, label, last_used_from;
  std::optional<WallTime> last_used, expires;
};

/// What a new key is for, and when it ends by itself; tokens made with it end with it.
struct NewKey {
  std::string_view label;
  std::optional<WallTime> expires = std::nullopt;
};

inline constexpr std::chrono::seconds kTokenLife = std::chrono::days(30);
inline constexpr std::chrono::seconds kTokenLifeMax = std::chrono::days(366);
inline constexpr std::chrono::seconds kKeyLifeMax = std::chrono::days(36'500);

class Authority {
 public:
  /// Reads (or makes) the signing key and the sessions that were revoked. The key is a file in `secrets_dir` (mode
  /// 0600); with a database that several servers share, it is in there. Errors: conflict, when both have one and they
  /// differ.
  static Result<std::unique_ptr<Authority>> open(store::Store& store, const Clock& clock,
                                                 const std::filesystem::path& secrets_dir);

  /// The caller by the Authorization header or, without one, by the cookie. Errors: 401 rows of api_error.h.
  /// `peer`: the address that the request came from; a key remembers when and from where it was used last.
  ApiResult<Identity> authenticate(std::string_view authorization, std::string_view cookie_token,
                                   std::string_view peer);
  ApiResult<Identity> identity_from_token(std::string_view token) const;
  /// Of an Authorization header with a username and a password in it. Slow by intention: never on an I/O thread.
  /// Errors: wrong_credentials, too_many_requests.
  ApiResult<Identity> identity_from_password(std::string_view authorization, std::string_view peer);
  ApiResult<Identity> identity_from_password(const std::string& login, std::string_view password,
                                             std::string_view peer);

  /// A token for this identity; a new session unless it has one. It lives no longer than the key that it is made with.
  std::string issue(Identity identity, std::chrono::seconds life) const;
  /// How long one lives for which so much is asked.
  std::chrono::seconds life_of(const Identity& identity, std::chrono::seconds asked) const;
  /// Ends the session: its tokens are refused from now on (after the commit).
  Status revoke(store::Transaction& tx, const std::string& session);
  bool is_revoked(const std::string& session) const;
  /// False once its session was logged out, all of its user's were ended, or the key that it came by has expired.
  bool is_valid(const Identity& identity, WallTime issued) const;
  /// The user's sessions up to then are void (auth::end_sessions, committed).
  void ended(const std::string& user, WallTime when);

  Result<KeyPair> create_key(store::Transaction& tx, const UserId& user, const NewKey& key) const;
  Result<std::vector<KeyInfo>> keys_of(store::Transaction& tx, const UserId& user) const;
  /// False when the user has no such key.
  Result<bool> set_label(store::Transaction& tx, const UserId& user, std::string_view access_key,
                         std::string_view label) const;
  Result<bool> delete_key(store::Transaction& tx, const UserId& user, std::string_view access_key);

  /// The identity of a user of the store; nothing when there is none.
  Result<std::optional<Identity>> identity_of(store::Transaction& tx, const UserId& user) const;
  /// To be called (on commit) when a user's name or role changed.
  void forget_cached();
  /// Another server may have changed anything: forgets what was cached and reads the revoked sessions again.
  Status reload();
  /// The same, when another process on this SQLite has changed users, keys or sessions since the last call.
  Status reload_if_changed();

 private:
  struct CachedKey {
    std::string secret_hash;
    Identity identity;
    WallTime use_noted{0};
  };

  Authority(store::Store& store, const Clock& clock, std::string signing_key)
      : store_(store), clock_(clock), signing_key_(std::move(signing_key)), attempts_(clock) {}
  ApiResult<Identity> identity_from_basic(std::string_view encoded, std::string_view peer);
  void note_use(const std::string& access_key, std::string_view peer);
  ApiResult<CachedKey> load_key(const std::string& access_key);
  std::string hash_secret(std::string_view secret) const;

  store::Store& store_;
  const Clock& clock_;
  const std::string signing_key_;
  AttemptLimit attempts_;
  std::int64_t changes_seen_ = 0;  // of the thread that calls reload_if_changed
  mutable std::mutex mutex_;
  std::unordered_map<std::string, CachedKey> keys_;  // guarded by mutex_; bounded, see load_key
  std::uint64_t forgotten_ = 0;                      // how often; guarded by mutex_
  std::unordered_set<std::string> revoked_;          // guarded by mutex_
  std::unordered_map<std::string, WallTime> ended_;  // by user; guarded by mutex_
};

}  // namespace jarvis::server::auth
