// Passwords as argon2id keeps them. Slow by intention (a tenth of a second, 64 MiB): never on an I/O thread.
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis::server::auth {

/// "$argon2id$v=19$...". Errors: invalid_argument for one that is too short or too long, exhausted without memory.
Result<std::string> hash_password(std::string_view password);
bool is_password_hash(std::string_view text);

/// True when it is the password of `hash`; an empty hash is nobody's, and costs as much.
bool verify_password(const std::string& hash, std::string_view password);

/// One that can be read out: 20 letters and digits without the ones that look alike.
std::string made_up_password();

}  // namespace jarvis::server::auth
