// Structured logs: one line an event, "time level message key=value ...". Thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace jarvis::log {

enum class Level { debug, info, warning, error };

/// One key=value of a line. Values with spaces or quotes are quoted.
struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  template <typename N>
    requires std::is_arithmetic_v<N>
  Field(std::string_view k, N v) : key(k), value(std::to_string(v)) {}
};

/// Where lines go and from which level on. Called once, in main; before it, warnings and errors go to stderr.
/// `file` empty: stderr. Colours only when stderr is a terminal and NO_COLOR is unset.
void init(Level least, const std::string& file = {});
bool is_enabled(Level level);
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  if (is_enabled(Level::debug)) write(Level::debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, message, fields);
}

}  // namespace jarvis::log
