// Takes secrets out of what is logged. Immutable once made: thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "agent/logs/word_finder.h"
#include "proc/environment.h"

namespace jarvis::agent {

class Redactor {
 public:
  /// Each secret is hidden as it is, and in its base64 and URL-encoded forms. Ones shorter than 6 characters are not
  /// looked for: they would hide ordinary words. One of several lines (a private key) is hidden line by line.
  void add(std::string_view secret);
  /// The values of variables whose names say that they are secret: HF_TOKEN, AWS_SECRET_ACCESS_KEY, DB_PASSWORD.
  void add_secrets_of(const proc::Environment& environment);
  /// Known secrets, the password part of any URL and signed tokens (JWT) become ****.
  std::string redact(std::string lines) const;

 private:
  void add_forms(std::string_view secret);
  WordFinder secrets_;
};

}  // namespace jarvis::agent
