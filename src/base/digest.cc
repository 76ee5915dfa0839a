#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>

#include "base/assert.h"
#include "base/ids.h"

namespace jarvis {
namespace {

std::string digest(const EVP_MD* kind, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  JV_ASSERT(EVP_Digest(data.data(), data.size(), out.data(), &size, kind, nullptr) == 1);
  return {reinterpret_cast<const char*>(out.data()), size};
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum class Padding { with, without };

std::string encode(std::string_view bytes, std::string_view alphabet, Padding padding) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < have ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      if (j <= have) {
        out += alphabet[group >> (18 - 6 * j) & 63];
      } else if (padding == Padding::with) {
        out += '=';
      }
    }
  }
  return out;
}

constexpr std::uint8_t kOutside = 0xFF;
using Values = std::array<std::uint8_t, 256>;

/// The six bits that each character stands for.
constexpr Values values_of(std::string_view alphabet) {
  Values out{};
  out.fill(kOutside);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return out;
}
constexpr Values kValues = values_of(kAlphabet);
constexpr Values kUrlValues = values_of(kUrlAlphabet);

Result<std::string> decode(std::string_view text, const Values& values) {
  while (!text.empty() && text.back() == '=')
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return invalid_argument("base64 text has an impossible length");
  std::string out(text.size() * 3 / 4, '\0');
  std::size_t size = 0;
  unsigned group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == kOutside) return invalid_argument("base64 text holds a character outside its alphabet");
    group = group << 6 | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[size++] = static_cast<char>(group >> bits & 255U);
    }
  }
  return out;
}

}  // namespace

std::string md5_hex(std::string_view data) {
  return to_hex(digest(EVP_md5(), data));
}
std::string sha256_hex(std::string_view data) {
  return to_hex(digest(EVP_sha256(), data));
}

std::uint64_t quick_hash(std::string_view data) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : data)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  JV_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(data.data()), data.size(), out.data(), &size) != nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  JV_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) == 1);
  return out;
}

std::string random_id() {
  return to_hex(random_bytes(16));
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, kAlphabet, Padding::with);
}
Result<std::string> base64_decode(std::string_view text) {
  return decode(text, kValues);
}
std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, kUrlAlphabet, Padding::without);
}
Result<std::string> base64url_decode(std::string_view text) {
  return decode(text, kUrlValues);
}

}  // namespace jarvis
