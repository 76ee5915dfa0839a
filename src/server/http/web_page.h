// The web UI's files, for browsers: every path that is no file is a page of the UI. Pure.
#pragma once

#include <span>
#include <string>

#include "server/http/request.h"
#include "server/http/web_assets.h"

namespace jarvis::server::http {

/// Where this server is reached. Debug images come from `files`: the one other origin that the pages may show pictures
/// of.
struct WebAddresses {
  std::string api, files, web;  // "http://127.0.0.1:8008"
};

/// With no assets, a page that says how to build them. /addresses.json tells the pages what a client has to be told.
HttpResponse web_page(const HttpRequest& request, const WebAddresses& addresses,
                      std::span<const WebAsset> assets = web_assets());

}  // namespace jarvis::server::http
