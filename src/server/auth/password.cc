#include "server/auth/password.h"

#include <sodium.h>

#include "base/assert.h"
#include "base/limits.h"

namespace jarvis::server::auth {
namespace {

void need_sodium() {
  static const int ready = ::sodium_init();
  JV_ASSERT(ready >= 0);
}

std::string hashed(std::string_view password) {
  std::string out(crypto_pwhash_STRBYTES, '\0');
  const int failed =
      ::crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return {};
  out.resize(out.find('\0'));
  return out;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  need_sodium();
  if (password.size() < limits::password_bytes_min)
    return invalid_argument("a password has at least " + std::to_string(limits::password_bytes_min) + " characters");
  if (password.size() > limits::password_bytes_max) return invalid_argument("the password is too long");
  std::string out = hashed(password);
  if (out.empty()) return Error(ErrorCode::exhausted, "there is not enough memory to hash a password");
  return out;
}

bool is_password_hash(std::string_view text) {
  return text.starts_with("$argon2id$");
}

bool verify_password(const std::string& hash, std::string_view password) {
  need_sodium();
  if (password.size() > limits::password_bytes_max) return false;
  static const std::string nobodys = hashed(made_up_password());
  const std::string& compared = hash.empty() ? nobodys : hash;
  if (compared.size() >= crypto_pwhash_STRBYTES) return false;
  return ::crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0 && !hash.empty();
}

std::string made_up_password() {
  need_sodium();
  constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string out;
  for (int i = 0; i < 20; ++i)
    out += alphabet[::randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
  return out;
}

}  // namespace jarvis::server::auth
