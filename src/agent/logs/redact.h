// Takes secrets out of what is logged. Immutable once made: thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proc/environment.h"

namespace jarvis::agent {

class Redactor {
 public:
  /// Each secret is hidden as it is, and in its base64 and URL-encoded forms. Ones shorter than 6 characters are not
  /// looked for: they would hide ordinary words.
  void add(std::string_view secret);
  /// The values of variables whose names say that they are secret: HF_TOKEN, AWS_SECRET_ACCESS_KEY, DB_PASSWORD.
  void add_secrets_of(const proc::Environment& environment);
  /// Known secrets, the password part of any URL and signed tokens (JWT) become ****.
  std::string redact(std::string line) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace jarvis::agent
