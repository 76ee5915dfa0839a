// What stands on the web port until the web UI is built in: one page and a health check. Pure.
#pragma once

#include "server/http/request.h"

namespace jarvis::server::http {
HttpResponse web_page(const HttpRequest& request, const std::string& api_url);
}
