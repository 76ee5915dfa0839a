// `jarvis-agent completion`: what a shell needs to complete our command lines, made from their own description.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace jarvis::agent {

/// A script for "bash", "zsh" or "fish".
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace jarvis::agent
