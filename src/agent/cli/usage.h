// What a person is told whose command line is not understood.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace jarvis::agent {

/// One sentence, which names the first word that is wrong, what may have been meant, and the help that says more. No
/// value of a flag is repeated: it may be a secret. `words`: those of the command line, in their order.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words);

}  // namespace jarvis::agent
