// The web UI's files, for browsers: every path that is no file is a page of the UI. Pure.
#pragma once

#include <span>
#include <string>

#include "server/http/request.h"
#include "server/http/web_assets.h"

namespace jarvis::server::http {

/// `files_url` is where debug images come from: the one other origin that the pages may show pictures of. With no
/// assets, a page that says how to build them.
HttpResponse web_page(const HttpRequest& request, const std::string& files_url,
                      std::span<const WebAsset> assets = web_assets());

}  // namespace jarvis::server::http
