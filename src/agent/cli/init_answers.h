// What a person answers `jarvis-agent init`: addresses as people write them, and the configuration that a server or
// its web page gave, pasted whole. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/client_conf.h"

namespace jarvis::agent {

/// "gpu-server" and "gpu-server:9000" mean http, and the port that the server has unless told otherwise.
/// Errors: invalid_argument for what is no address.
Result<std::string> address_from(std::string_view answer, int usual_port);

/// The same host with another port: where the web page or the files of the server at `api` are, as a rule.
std::string neighbour_of(const std::string& api, int port);

/// Whether a line begins a pasted configuration, and whether a text that began so is whole.
bool begins_configuration(std::string_view line);
bool is_whole_configuration(std::string_view text);

/// Errors: invalid_argument when the text does not parse, or names no server or no key pair.
Result<config::ClientConf> client_from(std::string_view pasted);

}  // namespace jarvis::agent
