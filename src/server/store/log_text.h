// The text of a log as a screen shows it, looked through by the databases' statements and by what reads their answers.
#pragma once

#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace jarvis::server::store {

/// A line without escape sequences, and of a rewritten line what was written last. `room` holds it where that is not a
/// part of the line.
std::string_view shown_text(std::string_view line, std::string& room);

/// Whether a screen would show the pattern in a line of the message.
bool shows(std::string_view message, const re2::RE2& pattern);

}  // namespace jarvis::server::store
