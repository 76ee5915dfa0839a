// GET /stream: changes as server-sent events. Its form is written down in docs/protocol-extensions.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/api_error.h"
#include "server/http/request.h"

namespace jarvis::server::live {
class Feed;
}

namespace jarvis::server::http {

inline constexpr std::string_view kStreamPath = "/stream";

/// How many there are now.
std::size_t open_streams();

/// The answer, whose source ends when `is_allowed` (asked at least every limits::stream_beat, by any thread) says no.
/// Errors: validation_error for parameters that mean nothing, 503 when there are too many streams.
ApiResult<HttpResponse> event_stream(std::shared_ptr<live::Feed> feed, const Clock& clock, const HttpRequest& request,
                                     std::string company, std::function<bool()> is_allowed);

}  // namespace jarvis::server::http
