// Digests, keyed hashes, random bytes and the encodings they travel in. OpenSSL underneath. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis {

std::string md5_hex(std::string_view data);  // names metrics on the wire; never for security
std::string sha256_hex(std::string_view data);
/// FNV-1a: fast, the same everywhere and for ever, and no protection against anyone who wants two texts to be one.
std::uint64_t quick_hash(std::string_view data);
/// 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view data);
std::string random_bytes(std::size_t count);
/// Takes the same time for any two strings of one length.
bool constant_time_equal(std::string_view a, std::string_view b);

std::string to_hex(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
Result<std::string> base64_decode(std::string_view text);
std::string base64url_encode(std::string_view bytes);  // without padding, as in a JWT
Result<std::string> base64url_decode(std::string_view text);

}  // namespace jarvis
